import assert from 'node:assert/strict';
import { AffidavitError, WIRE, WireReader, WireWriter } from '../../../src/record/index.ts';

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function reader(text: string): WireReader {
  return new WireReader(Uint8Array.from(Buffer.from(text, 'hex')));
}

function malformed(thrown: unknown): boolean {
  return thrown instanceof AffidavitError && thrown.code === 'evidence.malformed' && thrown.isEvidence;
}

describe('the protobuf wire format', () => {
  it('writes and reads numbers up to 2^53-1', () => {
    const known: [number, string][] = [
      [0, '00'],
      [1, '01'],
      [127, '7f'],
      [128, '8001'],
      [150, '9601'],
      [2 ** 28, '8080808001'],
      [2 ** 31, '8080808008'],
      [2 ** 32 - 1, 'ffffffff0f'],
      [2 ** 32, '8080808010'],
      [2 ** 35, '808080808001'],
      [Number.MAX_SAFE_INTEGER, 'ffffffffffffff0f'],
    ];
    for (const [value, text] of known) {
      assert.equal(hex(new WireWriter().varint(value).finish()), text);
      assert.equal(reader(text).varint(), value);
    }
  });

  it('refuses numbers that are larger, longer or cut off', () => {
    for (const text of ['8080808080808010', 'ffffffffffffffffff01', '808080808080808080808000', '80', ''])
      assert.throws(() => reader(text).varint(), malformed, text);
  });

  it('refuses to write what is no unsigned integer', () => {
    for (const value of [-1, 0.5, NaN, Infinity, 2 ** 53])
      assert.throws(
        () => new WireWriter().varint(value),
        (thrown: unknown) => thrown instanceof AffidavitError && thrown.code === 'internal',
      );
  });

  it('refuses field number 0, numbers over 2^29-1, and groups', () => {
    assert.throws(() => reader('00').tag(), malformed);
    assert.throws(() => reader('8080808010').tag(), malformed);
    assert.deepEqual(reader('f8ffffff0f').tag(), [2 ** 29 - 1, WIRE.varint]);
    for (const wire of [3, 4, 6, 7])
      assert.throws(() => {
        reader('0000').skip(wire);
      }, malformed);
  });

  it('passes over what it does not know, any 64-bit number included', () => {
    const unknown = reader('ffffffffffffffffff01' + '0102030405060708' + '01020304' + '020aff' + '07');
    unknown.skip(WIRE.varint);
    unknown.skip(WIRE.fixed64);
    unknown.skip(WIRE.fixed32);
    unknown.skip(WIRE.bytes);
    assert.equal(unknown.varint(), 7);
    assert.ok(unknown.done);
  });

  it('reads nothing past the end of a field', () => {
    assert.throws(() => reader('03aabb').view(), malformed);
    assert.throws(() => reader('ffffffffffffff0faa').view(), malformed);
    assert.throws(() => reader('010203').advance(4), malformed);
  });

  it('reads a nested message in its place: nothing past its end, and what follows it afterwards', () => {
    // Field 1 holds { 1: 5, 2: { 1: 6 } }, then comes field 2 with 7.
    const outer = reader('0a06' + '0805' + '12020806' + '1007');
    outer.tag();
    const end = outer.enter();
    assert.deepEqual([outer.tag(), outer.varint(), outer.tag()], [[1, WIRE.varint], 5, [2, WIRE.bytes]]);
    const middle = outer.enter();
    assert.deepEqual([outer.tag(), outer.varint(), outer.done], [[1, WIRE.varint], 6, true]);
    assert.throws(() => outer.varint(), malformed);
    assert.throws(() => outer.advance(1), malformed);
    outer.leave(middle);
    assert.ok(outer.done);
    outer.leave(end);
    assert.deepEqual([outer.tag(), outer.varint(), outer.done], [[2, WIRE.varint], 7, true]);
  });

  it('goes on behind a nested message that was left before its end, and enters none that is cut off', () => {
    const outer = reader('03010203' + '04' + '05aa');
    outer.leave(outer.enter());
    assert.equal(outer.varint(), 4);
    assert.throws(() => outer.enter(), malformed);
    const inner = reader('0203aa' + 'bbcc');
    inner.enter();
    assert.throws(() => inner.view(), malformed, 'a field that is longer than the message around it');
  });

  it('refuses strings that are not UTF-8 and keeps a byte order mark', () => {
    assert.throws(() => reader('02c328').string(), malformed);
    assert.equal(reader('04efbbbf61').string(), '\uFEFFa');
  });

  it('gives byte fields as views of the input', () => {
    const bytes = Uint8Array.of(2, 9, 9);
    const view = new WireReader(bytes).view();
    bytes[1] = 7;
    assert.deepEqual([...view], [7, 9]);
  });

  it('puts the length of what is nested before it, however many bytes that takes', () => {
    for (const size of [0, 1, 125, 127, 128, 16_381, 16_383, 16_384, 2_097_151, 2_097_152]) {
      const content = new Uint8Array(size).fill(7);
      const expected = new WireWriter()
        .uint(1, 300)
        .bytes(2, content)
        .string(3, 'é'.repeat(size % 1000))
        .finish();
      const writer = new WireWriter(1).uint(1, 300);
      const start = writer.open(2);
      writer.raw(content).close(start);
      writer.string(3, 'é'.repeat(size % 1000));
      assert.deepEqual(writer.finish(), expected);
    }
  });

  it('keeps nothing of what was taken', () => {
    const writer = new WireWriter();
    const taken = writer.string(1, 'to be forgotten').take();
    assert.deepEqual(taken, new WireWriter().string(1, 'to be forgotten').finish());
    assert.equal(writer.finish().length, 0);
    writer.raw(new Uint8Array(0));
    assert.ok(!Buffer.from((Reflect.get(writer, 'buffer') as Uint8Array).buffer).includes('forgotten'));
  });
});
