import { setTimeout as delay } from 'node:timers/promises';
import { makeCall } from '../../demo/client/calls.ts';
import type { CallResult, Kind } from '../../demo/client/kinds.ts';
import { kindsOf } from '../../demo/client/mix.ts';
import { Connections, throughEnvoy } from '../../demo/client/transport.ts';
import type { System } from '../../demo/system.ts';
import { until } from './system-log.ts';

/** Kinds are drawn for so many calls, and then in the same order again. */
const DRAWN_CALLS = 20_000;
/** What a client does that got no answer; without it, the seconds of a restart were thousands of failed calls. */
const PAUSE_AFTER_FAILURE_MS = 20;
const PROGRESS_LIMIT_MS = 90_000;

/** A call that was made, and when, by this machine's clock. */
export interface TimedCall extends CallResult {
  readonly startedMs: number;
  readonly endedMs: number;
}

/** How calls are made. */
export interface LoadOptions {
  readonly inFlight: number;
  readonly seed: number;
  /** What a client waits for between two calls; nothing by default. */
  readonly restMs?: number;
}

/** Calls of the demo's mix, always so many in flight, until they are told to end. */
export class Load {
  readonly results: TimedCall[] = [];
  private readonly connections = new Connections();
  private readonly kinds: readonly Kind[];
  private readonly seed: number;
  private readonly workers: Promise<void>[];
  private calls = 0;
  private open = 0;
  private isEnding = false;
  private isPaused = false;

  constructor(system: System, options: LoadOptions) {
    this.seed = options.seed;
    this.kinds = kindsOf(DRAWN_CALLS, options.seed);
    this.workers = Array.from({ length: options.inFlight }, () => this.work(system, options));
  }

  /** Calls that were answered as they should be. */
  get answered(): number {
    return this.results.filter(({ ok }) => ok).length;
  }

  /** Resolves once so many more calls have been answered. Throws when they aren't: then nothing gets through. */
  async untilAnswered(more: number): Promise<void> {
    const goal = this.answered + more;
    if (await until(() => this.answered >= goal, PROGRESS_LIMIT_MS)) return;
    const last = this.results.slice(-3).map(({ error }) => error);
    throw new Error(
      `${this.answered} calls were answered instead of ${goal}; the last failed with: ${last.join(' | ')}`,
    );
  }

  /** So many more callers, that rest never, for a while. Resolves when their calls have come to an end. */
  async crowd(system: System, callers: number, ms: number): Promise<void> {
    const untilMs = Date.now() + ms;
    const caller = async (): Promise<void> => {
      while (Date.now() < untilMs && !this.isEnding) await this.call(system);
    };
    await Promise.all(Array.from({ length: callers }, caller));
  }

  /** Lets the calls in flight finish, and makes no more until {@link resume}. */
  async pause(): Promise<void> {
    this.isPaused = true;
    if (await until(() => this.open === 0, PROGRESS_LIMIT_MS)) return;
    throw new Error(`${this.open} calls have not come to an end`);
  }

  resume(): void {
    this.isPaused = false;
  }

  /** Lets the calls in flight finish, and makes no more. */
  async end(): Promise<readonly TimedCall[]> {
    this.isEnding = true;
    await Promise.all(this.workers);
    this.connections.close();
    return this.results;
  }

  private async work(system: System, { restMs = 0 }: LoadOptions): Promise<void> {
    while (!this.isEnding) {
      if (this.isPaused) {
        await delay(PAUSE_AFTER_FAILURE_MS);
        continue;
      }
      this.open += 1;
      const { ok } = await this.call(system);
      this.open -= 1;
      if (!ok) await delay(PAUSE_AFTER_FAILURE_MS);
      if (restMs > 0) await delay(restMs);
    }
  }

  private async call(system: System): Promise<CallResult> {
    const { connections, seed } = this;
    const target = throughEnvoy(system.ports.listener);
    const call = (this.calls += 1);
    const kind = this.kinds[call % DRAWN_CALLS] ?? 'json-http1';
    const startedMs = Date.now();
    const result = await makeCall(kind, { connections, target, seed, call, planted: true });
    this.results.push({ ...result, startedMs, endedMs: Date.now() });
    return result;
  }
}
