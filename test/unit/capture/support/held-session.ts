import assert from 'node:assert/strict';
import { Budget } from '../../../../src/capture/budget.ts';
import { ClockReadings } from '../../../../src/capture/clock-readings.ts';
import { Losses } from '../../../../src/capture/losses.ts';
import { OpenFrames } from '../../../../src/capture/open-frames.ts';
import { Recording } from '../../../../src/capture/recording.ts';
import { Session } from '../../../../src/capture/session.ts';
import type { SessionContext, SessionStream } from '../../../../src/capture/session-context.ts';
import { CaptureCounters } from '../../../../src/capture/stats.ts';
import { Unended } from '../../../../src/capture/unended.ts';
import { WorkLoop } from '../../../../src/capture/work-loop.ts';
import { parseConfig } from '../../../../src/config/index.ts';
import { type AffidavitError, KIND, PROFILE, type Profile } from '../../../../src/record/index.ts';
import { createRedactor, type Redactor } from '../../../../src/redact/index.ts';
import { silentLogger, systemRandom } from '../../../../src/runtime/index.ts';
import { processingRequest } from './protos.ts';
import { observed } from '../../../integration/capture/support/calls.ts';
import { MemoryWriter } from '../../../integration/capture/support/memory-writer.ts';

/** A work loop that says that it is as far behind as it is told. */
class LaggingLoop extends WorkLoop {
  lagMs = 0;

  constructor() {
    super({ nowUs: () => 0, monotonicUs: () => performance.now() * 1000 });
  }

  override get lagUs(): number {
    return this.lagMs * 1000;
  }
}

/** One session over a writer that holds the `exchange` record back, on a clock that stands still. */
export class Held {
  readonly writer = new MemoryWriter();
  readonly counters = new CaptureCounters();
  readonly openFrames = new OpenFrames();
  readonly work = new LaggingLoop();
  readonly unended = new Unended(this.writer, silentLogger);
  readonly strictWaiting = { calls: 0, overdue: 0 };
  readonly clocks = new ClockReadings({ nowUs: () => this.nowUs, monotonicUs: () => this.nowUs });
  backlogBytes = 0;
  openBytes = 0;
  readonly order: string[] = [];
  /** What was sent to Envoy, and with what its stream was ended. */
  readonly replies: Uint8Array[] = [];
  readonly closed: (string | undefined)[] = [];
  /** Whether its stream is not read at the moment. */
  isPaused = false;
  /** Called when it is read again. */
  onResumed: () => void = () => undefined;
  readonly budget = new Budget(1_000_000_000);
  readonly heldFields = new Budget(1_000_000_000);
  readonly session: Session;
  readonly done: Promise<undefined>;
  readonly asked: Promise<undefined>;
  readonly release: () => void;
  /** What the append of the exchange ends with. */
  failure: AffidavitError | undefined;
  /** What was logged as a warning, without its text. */
  readonly warnings: object[] = [];
  nowUs = 1_000_000;
  readonly #observe: boolean;
  readonly #redactor: Redactor;

  constructor(profile: Profile, redactor = createRedactor()) {
    this.#redactor = redactor;
    this.#observe = profile === PROFILE.observe;
    const gate = Promise.withResolvers<undefined>();
    const asked = Promise.withResolvers<undefined>();
    const done = Promise.withResolvers<undefined>();
    this.release = () => {
      gate.resolve(undefined);
    };
    [this.asked, this.done] = [asked.promise, done.promise];
    this.writer.beforeDurable = async (draft) => {
      if (draft.kind !== KIND.exchange) return;
      asked.resolve(undefined);
      await gate.promise;
      this.order.push('settled');
      if (this.failure !== undefined) throw this.failure;
    };
    const stream: SessionStream = {
      peer: '10.0.0.1',
      reply: (bytes) => void this.replies.push(bytes),
      close: (error) => void this.closed.push(error),
      pause: () => void (this.isPaused = true),
      resume: () => {
        this.isPaused = false;
        this.onResumed();
      },
    };
    this.session = new Session(
      this.#context(),
      stream,
      profile === PROFILE.strict ? PROFILE.strict : PROFILE.inline,
      () => {
        this.order.push('done');
        done.resolve(undefined);
      },
    );
  }

  #context(): SessionContext {
    const { writer, counters } = this;
    const clock = { nowUs: () => this.nowUs, monotonicUs: () => this.nowUs };
    const { openFrames } = this;
    const recording = {
      writer,
      redactor: this.#redactor,
      clock,
      random: systemRandom,
      openFrames,
      heldFields: this.heldFields,
    };
    return {
      ...{
        clock,
        logger: { ...silentLogger, warn: (facts) => void this.warnings.push(facts) },
        limits: parseConfig('', {}).capture,
        budget: this.budget,
        counters,
      },
      work: this.work,
      losses: new Losses(writer, clock, silentLogger),
      unended: this.unended,
      strictWaiting: this.strictWaiting,
      clocks: this.clocks,
      backlogBytes: () => this.backlogBytes,
      openBytes: () => this.openBytes,
      record: (profile) => new Recording(recording, profile),
    };
  }

  send(...messages: readonly object[]): this {
    const sent = this.#observe ? observed(messages) : messages;
    for (const message of sent) this.session.onMessage(processingRequest(message));
    return this;
  }

  /** The exchange that was recorded. */
  get exchange() {
    const [first, ...more] = this.writer.exchanges();
    assert.ok(first !== undefined && more.length === 0);
    return first.exchange;
  }
}
