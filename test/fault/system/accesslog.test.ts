import assert from 'node:assert/strict';
import type { System } from '../../../demo/system.ts';
import { GAP_REASON } from '../../../src/record/index.ts';
import type { Counters } from '../../../src/record/index.ts';
import { Load } from '../../support/system-load.ts';
import { LogCounts, until, verifySystem } from '../../support/system-log.ts';
import { endRecording, Stage } from '../../support/system-stage.ts';
import { requireOrSkip } from '../../support/tools.ts';

const LIMIT_MS = 60_000;
const IN_FLIGHT = 16;
const CALLS = 150;
/** Longer than `buffer_flush_interval`. */
const FLUSHED_MS = 1_500;

function valueOf(snapshot: Counters | undefined, name: string): number {
  return snapshot?.values.find((value) => value.name === name)?.value ?? 0;
}

describe('affidavit accesslog', function () {
  this.timeout(240_000);
  const stage = new Stage();

  before(async function () {
    await requireOrSkip(this, 'kafka', 'envoy');
  });

  afterEach(async () => {
    await stage.clear();
  });

  /** Calls under load while `kill` ends something again and again; then everything ends in order. */
  async function run(seed: number, kill: (system: System) => Promise<void>): Promise<LogCounts> {
    const system = await stage.start({ profile: 'observe', kafka: true, accessLog: true, seed });
    const counts = new LogCounts(system.ledgerData);
    const load = new Load(system, { inFlight: IN_FLIGHT, seed });
    try {
      for (let kills = 0; kills < 2; kills += 1) {
        await load.untilAnswered(CALLS);
        await kill(system);
      }
      await load.untilAnswered(CALLS);
    } finally {
      await load.end();
    }
    // Envoy keeps entries for a second, and forgets them when it is ended: what it counted after that is the last word.
    const handedInUs = (Date.now() + FLUSHED_MS) * 1000;
    const counted = async (): Promise<boolean> => ((await counts.update()).counters.at(-1)?.takenUs ?? 0) > handedInUs;
    assert.ok(await until(counted, LIMIT_MS), 'Envoy’s counters come');
    await endRecording(system);
    assert.equal(system.accessLog?.ended(), 'exit code 0');
    // Two producers; who is killed twice has two epochs more.
    const ended = async (): Promise<boolean> => (await counts.update()).stopped.size === 2;
    assert.ok(await until(ended, LIMIT_MS), `${counts.stopped.size} of ${counts.started.length} epochs have ended`);
    assert.equal(counts.started.length, 4);
    assert.ok((await verifySystem(system)).trusted);
    await system.stop();
    return counts;
  }

  it('has the whole list of calls, however often the recorder is killed', async () => {
    const counts = await run(21, async (system) => {
      await system.recorder?.kill9();
      await system.startRecorder();
    });
    const last = counts.counters.at(-1);
    const served = valueOf(last, 'http.recorded.downstream_rq_total');
    assert.ok(served >= 3 * CALLS);
    // The client counts no more calls than Envoy: some end before their request is read.
    assert.equal(valueOf(last, 'access_logs.grpc_access_log.logs_written'), served);
    assert.equal(counts.accessLogEntries, served);
    assert.equal(counts.logged.size, served);
    assert.ok(counts.exchanges < served, 'what the killed recorder had in hand is named by the list alone');
    const reasons = counts.gaps.map(({ reason }) => reason);
    assert.deepEqual(reasons, [GAP_REASON.epoch_not_stopped, GAP_REASON.epoch_not_stopped]);
  });
});
