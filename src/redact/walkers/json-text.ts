/** What a JSON string consists of up to its end, an escape, or a character that may not stand there (RFC 8259, 7). */
const PLAIN_RUN = /[\x20\x21\x23-\x5b\x5d-\uffff]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;
const CONTROL = /[^\x20-\uffff]/;
const ESCAPES = /\\(?:u([0-9A-Fa-f]{4})|(["\\/bfnrt]))/g;
const SHORT: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const NEEDS_ESCAPE = /[^\x20\x21\x23-\x5b\x5d-\xff]/;
const NEEDS_ESCAPES = new RegExp(NEEDS_ESCAPE, 'g');

function decodeUnit(hex: string): string {
  const unit = parseInt(hex, 16);
  // Escaped characters of one byte in Latin-1 become their UTF-8; those above stay UTF-16 until they are escaped again.
  if (unit < 0x80 || unit > 0xff) return String.fromCharCode(unit);
  return String.fromCharCode(0xc0 | (unit >> 6), 0x80 | (unit & 0x3f));
}

/** The text of a JSON string's inside; undefined when that isn't valid. */
export function unescapeJson(raw: string): string | undefined {
  if (CONTROL.test(raw)) return undefined;
  if (!raw.includes('\\')) return raw;
  if (raw.replace(ESCAPES, '').includes('\\')) return undefined;
  return raw.replace(ESCAPES, (_, hex: string | undefined, char: string | undefined) =>
    hex === undefined ? (SHORT[char ?? ''] ?? '') : decodeUnit(hex),
  );
}

/** A text as the inside of a JSON string. */
export function escapeJson(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return text;
  return text.replace(NEEDS_ESCAPES, (char) => {
    if (char === '"' || char === '\\') return `\\${char}`;
    if (char === '\n') return '\\n';
    if (char === '\r') return '\\r';
    if (char === '\t') return '\\t';
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Where the string that started before `from` ends: the place of its closing quote, or -1. */
export function closingQuote(text: string, from: number): number {
  for (let quote = text.indexOf('"', from); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let first = quote;
    while (first > from && text.charCodeAt(first - 1) === 92) first -= 1;
    if ((quote - first) % 2 === 0) return quote;
  }
  return -1;
}

/** How far the inside of a JSON string goes from `from` on: to its closing quote, or as far as whole escapes do. */
export function stringRun(text: string, from: number): { end: number; state: 'closed' | 'open' | 'invalid' } {
  for (let end = from; ;) {
    PLAIN_RUN.lastIndex = end;
    PLAIN_RUN.test(text);
    end = PLAIN_RUN.lastIndex;
    if (end >= text.length) return { end, state: 'open' };
    if (text.charCodeAt(end) === 34) return { end, state: 'closed' };
    ESCAPE.lastIndex = end;
    if (!ESCAPE.test(text)) {
      const isCut = text.charCodeAt(end) === 92 && text.length - end < 6;
      return { end, state: isCut ? 'open' : 'invalid' };
    }
    end = ESCAPE.lastIndex;
  }
}

const NUMBER_PARTS = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/** The digits before the point of a number, whatever form it was written in: sign, fraction and exponent aside. */
export function digitsOf(number: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = NUMBER_PARTS.exec(number) ?? [];
  const shift = Number(exponent);
  if (shift < 0) return whole.slice(0, Math.max(0, whole.length + shift));
  const digits = whole + fraction.slice(0, shift) + '0'.repeat(Math.min(20, Math.max(0, shift - fraction.length)));
  return digits.replace(/^0+(?=\d)/, '');
}

/**
 * Makes the function that tells where in a JSON string with its quotes a character of its text stood. The text is one of
 * {@link unescapeJson}.
 */
export function stringPlaces(raw: string): (index: number) => number {
  if (!raw.includes('\\')) return (index) => index + 1;
  const starts: number[] = [];
  for (let at = 1; at < raw.length - 1;) {
    const isEscape = raw.charCodeAt(at) === 92;
    const width = !isEscape ? 1 : raw.charCodeAt(at + 1) === 117 ? 6 : 2;
    const made = width === 6 ? decodeUnit(raw.slice(at + 2, at + 6)).length : 1;
    for (let unit = 0; unit < made; unit += 1) starts.push(at);
    at += width;
  }
  return (index) => starts[index] ?? raw.length - 1;
}
