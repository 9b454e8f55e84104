import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { decodeBase64, encodeBase64, encodeHex, equalBytes, sha256, verifyEd25519 } from '../../../src/proof/index.ts';
import { hex, refused, unhex } from './expect.ts';
import { flipped, TestKey } from './sample-log.ts';

describe('SHA-256', () => {
  it('has the known answer, and does not care how its input is cut', () => {
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    assert.equal(hex(sha256(Uint8Array.from(Buffer.from('abc')))), abc);
    assert.equal(hex(sha256(Uint8Array.of(97), Uint8Array.of(98, 99))), abc);
    assert.equal(hex(sha256()), createHash('sha256').digest('hex'));
    const large = new Uint8Array(40_000).fill(3);
    assert.equal(hex(sha256(large, large)), createHash('sha256').update(large).update(large).digest('hex'));
  });

  it('gives each hash bytes of its own, which later ones leave alone', () => {
    const inputs = Array.from({ length: 100 }, (_, n) => Uint8Array.of(n));
    const expected = inputs.map((bytes) => createHash('sha256').update(bytes).digest('hex'));
    const hashes = inputs.map((bytes) => sha256(bytes));
    assert.deepEqual(hashes.map(hex), expected);
    hashes[0]?.fill(0);
    assert.deepEqual(hashes.slice(1).map(hex), expected.slice(1));
  });
});

describe('Ed25519', () => {
  const key = new TestKey('some key');
  const message = Uint8Array.of(1, 2, 3);
  const signature = key.sign(message);

  it('verifies the known answer of RFC 8032 §7.1, test 3', () => {
    const publicKey = unhex('fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025');
    const known = unhex(
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    );
    assert.ok(verifyEd25519(publicKey, unhex('af82'), known));
  });

  it('refuses another message, signature or key', () => {
    assert.ok(verifyEd25519(key.publicKey, message, signature));
    assert.ok(!verifyEd25519(key.publicKey, flipped(message, 0), signature));
    for (let at = 0; at < 64; at++) assert.ok(!verifyEd25519(key.publicKey, message, flipped(signature, at)));
    assert.ok(!verifyEd25519(new TestKey('other').publicKey, message, signature));
  });

  it('is false, not an exception, for keys and signatures that are none', () => {
    for (const length of [0, 31, 33]) assert.ok(!verifyEd25519(new Uint8Array(length), message, signature));
    for (const length of [0, 63, 65]) assert.ok(!verifyEd25519(key.publicKey, message, new Uint8Array(length)));
    for (let i = 0; i < 256; i++) {
      assert.ok(!verifyEd25519(new Uint8Array(32).fill(i), message, signature));
      assert.ok(!verifyEd25519(sha256(Uint8Array.of(i)), message, signature));
    }
  });

  it('refuses keys of small order, under which one signature holds for every message', () => {
    // R is the neutral element and S zero: S·B = R + k·A holds for every k when A is the neutral element too.
    const neutral = Uint8Array.of(1, ...new Uint8Array(31));
    const universal = Uint8Array.of(...neutral, ...new Uint8Array(32));
    for (let i = 0; i < 16; i++) assert.ok(!verifyEd25519(neutral, Uint8Array.of(i), universal));
    const signed = flipped(neutral, 31, 0x80);
    for (let i = 0; i < 16; i++) assert.ok(!verifyEd25519(signed, Uint8Array.of(i), universal));
  });

  it('keeps working when more keys were seen than it keeps', () => {
    for (let i = 0; i < 300; i++) {
      const other = new TestKey(`key ${i}`);
      assert.ok(verifyEd25519(other.publicKey, message, other.sign(message)));
    }
    assert.ok(verifyEd25519(key.publicKey, message, signature));
  });
});

describe('Base64 and hexadecimal', () => {
  it('have one spelling for each value', () => {
    assert.equal(encodeBase64(Uint8Array.of(251, 255, 1)), '+/8B');
    assert.deepEqual(decodeBase64('+/8B'), Uint8Array.of(251, 255, 1));
    assert.deepEqual(decodeBase64(''), new Uint8Array(0));
    for (const text of ['-_8B', 'AB', 'AB=', 'AB==x', 'AA==\n', ' AA==', 'AB==', 'A', '====', 'ÄÄÄÄ'])
      assert.throws(() => decodeBase64(text), refused('evidence.malformed'), text);
    assert.equal(encodeHex(Uint8Array.of(0, 171)), '00ab');
  });

  it('and bytes compare by content', () => {
    assert.ok(equalBytes(Uint8Array.of(1, 2), Buffer.from([1, 2])));
    assert.ok(!equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1)));
    assert.ok(!equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3)));
  });
});
