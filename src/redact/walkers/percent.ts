import { Output, type Finding, regionsOf, type Replaced, settleRegion } from '../findings.ts';
import type { Tally } from '../tally.ts';

const ESCAPE = /%([0-9A-Fa-f]{2})/g;

/** Percent-decodes (RFC 3986, 2.1); a `%` without two hexadecimal digits stands for itself. */
export function decodePercent(raw: string): string {
  if (!raw.includes('%')) return raw;
  return raw.replace(ESCAPE, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
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
    const put = settleRegion(text, region, tally);
    tally.rebase(from, (index) => (index === region.start ? start : end));
    output.replace(encode(put), region.neverKept ? '' : raw.slice(start, end));
    position = end;
  }
  output.copy(raw.slice(position));
  return output.take();
}
