/** Elements whose content is no markup (HTML standard, 13.1.2); that of `noscript` is where scripts don't run. */
export const RAW_TEXT: ReadonlySet<string> = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'iframe']);
/** Elements whose text may name what stands behind it. */
export const LABELS: ReadonlySet<string> = new Set([
  'th',
  'dt',
  'label',
  'b',
  'strong',
  'legend',
  'td',
  'span',
  'h3',
  'h4',
  'em',
]);
/** Elements that don't part the texts in them from those around (HTML standard, 3.2.5.2.5). */
export const INLINE: ReadonlySet<string> = new Set(
  (
    'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q s samp small span strike strong ' +
    'sub sup time tt u var wbr'
  ).split(' '),
);
/** Elements whose own names say nothing about what is in them. */
export const NAMELESS: ReadonlySet<string> = new Set([...INLINE, 'address', 'label', 'p', 'template', 'track']);

const BETWEEN = /[\s"'<>/=]*/y;
const NAME = /[^\s"'<>/=]+/y;
const EQUALS = /\s*=\s*/y;
const VALUE = /"([^"]*)"|'([^']*)'|([^\s"'>][^\s>]*)/y;
const TAG_NAME = /[^\s/>]+/y;

/** An attribute of a tag. */
export interface Attribute {
  /** As it was written. */
  readonly name: string;
  /** Where that starts in the tag. */
  readonly nameAt: number;
  /** Empty without one. As it was written, without its quotation marks. */
  readonly value: string;
  readonly quote: '"' | "'" | '';
  /** Where the value starts in the tag. */
  readonly at: number;
}

/** What a sticky pattern matches at `at`. */
function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** The attributes of a tag, as browsers read them. */
export function attributesOf(tag: string): Attribute[] {
  const attributes: Attribute[] = [];
  for (let at = 1 + (matchAt(TAG_NAME, tag, 1)?.[0].length ?? 0); at < tag.length;) {
    at += matchAt(BETWEEN, tag, at)?.[0].length ?? 0;
    const name = matchAt(NAME, tag, at)?.[0] ?? '';
    at += name.length;
    const equals = matchAt(EQUALS, tag, at)?.[0] ?? '';
    const value = equals === '' ? null : matchAt(VALUE, tag, at + equals.length);
    if (name === '') break;
    const nameAt = at - name.length;
    at += equals.length;
    const [whole = '', double, single, plain] = value ?? [];
    const quote = double !== undefined ? '"' : single !== undefined ? "'" : '';
    const text = double ?? single ?? plain ?? '';
    attributes.push({ name, nameAt, value: text, quote, at: at + quote.length });
    at += whole.length;
  }
  return attributes;
}
