import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Mutation } from '../../support/mutant.ts';
import type { Disturbance } from './world.ts';

/** What a thread is to do. */
export interface WorkerOrder {
  readonly seeds: readonly number[];
  /** Changes of the product. */
  readonly mutations: readonly Mutation[];
  /** It ends after so many schedules that failed. */
  readonly mostFailures: number;
  /** Gives the trace of every schedule, with each step of each disk. */
  readonly verbose: boolean;
}

/** A schedule that failed. */
export interface FailedSchedule {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
}

/** What came of an order. */
export interface WorkerReport {
  schedules: number;
  steps: number;
  /** How often what was made to go wrong. */
  readonly disturbances: Map<Disturbance, number>;
  readonly failures: FailedSchedule[];
  readonly traces: { readonly seed: number; readonly trace: readonly string[] }[];
}

/** Seeds of one order: small enough for threads to end at about the same time. */
const SEEDS_AT_ONCE = 1_000;
const MOST_THREADS = 4;
const MOST_FAILURES = 3;

/** Adds counts to others. */
export function addUp<K>(sums: Map<K, number>, counts: ReadonlyMap<K, number>): void {
  for (const [kind, count] of counts) sums.set(kind, (sums.get(kind) ?? 0) + count);
}

/** Runs an order in a thread of its own. */
export function runThread(order: WorkerOrder): Promise<WorkerReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(join(import.meta.dirname, 'worker.ts'), { workerData: order });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      reject(new Error(`a thread of the simulation ended with ${code}`));
    });
  });
}

/** Does all of it, as many at once as there are processors. What runs when one fails is waited for. */
export async function inThreads<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const thread = async (): Promise<void> => {
    for (;;) {
      const index = next++;
      const item = items[index];
      if (item === undefined) return;
      try {
        results[index] = await work(item);
      } catch (thrown) {
        next = items.length;
        throw thrown;
      }
    }
  };
  const threads = Array.from({ length: Math.min(availableParallelism(), MOST_THREADS) }, thread);
  const ends = await Promise.allSettled(threads);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return results;
}

/** Runs the schedules of `count` seeds from `first` on; stops early once some have failed. */
export async function runSchedules(first: number, count: number): Promise<WorkerReport> {
  const total: WorkerReport = { schedules: 0, steps: 0, disturbances: new Map(), failures: [], traces: [] };
  const starts = Array.from({ length: Math.ceil(count / SEEDS_AT_ONCE) }, (_, index) => first + index * SEEDS_AT_ONCE);
  await inThreads(starts, async (start) => {
    if (total.failures.length >= MOST_FAILURES) return;
    const length = Math.min(SEEDS_AT_ONCE, first + count - start);
    const seeds = Array.from({ length }, (_, index) => start + index);
    const report = await runThread({ seeds, mutations: [], mostFailures: MOST_FAILURES, verbose: false });
    total.schedules += report.schedules;
    total.steps += report.steps;
    addUp(total.disturbances, report.disturbances);
    total.failures.push(...report.failures);
  });
  return total;
}

/** A failed schedule for whoever reads the test's output. */
export function describeFailure({ seed, violations, trace }: FailedSchedule): string {
  const lines = trace.map((line) => `    ${line}`).join('\n');
  return `simulation seed ${seed}: ${violations.join('; ')}\n${lines}\n  again: npm run test:simulation -- --seed ${seed}`;
}
