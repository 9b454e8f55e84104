import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envoyConfig } from '../../../demo/envoy-config.ts';
import { startOrders } from '../../../demo/services/orders.ts';
import { freePort } from '../../../scripts/processes.ts';
import { startEnvoy } from '../../../scripts/start-envoy.ts';
import { AccessLog, COUNTER_SOURCE, Counters, type Exchange, KIND } from '../../../src/record/index.ts';
import { requireOrSkip } from '../../support/tools.ts';
import { Capture } from './support/capture.ts';

const CALLS = 40;
const ABSENT = 8;
/** Whole seconds are all that Envoy says of how long it has run. */
const START_TOLERANCE_US = 2_000_000;

describe('what a real Envoy says of its calls beside ext_proc', function () {
  this.timeout(120_000);
  const capture = new Capture();
  let snapshots: Counters[] = [];
  let logs: AccessLog[] = [];
  let exchanges: Exchange[] = [];
  let startedUs = 0;

  const decoded = <T>(kind: number, type: { decode(bytes: Uint8Array): T }): T[] =>
    capture.writer.ofKind(kind).map(({ body }) => type.decode(body));
  const entries = (): number => decoded(KIND.access_log, AccessLog).reduce((sum, log) => sum + log.entries.length, 0);

  before(async function () {
    await requireOrSkip(this, 'envoy');
    const dir = await mkdtemp(join(tmpdir(), 'affidavit-counters-'));
    const orders = await startOrders();
    const { port: recorder } = await capture.start();
    const listener = await freePort();
    const ports = { orders: orders.port, listener, recorder };
    // Flushed often, so that a short test sees it more than once.
    const config = envoyConfig({ profile: 'observe', ports, nodeId: 'edge-7' }).replace(
      'stats_flush_interval: 5s',
      'stats_flush_interval: 0.5s',
    );
    startedUs = Date.now() * 1000;
    const envoy = await startEnvoy({ config, dir });
    try {
      for (let call = 0; call < CALLS; call += 1) {
        const path = call < ABSENT ? 'nowhere' : `orders/o-${call}`;
        const response = await fetch(`http://127.0.0.1:${listener}/${path}`);
        await response.arrayBuffer();
      }
      await capture.recorded(CALLS);
      const counted = (): number => capture.writer.ofKind(KIND.counters).length;
      const before = counted();
      await capture.writer.until(() => counted() >= before + 2);
      // An Envoy that ends counts once more, but drops what it has of the log: it sends that each second only.
      await capture.writer.until(() => entries() >= CALLS);
    } finally {
      await envoy.stop();
      await capture.server.drain();
      await orders.close();
      await rm(dir, { recursive: true });
    }
    snapshots = decoded(KIND.counters, Counters);
    logs = decoded(KIND.access_log, AccessLog);
    exchanges = capture.writer.exchanges().map(({ exchange }) => exchange);
  });
  after(() => capture.close());

  const valueOf = ({ values }: Counters, name: string): number =>
    values.find((value) => value.name === name)?.value ?? 0;

  it('counts from the start of the process, and once more at its end: as many as there were calls', () => {
    const last = snapshots.at(-1);
    assert.ok(last !== undefined && snapshots.length >= 3);
    const found: unknown = Object.fromEntries(
      [
        'http.recorded.downstream_rq_total',
        'http.recorded.downstream_rq_completed',
        'http.recorded.downstream_rq_4xx',
        'http.recorded.ext_proc.affidavit.streams_started',
        'http.recorded.ext_proc.affidavit.failure_mode_allowed',
        'access_logs.grpc_access_log.logs_written',
        'access_logs.grpc_access_log.logs_dropped',
      ].map((name) => [name.split('.').at(-1), valueOf(last, name)]),
    );
    assert.deepEqual(found, {
      ...{ downstream_rq_total: CALLS, downstream_rq_completed: CALLS, downstream_rq_4xx: ABSENT },
      ...{ streams_started: CALLS, failure_mode_allowed: 0, logs_written: CALLS, logs_dropped: 0 },
    });
    assert.equal(entries(), CALLS);
    for (const [index, snapshot] of snapshots.slice(1).entries())
      for (const { name, value } of snapshots[index]?.values ?? [])
        assert.ok(valueOf(snapshot, name) >= value, `${name} counts backwards`);
    for (const { values } of snapshots)
      for (const { name } of values) assert.doesNotMatch(name, /^(cluster|listener|http\.admin)\./);
  });

  it('says which process it is, when that began and when it counted', () => {
    for (const [messageNo, snapshot] of snapshots.entries()) {
      assert.deepEqual([snapshot.nodeId, snapshot.nodeCluster], ['edge-7', 'edge']);
      assert.deepEqual([snapshot.source, snapshot.messageNo], [COUNTER_SOURCE.metrics_service, messageNo]);
      assert.deepEqual(snapshot.streamId, snapshots[0]?.streamId);
      assert.ok(Math.abs(snapshot.processStartedUs - startedUs) <= START_TOLERANCE_US);
      assert.ok(snapshot.takenUs > startedUs && snapshot.takenUs <= snapshot.receivedUs);
    }
  });

  it('names calls by connection and start too, where a configuration has no id for them', () => {
    const keyOf = (connectionId: number, callStartedUs: number): string => `${connectionId} ${callStartedUs}`;
    const byKey = new Map(
      logs.flatMap((log) => log.entries).map((entry) => [keyOf(entry.connectionId, entry.startedUs), entry.exchangeId]),
    );
    assert.equal(byKey.size, CALLS);
    for (const { head } of exchanges) {
      assert.ok(head !== undefined && head.connectionId > 0);
      assert.equal(byKey.get(keyOf(head.connectionId, head.startedUs)), head.exchangeId);
    }
  });
});
