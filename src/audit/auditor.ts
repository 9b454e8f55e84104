import { CompletenessAudit, ContinuityBook } from '../proof/index.ts';
import type { ContinuityKind, TileSource } from '../proof/index.ts';
import {
  AffidavitError,
  type AuditSettings,
  Certificate,
  CERTIFICATE_STATE,
  KIND,
  type RecordWriter,
} from '../record/index.ts';
import { type Clock, type Logger, pause } from '../runtime/index.ts';
import { Agenda } from './agenda.ts';
import type { AuditTiming, DueWindow } from './due.ts';
import { LeafFeed } from './leaf-feed.ts';

/** What an auditor needs. */
export interface AuditorOptions {
  /** The log that it judges, and the verifier key that its checkpoints must be signed with. */
  readonly source: TileSource;
  readonly logKey: string | undefined;
  /** Takes its certificates. */
  readonly writer: RecordWriter;
  /** Key and epoch of the writer. */
  readonly keyId: Uint8Array;
  readonly epoch: Uint8Array;
  readonly settings: AuditSettings;
  readonly timing: AuditTiming;
  /** How often it looks for new leaves. */
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What an auditor has done since its start, and how far it is. */
export interface AuditorStats {
  /** Leaves taken, and leaves of the log that it has not taken yet. */
  readonly leaves: number;
  readonly behind: number;
  /** Certificates written, and those among them that revise one. */
  readonly certificates: number;
  readonly revisions: number;
  /** Certificates by the state that they tell of. */
  readonly states: Readonly<Record<string, number>>;
  /** Windows whose newest certificate says one of these. */
  readonly open: number;
  /** Calls that one side alone has told of, or otherwise not as they should be. */
  readonly unmatched: number;
  /** What is odd about producers, by {@link ContinuityKind}: so many are it. */
  readonly producers: Readonly<Record<ContinuityKind, number>>;
  /** Since it had last judged all that was due. */
  readonly lagSeconds: number;
}

const STATE_NAMES = new Map<number, string>(Object.entries(CERTIFICATE_STATE).map(([name, number]) => [number, name]));
/** Certificates that are handed in before it is waited for them. */
const AT_ONCE = 64;

/**
 * Reads a log as it grows, and certifies each window of each node: a part of the work at a time, by `audit.intervalMs`. Its
 * state comes from the log alone: a restart reads that from the beginning.
 */
export class Auditor {
  readonly #options: AuditorOptions;
  readonly #agenda: Agenda;
  readonly #audit: CompletenessAudit;
  readonly #continuity = new ContinuityBook();
  readonly #feed: LeafFeed;
  readonly #stopping = new AbortController();
  readonly #failed = Promise.withResolvers<never>();
  readonly #running: Promise<void>;
  readonly #counts = { certificates: 0, revisions: 0 };
  readonly #states = new Map<string, number>(Object.keys(CERTIFICATE_STATE).map((name) => [name, 0]));
  #doneUs: number;
  #fault: AffidavitError | undefined;
  #trouble = '';

  private constructor(options: AuditorOptions) {
    const { settings, keyId, epoch, source, logKey, clock } = options;
    this.#options = options;
    this.#agenda = new Agenda(settings, keyId, epoch);
    this.#audit = new CompletenessAudit(settings, undefined, this.#agenda.onChange);
    this.#feed = new LeafFeed(source, logKey, (leaf, record, role) => {
      this.#agenda.take(leaf, record);
      this.#audit.add(leaf, record, role);
      this.#continuity.take(leaf, record, role);
    });
    this.#doneUs = clock.monotonicUs();
    this.#failed.promise.catch(() => undefined);
    this.#running = this.#run();
  }

  /** Starts one. */
  static start(options: AuditorOptions): Auditor {
    return new Auditor(options);
  }

  /** Rejects when the log is not what it should be: nothing can be judged any more. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** Why it judges nothing any more. */
  get fault(): AffidavitError | undefined {
    return this.#fault;
  }

  /** As it is now. */
  stats(): AuditorStats {
    const { clock, settings } = this.#options;
    const producers = { silent: 0, cloned: 0, wiped: 0, overlapping: 0 };
    for (const { what } of this.#continuity.findings(settings.silentUs, clock.nowUs())) producers[what] += 1;
    return {
      ...this.#counts,
      producers,
      states: Object.fromEntries(this.#states),
      leaves: this.#feed.size,
      behind: this.#feed.behind,
      open: this.#agenda.open,
      unmatched: this.#audit.unsettled,
      lagSeconds: (clock.monotonicUs() - this.#doneUs) / 1_000_000,
    };
  }

  /** Resolves when what it was at is done: it hands in nothing more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { intervalMs } = this.#options;
    while (!signal.aborted && this.#fault === undefined) {
      const hasMore = await this.#turn(signal);
      if (!hasMore) await pause(intervalMs, signal);
    }
  }

  /** Takes what is new, and judges what is due. Resolves with true when more is. */
  async #turn(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#feed.follow(signal);
      const { timing, clock } = this.#options;
      const windows = this.#agenda.next(this.#audit, timing, clock.nowUs(), clock.monotonicUs());
      let written = 0;
      for (let at = 0; at < windows.length && !signal.aborted; at += AT_ONCE)
        written += await this.#certify(windows.slice(at, at + AT_ONCE));
      if (this.#agenda.isBegun && written === 0) this.#doneUs = clock.monotonicUs();
      this.#trouble = '';
      return written > AT_ONCE;
    } catch (thrown) {
      this.#report(AffidavitError.from(thrown, 'internal', 'audit the log'));
      return false;
    }
  }

  async #certify(windows: readonly DueWindow[]): Promise<number> {
    const nowUs = this.#options.clock.nowUs();
    const writing: Promise<void>[] = [];
    for (const window of windows) {
      const judgement = this.#audit.judge(window.nodeId, window.startUs, nowUs);
      const revision = this.#agenda.revisionOf(window, judgement);
      if (revision === undefined) continue;
      const lists = judgement.lists.map(({ attachment: { name, count }, bytes }) => ({ name, count, bytes }));
      writing.push(this.#write(window, { ...judgement.certificate, ...revision }, lists));
    }
    const failed = (await Promise.allSettled(writing)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    return writing.length;
  }

  async #write(
    window: DueWindow,
    certificate: Certificate,
    attachments: readonly { name: number; count: number; bytes: Uint8Array }[],
  ): Promise<void> {
    const { writer, clock } = this.#options;
    this.#agenda.writes(window, clock.monotonicUs());
    try {
      const body = Certificate.encode(certificate);
      // A clock that goes back meanwhile would have it judged after it was written: that is no certificate.
      const draft = { kind: KIND.certificate, body, attachments, timeUs: certificate.judgedUs };
      const { seq } = await writer.append(draft);
      this.#agenda.written(window, seq);
    } catch (thrown) {
      this.#agenda.failed(window);
      throw thrown;
    }
    this.#count(certificate);
  }

  #count({ state, revision }: Certificate): void {
    const counts = this.#counts;
    counts.certificates += 1;
    if (revision > 0) counts.revisions += 1;
    const name = STATE_NAMES.get(state) ?? '';
    this.#states.set(name, (this.#states.get(name) ?? 0) + 1);
  }

  /** A log that is away is asked again; one that isn't what its checkpoint says is not. */
  #report(error: AffidavitError): void {
    const { logger } = this.#options;
    if (error.isEvidence || error.code === 'internal') {
      this.#fault = error;
      this.#failed.reject(error);
      logger.error({ code: error.code, reason: error.message }, 'the auditor judges nothing any more');
    } else if (this.#trouble !== error.message) {
      logger.warn({ code: error.code, reason: error.message }, 'the auditor can’t go on now, and tries again');
      this.#trouble = error.message;
    }
  }
}
