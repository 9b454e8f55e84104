import assert from 'node:assert/strict';
import { RecordedLog } from '../../../demo/recorded.ts';
import { Load } from '../../support/system-load.ts';
import { LogCounts, until } from '../../support/system-log.ts';
import { endRecording, Stage } from '../../support/system-stage.ts';
import { requireOrSkip } from '../../support/tools.ts';

const LIMIT_MS = 60_000;

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
    const byCall = Map.groupBy(await (await RecordedLog.open(system.ledgerData)).exchanges(), ({ call }) => call);
    const wrong = load.results.filter(({ exchangeKey }) => byCall.get(exchangeKey)?.length !== 1);
    assert.deepEqual(wrong, []);
    assert.deepEqual(counts.gaps, []);
  });
});
