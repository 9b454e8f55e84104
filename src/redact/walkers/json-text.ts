import type { Replaced } from '../findings.ts';

/** What may not stand in a JSON string (RFC 8259, 7). */
const CONTROL = /[^\x20-\uffff]/;
const ESCAPES = /\\(?:u([0-9A-Fa-f]{4})|(["\\/bfnrt]))/g;
/** May be the escape of a character that {@link decodeUnit} makes two of. */
const ESCAPED_BYTE = /\\u00[89A-Fa-f]/;
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
/** Characters of an escape by a code. */
const UNIT_CHARS = 6;
const NEEDS_ESCAPE = /[^\x20\x21\x23-\x5b\x5d-\xff]/;
/** What is escaped here by its code, and otherwise by the language. */
const NEEDS_CODE = /[\b\f\u0100-\uffff]/;
const NEEDS_ESCAPES = new RegExp(NEEDS_ESCAPE, 'g');

function decodeUnit(hex: string): string {
  const unit = parseInt(hex, 16);
  // Escaped characters of one byte in Latin-1 become their UTF-8; those above stay UTF-16 until they are escaped again.
  if (unit < 0x80 || unit > 0xff) return String.fromCharCode(unit);
  return String.fromCharCode(0xc0 | (unit >> 6), 0x80 | (unit & 0x3f));
}

/** The text of a JSON string's inside; undefined when that isn't valid. */
export function unescapeJson(raw: string): string | undefined {
  if (!raw.includes('\\')) return CONTROL.test(raw) ? undefined : raw;
  if (!ESCAPED_BYTE.test(raw)) return parsed(raw);
  if (CONTROL.test(raw) || raw.replace(ESCAPES, '').includes('\\')) return undefined;
  return raw.replace(ESCAPES, (_, hex: string | undefined, char: string | undefined) =>
    hex === undefined ? (SHORT[char ?? ''] ?? '') : decodeUnit(hex),
  );
}

/** The same without escapes of characters that are one byte in Latin-1: the parser of the language is many times as fast. */
function parsed(raw: string): string | undefined {
  try {
    const text: unknown = JSON.parse(`"${raw}"`);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

/** A text as the inside of a JSON string. */
export function escapeJson(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return text;
  if (!NEEDS_CODE.test(text)) return JSON.stringify(text).slice(1, -1);
  return text.replace(NEEDS_ESCAPES, (char) => {
    if (char === '"' || char === '\\') return `\\${char}`;
    if (char === '\n') return '\\n';
    if (char === '\r') return '\\r';
    if (char === '\t') return '\\t';
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Both texts as the insides of JSON strings. */
export function escapeBoth({ redacted, original }: Replaced): Replaced {
  const escaped = escapeJson(redacted);
  return { redacted: escaped, original: original === redacted ? escaped : escapeJson(original) };
}

/** Where the string that started before `from` ends: the place of its closing quote, or -1; there is none before `searched`. */
export function closingQuote(text: string, from: number, searched = from): number {
  for (let quote = text.indexOf('"', searched); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let first = quote;
    while (first > from && text.charCodeAt(first - 1) === 92) first -= 1;
    if ((quote - first) % 2 === 0) return quote;
  }
  return -1;
}

/** The string at the start of a text that comes in pieces: what was searched for its end is not looked at again. */
export class UnclosedString {
  /** So many characters of the text have no end of it; 0 when no string is waited for. */
  #searched = 0;

  /** Its end isn't in so many characters. */
  waits(chars: number): false {
    this.#searched = chars;
    return false;
  }

  /** True when its end isn't in what has come, either, and it is not too long to be held: of `most` characters. */
  isStill(text: string, most: number): boolean {
    const searched = this.#searched;
    if (searched === 0) return false;
    const isWaiting = text.length - 1 <= most && closingQuote(text, 1, searched) === -1;
    this.#searched = isWaiting ? text.length : 0;
    return isWaiting;
  }
}

/** How long an escape is by the character behind its backslash; 0 for none. */
const ESCAPE_CHARS = Uint8Array.from({ length: 256 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (char === 'u') return UNIT_CHARS;
  return char in SHORT ? 2 : 0;
});
const HEX_DIGITS = /^[0-9A-Fa-f]{4}$/;

/** The length of the escape at `at`; 0 when it isn't one, or isn't whole. */
function escapeLength(text: string, at: number): number {
  const length = ESCAPE_CHARS[text.charCodeAt(at + 1)] ?? 0;
  return length === UNIT_CHARS && !HEX_DIGITS.test(text.slice(at + 2, at + UNIT_CHARS)) ? 0 : length;
}

/** How far the inside of a JSON string goes from `from` on: to its closing quote, or as far as whole escapes do. */
export function stringRun(text: string, from: number): { end: number; state: 'closed' | 'open' | 'invalid' } {
  let end = from;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (code === 34) return { end, state: 'closed' };
    if (code < 32) return { end, state: 'invalid' };
    const length = code === 92 ? escapeLength(text, end) : 1;
    // One that isn't whole may go on in what comes.
    if (length === 0) return { end, state: text.length - end < UNIT_CHARS ? 'open' : 'invalid' };
    end += length;
  }
  return { end, state: 'open' };
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
