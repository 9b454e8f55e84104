import { COUNTER_SOURCE, Counters, CounterValue, KIND } from '../../../src/record/index.ts';
import type { RecordWriter } from '../../../src/record/index.ts';

const TAKEN_US = 1_767_323_045_000_000;

const value = (name: string, count: number): CounterValue => CounterValue.create({ name, value: count });

/** Something in every field, so that a later version that reads one of them otherwise is noticed. */
function counters(changes: Partial<Counters>): Uint8Array {
  return Counters.encode(
    Counters.create({
      nodeId: 'edge-1',
      nodeCluster: 'edge',
      receivedUs: TAKEN_US + 2_000,
      takenUs: TAKEN_US,
      processStartedUs: TAKEN_US - 3_600_000_000,
      values: [
        value('http.recorded.downstream_rq_completed', 12_345),
        value('http.recorded.downstream_rq_5xx', 0),
        value('access_logs.grpc_access_log.logs_dropped', 2 ** 53 - 1),
      ],
      ...changes,
    }),
  );
}

/** What Envoy counted, as it sent it, and as it was asked for. */
export async function writeCounters(writer: RecordWriter): Promise<void> {
  const sent = { source: COUNTER_SOURCE.metrics_service, streamId: new Uint8Array(16).fill(0x77), messageNo: 3 };
  await writer.append({ kind: KIND.counters, body: counters(sent), retentionClass: 'short' });
  await writer.append({ kind: KIND.counters, body: counters({ source: COUNTER_SOURCE.admin }) });
}
