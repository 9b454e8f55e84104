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

const ATTRIBUTE = /([^\s"'<>/=]{1,128})(\s{0,64}=\s{0,64})(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))/g;

/** An attribute of a tag. */
export interface Attribute {
  readonly name: string;
  /** As it was written, without its quotation marks. */
  readonly value: string;
  readonly quote: '"' | "'" | '';
  /** Where the value starts in the tag. */
  readonly at: number;
}

/** The attributes of a tag, as browsers read them. */
export function attributesOf(tag: string): Attribute[] {
  return [...tag.matchAll(ATTRIBUTE)].map((match) => {
    const [, name = '', equals = '', double, single, plain] = match;
    const quote = double !== undefined ? '"' : single !== undefined ? "'" : '';
    const value = double ?? single ?? plain ?? '';
    return { name: name.toLowerCase(), value, quote, at: match.index + name.length + equals.length + quote.length };
  });
}

/** Where the tag that starts at `start` ends; -1 when it isn't whole. Quotation marks count within attributes only. */
export function tagEnd(text: string, start: number): number {
  let quote = 0;
  for (let i = start + 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (quote !== 0) quote = code === quote ? 0 : quote;
    else if ((code === 34 || code === 39) && text.charCodeAt(i - 1) === 61) quote = code;
    else if (code === 62) return i + 1;
  }
  return -1;
}
