import { KEY_ROLE, KIND, type LedgerRecord, PRODUCER_EVENT, ProducerStatus } from '../record/index.ts';
import { encodeHex } from './platform.ts';
import { EPOCH_BYTES } from './statement.ts';

/** What is odd about a producer's epochs, beside what is missing of them. */
export type ContinuityKind =
  /** Two epochs say that they follow the same one: the producer's disk was copied, or set back to an older state. */
  | 'cloned'
  /** It knows of no epoch before it, though its key had some: the producer's disk was emptied, or exchanged. */
  | 'wiped'
  /** An epoch went on when the same key had begun another one: two processes have the key. */
  | 'overlapping'
  /** An epoch ended without `stopped`, as far as anybody knows: nothing came of it for long, and no other one began. */
  | 'silent';

/** One such finding. */
export interface ContinuityFinding {
  readonly what: ContinuityKind;
  readonly keyId: string;
  readonly epoch: string;
  /** The epoch that it has to do with: the one that also follows, the one before, the one that was begun meanwhile. */
  readonly other: string;
  /** Leaf that shows it; of a silent epoch the last one. */
  readonly leaf: number;
  /** By the producer's clock: when that leaf was written. */
  readonly timeUs: number;
}

interface Epoch {
  readonly keyId: string;
  readonly epoch: string;
  startedUs: number;
  lastUs: number;
  lastLeaf: number;
  nextSeq: number;
  isStopped: boolean;
  isOverlapping: boolean;
  /** Its clock was ahead of that of the epoch that followed it: what is late of it can't be told from what overlaps. */
  wasAhead: boolean;
}

/** Bounds of what is remembered: the oldest is forgotten first. */
const MAX_EPOCHS = 65_536;
const MAX_FOLLOWED = 262_144;
/** Most findings that are kept. */
const MAX_FINDINGS = 1_000;
/** Clocks are set now and then. */
const CLOCK_SLACK_US = 2_000_000;

/** Follows the epochs of everyone who writes to a log but the ledger itself, leaf by leaf, in bounded memory. */
export class ContinuityBook {
  /** By key and epoch, the one that was heard of last at the end. */
  readonly #epochs = new Map<string, Epoch>();
  /** The newest epoch of each key. */
  readonly #newest = new Map<string, Epoch>();
  /** The newest epoch of each key that knows of none before it. */
  readonly #rootless = new Map<string, Epoch>();
  /** Which epoch follows another one. */
  readonly #followers = new Map<string, string>();
  readonly #findings: ContinuityFinding[] = [];
  #newestUs = 0;

  /** Takes a leaf, and the role of the key that signed it. */
  take(leaf: number, record: LedgerRecord, role: number): void {
    this.#newestUs = Math.max(this.#newestUs, record.timeUs);
    if (role === KEY_ROLE.ledger) return;
    const { kind, seq, timeUs, body } = record;
    const status = kind === KIND.producer ? ProducerStatus.decode(body) : undefined;
    const epoch = this.#epochOf(record);
    if (seq === 0) this.#begin(epoch, leaf, timeUs, status?.previousEpoch ?? new Uint8Array(0));
    if (seq >= epoch.nextSeq) this.#goOn(epoch, leaf, timeUs);
    epoch.nextSeq = Math.max(epoch.nextSeq, seq + 1);
    epoch.lastUs = Math.max(epoch.lastUs, timeUs);
    epoch.lastLeaf = Math.max(epoch.lastLeaf, leaf);
    if (status?.event === PRODUCER_EVENT.stopped) epoch.isStopped = true;
  }

  /** When the newest record was written, by its producer's clock. */
  get newestUs(): number {
    return this.#newestUs;
  }

  /** What was found, and the epochs of which nothing was heard for `silentUs` at `nowUs`. */
  findings(silentUs: number, nowUs: number): ContinuityFinding[] {
    const silent = [...this.#newest.values()]
      .filter(({ isStopped, lastUs }) => !isStopped && nowUs - lastUs > silentUs)
      .map(({ keyId, epoch, lastLeaf, lastUs }) => ({
        what: 'silent' as const,
        ...{ keyId, epoch, other: '', leaf: lastLeaf, timeUs: lastUs },
      }));
    return [...this.#findings, ...silent].slice(0, MAX_FINDINGS);
  }

  #begin(epoch: Epoch, leaf: number, timeUs: number, previous: Uint8Array): void {
    const { keyId } = epoch;
    const before = this.#newest.get(keyId);
    epoch.startedUs = timeUs;
    if (previous.length === EPOCH_BYTES) {
      const name = `${keyId} ${encodeHex(previous)}`;
      const follower = this.#followers.get(name);
      if (follower === undefined) this.#followers.set(name, epoch.epoch);
      else if (follower !== epoch.epoch) this.#find('cloned', epoch, follower, leaf, timeUs);
      bound(this.#followers, MAX_FOLLOWED);
    } else if (before !== undefined && before !== epoch && timeUs >= before.startedUs)
      this.#find('wiped', epoch, before.epoch, leaf, timeUs);
    else this.#findLate(epoch, leaf, timeUs);
    if (previous.length !== EPOCH_BYTES && timeUs >= (this.#rootless.get(keyId)?.startedUs ?? 0))
      this.#rootless.set(keyId, epoch);
    bound(this.#rootless, MAX_EPOCHS);
    const isNext = before !== undefined && before.epoch === encodeHex(previous);
    if (isNext && timeUs < before.lastUs) before.wasAhead = true;
    if (before === undefined || isNext || timeUs >= before.startedUs) this.#newest.set(keyId, epoch);
    bound(this.#newest, MAX_EPOCHS);
  }

  /** One that knows of none before it comes late: then the later of two such was wiped, which nobody could tell by then. */
  #findLate({ keyId, epoch, startedUs }: Epoch, leaf: number, timeUs: number): void {
    const later = this.#rootless.get(keyId);
    if (later !== undefined && later.epoch !== epoch && startedUs < later.startedUs)
      this.#find('wiped', later, epoch, leaf, timeUs);
  }

  /** Late arrivals fill numbers up to the end; what is new of an old epoch was written after the new one had begun. */
  #goOn(epoch: Epoch, leaf: number, timeUs: number): void {
    const newest = this.#newest.get(epoch.keyId) ?? epoch;
    if (newest === epoch || epoch.isOverlapping || epoch.wasAhead || timeUs <= newest.startedUs + CLOCK_SLACK_US)
      return;
    epoch.isOverlapping = true;
    this.#find('overlapping', epoch, newest.epoch, leaf, timeUs);
  }

  #find(what: ContinuityKind, { keyId, epoch }: Epoch, other: string, leaf: number, timeUs: number): void {
    if (this.#findings.length < MAX_FINDINGS) this.#findings.push({ what, keyId, epoch, other, leaf, timeUs });
  }

  #epochOf(record: LedgerRecord): Epoch {
    const [keyId, epoch] = [encodeHex(record.keyId), encodeHex(record.epoch)];
    const name = `${keyId} ${epoch}`;
    const known = this.#epochs.get(name) ?? {
      ...{ keyId, epoch, startedUs: record.timeUs, lastUs: 0, lastLeaf: 0, nextSeq: 0 },
      ...{ isStopped: false, isOverlapping: false, wasAhead: false },
    };
    this.#epochs.delete(name);
    this.#epochs.set(name, known);
    bound(this.#epochs, MAX_EPOCHS);
    return known;
  }
}

function bound(map: Map<string, unknown>, most: number): void {
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
