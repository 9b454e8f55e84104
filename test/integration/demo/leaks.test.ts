import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { Needles, searchBytes, searchDeep, searchTree } from '../../../demo/client/leaks.ts';

const SECRET = 'anna/o+k~é?!"x@example.com';
const needles = new Needles([{ label: 'secret', value: SECRET }]);
const bytes = Buffer.from(SECRET);
const hex = bytes.toString('hex');
const units = Array.from({ length: SECRET.length }, (_, at) => SECRET.charCodeAt(at).toString(16).padStart(4, '0'));

/** Each form, written without the code that is tested. */
const FORMS: Record<string, string | Buffer> = {
  plain: bytes,
  hex,
  'upper-case hex': hex.toUpperCase(),
  'percent, all but the unreserved': 'anna%2Fo%2Bk~%C3%A9%3F%21%22x%40example.com',
  'percent, lower case': 'anna%2fo%2bk~%c3%a9%3f%21%22x%40example.com',
  'percent, as JavaScript does': 'anna%2Fo%2Bk~%C3%A9%3F!%22x%40example.com',
  'percent, as in a path': 'anna/o+k~%C3%A9?!%22x@example.com',
  'percent, as a form': 'anna%2Fo%2Bk%7E%C3%A9%3F%21%22x%40example.com',
  'percent, as a form, lower case': 'anna%2fo%2bk%7e%c3%a9%3f%21%22x%40example.com',
  'percent throughout': hex.toUpperCase().replaceAll(/../g, '%$&'),
  'percent throughout, lower case': hex.replaceAll(/../g, '%$&'),
  'a JSON string': 'anna/o+k~é?!\\"x@example.com',
  'a JSON string of ASCII': 'anna/o+k~\\u00e9?!\\"x@example.com',
  'JSON with escaped slashes': 'anna\\/o+k~é?!\\"x@example.com',
  'JSON, \\u throughout': units.map((unit) => `\\u${unit}`).join(''),
  'JSON, \\u throughout, upper case': units.map((unit) => `\\u${unit.toUpperCase()}`).join(''),
  'JSON with marks as \\u': 'anna/o\\u002bk~é?!\\"x\\u0040example.com',
  'JSON, all but letters and digits as \\u':
    'anna\\u002fo\\u002bk\\u007e\\u00e9\\u003f\\u0021\\u0022x\\u0040example\\u002ecom',
  'percent, all but letters and digits': 'anna%2Fo%2Bk%7E%C3%A9%3F%21%22x%40example%2Ecom',
  'references, as little as needed': 'anna/o+k~é?!&quot;x@example.com',
  references: 'anna&#47;o&#43;k&#126;&#233;&#63;&#33;&#34;x&#64;example&#46;com',
  'hexadecimal references': 'anna&#x2f;o&#x2b;k&#x7e;&#xe9;&#x3f;&#x21;&#x22;x&#x40;example&#x2e;com',
  'UTF-16, little-endian': Buffer.from(units.join(''), 'hex').swap16(),
  'UTF-16, big-endian': Buffer.from(units.join(''), 'hex'),
};
for (const before of ['', 'x', 'xy', 'xyz', 'wxyz']) {
  const text = Buffer.from(`${before}${SECRET} and more`);
  FORMS[`base64 after ${before.length}`] = text.toString('base64');
  FORMS[`base64url after ${before.length}`] = text.toString('base64url');
}

const COMPRESSED: Record<string, (data: Buffer) => Buffer> = {
  gzip: gzipSync,
  zlib: deflateSync,
  zstd: zstdCompressSync,
};
const FROM_THE_START: Record<string, (data: Buffer) => Buffer> = {
  ...COMPRESSED,
  brotli: brotliCompressSync,
  'raw deflate': deflateRawSync,
};

describe('the search for leaks', () => {
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'affidavit-leaks-'));
  });

  after(async () => {
    await rm(folder, { recursive: true });
  });

  for (const [name, form] of Object.entries(FORMS)) {
    it(`finds a value written as ${name}`, () => {
      const noise = randomBytes(5000);
      const found = searchBytes(Buffer.concat([noise, Buffer.from(form), noise]), needles);
      assert.ok(found.length > 0);
      assert.ok(found.every(({ label, offset }) => label === 'secret' && offset >= noise.length));
    });
  }

  it('finds a value at the very start and the very end, and nothing in what only resembles it', () => {
    assert.deepEqual(
      searchBytes(Buffer.concat([bytes, Buffer.from('-'), bytes]), needles).map(({ offset }) => offset),
      [0, bytes.length + 1],
    );
    assert.deepEqual(searchBytes(bytes.subarray(1), needles), []);
    assert.deepEqual(searchBytes(Buffer.from('anna/o+k~é?!"x@example.org'), needles), []);
    assert.deepEqual(searchBytes(Buffer.alloc(0), needles), []);
  });

  it('finds each of many values', () => {
    const secrets = Array.from({ length: 300 }, (_, n) => ({ label: String(n), value: `value ${n}! ${n * 7919}` }));
    const text = secrets.map(({ value }) => value).join('\n');
    const found = searchBytes(Buffer.from(`${text}\n`), new Needles(secrets));
    assert.deepEqual(new Set(found.map(({ label }) => label)), new Set(secrets.map(({ label }) => label)));
  });

  for (const [name, compress] of Object.entries(FROM_THE_START)) {
    it(`finds a value in data compressed with ${name}`, async () => {
      const data = compress(Buffer.concat([randomBytes(3000), bytes, randomBytes(3000)]));
      assert.equal(searchBytes(data, new Needles([{ label: '', value: hex }])).length, 0);
      assert.ok((await searchDeep(data, needles)).some(({ within }) => within.length === 1));
    });
  }

  for (const [name, compress] of Object.entries(COMPRESSED)) {
    it(`finds a value in ${name} data in the middle of others, cut off, and inside of gzip`, async () => {
      const data = compress(Buffer.concat([bytes, randomBytes(100_000)]));
      const middle = Buffer.concat([randomBytes(777), data.subarray(0, 80_000), randomBytes(777)]);
      assert.ok((await searchDeep(middle, needles)).some(({ offset }) => offset === 777));
      assert.ok(
        (await searchDeep(gzipSync(data), needles)).some(({ within }) => within[0] === 'gzip' && within.length === 2),
      );
    });
  }

  it('searches all files below a folder, across the borders of its pieces, once each', async () => {
    const piece = 16 * 1024 * 1024;
    const large = Buffer.alloc(2 * piece + 100, 'no');
    const at = [piece - 7, piece + 500, 2 * piece + 3];
    for (const offset of at) bytes.copy(large, offset);
    await mkdir(join(folder, 'a', 'b'), { recursive: true });
    await writeFile(join(folder, 'a', 'large'), large);
    await writeFile(join(folder, 'a', 'b', 'packed'), gzipSync(bytes));
    await writeFile(join(folder, 'empty'), '');
    const { places, files, bytes: searched } = await searchTree(folder, needles);
    const inLarge = places.filter(({ file, encoding }) => file.endsWith('large') && encoding === 'plain');
    assert.deepEqual(
      inLarge.map(({ offset }) => offset),
      at,
    );
    assert.ok(places.some(({ file, within }) => file.endsWith('packed') && within[0] === 'gzip'));
    assert.equal(files, 3);
    assert.equal(searched, large.length + gzipSync(bytes).length);
  });

  it('refuses values that would be found by chance', () => {
    assert.throws(() => new Needles([{ label: 'cvv', value: '123' }]), /too short/);
  });
});
