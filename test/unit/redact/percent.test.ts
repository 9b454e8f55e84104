import assert from 'node:assert/strict';
import { decodePercent, encodePercent } from '../../../src/redact/walkers/percent.ts';

const EVERY_BYTE = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
/** Long enough to be written byte by byte. */
const LONG = EVERY_BYTE.repeat(3);

describe('percent-encoding', () => {
  it('writes a long text as it writes each of its characters', () => {
    const each = Array.from(LONG, (character) => encodePercent(character)).join('');
    assert.equal(encodePercent(LONG), each);
    assert.match(each, /^%00.*%FF$/);
    assert.equal(encodePercent(`${LONG}\u20ac`), `${each}%20AC`);
  });

  it('reads a long text as it reads each of its escapes', () => {
    assert.equal(decodePercent(encodePercent(LONG)), LONG);
    assert.equal(decodePercent(encodePercent(LONG).replace(/%../g, (escape) => escape.toLowerCase())), LONG);
  });

  it('leaves in a long text what is no escape, at its end too', () => {
    for (const end of ['', '%', '%4', '%zz', '%4g', '%%']) {
      const text = `${'a%zz%%'.repeat(60)}${end}`;
      assert.equal(decodePercent(text), text);
      assert.equal(decodePercent(`${text}%41`), `${text}A`);
    }
  });
});
