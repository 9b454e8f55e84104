import { AffidavitError, KIND, PRODUCER_EVENT, ProducerStatus } from '../record/index.ts';
import type { LedgerRecord } from '../record/index.ts';
import { encodeHex, openLeaf, statementHash } from '../proof/index.ts';
import type { OpenedLeaf } from '../proof/index.ts';
import { eachOf } from './disk.ts';
import type { FolderSet, LedgerDisk } from './disk.ts';
import type { AcceptedBatch } from './draft.ts';
import { newEpoch, NO_HASH } from './epochs.ts';
import type { EpochState, OpenGap } from './epochs.ts';
import { epochIndexPath } from './layout.ts';
import { epochKey } from './staged.ts';
import type { EpochRow } from './staged.ts';

/**
 * The index of an epoch's batches: row n is batch n, 40 bytes: u64 index of its first leaf, SHA-256 of its statement.
 * Zeros: not arrived. Everything in it can be read from the leaves again.
 */

/** Bytes of an index's row. */
export const ROW_BYTES = 40;
const ROWS_AT_ONCE = 4096;

interface IndexRow {
  batchNo: number;
  leaf: number;
  hash: string;
}

function encodeIndexRow(row: EpochRow): Uint8Array {
  const bytes = Buffer.alloc(ROW_BYTES);
  bytes.writeBigUInt64BE(BigInt(row.leaf), 0);
  bytes.set(row.statementHash, 8);
  return bytes;
}

function parseRows(bytes: Uint8Array, first: number): IndexRow[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / ROW_BYTES) }, (_, i) => ({
    batchNo: first + i,
    leaf: Number(buffer.readBigUInt64BE(i * ROW_BYTES)),
    hash: encodeHex(buffer.subarray(i * ROW_BYTES + 8, (i + 1) * ROW_BYTES)),
  }));
}

/** Writes rows durably; the same rows again change nothing. */
export async function writeEpochRows(disk: LedgerDisk, rows: readonly EpochRow[], folders: FolderSet): Promise<void> {
  const epochs = Map.groupBy(rows, ({ keyId, epoch }) => epochKey(keyId, epoch));
  await eachOf([...epochs.values()], async (group) => {
    const [first] = group;
    if (first === undefined) return;
    const path = epochIndexPath(encodeHex(first.keyId), encodeHex(first.epoch));
    await disk.makeFolderOf(path, folders);
    const pieces = group.map((row) => ({ position: row.batchNo * ROW_BYTES, bytes: encodeIndexRow(row) }));
    await disk.writeInto(path, joinPieces(pieces));
  });
}

/** Rows that follow each other are one write. */
function joinPieces(pieces: { position: number; bytes: Uint8Array }[]): { position: number; bytes: Uint8Array }[] {
  const joined: { position: number; parts: Uint8Array[]; end: number }[] = [];
  for (const { position, bytes } of pieces.toSorted((a, b) => a.position - b.position)) {
    const last = joined.at(-1);
    if (last?.end === position) {
      last.parts.push(bytes);
      last.end += bytes.length;
    } else joined.push({ position, parts: [bytes], end: position + bytes.length });
  }
  return joined.map(({ position, parts }) => ({ position, bytes: Buffer.concat(parts) }));
}

/** The batch that was accepted under a number; `null` for none. */
export async function findBatch(
  disk: LedgerDisk,
  keyId: string,
  epoch: string,
  batchNo: number,
): Promise<AcceptedBatch | null> {
  const [row] = parseRows(await disk.readPiece(epochIndexPath(keyId, epoch), batchNo * ROW_BYTES, ROW_BYTES), batchNo);
  return row === undefined || row.hash === NO_HASH ? null : { leaf: row.leaf, hash: row.hash };
}

/**
 * An epoch that the state no longer holds, from its index and the leaves; `undefined` when it was never seen.
 * @param readLeaf gives a leaf's bytes.
 * @throws ledger.damaged when index and leaves don't agree.
 */
export async function restoreEpoch(
  disk: LedgerDisk,
  readLeaf: (index: number) => Promise<Uint8Array>,
  keyId: string,
  epoch: string,
): Promise<EpochState | undefined> {
  const path = epochIndexPath(keyId, epoch);
  const size = await disk.size(path);
  if (size === undefined) return undefined;
  let state = newEpoch(epoch);
  const rows = Math.floor(size / ROW_BYTES);
  let last: IndexRow | undefined;
  const open = async (row: IndexRow): Promise<OpenedLeaf> => openRow(readLeaf, row, path);
  for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
    const piece = await disk.readPiece(path, first * ROW_BYTES, Math.min(ROWS_AT_ONCE, rows - first) * ROW_BYTES);
    for (const row of parseRows(piece, first)) {
      if (row.hash === NO_HASH) continue;
      if (row.batchNo > state.nextBatch) state = { ...state, gaps: [...state.gaps, await gapBetween(open, last, row)] };
      state = { ...state, nextBatch: row.batchNo + 1, lastHash: row.hash };
      last = row;
    }
  }
  if (size === 0) return undefined;
  // A file ends with the row of the highest batch that arrived.
  if (last?.batchNo !== rows - 1 || size % ROW_BYTES !== 0)
    throw new AffidavitError('ledger.damaged', `${path} is cut off, or its end is zeros`);
  const { statement } = await open(last);
  const end = openLeaf(await readLeaf(last.leaf + statement.count - 1));
  const stopped = producerStatus(end.record)?.event === PRODUCER_EVENT.stopped;
  const nextSeq = statement.firstSeq + statement.count;
  // The state lets go of no epoch before its end was known, and said.
  return { ...state, gapsOpened: state.gaps.length, nextSeq, stopped, cut: !stopped };
}

/** The body of a `producer` record that was parsed before; `undefined` for other kinds. */
export function producerStatus(record: LedgerRecord): ProducerStatus | undefined {
  return record.kind === KIND.producer ? ProducerStatus.decode(record.body) : undefined;
}

async function openRow(
  readLeaf: (index: number) => Promise<Uint8Array>,
  row: IndexRow,
  path: string,
): Promise<OpenedLeaf> {
  const opened = openLeaf(await readLeaf(row.leaf));
  const isThis = encodeHex(statementHash(opened.leaf.statement)) === row.hash;
  if (opened.statement.batchNo !== row.batchNo || opened.leaf.index !== 0 || !isThis)
    throw new AffidavitError('ledger.damaged', `${path}: batch ${row.batchNo} doesn't begin at leaf ${row.leaf}`);
  return opened;
}

async function gapBetween(
  open: (row: IndexRow) => Promise<OpenedLeaf>,
  before: IndexRow | undefined,
  after: IndexRow,
): Promise<OpenGap> {
  const left = before === undefined ? undefined : (await open(before)).statement;
  const right = (await open(after)).statement;
  return {
    firstBatch: before === undefined ? 0 : before.batchNo + 1,
    lastBatch: after.batchNo - 1,
    firstSeq: left === undefined ? 0 : left.firstSeq + left.count,
    lastSeq: right.firstSeq - 1,
    before: before?.hash ?? NO_HASH,
    after: encodeHex(right.previousBatchHash),
  };
}
