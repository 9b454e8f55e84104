import assert from 'node:assert/strict';
import { crc32c } from '../../../src/spool/index.ts';

describe('spool: CRC-32C', () => {
  it('gives the known answers of RFC 3720 B.4 and the catalogue check value', () => {
    assert.equal(crc32c(new TextEncoder().encode('123456789')), 0xe3069283);
    assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
    assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
    assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, at) => at)), 0x46dd794e);
    assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, at) => 31 - at)), 0x113fdb5c);
    assert.equal(crc32c(new Uint8Array(0)), 0);
  });

  it('gives the same over pieces as over the whole, at every cut and alignment', () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, at) => (at * 37) & 0xff);
    for (let start = 0; start < 9; start++) {
      const part = bytes.subarray(start);
      for (let cut = 0; cut <= part.length; cut++)
        assert.equal(crc32c(part.subarray(cut), crc32c(part.subarray(0, cut))), crc32c(part));
    }
  });
});
