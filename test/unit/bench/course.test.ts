import assert from 'node:assert/strict';
import { courseLines, overloadStretches, runCourse, steadyStretches } from '../../../bench/course.ts';
import type { LoadResult } from '../../../bench/peer.ts';
import type { Target } from '../../../bench/target.ts';

const ANSWERED: Omit<LoadResult, 'calls' | 'callsPerSecond'> = {
  ...{ not2xx: 0, statuses: {}, errors: [], seconds: 1, p50Us: 1500, p99Us: 9000, p999Us: 9000, maxUs: 9000 },
};

/** A target that records, breaks off or lets go of the calls that it is asked, as it is told. */
class PretendedTarget implements Target {
  readonly url = '';
  readonly pids = { envoy: process.pid, recorder: process.pid, ledger: undefined };
  #whole: number;
  #recorded: number;
  #allowed = 0;
  readonly awaited: number[] = [];

  constructor(warmUpCalls: number) {
    this.#whole = warmUpCalls;
    this.#recorded = warmUpCalls;
  }

  readonly take = (calls: number, letGo: number, brokenOff: number, lost: number): void => {
    this.#allowed += letGo;
    this.#recorded += calls - letGo - lost;
    this.#whole += calls - letGo - lost - brokenOff;
  };

  complete(atLeast: number): Promise<number> {
    this.awaited.push(atLeast);
    return Promise.resolve(this.#whole);
  }

  recorded = (): number => this.#recorded;
  failureModeAllowed = (): Promise<number> => Promise.resolve(this.#allowed);
  spoolBytes = (): Promise<number> => Promise.resolve(0);
  gaps = (): Promise<undefined> => Promise.resolve(undefined);
  stop = (): Promise<void> => Promise.resolve();
}

describe('a course of load', () => {
  it('at a steady rate has a stretch for each minute, after none of which the log is waited for', () => {
    const stretches = steadyStretches(334, 3);
    assert.deepEqual(
      stretches.map(({ what, ratePerSecond, seconds, isAwaited }) => [what, ratePerSecond, seconds, isAwaited]),
      [1, 2, 3].map((minute) => [`minute ${minute}`, 334, 60, false]),
    );
  });

  it('of overload begins with half the capacity, and comes back to it after each multiple', () => {
    assert.deepEqual(
      overloadStretches(1001, [2, 5], 15).map(({ ratePerSecond, seconds }) => [ratePerSecond, seconds]),
      [501, 2002, 501, 5005, 501].map((rate, index) => [rate, index % 2 === 1 ? 15 : 8]),
    );
    assert.ok(overloadStretches(1001, [2], 15).every(({ isAwaited }) => isAwaited));
  });

  it('counts its own calls alone, and says what became of each', async () => {
    const target = new PretendedTarget(70);
    const becomes: [letGo: number, brokenOff: number, lost: number][] = [
      [0, 0, 0],
      [5, 3, 2],
    ];
    const told: string[] = [];
    const load = (calls: number, callsPerSecond: number): Promise<LoadResult> => {
      target.take(calls, ...(becomes.shift() ?? [0, 0, 0]));
      return Promise.resolve({ ...ANSWERED, calls, callsPerSecond });
    };
    const stretches = [
      { what: 'calm', ratePerSecond: 10, seconds: 2, isAwaited: false },
      { what: 'storm', ratePerSecond: 100, seconds: 1, isAwaited: true },
    ];
    const result = await runCourse(target, stretches, { warmUpCalls: 70, load }, ({ what }) => told.push(what));
    assert.deepEqual(told, ['calm', 'storm']);
    const { calls, complete, otherwise, failureModeAllowed } = result;
    assert.deepEqual(
      { calls, complete, otherwise, failureModeAllowed },
      { calls: 120, complete: 110, otherwise: 3, failureModeAllowed: 5 },
    );
    assert.deepEqual(
      result.stretches.map((one) => [one.failureModeAllowed, one.completeSoFar, one.behindSeconds !== undefined]),
      [
        [0, 20, false],
        [5, 110, false],
      ],
    );
    // The warm-up, then what each stretch has to wait for, then all that was not let go.
    assert.deepEqual(target.awaited, [70, 0, 185, 185]);
    const [heading, , calm] = courseLines(result);
    assert.match(heading ?? '', /^\| stretch \| +asked\/s \|/);
    assert.match(calm ?? '', /^\| calm +\| +10 \|/);
    assert.match(
      courseLines(result).join('\n'),
      /120 calls: 0 not 2xx, 110 complete in the log, 3 recorded otherwise, 5 let go, 2 neither/,
    );
  });
});
