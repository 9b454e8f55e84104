import { Output, type Finding, regionsOf, type Replaced, settleRegion } from '../findings.ts';
import type { Tally } from '../tally.ts';

const ESCAPE = /%([0-9A-Fa-f]{2})/g;

/** The value of each character that is a hexadecimal digit; -1 for any other. */
const HEX = new Int8Array(128).fill(-1);
for (let value = 0; value < 16; value += 1) {
  const digit = value.toString(16);
  HEX[digit.charCodeAt(0)] = HEX[digit.toUpperCase().charCodeAt(0)] = value;
}
const CHARACTERS = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));

function hexAt(text: string, at: number): number {
  return HEX[text.charCodeAt(at)] ?? -1;
}

/** The character whose escape stands at `at`; undefined when none does. */
function escapedAt(text: string, at: number): string | undefined {
  const [high, low] = [hexAt(text, at + 1), hexAt(text, at + 2)];
  return high < 0 || low < 0 ? undefined : CHARACTERS[high * 16 + low];
}

/** Percent-decodes (RFC 3986, 2.1); a `%` without two hexadecimal digits stands for itself. */
export function decodePercent(raw: string): string {
  let decoded = '';
  let from = 0;
  for (let at = raw.indexOf('%'); at !== -1; at = raw.indexOf('%', at + 1)) {
    const character = escapedAt(raw, at);
    if (character === undefined) continue;
    decoded += raw.slice(from, at) + character;
    from = at + 3;
    at += 2;
  }
  return from === 0 ? raw : decoded + raw.slice(from);
}

/** Makes the function that tells where in the raw text a character of the decoded one stood; asked in rising order. */
export function places(raw: string): (index: number) => number {
  if (!raw.includes('%')) return (index) => index;
  let [index, place] = [0, 0];
  ESCAPE.lastIndex = 0;
  let next = ESCAPE.exec(raw)?.index ?? raw.length;
  return (wanted) => {
    while (index < wanted) {
      const isEscape = place === next;
      const step = isEscape ? 1 : Math.min(next - place, wanted - index);
      index += step;
      place += isEscape ? 3 : step;
      ESCAPE.lastIndex = place;
      if (isEscape) next = ESCAPE.exec(raw)?.index ?? raw.length;
    }
    return place;
  };
}

/** Percent-encodes everything but unreserved characters. */
export function encodePercent(text: string): string {
  return text.replace(
    /[^A-Za-z0-9._~-]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** How a text was decoded. */
export interface Encoding {
  /** Where in the raw text a character of the decoded one stood; asked in rising order. */
  readonly place: (index: number) => number;
  readonly encode: (text: string) => string;
}

/** Replaces findings of the percent-decoded text in the raw one; only what is replaced is encoded anew. */
export function replaceEncoded(
  raw: string,
  text: string,
  findings: readonly Finding[],
  tally: Tally,
): Replaced | undefined {
  return replaceInRaw(raw, text, findings, tally, { place: places(raw), encode: encodePercent });
}

/** Replaces findings of a decoded text in the raw one, to which the places of what was found are moved. */
export function replaceInRaw(
  raw: string,
  text: string,
  findings: readonly Finding[],
  tally: Tally,
  { place, encode }: Encoding,
): Replaced | undefined {
  const regions = regionsOf(text, findings, tally);
  if (regions.length === 0) return undefined;
  const output = new Output();
  let position = 0;
  for (const region of regions) {
    const [start, end] = [place(region.start), place(region.end)];
    output.copy(raw.slice(position, start));
    const from = tally.spanCount;
    const { put, neverKept } = settleRegion(text, region, tally);
    tally.rebase(from, (index) => (index === region.start ? start : end));
    output.replace(encode(put), neverKept ? '' : raw.slice(start, end));
    position = end;
  }
  output.copy(raw.slice(position));
  return output.take();
}
