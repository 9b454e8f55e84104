const REFERENCE = /<!\[CDATA\[([\s\S]*?)\]\]>|&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g;
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

/** A text as XML character data that may also stand in an attribute. */
export function encodeEntities(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENCODED[char] ?? char);
}
