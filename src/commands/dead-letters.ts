import type { LedgerReader } from '../ledger/index.ts';
import { encodeHex, parseBatchStatement, sha256 } from '../proof/index.ts';
import { AffidavitError, decodeLeaf, Frame, kindName, KIND, LedgerRecord, Quarantined } from '../record/index.ts';
import type { BatchStatement } from '../record/index.ts';
import { readCheckpoint, readEntries } from './log-reading.ts';

/** A message that was quarantined, and where it stands now. */
export interface DeadLetter {
  /** The leaf that says so first. */
  readonly leaf: number;
  readonly timeUs: number;
  readonly said: Quarantined;
  /** SHA-256 of its bytes, in hex. */
  readonly hash: string;
  /** How often it was quarantined. */
  times: number;
  /** `kept`: its bytes are in the dead-letter store. `appended`: the log has its batch since. */
  state: 'kept' | 'gone' | 'appended';
  /** Leaf at which its batch begins, when it is `appended`. */
  appendedAt?: number;
}

/** A message's own words, which nobody has vouched for; `undefined` for what can't be read. */
export type Opened =
  | { readonly type: 'chunk'; readonly keyId: string; readonly bytes: number }
  | { readonly type: 'batch'; readonly statement: BatchStatement; readonly hash: string; readonly kinds: string[] };

/** Most dead letters that are listed: each is held in memory. */
export const MAX_LISTED = 100_000;

/** Reads what bytes claim to be. Never throws for what they hold. */
export function openDeadLetter(bytes: Uint8Array): Opened | undefined {
  try {
    const { batch, chunk } = Frame.decode(bytes);
    if (chunk !== undefined) return { type: 'chunk', keyId: encodeHex(chunk.keyId), bytes: chunk.ciphertext.length };
    if (batch === undefined) return undefined;
    const kinds = batch.records.map((record) => kindName(LedgerRecord.decode(record).kind));
    return {
      type: 'batch',
      statement: parseBatchStatement(batch.statement),
      hash: encodeHex(sha256(batch.statement)),
      kinds,
    };
  } catch (thrown) {
    if (thrown instanceof AffidavitError && thrown.isEvidence) return undefined;
    throw thrown;
  }
}

/** All quarantined messages of a ledger's folder, in the order of the log, each once. @throws limit.exceeded, evidence.*, io.* */
export async function readDeadLetters(reader: LedgerReader): Promise<DeadLetter[]> {
  const { size } = await readCheckpoint(reader);
  const found = new Map<string, DeadLetter>();
  /** Those that hold a batch, by the hash of its statement. */
  const awaited = new Map<string, DeadLetter>();
  for await (const { index, bytes, record } of readEntries(reader, size)) {
    if (record.kind === KIND.quarantined) {
      await take(reader, found, awaited, index, record);
      continue;
    }
    if (awaited.size === 0) continue;
    const statement = encodeHex(sha256(decodeLeaf(bytes).statement));
    const letter = awaited.get(statement);
    if (letter === undefined) continue;
    letter.state = 'appended';
    letter.appendedAt = index;
    awaited.delete(statement);
  }
  return [...found.values()];
}

async function take(
  reader: LedgerReader,
  found: Map<string, DeadLetter>,
  awaited: Map<string, DeadLetter>,
  leaf: number,
  record: LedgerRecord,
): Promise<void> {
  const said = Quarantined.decode(record.body);
  const hash = encodeHex(said.hash);
  const before = found.get(hash);
  if (before !== undefined) {
    before.times += 1;
    return;
  }
  if (found.size >= MAX_LISTED)
    throw new AffidavitError('limit.exceeded', `the log has more than ${MAX_LISTED} quarantined messages`);
  const bytes = await bytesOf(reader, said.hash);
  const letter: DeadLetter = {
    leaf,
    timeUs: record.timeUs,
    said,
    hash,
    times: 1,
    state: bytes === undefined ? 'gone' : 'kept',
  };
  found.set(hash, letter);
  const opened = bytes === undefined ? undefined : openDeadLetter(bytes);
  if (opened?.type === 'batch') awaited.set(opened.hash, letter);
}

/** The bytes of a quarantined message; `undefined` when they aren't kept. @throws evidence.hash, io.* */
export async function bytesOf(reader: LedgerReader, hash: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await reader.readDeadLetter(hash);
  } catch (thrown) {
    if (thrown instanceof AffidavitError && thrown.code === 'evidence.missing') return undefined;
    throw thrown;
  }
}
