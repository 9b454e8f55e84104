import { AffidavitError, Genesis, KIND } from '../record/index.ts';
import type { LedgerRecord } from '../record/index.ts';
import { checkLength, equalBytes } from './bytes.ts';
import { formatVerifierKey, isKeyName, noteKey, parseVerifierKey, verifyCheckpoint } from './note.ts';
import type { Checkpoint } from './note.ts';
import { encodeHex, PUBLIC_KEY_BYTES } from './platform.ts';

/** What a verifier got from elsewhere and holds fast to. What isn't given is taken from the log, and proves less. */
export interface Trust {
  /** The log's verifier key, `name+keyid+base64`. Its name is the log's origin. */
  logKey?: string;
  /** The root key that enrols all others, 32 raw bytes. */
  rootKey?: Uint8Array;
  /** The log's origin. */
  origin?: string;
  /** The last checkpoint of this log that the verifier saw: the log must extend it. */
  seen?: Checkpoint;
}

/** Something that was checked. */
export interface Check {
  /** What, in a few words; the same in every report. */
  name: string;
  /** False for what could not be held against a pinned value. A failed check throws instead. */
  ok: boolean;
  /** The finding, for a person. */
  detail: string;
}

/** @throws evidence.untrusted_key when the log isn't the pinned one. */
export function checkOrigin(origin: string, trust: Trust): void {
  if (trust.origin !== undefined && trust.origin !== origin)
    throw new AffidavitError('evidence.untrusted_key', `the log is ${origin}, not ${trust.origin}`);
}

/** Reads the record of leaf 0 as the log's `genesis`. @throws evidence.malformed, evidence.untrusted_key */
export function readGenesis(record: LedgerRecord, origin: string, trust: Trust): Genesis {
  if (record.kind !== KIND.genesis) throw new AffidavitError('evidence.malformed', 'leaf 0 is not a genesis record');
  const genesis = Genesis.decode(record.body);
  checkLength(genesis.rootPublicKey, PUBLIC_KEY_BYTES, "the genesis record's root key");
  checkLength(genesis.logPublicKey, PUBLIC_KEY_BYTES, "the genesis record's log key");
  if (!isKeyName(genesis.origin) || genesis.origin !== origin)
    throw new AffidavitError(
      'evidence.malformed',
      `the genesis record is of ${JSON.stringify(genesis.origin)}, not of ${origin}`,
    );
  if (genesis.shard >= genesis.shardCount)
    throw new AffidavitError('evidence.malformed', `shard ${genesis.shard} of ${genesis.shardCount}`);
  if (trust.rootKey !== undefined && !equalBytes(trust.rootKey, genesis.rootPublicKey))
    throw new AffidavitError(
      'evidence.untrusted_key',
      `the genesis record names the root key ${encodeHex(genesis.rootPublicKey)}, not the pinned one`,
    );
  return genesis;
}

/** Checks a checkpoint under the pinned log key, or else under the one that the log's genesis names. @throws evidence.* */
export function checkCheckpoint(note: Uint8Array, genesis: Genesis, trust: Trust): Checkpoint {
  const named = noteKey(genesis.origin, genesis.logPublicKey);
  const key = trust.logKey === undefined ? named : parseVerifierKey(trust.logKey);
  return verifyCheckpoint(note, key);
}

/** @throws evidence.consistency when a tree of the size seen before has another root. */
export function checkSameSize(checkpoint: Checkpoint, { seen }: Trust): void {
  if (seen?.origin === checkpoint.origin && seen.size === checkpoint.size && !equalBytes(seen.root, checkpoint.root))
    throw new AffidavitError(
      'evidence.consistency',
      `the tree of ${seen.size} leaves has another root than the one seen before`,
    );
}

/** The checks that say what was pinned. */
export function pinChecks(genesis: Genesis, trust: Trust): Check[] {
  const named = formatVerifierKey(noteKey(genesis.origin, genesis.logPublicKey));
  const root = encodeHex(genesis.rootPublicKey);
  return [
    trust.logKey !== undefined
      ? { name: 'log key pinned', ok: true, detail: trust.logKey }
      : {
          name: 'log key pinned',
          ok: false,
          detail: `no log key was given; used the one that the log names: ${named}`,
        },
    trust.rootKey !== undefined
      ? { name: 'root key pinned', ok: true, detail: root }
      : {
          name: 'root key pinned',
          ok: false,
          detail: `no root key was given; used the one that the log names: ${root}`,
        },
  ];
}
