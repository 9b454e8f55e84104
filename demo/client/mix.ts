import { makeCall } from './calls.ts';
import { ALL_KINDS, type CallResult, type Kind, KINDS } from './kinds.ts';
import { seededRandom } from './planted.ts';
import { Connections, type Target } from './transport.ts';

/** A run of many calls. */
export interface MixOptions {
  readonly target: Target;
  readonly calls: number;
  /** How many are in flight at once. */
  readonly concurrency: number;
  /** The same seed makes the same calls. */
  readonly seed: number;
  /** False leaves personal data and secrets out of the requests. True by default. */
  readonly planted?: boolean;
  /** Number of the first call, so that runs that follow each other have different keys. 1 by default. */
  readonly firstCall?: number;
  /** Called after each call. */
  readonly onResult?: (result: CallResult) => void;
}

/** The kinds of the calls of a run, in order: each kind once, then by weight. */
export function kindsOf(calls: number, seed: number): Kind[] {
  const random = seededRandom(seed);
  const total = ALL_KINDS.reduce((sum, kind) => sum + KINDS[kind].weight, 0);
  return Array.from({ length: calls }, (_, index) => {
    let left = random() * total;
    const drawn = ALL_KINDS.find((kind) => (left -= KINDS[kind].weight) < 0);
    return ALL_KINDS[index] ?? drawn ?? 'json-http1';
  });
}

/** Makes the demo's mix of calls; resolves with the client's own list, in the order of the calls. Never rejects. */
export async function runMix(options: MixOptions): Promise<CallResult[]> {
  const connections = new Connections();
  const kinds = kindsOf(options.calls, options.seed);
  const results: CallResult[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < kinds.length; index = next++) {
      const result = await makeCall(kinds[index] ?? 'json-http1', {
        connections,
        target: options.target,
        seed: options.seed,
        call: (options.firstCall ?? 1) + index,
        planted: options.planted ?? true,
      });
      results[index] = result;
      options.onResult?.(result);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.concurrency, options.calls) }, work));
  connections.close();
  return results;
}
