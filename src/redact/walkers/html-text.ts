/** Elements whose content is no markup (HTML standard, 13.1.2). */
export const RAW_TEXT: ReadonlySet<string> = new Set([
  'script',
  'style',
  'textarea',
  'title',
  'xmp',
  'noscript',
  'iframe',
]);
/** Elements that end a value and the label before it. */
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

const BETWEEN = /[\s"'<>/=]*/y;
const NAME = /[^\s"'<>/=]+/y;
const EQUALS = /\s*=\s*/y;
const VALUE = /"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)/y;

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
  for (let at = 1 + (matchAt(NAME, tag, 1)?.[0].length ?? 0); at < tag.length;) {
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
