import type { KeyObject } from 'node:crypto';
import type { PayloadClass, SealedKey } from '../record/index.ts';
import { AffidavitError } from '../record/index.ts';
import type { Clock, Random } from '../runtime/index.ts';
import { KEY_BYTES, secretKey } from './aead.ts';
import { intervalContext } from './contexts.ts';
import { DataKeys } from './data-keys.ts';
import { HPKE_SEED_BYTES, hpkeSeal } from './hpke.ts';
import type { IngestKey } from './ingest-keys.ts';

/** Longest interval: what a thief of a recorder's memory can open at most. */
export const MAX_INTERVAL_MS = 60_000;
const ID_BYTES = 16;

/** A key that data keys are wrapped under, or made of, for an interval. */
export interface IntervalKey {
  readonly id: Uint8Array;
  /** AES-256 key. */
  readonly key: KeyObject;
  /** The data keys that are made of it. */
  readonly dataKeys: DataKeys;
  /** The same key for the holder of the ingest key. */
  readonly sealed: SealedKey;
}

/** One interval's keys, by payload class. */
export type IntervalKeySet = ReadonlyMap<PayloadClass, IntervalKey>;

/** What {@link IntervalKeys} needs. */
export interface IntervalKeysOptions {
  ingestKeys: readonly IngestKey[];
  /** The producer's key id (32 bytes) and epoch (16): a sealed key opens for these only. */
  producerKeyId: Uint8Array;
  epoch: Uint8Array;
  clock: Clock;
  random: Random;
  /** How long a key is used, from its first use; at most {@link MAX_INTERVAL_MS}. */
  intervalMs: number;
}

/**
 * The interval keys of a producer. The next set is made while one is in use, so that sealing never waits for HPKE; a
 * set's time begins with its first use, and when it ends its keys are let go, by a timer when nothing is recorded.
 */
export class IntervalKeys {
  private readonly options: IntervalKeysOptions;
  private active: { set: IntervalKeySet; sinceUs: number } | undefined;
  private next: IntervalKeySet | undefined;
  private making: Promise<void> | undefined;
  private failure: AffidavitError | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(options: IntervalKeysOptions) {
    if (!(options.intervalMs > 0 && options.intervalMs <= MAX_INTERVAL_MS))
      throw new AffidavitError('limit.exceeded', `an interval of ${options.intervalMs} ms; at most ${MAX_INTERVAL_MS}`);
    this.options = options;
  }

  /** Makes the first set. @throws key.malformed when an ingest key is none. */
  async prepare(): Promise<void> {
    this.makeNext();
    await this.making;
    if (this.failure !== undefined) throw this.failure;
  }

  /** The set to use now, unless it isn't ready. @throws spool.closed */
  current(): IntervalKeySet | undefined {
    if (this.closed) throw new AffidavitError('spool.closed', 'the producer has stopped');
    this.dropExpired();
    if (this.active === undefined && this.next !== undefined) {
      this.active = { set: this.next, sinceUs: this.options.clock.monotonicUs() };
      this.next = undefined;
      this.watch(this.options.intervalMs);
      this.makeNext();
    }
    return this.active?.set;
  }

  /** The set to use now; waits only when the next one isn't ready. @throws what making it threw; spool.closed */
  async take(): Promise<IntervalKeySet> {
    for (;;) {
      const set = this.current();
      if (set !== undefined) return set;
      await this.prepare();
    }
  }

  /** Lets go of the keys in use if their interval is over. A timer does so too. */
  dropExpired(): void {
    if (this.active !== undefined && this.ageMs() >= this.options.intervalMs) this.active = undefined;
  }

  /** Lets go of every key; nothing can be taken any more. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.active = this.next = undefined;
  }

  private ageMs(): number {
    return (this.options.clock.monotonicUs() - (this.active?.sinceUs ?? 0)) / 1000;
  }

  private watch(delayMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.dropExpired();
      if (this.active !== undefined) this.watch(Math.max(1, this.options.intervalMs - this.ageMs()));
    }, delayMs);
    this.timer.unref();
  }

  private makeNext(): void {
    if (this.next !== undefined || this.making !== undefined) return;
    this.failure = undefined;
    this.making = this.makeSet()
      .then(
        (set) => {
          if (!this.closed) this.next = set;
        },
        (thrown: unknown) => {
          this.failure = AffidavitError.from(thrown, 'internal', 'make an interval key');
        },
      )
      .finally(() => {
        this.making = undefined;
      });
  }

  private async makeSet(): Promise<IntervalKeySet> {
    const set = new Map<PayloadClass, IntervalKey>();
    for (const ingest of this.options.ingestKeys) set.set(ingest.class, await this.makeKey(ingest));
    return set;
  }

  private async makeKey(ingest: IngestKey): Promise<IntervalKey> {
    const { random, producerKeyId, epoch } = this.options;
    const id = random.bytes(ID_BYTES);
    const raw = random.bytes(KEY_BYTES);
    const info = intervalContext(ingest.class, id, producerKeyId, epoch);
    const seed = random.bytes(HPKE_SEED_BYTES);
    const made = await hpkeSeal(ingest.publicKey, info, raw, seed);
    const key = secretKey(raw);
    seed.fill(0);
    raw.fill(0);
    return {
      id,
      key,
      dataKeys: new DataKeys(key),
      sealed: { id, class: ingest.class, ingestKeyId: ingest.id, ...made },
    };
  }
}
