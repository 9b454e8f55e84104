import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { RecordedLog } from '../../../demo/recorded.ts';
import type { System } from '../../../demo/system.ts';
import { GAP_REASON } from '../../../src/record/index.ts';
import { Load } from '../../support/system-load.ts';
import type { TimedCall } from '../../support/system-load.ts';
import { LogCounts, until } from '../../support/system-log.ts';
import { endRecording, Stage } from '../../support/system-stage.ts';
import { requireOrSkip } from '../../support/tools.ts';

const LIMIT_MS = 60_000;

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

async function notRecordedOnce(system: System, results: readonly TimedCall[]): Promise<TimedCall[]> {
  const byCall = Map.groupBy(await (await RecordedLog.open(system.ledgerData)).exchanges(), ({ call }) => call);
  return results.filter(({ exchangeKey }) => byCall.get(exchangeKey)?.length !== 1);
}

describe('affidavit recorder --processes', function () {
  this.timeout(180_000);
  const stage = new Stage();

  before(async function () {
    await requireOrSkip(this, 'kafka', 'envoy');
  });

  afterEach(async () => {
    await stage.clear();
  });

  it('records every strict call once, with processes added and drained while it runs', async () => {
    const system = await stage.start({ profile: 'strict', kafka: true, processes: 2, seed: 11 });
    const counts = new LogCounts(system.ledgerData);
    const epochs = (): Promise<number> => counts.update().then(({ started }) => started.length);
    assert.ok(await until(async () => (await epochs()) === 2, LIMIT_MS));
    const load = new Load(system, { inFlight: 8, seed: 11 });
    try {
      await load.untilAnswered(100);
      process.kill(system.recorder?.pid ?? 0, 'SIGTTIN');
      assert.ok(await until(async () => (await epochs()) === 3, LIMIT_MS), 'a third one began');
      await load.untilAnswered(200);
      process.kill(system.recorder?.pid ?? 0, 'SIGTTOU');
      assert.ok(await until(async () => (await counts.update()).stopped.size === 1, LIMIT_MS), 'it ended in order');
      // One that is asked to end before it can hear of it had nothing to end: the exit code of all says nothing of it.
      process.kill(system.recorder?.pid ?? 0, 'SIGTTIN');
      await load.untilAnswered(1);
      process.kill(system.recorder?.pid ?? 0, 'SIGTTOU');
      await load.untilAnswered(100);
    } finally {
      await load.end();
    }
    await endRecording(system);
    assert.equal(system.recorder?.ended(), 'exit code 0');
    const allStopped = async (): Promise<boolean> => {
      const { started, stopped } = await counts.update();
      return started.length >= 3 && stopped.size === started.length;
    };
    assert.ok(await until(allStopped, LIMIT_MS));
    const failed = load.results.filter(({ ok }) => !ok).map(({ kind, error }) => `${kind}: ${error}`);
    assert.deepEqual(failed, []);
    assert.deepEqual(await notRecordedOnce(system, load.results), []);
    assert.deepEqual(counts.gaps, []);
  });

  it('starts one that is killed again, while the others take the calls: each answer of strict has its record', async () => {
    const system = await stage.start({ profile: 'strict', kafka: true, processes: 2, seed: 12 });
    const counts = new LogCounts(system.ledgerData);
    const epochs = (): Promise<number> => counts.update().then(({ started }) => started.length);
    assert.ok(await until(async () => (await epochs()) === 2, LIMIT_MS));
    const load = new Load(system, { inFlight: 8, seed: 12 });
    try {
      await load.untilAnswered(100);
      const [, last] = childrenOf(system.recorder?.pid ?? 0);
      assert.ok(last !== undefined);
      process.kill(last, 'SIGKILL');
      await load.untilAnswered(100);
      assert.ok(await until(async () => (await epochs()) === 3, LIMIT_MS), 'its place was taken');
      await load.untilAnswered(100);
    } finally {
      await load.end();
    }
    await endRecording(system);
    assert.equal(system.recorder?.ended(), 'exit code 0');
    assert.ok(await until(async () => (await counts.update()).stopped.size === 2, LIMIT_MS));
    const answered = load.results.filter(({ ok }) => ok);
    assert.deepEqual(await notRecordedOnce(system, answered), []);
    assert.deepEqual(
      counts.gaps.map(({ reason }) => reason),
      [GAP_REASON.epoch_not_stopped],
    );
  });
});
