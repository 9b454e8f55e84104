import assert from 'node:assert/strict';
import protobuf from 'protobufjs';
import { copiedRoot, ownRoot } from './support/protos.ts';

/** What the copy is too old to have; numbers as in envoyproxy/envoy and envoyproxy/go-control-plane. */
const NEWER: Readonly<Record<string, number>> = {
  'envoy.service.ext_proc.v3.ProcessingRequest.protocol_config': 11,
  'envoy.service.ext_proc.v3.ProtocolConfiguration.request_body_mode': 1,
  'envoy.service.ext_proc.v3.ProtocolConfiguration.response_body_mode': 2,
  'envoy.service.ext_proc.v3.ProtocolConfiguration.send_body_without_waiting_for_header_response': 3,
  'envoy.service.ext_proc.v3.HttpBody.end_of_stream_without_message': 3,
  'envoy.service.ext_proc.v3.HttpBody.grpc_message_compressed': 4,
  'envoy.service.ext_proc.v3.BodyMutation.streamed_response': 3,
  'envoy.service.ext_proc.v3.StreamedBodyResponse.body': 1,
  'envoy.service.ext_proc.v3.StreamedBodyResponse.end_of_stream': 2,
  'envoy.service.ext_proc.v3.StreamedBodyResponse.end_of_stream_without_message': 3,
  'envoy.service.ext_proc.v3.StreamedBodyResponse.grpc_message_compressed': 4,
  'envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode.FULL_DUPLEX_STREAMED': 4,
  'envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode.GRPC': 5,
};

/** Numbers as in prometheus/client_model. */
const PROMETHEUS: Readonly<Record<string, number>> = {
  'LabelPair.name': 1,
  'LabelPair.value': 2,
  'Gauge.value': 1,
  'Counter.value': 1,
  'Metric.label': 1,
  'Metric.gauge': 2,
  'Metric.counter': 3,
  'Metric.timestamp_ms': 6,
  'MetricFamily.name': 1,
  'MetricFamily.type': 3,
  'MetricFamily.metric': 4,
  'MetricType.COUNTER': 0,
  'MetricType.GAUGE': 1,
  'MetricType.SUMMARY': 2,
  'MetricType.UNTYPED': 3,
  'MetricType.HISTOGRAM': 4,
};

interface Item {
  readonly number: number;
  readonly kind: string;
}

/** Every field and enum value below a namespace by its full name. */
function itemsOf(space: protobuf.NamespaceBase, items = new Map<string, Item>()): Map<string, Item> {
  for (const nested of space.nestedArray) {
    const name = nested.fullName.slice(1);
    if (nested instanceof protobuf.Type)
      for (const field of nested.fieldsArray)
        items.set(`${name}.${field.name}`, { number: field.id, kind: kindOf(field) });
    if (nested instanceof protobuf.Enum)
      for (const [value, number] of Object.entries(nested.values))
        items.set(`${name}.${value}`, { number, kind: 'value' });
    if (nested instanceof protobuf.Service)
      for (const method of nested.methodsArray)
        items.set(`${name}.${method.name}`, { number: 0, kind: signatureOf(method) });
    if (nested instanceof protobuf.Namespace) itemsOf(nested, items);
  }
  return items;
}

function kindOf(field: protobuf.Field): string {
  const type = field.resolvedType?.fullName ?? field.type;
  const label = field instanceof protobuf.MapField ? `map<${field.keyType}>` : field.repeated ? 'repeated' : 'single';
  return `${label} ${type}`;
}

function signatureOf(method: protobuf.Method): string {
  const stream = (on: boolean | undefined): string => (on ? 'stream ' : '');
  const types = [method.resolvedRequestType?.fullName ?? '', method.resolvedResponseType?.fullName ?? ''];
  return `${stream(method.requestStream)}${types[0] ?? ''} → ${stream(method.responseStream)}${types[1] ?? ''}`;
}

describe('our subset of Envoy’s API', () => {
  const own = itemsOf(ownRoot());
  const copied = itemsOf(copiedRoot());
  const ours = [...own].filter(([name]) => name.startsWith('envoy.'));

  it('has the names, numbers and types of the public one', () => {
    assert.ok(ours.length > 100, `${ours.length} items`);
    for (const [name, item] of ours) {
      const other = copied.get(name);
      if (other === undefined) assert.equal(item.number, NEWER[name], `${name} isn't in the copy`);
      else assert.deepEqual(item, other, name);
    }
  });

  it('has the numbers of Prometheus’ data model', () => {
    const items = [...own].filter(([name]) => name.startsWith('io.'));
    const numbers = items.map(([name, { number }]) => [name.slice('io.prometheus.client.'.length), number] as const);
    assert.deepEqual(Object.fromEntries(numbers), PROMETHEUS);
  });

  it('takes no number that the public one gave to something else', () => {
    const places = new Map(
      [...copied].map(([name, { number }]) => [`${name.slice(0, name.lastIndexOf('.'))}#${number}`, name]),
    );
    for (const [name, { number, kind }] of ours) {
      if (kind === 'value' || kind.includes('→')) continue;
      const other = places.get(`${name.slice(0, name.lastIndexOf('.'))}#${number}`);
      if (other !== undefined) assert.equal(other, name);
    }
  });

  it('has the well-known types as protobufjs has them', () => {
    for (const file of ['struct', 'timestamp', 'duration', 'wrappers']) {
      const known = itemsOf(
        protobuf.Root.fromJSON(protobuf.common.get(`google/protobuf/${file}.proto`) ?? {}).resolveAll(),
      );
      for (const [name, item] of known) {
        // protobufjs has them in camelCase.
        const field = name.slice(name.lastIndexOf('.') + 1);
        const snake = /^[a-z]/.test(field) ? field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : field;
        const ownItem = own.get(`${name.slice(0, -field.length)}${snake}`);
        if (ownItem !== undefined) assert.equal(ownItem.number, item.number, name);
        else assert.ok(file === 'wrappers', `${name} isn't ours`);
      }
      assert.ok(
        [...known.keys()].some((name) => own.has(name)),
        file,
      );
    }
  });
});
