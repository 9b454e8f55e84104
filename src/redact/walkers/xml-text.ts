const REFERENCE = /<!\[CDATA\[([\s\S]*?)\]\]>|&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g;
/** Characters of `<![CDATA[`. */
const CDATA_OPENING = 9;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const ENCODED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function character(code: number): string {
  return code > 0x10ffff ? '' : Buffer.from(String.fromCodePoint(code)).toString('latin1');
}

/** The text of XML character data as a binary string: references and CDATA sections resolved. */
export function decodeEntities(raw: string): string {
  if (!raw.includes('&') && !raw.includes('<')) return raw;
  return raw.replace(REFERENCE, (_, cdata?: string, decimal?: string, hex?: string, name?: string) => {
    if (cdata !== undefined) return cdata;
    if (decimal !== undefined) return character(Number(decimal));
    return hex === undefined ? (NAMED[name ?? ''] ?? '') : character(parseInt(hex, 16));
  });
}

/** Tells where a place in {@link decodeEntities} of `raw` is in `raw`. */
export function entityPlaces(raw: string): (index: number) => number {
  if (!raw.includes('&') && !raw.includes('<')) return (index) => index;
  // Up to each place in the decoded text, how far behind the raw one it is.
  const steps: { from: number; shift: number }[] = [{ from: 0, shift: 0 }];
  let decodedBefore = 0;
  let rawBefore = 0;
  for (const match of raw.matchAll(REFERENCE)) {
    decodedBefore += match.index - rawBefore;
    rawBefore = match.index + match[0].length;
    const cdata = match[1];
    if (cdata !== undefined) steps.push({ from: decodedBefore, shift: match.index + CDATA_OPENING - decodedBefore });
    decodedBefore += cdata?.length ?? decodeEntities(match[0]).length;
    steps.push({ from: decodedBefore, shift: rawBefore - decodedBefore });
  }
  return (index) => index + (steps.findLast(({ from }) => from <= index)?.shift ?? 0);
}

/** A text as XML character data that may also stand in an attribute. */
export function encodeEntities(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENCODED[char] ?? char);
}
