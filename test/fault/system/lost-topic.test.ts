import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import type { Admin } from 'kafkajs';
import type { CallResult } from '../../../demo/client/kinds.ts';
import { RecordedLog } from '../../../demo/recorded.ts';
import type { System } from '../../../demo/system.ts';
import { GAP_REASON } from '../../../src/record/index.ts';
import { recordedTwice, unrecorded } from '../../support/system-kills.ts';
import { Load } from '../../support/system-load.ts';
import { LogCounts, until, verifySystem } from '../../support/system-log.ts';
import { affidavit } from '../../integration/commands/support/cli.ts';
import { endRecording, Stage } from '../../support/system-stage.ts';
import { requireOrSkip } from '../../support/tools.ts';

const TOPIC = 'affidavit.records.v1';
const CALLS = 30;
const LIMIT_MS = 60_000;

describe('a topic that loses what it acknowledged', function () {
  this.timeout(240_000);
  const stage = new Stage();

  before(async function () {
    await requireOrSkip(this, 'kafka', 'envoy');
  });

  afterEach(async () => {
    await stage.clear();
  });

  async function withAdmin<T>(system: System, work: (admin: Admin) => Promise<T>): Promise<T> {
    const brokers = [system.broker?.bootstrap ?? ''];
    const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }

  const endOfTopic = (system: System): Promise<number> =>
    withAdmin(system, async (admin) => Number((await admin.fetchTopicOffsets(TOPIC))[0]?.high));

  /** What is said at the level of an error or above. */
  function errorsOf(system: System, name: string): string {
    const lines = readFileSync(join(system.options.directory, 'logs', `${name}.log`), 'utf8').split('\n');
    return lines.filter((line) => /^\{"level":[56]0/.test(line)).join('\n');
  }

  /** Calls before the ledger goes away and while it is; then the topic loses what the ledger hasn't read. */
  async function loseTopic(seed: number, lose: (system: System) => Promise<void>): Promise<[System, Load]> {
    const settings = { AFFIDAVIT_BUS_KAFKA_LINGER_MS: '0' };
    const system = await stage.start({ profile: 'strict', kafka: true, seed, settings });
    const load = new Load(system, { inFlight: 8, seed });
    await load.untilAnswered(CALLS);
    await system.ledger?.kill9();
    const read = await endOfTopic(system);
    await load.untilAnswered(CALLS);
    assert.ok(await until(async () => (await endOfTopic(system)) > read + CALLS, LIMIT_MS), 'Kafka takes them');
    await lose(system);
    return [system, load];
  }

  async function deleteTopic(system: System): Promise<void> {
    await withAdmin(system, async (admin) => {
      await admin.deleteTopics({ topics: [TOPIC] });
      // Who publishes makes it anew.
      assert.ok(await until(async () => (await admin.listTopics()).includes(TOPIC), LIMIT_MS));
    });
  }

  /** What is wrong with what the log has of the calls that were answered: each is in it once. */
  async function faultsOf(system: System, results: readonly CallResult[]): Promise<string[]> {
    const exchanges = await (await RecordedLog.open(system.ledgerData)).exchanges();
    return [...recordedTwice(exchanges), ...unrecorded(results, exchanges)];
  }

  /** Waits until the log has everything, while all goes on; then ends it, and looks at it as a verifier. */
  async function assertWhole(system: System, load: Load): Promise<void> {
    await load.untilAnswered(CALLS);
    const results = await load.end();
    const counts = new LogCounts(system.ledgerData);
    await until(async () => (await counts.update()).exchanges >= load.answered, LIMIT_MS);
    const isWhole = async (): Promise<boolean> => (await faultsOf(system, results)).length === 0;
    if (!(await until(isWhole, LIMIT_MS))) assert.deepEqual(await faultsOf(system, results), []);
    await endRecording(system);
    await system.stop();
    const report = await verifySystem(system);
    assert.deepEqual([report.trusted, report.missing], [true, []]);
    const { gaps } = await counts.update();
    const count = (reason: number): number =>
      gaps.filter((gap) => gap.reason === reason).reduce((sum, gap) => sum + gap.count, 0);
    assert.equal(count(GAP_REASON.payload_arrived), count(GAP_REASON.payload_missing));
  }

  it('deleted, and made anew: what the ledger had not read is sent again, and everything answered is in the log', async () => {
    const [system, load] = await loseTopic(41, deleteTopic);
    await system.startLedger();
    await assertWhole(system, load);
    assert.match(errorsOf(system, 'recorder'), /frames that Kafka had acknowledged are sent again/);
  });

  it('is filled again by hand: what a recorder holds that runs, and one that has ended', async () => {
    const system = await stage.start({ profile: 'strict', kafka: true, seed: 43 });
    const settings = { AFFIDAVIT_BUS_KIND: 'kafka', AFFIDAVIT_BUS_KAFKA_BROKERS: system.broker?.bootstrap ?? '' };
    const resend = async (...options: string[]): Promise<Record<string, unknown>> => {
      const command = ['recorder', 'resend', '--data', system.recorderData, '--json', ...options];
      const { status, stdout, stderr } = await affidavit(command, settings);
      assert.equal(status, 0, stderr);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const load = new Load(system, { inFlight: 4, seed: 43 });
    await system.ledger?.kill9();
    await load.untilAnswered(CALLS);
    const results = await load.end();
    const running = await resend();
    assert.deepEqual([running['state'], running['firstFrame']], ['sent', 0]);
    const before = await endOfTopic(system);
    const planned = await resend('--dry-run', '--from', '7');
    assert.deepEqual([planned['state'], planned['firstFrame']], ['would be sent', 7]);
    await system.envoy?.stop();
    await system.recorder?.stop(LIMIT_MS);
    assert.ok((await endOfTopic(system)) - before < Number(running['frames']), 'a dry run sends nothing');
    await withAdmin(system, (admin) => admin.deleteTopics({ topics: [TOPIC] }));
    const { frames } = await resend('--dry-run');
    assert.equal((await resend())['frames'], frames);
    assert.equal(await endOfTopic(system), frames);
    await system.startLedger();
    const counts = new LogCounts(system.ledgerData);
    assert.ok(await until(async () => (await counts.update()).stopped.size === 1, LIMIT_MS));
    assert.deepEqual(await faultsOf(system, results), []);
  });

  it('cut at its front: the ledger says where positions are missing, and what was there is sent again', async () => {
    const [system, load] = await loseTopic(42, (started) =>
      withAdmin(started, async (admin) => {
        const [offsets] = await admin.fetchTopicOffsets(TOPIC);
        await admin.deleteTopicRecords({ topic: TOPIC, partitions: [{ partition: 0, offset: offsets?.high ?? '' }] });
      }),
    );
    await system.startLedger();
    await assertWhole(system, load);
    assert.match(errorsOf(system, 'recorder'), /frames that Kafka had acknowledged are sent again/);
  });
});
