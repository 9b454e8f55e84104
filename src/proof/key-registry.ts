import { AffidavitError, KEY_ACTION, SignedKey } from '../record/index.ts';
import type { KeyStatement } from '../record/index.ts';
import { encodeHex } from './platform.ts';
import { keyIdOf, verifyKeyStatement } from './statement.ts';

/** A key that the root key enrolled. */
export interface EnrolledKey {
  /** SHA-256 of the public key, in hexadecimal. */
  keyId: string;
  /** 32 raw bytes. */
  publicKey: Uint8Array;
  /** {@link KEY_ROLE}. */
  role: number;
  name: string;
  /** Leaf that enrolled it. */
  leaf: number;
  /** Leaf that retired it. */
  retiredLeaf: number | undefined;
  /** Time of the root key's last statement about it, in microseconds. */
  statedUs: number;
}

/**
 * True when a statement counts after the one that was said of its key at `statedUs`. Whoever holds an old statement can
 * show it again: it must not bring a retired key back. Retiring wins a tie.
 */
export function isLaterStatement(statement: KeyStatement, statedUs: number): boolean {
  if (statement.timeUs !== statedUs) return statement.timeUs > statedUs;
  return statement.action === KEY_ACTION.retired;
}

/** Most keys of a log. */
export const MAX_KEYS = 65_536;

/** The keys of a log, as its `key` leaves enrol and retire them. */
export class KeyRegistry {
  private readonly keys = new Map<string, EnrolledKey>();
  private readonly rootKey: Uint8Array;
  private readonly origin: string;

  /** @param rootKey 32 raw bytes. */
  constructor(rootKey: Uint8Array, origin: string) {
    this.rootKey = rootKey;
    this.origin = origin;
  }

  /** All keys, in the order of their enrolment. */
  get all(): EnrolledKey[] {
    return [...this.keys.values()];
  }

  /**
   * Takes the body of a `key` leaf. A rotation enrols its key as an enrolment does; the key before stays until it is
   * retired. A statement older than the last one about its key changes nothing. @throws evidence.malformed, evidence.signature, evidence.untrusted_key, limit.exceeded
   */
  take(body: Uint8Array, leaf: number): EnrolledKey {
    const statement = verifyKeyStatement(SignedKey.decode(body), this.rootKey, this.origin);
    const keyId = encodeHex(keyIdOf(statement.publicKey));
    const known = this.keys.get(keyId);
    const retired = statement.action === KEY_ACTION.retired;
    if (retired && known === undefined)
      throw new AffidavitError('evidence.malformed', `key ${keyId} is retired and was not enrolled`);
    if (known !== undefined && !isLaterStatement(statement, known.statedUs)) return known;
    if (known === undefined && this.keys.size >= MAX_KEYS)
      throw new AffidavitError('limit.exceeded', `a log with over ${MAX_KEYS} keys`);
    const key: EnrolledKey = {
      keyId,
      publicKey: Uint8Array.from(statement.publicKey),
      role: retired && known !== undefined ? known.role : statement.role,
      name: statement.name,
      leaf: known?.leaf ?? leaf,
      retiredLeaf: retired ? leaf : undefined,
      statedUs: statement.timeUs,
    };
    this.keys.set(keyId, key);
    return key;
  }

  /** The key that may sign now. @throws evidence.untrusted_key when it isn't enrolled, or was retired. */
  resolve(keyId: Uint8Array): EnrolledKey {
    const name = encodeHex(keyId);
    const key = this.keys.get(name);
    if (key === undefined) throw new AffidavitError('evidence.untrusted_key', `key ${name} is not enrolled`);
    if (key.retiredLeaf !== undefined)
      throw new AffidavitError('evidence.untrusted_key', `key ${name} was retired by leaf ${key.retiredLeaf}`);
    return key;
  }
}
