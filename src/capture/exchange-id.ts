/** A random UUID (RFC 9562, version 4) made of 16 random bytes: the id of an exchange to which Envoy gave none. */
export function randomExchangeId(random: Uint8Array): string {
  const bytes = new Uint8Array(random);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
