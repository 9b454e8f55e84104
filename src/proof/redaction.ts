import { AffidavitError, Exchange, KIND, RedactedEntry } from '../record/index.ts';
import { encodeUtf8, equalBytes } from './bytes.ts';
import { hmacSha256 } from './hmac.ts';
import { leafHash, MerkleTree, verifyInclusion } from './tree.ts';
import type { LedgerRecord } from '../record/index.ts';

/**
 * What proves redaction: each value that was replaced has an entry in a list, with a commitment under a salt of its own.
 * The record carries the root of the RFC 6962 tree over the list, so that one value can be shown with its entry, salt
 * and audit path, and nothing is said of the others.
 */

/** Most values of an exchange that are listed; further ones are counted only. */
export const MAX_REDACTED_ENTRIES = 10_000;

/** Label of the secret of the part `originals` that the salts of a part's values are made of. */
export function valuesLabel(part: string): string {
  return `${part}_values`;
}

/** The salt of the value that a part's list has at `index`: who is shown one salt can work out no other. 32 bytes. */
export function saltOfValue(partSalt: Uint8Array, index: number): Uint8Array {
  return hmacSha256(partSalt, encodeUtf8(`value ${index}`));
}

/** The commitment to the value at `index` of a part: HMAC-SHA-256 (RFC 2104) under the value's salt, 32 bytes. */
export function commitmentOf(partSalt: Uint8Array, index: number, value: Uint8Array): Uint8Array {
  return hmacSha256(saltOfValue(partSalt, index), value);
}

function treeOf(entries: readonly RedactedEntry[]): MerkleTree {
  return new MerkleTree(entries.map((entry) => leafHash(RedactedEntry.encode(entry))));
}

/** What a record says of its list: the root of the tree over the encoded entries; empty for an empty list. */
export function redactedRoot(entries: readonly RedactedEntry[]): Uint8Array {
  return entries.length === 0 ? new Uint8Array(0) : treeOf(entries).root;
}

/** One value out of a record's list, with what it takes to check it. */
export interface DisclosedValue {
  /** Its place in the record's whole list, from 0. */
  readonly place: number;
  readonly entry: RedactedEntry;
  /** Audit path of the entry (RFC 6962 §2.1.1). */
  readonly path: readonly Uint8Array[];
  /** Salt of this value, 32 bytes. */
  readonly salt: Uint8Array;
  /** The value as it came. */
  readonly value: Uint8Array;
}

/** The audit path of the entry at `place`. @throws evidence.malformed when there is none */
export function redactedPath(entries: readonly RedactedEntry[], place: number): Uint8Array[] {
  return treeOf(entries).path(place);
}

/**
 * Checks that a value is what redaction replaced in the exchange that `record` tells of, at the place that it claims.
 * @throws evidence.malformed, evidence.inclusion, evidence.hash
 */
export function verifyDisclosedValue(record: LedgerRecord, disclosed: DisclosedValue): void {
  if (record.kind !== KIND.exchange)
    throw new AffidavitError('evidence.malformed', 'only records of exchanges tell of redacted values');
  const { redactedValues, redactedRoot: root } = Exchange.decode(record.body);
  const { place, entry, path, salt, value } = disclosed;
  if (redactedValues === 0) throw new AffidavitError('evidence.inclusion', 'the record lists no redacted values');
  verifyInclusion(place, redactedValues, leafHash(RedactedEntry.encode(entry)), path, root);
  if (entry.commitment.length === 0)
    throw new AffidavitError(
      'evidence.missing',
      'nothing was committed to: a value of this kind can be shown to nobody',
    );
  if (!equalBytes(hmacSha256(salt, value), entry.commitment))
    throw new AffidavitError('evidence.hash', 'the value is not the one that was redacted');
}
