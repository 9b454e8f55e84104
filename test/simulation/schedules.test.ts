import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { PLANTED_FAULTS } from './support/faults.ts';
import { describeFailure, inThreads, runSchedules, runThread } from './support/pool.ts';

/** Schedules of one test run. */
const SCHEDULES = 10_000;
const REPEATED = 20;
/** Schedules within which a planted fault must show; most show in the first fifty. */
const MOST_PLANTED = 2_000;

/** After the dashes of `npm run test:simulation -- --seed 17`: that schedule alone; `--schedules` and `--first`: others. */
const { values } = parseArgs({
  strict: false,
  options: { seed: { type: 'string' }, schedules: { type: 'string' }, first: { type: 'string' } },
});
const { seed, schedules = SCHEDULES, first = 1 } = values;

describe('simulation: calls, crashes and faults between Envoy and the log', function () {
  // By count, not by time: a machine that is busy takes longer.
  this.timeout(3_600_000);
  this.slow(3_600_000);

  if (seed !== undefined) {
    it(`keeps its promises under seed ${String(seed)}`, async () => {
      const { failures, traces } = await runThread({
        seeds: [Number(seed)],
        mutations: [],
        mostFailures: 1,
        verbose: true,
      });
      for (const { trace } of traces) console.log(trace.join('\n'));
      assert.deepEqual(
        failures.flatMap(({ violations }) => violations),
        [],
      );
    });
    return;
  }

  it(`keeps its promises in ${String(schedules)} schedules from seed ${String(first)} on`, async () => {
    const report = await runSchedules(Number(first), Number(schedules));
    for (const failure of report.failures) console.log(describeFailure(failure));
    const counts = [...report.disturbances].toSorted().map(([kind, count]) => `${kind} ${count}`);
    console.log(`    ${report.schedules} schedules, ${report.steps} steps; ${counts.join(', ')}`);
    assert.deepEqual(
      report.failures.map((failure) => failure.seed),
      [],
      'seeds of schedules that failed',
    );
    assert.equal(report.schedules, Number(schedules));
  });

  it('repeats a schedule step by step, whatever ran before it', async () => {
    const seeds = Array.from({ length: REPEATED }, (_, index) => Number(first) + index);
    const order = { seeds, mutations: [], mostFailures: REPEATED, verbose: true };
    const [once, again] = await Promise.all([runThread(order), runThread({ ...order, seeds: seeds.toReversed() })]);
    assert.equal(once.traces.length, REPEATED);
    assert.deepEqual(again.traces.toReversed(), once.traces);
  });

  it(`sees each of ${PLANTED_FAULTS.length} protections missing when it is switched off`, async () => {
    const all = Array.from({ length: 2 * SCHEDULES }, (_, index) => index + 1);
    const found = await inThreads(PLANTED_FAULTS, async ({ name, mutations, isFor = () => true, fromSeed = 1 }) => {
      const seeds = all.filter((each) => each >= fromSeed && isFor(each)).slice(0, MOST_PLANTED);
      const { failures } = await runThread({ seeds, mutations, mostFailures: 1, verbose: false });
      return { name, seed: failures[0]?.seed };
    });
    assert.deepEqual(
      found.filter((each) => each.seed === undefined).map(({ name }) => name),
      [],
      'switched off, and no schedule has noticed',
    );
  });
});
