import { AffidavitError } from '../record/index.ts';
import { decodeBase64, encodeBase64, MAX_NOTE_BYTES, noteKey, signNote, verifyNote } from '../proof/index.ts';
import type { NoteKey } from '../proof/index.ts';
import { contiguousBatches } from './epochs.ts';
import type { EpochState } from './epochs.ts';
import { asArray, asBoolean, asCount, asHex, asObject, parseJson } from './json.ts';
import type { Signer } from './leaves.ts';
import { stateRoot } from './state.ts';
import type { LedgerState } from './state.ts';

/**
 * How far an epoch has arrived. Listed are the newest epochs of each key, and every older one that isn't settled. An
 * epoch is settled, and may no longer be listed, only when all of this holds: no batch is missing between those that
 * arrived; it said `stopped`, or its key's next epoch counted its batches in its first record (or knew of no epoch
 * before); as many as were counted arrived. So an epoch that isn't listed is wholly in the log when batch 0 of the
 * epoch that its producer began next is: that epoch is listed with at least one batch, or is wholly in the log itself.
 * An epoch of which nothing arrived is listed (with 0 batches) only once the next one named it.
 */
export interface EpochPosition {
  /** SHA-256 of the producer's key, as hex. */
  keyId: string;
  /** 16 bytes, as hex. */
  epoch: string;
  /** Batches from 0 that are in the log without a gap: whatever has a lower number needn't be kept by its producer. */
  batches: number;
  /** The batch after the highest that arrived: when that is more than `batches`, some between them have not. */
  next: number;
  stopped: boolean;
}

/** How far every producer has arrived, under a published checkpoint. */
export interface LedgerPositions {
  origin: string;
  size: number;
  /** Root of the checkpoint, 32 bytes. */
  root: Uint8Array;
  /**
   * How often the bus went on elsewhere than was expected: when there is one more, messages before it may never have come,
   * chunks of payloads among them, of which no epoch tells.
   */
  jumps: number;
  epochs: EpochPosition[];
}

/** First line of the note: no checkpoint begins with it, so neither can be taken for the other. */
const TITLE = 'affidavit/v1 positions';
/** Of the line of JSON: the rest of the note is short. */
const MAX_JSON_CHARS = MAX_NOTE_BYTES - 10_000;

/**
 * The positions of a published state as a note (C2SP signed-note): title, origin, size, root, and one line of JSON.
 * @param only key id (hex) of the producer whose epochs are listed; those of one key always fit into a note
 * @throws protocol when those of all keys are too many for a note
 */
export function formatPositions(state: LedgerState, logKey: Signer, only?: string): Uint8Array {
  const epochs = [...state.producers]
    .filter(([keyId]) => only === undefined || keyId === only)
    .flatMap(([keyId, producer]) => producer.epochs.map((epoch) => positionOf(keyId, epoch)));
  const json = JSON.stringify({ jumps: state.busJumps, epochs });
  if (json.length > MAX_JSON_CHARS)
    throw new AffidavitError(
      'protocol',
      `the positions of ${state.producers.size} keys are over ${MAX_JSON_CHARS} bytes: ask for those of one, /v1/positions/<key id>`,
    );
  const lines = [TITLE, state.origin, state.size, encodeBase64(stateRoot(state)), json];
  const text = lines.map((line) => `${line}\n`).join('');
  return signNote(text, noteKey(state.origin, logKey.publicKey), (message) => logKey.sign(message));
}

function positionOf(keyId: string, epoch: EpochState): EpochPosition {
  const { epoch: name, nextBatch, stopped } = epoch;
  return { keyId, epoch: name, batches: contiguousBatches(epoch), next: nextBatch, stopped };
}

/** Reads positions that a log signed. @throws evidence.signature, evidence.untrusted_key, evidence.malformed */
export function verifyPositions(note: Uint8Array, key: NoteKey): LedgerPositions {
  const [title, origin = '', size = '', root = '', json = '', ...rest] = verifyNote(note, key).text.split('\n');
  if (title !== TITLE || origin !== key.name || rest.length !== 1 || !/^[0-9]{1,16}$/.test(size))
    throw new AffidavitError('evidence.malformed', 'not the positions of this log');
  try {
    const { epochs, jumps } = asObject(parseJson(json, 'positions'), 'positions');
    return {
      origin,
      size: asCount(Number(size), 'size'),
      root: decodeBase64(root),
      jumps: asCount(jumps, 'jumps'),
      epochs: asArray(epochs, 'epochs').map(parseEpoch),
    };
  } catch (thrown) {
    // The log key signed it: that it can't be read speaks against the log, not against the line it came over.
    const { message } = AffidavitError.from(thrown, 'protocol', 'read positions');
    throw new AffidavitError('evidence.malformed', message, { cause: thrown });
  }
}

function parseEpoch(value: unknown): EpochPosition {
  const json = asObject(value, 'epoch');
  return {
    keyId: asHex(json['keyId'], 'keyId', 64),
    epoch: asHex(json['epoch'], 'epoch', 32),
    batches: asCount(json['batches'], 'batches'),
    next: asCount(json['next'], 'next'),
    stopped: asBoolean(json['stopped'], 'stopped'),
  };
}
