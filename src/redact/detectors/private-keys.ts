import type { Finding } from '../findings.ts';
import { RULES } from '../rules.ts';

/** First line of a private key (RFC 7468, RFC 4716, RFC 9580), whatever its kind. */
const BEGIN =
  /-{4,5} ?BEGIN(?: |\+|%(?:25){0,3}20)(?:[A-Z0-9]{1,12}(?: |\+|%(?:25){0,3}20)){0,3}PRIVATE(?: |\+|%(?:25){0,3}20)KEY(?:(?: |\+|%(?:25){0,3}20)BLOCK)? ?-{4,5}/g;
const END = /-{4} ?END [A-Z]/;
/** Both lines have it. */
export const KEY_BORDER = '----';
/** What stands between the borders: base64, line ends (also written as escapes, percent-encoded), and headers. */
const BODY = /(?:[A-Za-z0-9+/=\s\\:,%]|-(?!-))*/y;
/**
 * Where it begins like one: a header, or so much base64. Longer white space doesn't stand there; lines of an event have
 * the name of their field.
 */
const BODY_START =
  /(?:[\s\\>|]|\\[nr]|data:|%(?:25){0,3}0[AaDd]){0,64}(?:[A-Za-z0-9+/=]{16}|(?:Proc-Type|DEK-Info|Version|Comment|Hash|Subject)\b)/y;
const BLANK = /(?:\\[nr]|[\s\\]|%(?:25){0,3}0[AaDd])*/y;

/** Private keys in text form, also of several lines; what stands between the borders goes. */
export function findPrivateKeys(text: string, found: Finding[]): void {
  BEGIN.lastIndex = 0;
  for (let match = BEGIN.exec(text); match !== null; match = BEGIN.exec(text)) {
    BODY_START.lastIndex = BEGIN.lastIndex;
    if (!BODY_START.test(text)) continue;
    BLANK.lastIndex = BEGIN.lastIndex;
    BLANK.test(text);
    const start = BLANK.lastIndex;
    BODY.lastIndex = start;
    BODY.test(text);
    const end = BODY.lastIndex;
    found.push({ start, end: withoutBlank(text, start, end), rule: RULES.privateKey, rest: BODY });
    BEGIN.lastIndex = end;
  }
}

/** `end` without the line end before it, also written as an escape; where the text goes on behind it. */
function withoutBlank(text: string, start: number, end: number): number {
  if (end === text.length) return end;
  let last = end;
  while (last > start) {
    const code = text.charCodeAt(last - 1);
    const isEscape = (code === 110 || code === 114) && text.charCodeAt(last - 2) === 92;
    if (code > 32 && !isEscape) break;
    last -= isEscape ? 2 : 1;
  }
  return last;
}

/** What a line says about a private key of several lines: it begins with it, ends with it, or neither. */
export function privateKeyBorder(line: string): 'begins' | 'ends' | undefined {
  if (!line.includes(KEY_BORDER)) return undefined;
  if (END.test(line)) return 'ends';
  BEGIN.lastIndex = 0;
  return BEGIN.test(line) ? 'begins' : undefined;
}
