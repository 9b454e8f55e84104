import assert from 'node:assert/strict';
import { createCipheriv, createHmac, createPrivateKey, createPublicKey, diffieHellman, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { hpkeKeyPair, hpkeOpen, hpkeSeal } from '../../../src/seal/hpke.ts';

/**
 * RFC 9180 written down a second time, on Node's own X25519 and HMAC: it is held against the RFC's test vector (for
 * AES-128-GCM, the only one there with this KEM and KDF), then our HPKE is held against it.
 */

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const KEM_ID = Buffer.concat([Buffer.from('KEM'), hex('0020')]);
const suiteId = (aead: 1 | 2): Buffer => Buffer.concat([Buffer.from('HPKE'), hex(`00200001000${aead}`)]);

function extract(suite: Buffer, salt: Buffer, label: string, ikm: Buffer): Buffer {
  const labeled = Buffer.concat([Buffer.from('HPKE-v1'), suite, Buffer.from(label), ikm]);
  return createHmac('sha256', salt).update(labeled).digest();
}

function expand(suite: Buffer, prk: Buffer, label: string, info: Buffer, length: number): Buffer {
  const size = Buffer.alloc(2);
  size.writeUInt16BE(length);
  const labeled = Buffer.concat([size, Buffer.from('HPKE-v1'), suite, Buffer.from(label), info]);
  return createHmac('sha256', prk).update(labeled).update(Uint8Array.of(1)).digest().subarray(0, length);
}

const NONE = Buffer.alloc(0);

function privateKey(raw: Buffer): KeyObject {
  const der = Buffer.concat([hex('302e020100300506032b656e04220420'), raw]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

function publicKey(raw: Buffer): KeyObject {
  return createPublicKey({ key: Buffer.concat([hex('302a300506032b656e032100'), raw]), format: 'der', type: 'spki' });
}

/** RFC 9180 §7.1.3, DeriveKeyPair of X25519. */
function derive(ikm: Buffer): { secret: KeyObject; raw: Buffer; public: Buffer } {
  const raw = expand(KEM_ID, extract(KEM_ID, NONE, 'dkp_prk', ikm), 'sk', NONE, 32);
  const secret = privateKey(raw);
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' });
  return { secret, raw, public: spki.subarray(-32) };
}

/** RFC 9180 §4.1 and §5.1: key and base nonce of the base mode. */
function schedule(
  aead: 1 | 2,
  dh: Buffer,
  enc: Buffer,
  recipient: Buffer,
  info: Buffer,
): { key: Buffer; nonce: Buffer } {
  const prk = extract(KEM_ID, NONE, 'eae_prk', dh);
  const shared = expand(KEM_ID, prk, 'shared_secret', Buffer.concat([enc, recipient]), 32);
  const suite = suiteId(aead);
  const pskIdHash = extract(suite, NONE, 'psk_id_hash', NONE);
  const context = Buffer.concat([Uint8Array.of(0), pskIdHash, extract(suite, NONE, 'info_hash', info)]);
  const secret = extract(suite, shared, 'secret', NONE);
  return {
    key: expand(suite, secret, 'key', context, aead === 1 ? 16 : 32),
    nonce: expand(suite, secret, 'base_nonce', context, 12),
  };
}

describe('HPKE', () => {
  const info = hex('4f6465206f6e2061204772656369616e2055726e');

  it("is known here as RFC 9180's vector A.1.1 has it", () => {
    const ephemeral = derive(hex('7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234'));
    const recipient = derive(hex('6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037'));
    assert.equal(ephemeral.public.toString('hex'), '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431');
    const dh = diffieHellman({ privateKey: ephemeral.secret, publicKey: publicKey(recipient.public) });
    const { key, nonce } = schedule(1, dh, ephemeral.public, recipient.public, info);
    assert.equal(key.toString('hex'), '4531685d41d65f03dc48f6b8302c05b0');
    assert.equal(nonce.toString('hex'), '56d890e5accaaf011cff4b7d');
    const cipher = createCipheriv('aes-128-gcm', key, nonce);
    cipher.setAAD(hex('436f756e742d30'));
    const plain = hex('4265617574792069732074727574682c20747275746820626561757479');
    const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    assert.equal(
      sealed.toString('hex'),
      'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a',
    );
  });

  it('makes the key pairs of the RFC', async () => {
    const pair = await hpkeKeyPair(hex('6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037'));
    assert.deepEqual(pair, {
      publicKey: new Uint8Array(hex('3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d')),
      privateKey: new Uint8Array(hex('4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8')),
    });
  });

  it('seals with AES-256-GCM exactly what RFC 9180 says', async () => {
    for (const plain of [NONE, Buffer.from('interval key'), randomBytes(32)]) {
      const seed = randomBytes(32);
      const recipient = derive(randomBytes(32));
      const ephemeral = derive(seed);
      const dh = diffieHellman({ privateKey: ephemeral.secret, publicKey: publicKey(recipient.public) });
      const { key, nonce } = schedule(2, dh, ephemeral.public, recipient.public, info);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const expected = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      const sealed = await hpkeSeal(recipient.public, info, plain, seed);
      assert.deepEqual(Buffer.from(sealed.encapsulated), ephemeral.public);
      assert.deepEqual(Buffer.from(sealed.ciphertext), expected);
      const opened = await hpkeOpen({ publicKey: recipient.public, privateKey: recipient.raw }, info, sealed);
      assert.deepEqual(Buffer.from(opened), plain);
    }
  });

  it('opens with nothing else: another key, info, ciphertext or encapsulated key', async () => {
    const keys = await hpkeKeyPair(randomBytes(32));
    const other = await hpkeKeyPair(randomBytes(32));
    const sealed = await hpkeSeal(keys.publicKey, info, randomBytes(32), randomBytes(32));
    const flipped = (bytes: Uint8Array): Uint8Array => bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
    const evidence = { code: 'evidence.hash' };
    await assert.rejects(hpkeOpen(other, info, sealed), evidence);
    await assert.rejects(hpkeOpen(keys, NONE, sealed), evidence);
    await assert.rejects(hpkeOpen(keys, info, { ...sealed, ciphertext: flipped(sealed.ciphertext) }), evidence);
    await assert.rejects(hpkeOpen(keys, info, { ...sealed, ciphertext: NONE }), evidence);
    await assert.rejects(hpkeOpen(keys, info, { ...sealed, encapsulated: flipped(sealed.encapsulated) }), evidence);
    await assert.rejects(hpkeOpen(keys, info, { ...sealed, encapsulated: Buffer.alloc(32) }), evidence);
    await assert.rejects(hpkeOpen(keys, info, { ...sealed, encapsulated: NONE }), { code: 'evidence.malformed' });
  });

  it('refuses a public key that is none', async () => {
    await assert.rejects(hpkeSeal(Buffer.alloc(31), info, NONE, randomBytes(32)), { code: 'key.malformed' });
    await assert.rejects(hpkeSeal(Buffer.alloc(32), info, NONE, randomBytes(32)), { code: 'key.malformed' });
  });
});
