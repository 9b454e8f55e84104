import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AffidavitError, FORMAT, KeyStatement } from '../record/index.ts';
import type { SignedKey } from '../record/index.ts';
import { KEY_PAYLOAD_TYPE, keyIdOf, preAuthEncoding } from '../proof/index.ts';
import type { Random } from '../runtime/index.ts';
import { checkBytes } from './checks.ts';

/** PrivateKeyInfo of an Ed25519 key up to its 32 bytes (RFC 8410 §7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const RAW_BYTES = 32;

/** An Ed25519 key that signs (RFC 8032). */
export class SigningKey {
  /** Raw public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Its fingerprint, SHA-256 of the raw public key: how statements name it. */
  readonly keyId: Uint8Array;
  private readonly key: KeyObject;

  private constructor(key: KeyObject) {
    const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
    this.key = key;
    this.publicKey = new Uint8Array(spki.subarray(spki.length - RAW_BYTES));
    this.keyId = keyIdOf(this.publicKey);
  }

  /** A new key of 32 random bytes. */
  static generate(random: Random): SigningKey {
    return SigningKey.fromSeed(random.bytes(RAW_BYTES));
  }

  /** The key of a 32-byte private key as RFC 8032 has it. */
  static fromSeed(seed: Uint8Array): SigningKey {
    checkBytes(seed, RAW_BYTES, 'a private key');
    const der = Buffer.concat([PKCS8_PREFIX, seed]);
    return new SigningKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  }

  /** Reads a key from PKCS#8 PEM. `name` stands in the error. @throws key.malformed for anything else. */
  static fromPem(pem: string, name: string): SigningKey {
    let key: KeyObject;
    try {
      key = createPrivateKey(pem);
    } catch (thrown) {
      throw new AffidavitError('key.malformed', `${name} is not a private key in PEM`, { cause: thrown });
    }
    if (key.asymmetricKeyType !== 'ed25519')
      throw new AffidavitError('key.malformed', `${name} is of type ${String(key.asymmetricKeyType)}, not Ed25519`);
    return new SigningKey(key);
  }

  /** The private key as PKCS#8 PEM. */
  toPem(): string {
    return this.key.export({ format: 'pem', type: 'pkcs8' }) as string;
  }

  /** Signature of a message, 64 bytes. */
  sign(message: Uint8Array): Uint8Array {
    return sign(null, message, this.key);
  }
}

/** What the root key says of another key, signed as proof/'s `verifyKeyStatement` expects it. */
export function signKeyStatement(root: SigningKey, statement: KeyStatement): SignedKey {
  const encoded = KeyStatement.encode({ ...statement, format: FORMAT });
  return { statement: encoded, signature: root.sign(preAuthEncoding(KEY_PAYLOAD_TYPE, encoded)) };
}
