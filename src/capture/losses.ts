import { Gap, GAP_REASON, KIND, type RecordWriter } from '../record/index.ts';
import type { Clock, Logger } from '../runtime/index.ts';

/** What can be lost: exchanges whose call went on, messages of the access log or entries of one. */
export type LossKind = 'exchanges' | 'access_log';

interface Loss {
  readonly count: number;
  readonly fromUs: number;
  readonly untilUs: number;
}

/** `Gap.detail` of each. */
const DETAIL = { exchanges: 'not recorded', access_log: 'access_log' } as const;

/** What went on unrecorded, until a `gap` record says so. */
export class Losses {
  readonly #writer: RecordWriter;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #pending = new Map<LossKind, Loss>();
  #writing: Promise<void> | undefined;

  constructor(writer: RecordWriter, clock: Clock, logger: Logger) {
    this.#writer = writer;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** True while something lost is in no `gap` record: being written counts as well. */
  get isUnrecorded(): boolean {
    return this.#pending.size > 0 || this.#writing !== undefined;
  }

  /** Counts what began at `fromUs` (wall clock) and is lost as of now. */
  add(kind: LossKind, fromUs: number, count = 1): void {
    this.#merge(kind, { count, fromUs, untilUs: Math.max(fromUs, this.#clock.nowUs()) });
  }

  /** Records what was lost so far, unless that is being done. What the writer doesn't take stays for the next time. */
  record(): Promise<void> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  /** Waits for the record that is being written, and records the rest. */
  async recordAll(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    await this.record();
  }

  async #write(): Promise<void> {
    const losses = [...this.#pending];
    this.#pending.clear();
    for (const [kind, loss] of losses) {
      const gap = Gap.create({ reason: GAP_REASON.exchanges_lost, ...loss, detail: DETAIL[kind] });
      try {
        await this.#writer.append({ kind: KIND.gap, body: Gap.encode(gap) });
      } catch (error) {
        this.#merge(kind, loss);
        this.#logger.warn({ kind, count: loss.count, reason: String(error) }, 'losses are not recorded as a gap yet');
      }
    }
  }

  #merge(kind: LossKind, { count, fromUs, untilUs }: Loss): void {
    const before = this.#pending.get(kind) ?? { count: 0, fromUs, untilUs };
    this.#pending.set(kind, {
      count: before.count + count,
      fromUs: Math.min(before.fromUs, fromUs),
      untilUs: Math.max(before.untilUs, untilUs),
    });
  }
}
