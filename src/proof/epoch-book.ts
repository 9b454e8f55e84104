import { AffidavitError, KEY_ROLE } from '../record/index.ts';
import type { BatchStatement } from '../record/index.ts';
import { EpochChain } from './epoch-chain.ts';
import type { MissingBatches } from './epoch-chain.ts';
import { encodeHex, sha256 } from './platform.ts';
import { EPOCH_BYTES, statementHash } from './statement.ts';

/** Batches that are missing, with whose they are. */
export interface MissingInEpoch extends MissingBatches {
  keyId: string;
  epoch: string;
}

/** Most epochs that are kept whole: those that run, or ended without `stopped`, or have holes. */
export const MAX_OPEN_EPOCHS = 262_144;
/** Most epochs of which only the name is kept. */
export const MAX_CLOSED_EPOCHS = 1_000_000;

/** What the first record of a batch tells of its epoch. */
export interface BatchHead {
  /** When it was written, by the producer's clock. */
  readonly timeUs: number;
  /** The epoch before, empty for none; `undefined` when the record doesn't say. */
  readonly previousEpoch: Uint8Array | undefined;
}

interface Entry {
  keyId: string;
  epoch: string;
  chain: EpochChain;
  /** Written by the ledger itself: its epochs are not counted, it makes one for each attempt to commit. */
  own: boolean;
  /** It came to the log after an epoch that was begun later. */
  late: boolean;
}

/** Every epoch of a log. What ended whole is reduced to its name, so that memory is bounded by what is open. */
export class EpochBook {
  private readonly open = new Map<string, Entry>();
  private readonly closed = new Set<string>();
  /** The newest epoch of each key. */
  private readonly newest = new Map<string, string>();
  /** Epochs of each key whose first batch is not there. */
  private readonly headless = new Map<string, Set<string>>();
  /** Of each key, when the newest of its epochs that know of none before them was begun, by the producer's clock. */
  private readonly rootlessUs = new Map<string, number>();
  private stopped = 0;

  /**
   * Takes a batch.
   * @param head what its first record tells
   * @throws evidence.fork, evidence.malformed, evidence.missing, limit.exceeded
   */
  accept(statement: BatchStatement, encoded: Uint8Array, role: number, head: BatchHead): void {
    const name = nameOf(statement.keyId, statement.epoch);
    if (this.closed.has(name))
      throw new AffidavitError('evidence.fork', `epoch ${encodeHex(statement.epoch)} has ended, and goes on`);
    const known = this.open.get(name);
    if (known?.chain.stopped === true && statement.batchNo >= known.chain.nextBatch)
      throw new AffidavitError('evidence.fork', `epoch ${known.epoch} has ended, and goes on`);
    const entry = known ?? this.add(name, statement.keyId, statement.epoch);
    entry.own = role === KEY_ROLE.ledger;
    const isNew = entry.chain.nextBatch === 0;
    if (isNew) entry.late = this.isLate(name, entry, statement, head);
    if (isNew && !entry.late) this.begin(name, entry.keyId);
    entry.chain.accept(statement, statementHash(encoded));
    this.noteHead(name, entry, isNew, statement.batchNo);
    if (statement.batchNo === 0 && head.previousEpoch?.length === 0) this.noteRootless(entry.keyId, head.timeUs);
  }

  /** A producer says how many batches its epoch before had. */
  claim(keyId: Uint8Array, epoch: Uint8Array, batches: number): void {
    const chain = this.chainOf(keyId, epoch);
    if (chain === undefined) return;
    chain.claimedBatches = Math.max(chain.claimedBatches, batches);
    if (chain.nextBatch === 0 && batches > 0) this.headlessOf(encodeHex(keyId)).add(nameOf(keyId, epoch));
  }

  /** The epoch's chain; `undefined` when it ended whole. A name that is not known yet gets an empty one. */
  chainOf(keyId: Uint8Array, epoch: Uint8Array): EpochChain | undefined {
    const name = nameOf(keyId, epoch);
    return this.closed.has(name) ? undefined : (this.open.get(name) ?? this.add(name, keyId, epoch)).chain;
  }

  /** True when batches of the epoch were seen. */
  knows(keyId: Uint8Array, epoch: Uint8Array): boolean {
    const name = nameOf(keyId, epoch);
    return this.closed.has(name) || (this.open.get(name)?.chain.nextBatch ?? 0) > 0;
  }

  /** How many epochs ended whole, ended without `stopped`, and may still run. */
  counts(): { stopped: number; cut: number; running: number } {
    const counts = { stopped: this.stopped, cut: 0, running: 0 };
    for (const { chain, own, late } of this.open.values()) {
      if (own || chain.nextBatch === 0) continue;
      if (chain.stopped) counts.stopped += 1;
      else if (chain.superseded || late) counts.cut += 1;
      else counts.running += 1;
    }
    return counts;
  }

  /** What is missing, at most `limit` of it. @throws evidence.missing for what the ledger did not say itself. */
  missing(limit: number): MissingInEpoch[] {
    const missing: MissingInEpoch[] = [];
    for (const entry of this.open.values()) {
      checkAnnounced(entry);
      for (const hole of entry.chain.missing)
        if (missing.length < limit) missing.push({ keyId: entry.keyId, epoch: entry.epoch, ...publicHole(hole) });
    }
    return missing;
  }

  private add(name: string, keyId: Uint8Array, epoch: Uint8Array): Entry {
    if (keyId.length === 0 || epoch.length !== EPOCH_BYTES)
      throw new AffidavitError('evidence.malformed', 'an epoch is named by a key id and 16 bytes');
    if (this.open.size >= MAX_OPEN_EPOCHS)
      throw new AffidavitError('limit.exceeded', `over ${MAX_OPEN_EPOCHS} epochs that have not ended whole`);
    const named = { keyId: encodeHex(keyId), epoch: encodeHex(epoch) };
    const entry = { ...named, chain: new EpochChain(), own: false, late: false };
    this.open.set(name, entry);
    return entry;
  }

  /**
   * True when an epoch was begun before the newest one of its key, and what a topic had lost of it was sent again: the next epoch has counted
   * its batches; or it begins with its first batch while that of another is missing, and names neither that nor the newest as
   * the one before; or it was written before the key began anew on another disk, and doesn't name the newest.
   */
  private isLate(name: string, entry: Entry, { keyId, batchNo }: BatchStatement, head: BatchHead): boolean {
    if (entry.own) return false;
    if (entry.chain.claimedBatches > 0) return true;
    const previous = batchNo === 0 ? head.previousEpoch : undefined;
    const before = previous?.length === EPOCH_BYTES ? nameOf(keyId, previous) : '';
    if (before === this.newest.get(entry.keyId)) return false;
    if (head.timeUs < (this.rootlessUs.get(entry.keyId) ?? 0)) return true;
    const headless = [...(this.headless.get(entry.keyId) ?? [])].filter((other) => other !== name);
    return batchNo === 0 && headless.length > 0 && !headless.includes(before);
  }

  private noteRootless(keyId: string, timeUs: number): void {
    this.rootlessUs.set(keyId, Math.max(timeUs, this.rootlessUs.get(keyId) ?? 0));
  }

  private noteHead(name: string, { keyId }: Entry, isNew: boolean, batchNo: number): void {
    if (batchNo === 0) this.headless.get(keyId)?.delete(name);
    else if (isNew) this.headlessOf(keyId).add(name);
  }

  private headlessOf(keyId: string): Set<string> {
    const names = this.headless.get(keyId) ?? new Set();
    this.headless.set(keyId, names);
    return names;
  }

  /** A key's next epoch begins: the one before has ended, well or not. A ledger's epochs end without a word. */
  private begin(name: string, keyId: string): void {
    const before = this.newest.get(keyId) ?? '';
    this.newest.set(keyId, name);
    const entry = this.open.get(before);
    if (entry === undefined) return;
    entry.chain.superseded = true;
    if (entry.own) entry.chain.stopped = true;
    if (!entry.chain.stopped || entry.chain.missing.length > 0) return;
    this.open.delete(before);
    if (this.closed.size >= MAX_CLOSED_EPOCHS)
      throw new AffidavitError('limit.exceeded', `over ${MAX_CLOSED_EPOCHS} epochs`);
    this.closed.add(before);
    if (!entry.own) this.stopped += 1;
  }
}

function nameOf(keyId: Uint8Array, epoch: Uint8Array): string {
  return encodeHex(sha256(keyId, epoch)).slice(0, 24);
}

function publicHole({ firstBatch, lastBatch, firstSeq, lastSeq }: MissingBatches): MissingBatches {
  return { firstBatch, lastBatch, firstSeq, lastSeq };
}

function checkAnnounced({ keyId, epoch, chain }: Entry): void {
  const [hole] = chain.unannounced();
  if (hole !== undefined)
    throw new AffidavitError(
      'evidence.missing',
      `batches ${hole.firstBatch} to ${hole.lastBatch} of epoch ${epoch} of key ${keyId} are not there, and no gap leaf says so`,
    );
  if (chain.superseded && !chain.stopped && !chain.cutAnnounced)
    throw new AffidavitError(
      'evidence.missing',
      `epoch ${epoch} of key ${keyId} ended without \`stopped\`, and no gap leaf says so`,
    );
}
