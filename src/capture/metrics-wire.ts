import { CounterValue } from '../record/index.ts';
import { type EnvoyNode, type MutableNode, NODE } from './envoy-node.ts';
import { protocolError } from './ext-proc-wire.ts';
import { readDouble, readFields, readNested, type Readers, readersOf } from './field-readers.ts';
import { isConfiguredName } from './shapes.ts';

/**
 * Reads `envoy.service.metrics.v3.StreamMetricsMessage` (proto/envoy/service/metrics/v3/metrics_service.proto), and of the
 * hundreds of metrics in it only those that say how many calls there were, and what became of their recording.
 */

/** One message of the stream. */
export interface MetricsMessage {
  /** Who sends it; in the first message of a stream. */
  readonly node: EnvoyNode | undefined;
  /** Envoy leaves a counter out until it has counted something. */
  readonly values: readonly CounterValue[];
  /** When Envoy read them, microseconds since 1970 UTC; zero when it doesn't say. */
  readonly takenUs: number;
  /** Whole seconds since the process started. */
  readonly uptimeSeconds: number | undefined;
  /** Tags were sent as labels: the counters that we know by name have other names then. */
  readonly isLabelled: boolean;
}

/** Most metrics in a message: each cluster of an Envoy has some hundred. */
const MAX_FAMILIES = 1_000_000;
/** Most counters that are kept of a message. */
const MAX_VALUES = 10_000;
const MAX_NAME_BYTES = 256;
const TYPE = { counter: 0, gauge: 1 } as const;
const UPTIME = 'server.uptime';

/** What is counted on the way of a call: by the connection manager, by the filter that records, by the access log. */
const WANTED = [
  /^http\..+\.downstream_rq_(?:total|completed|[1-5]xx|rx_reset|tx_reset)$/,
  /^http\..+\.ext_proc\..+$/,
  /^access_logs\.grpc_access_log\..+$/,
];
/** Envoy's own pages, and its own calls to others. */
const OWN = /^http\.(?:admin|async-client)\./;
/** What a counter of requests is called without the name of its listener. */
const LABELLED = /^http\.downstream_rq_/;

function isWanted(name: string): boolean {
  return WANTED.some((pattern) => pattern.test(name)) && !OWN.test(name) && isConfiguredName(name);
}

/** Reads one message. @throws protocol for bytes that are none: it concerns this stream only. */
export function decodeMetricsMessage(bytes: Uint8Array): MetricsMessage {
  const message: MutableMessage = {
    ...{ node: undefined, values: [], takenUs: 0, uptimeSeconds: undefined, isLabelled: false },
    families: 0,
  };
  try {
    readFields(bytes, MESSAGE, message);
  } catch (error) {
    throw protocolError('a StreamMetricsMessage', error);
  }
  const { node, values, takenUs, uptimeSeconds, isLabelled } = message;
  return { node, values, takenUs, uptimeSeconds, isLabelled };
}

interface MutableMessage {
  node: EnvoyNode | undefined;
  readonly values: CounterValue[];
  takenUs: number;
  uptimeSeconds: number | undefined;
  isLabelled: boolean;
  families: number;
}

/** `io.prometheus.client.Metric`. */
interface Metric {
  value: number | undefined;
  timestampMs: number;
  labels: number;
}

interface Family {
  name: string;
  type: number;
  metric: Uint8Array | undefined;
}

const VALUE = readersOf<Metric>({}, {}, { 1: (reader, metric) => (metric.value = readDouble(reader)) });
const readValue = (field: Uint8Array, metric: Metric): void => {
  // Zero may be left out.
  metric.value = 0;
  readFields(field, VALUE, metric);
};

function metricReaders(valueField: number): Readers<Metric> {
  return readersOf<Metric>(
    {
      1: (reader, metric) => {
        reader.view();
        metric.labels += 1;
      },
      [valueField]: (reader, metric) => {
        readValue(reader.view(), metric);
      },
    },
    { 6: (reader, metric) => (metric.timestampMs = reader.varint()) },
  );
}
const COUNTER = metricReaders(3);
const GAUGE = metricReaders(2);

const FAMILY = readersOf<Family>(
  {
    1: (reader, family) => {
      const name = reader.view();
      family.name = name.length <= MAX_NAME_BYTES ? Buffer.from(name).toString('latin1') : '';
    },
    4: (reader, family) => (family.metric = reader.view()),
  },
  { 3: (reader, family) => (family.type = reader.varint()) },
);

const IDENTIFIER = readersOf<MutableNode>({ 1: (reader, node) => readNested(reader, NODE, node) });
const MESSAGE = readersOf<MutableMessage>({
  1: (reader, message) => {
    message.node = readNested(reader, IDENTIFIER, { nodeId: '', nodeCluster: '' });
  },
  2: (reader, message) => {
    message.families += 1;
    if (message.families > MAX_FAMILIES)
      throw protocolError('a StreamMetricsMessage', `more than ${MAX_FAMILIES} metrics`);
    takeFamily(readNested(reader, FAMILY, { name: '', type: TYPE.counter, metric: undefined }), message);
  },
});

function takeFamily({ name, type, metric: bytes }: Family, message: MutableMessage): void {
  if (bytes === undefined) return;
  if (type === TYPE.gauge && name === UPTIME) {
    const { value, timestampMs } = readMetric(bytes, GAUGE);
    if (Number.isSafeInteger(value)) message.uptimeSeconds = value;
    message.takenUs = microseconds(timestampMs);
  } else if (type === TYPE.counter && isWanted(name)) takeCounter(name, readMetric(bytes, COUNTER), message);
  else if (LABELLED.test(name)) message.isLabelled = true;
}

function takeCounter(name: string, { value, timestampMs, labels }: Metric, message: MutableMessage): void {
  if (value === undefined) return;
  if (labels > 0) {
    message.isLabelled = true;
    return;
  }
  if (!Number.isSafeInteger(value) || value < 0) throw protocolError('a counter', `it counts ${value}`);
  if (message.takenUs === 0) message.takenUs = microseconds(timestampMs);
  if (message.values.push(CounterValue.create({ name, value })) > MAX_VALUES)
    throw protocolError('a StreamMetricsMessage', `more than ${MAX_VALUES} counters`);
}

function readMetric(bytes: Uint8Array, readers: Readers<Metric>): Metric {
  return readFields(bytes, readers, { value: undefined, timestampMs: 0, labels: 0 });
}

function microseconds(timestampMs: number): number {
  const timeUs = timestampMs * 1000;
  if (!Number.isSafeInteger(timeUs)) throw protocolError('a time', 'it is out of range');
  return timeUs;
}
