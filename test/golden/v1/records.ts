import {
  AccessLog,
  AccessLogEntry,
  BODY,
  Direction,
  ENDED,
  Exchange,
  ExchangeContent,
  ExchangeHead,
  ExchangeIndex,
  ExchangeOpened,
  ExchangePart,
  ExchangeUnmask,
  Gap,
  GAP_REASON,
  Header,
  KIND,
  PART,
  PAYLOAD_CLASS,
  PROFILE,
  PROVENANCE,
  RedactionCount,
  Workload,
} from '../../../src/record/index.ts';
import type { PartNumber, PayloadClass, RecordWriter, SealedPart } from '../../../src/record/index.ts';

const STARTED_US = 1_767_323_045_000_000;

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const bytes = (count: number, value: number): Uint8Array => new Uint8Array(count).fill(value);

/** Something in every field, so that a later version that reads one of them otherwise is noticed. */
function head(call: number, profile: number): ExchangeHead {
  return ExchangeHead.create({
    source: 'envoy',
    exchangeId: `00000000-0000-4000-8000-${String(call).padStart(12, '0')}`,
    parentId: '00000000-0000-4000-8000-ffffffffffff',
    traceId: bytes(16, 0x11),
    spanId: bytes(8, 0x22),
    protocol: 'HTTP/2',
    method: 'POST',
    route: 'orders',
    cluster: 'orders',
    upstreamHost: '192.0.2.7:8080',
    startedUs: STARTED_US + call,
    profile,
    workload: Workload.create({ provenance: PROVENANCE.mtls, id: 'spiffe://example.org/billing' }),
    sessionKey: bytes(16, 0x33),
    configHash: bytes(32, 0x44),
    connectionId: 42,
  });
}

function direction(bodyBytes: number, body: number, bodyReason = ''): Direction {
  return Direction.create({
    headerCount: 7,
    headerBytes: 321,
    bodyBytes,
    trailerCount: 1,
    body,
    bodyReason,
    bodyCommitment: bytes(32, 0x55),
    decodedBytes: bodyBytes,
    ended: true,
  });
}

function exchange(call: number, changes: Partial<Exchange> = {}): Uint8Array {
  return Exchange.encode(
    Exchange.create({
      head: head(call, PROFILE.strict),
      status: 200,
      grpcStatusPlusOne: 1,
      request: direction(18, BODY.kept),
      response: direction(70_000, BODY.kept),
      ended: ENDED.complete,
      requestEndedAfterUs: 101,
      responseStartedAfterUs: 2001,
      endedAfterUs: 3001,
      redactions: [RedactionCount.create({ rule: 'email', version: 1, entity: 'email', action: 'mask', count: 2 })],
      redactionEngine: '1',
      ...changes,
    }),
  );
}

async function part(
  writer: RecordWriter,
  payloadClass: PayloadClass,
  name: PartNumber,
  plain: Uint8Array,
): Promise<SealedPart> {
  const open = writer.openPart(payloadClass, name);
  await open.write(plain);
  return open.finish();
}

const header = (name: string, value: string): Header => Header.create({ name, value: utf8(value) });

async function indexAndMessage(writer: RecordWriter): Promise<SealedPart[]> {
  const index = ExchangeIndex.create({
    path: '/orders/42',
    query: 'view=full',
    authority: 'orders.example',
    identity: 'user@[email]',
    provenance: PROVENANCE.claimed,
    subjectTokens: [bytes(16, 0x66)],
    text: 'forty-two',
    misshapen: [header('method', 'M\u0001')],
  });
  const content = ExchangeContent.create({
    requestHeaders: [header('content-type', 'application/json')],
    responseHeaders: [header('server', 'golden')],
    requestTrailers: [header('x-request-trailer', 'one')],
    responseTrailers: [header('x-response-trailer', 'two')],
    requestBody: utf8('{"order":"[email]"}'),
    responseBody: utf8('{}'),
  });
  return [
    await part(writer, PAYLOAD_CLASS.index, PART.index, ExchangeIndex.encode(index)),
    await part(writer, PAYLOAD_CLASS.content, PART.message, ExchangeContent.encode(content)),
  ];
}

/** A call with every payload part, its response larger than what travels inside a batch. */
async function writeWholeCall(writer: RecordWriter): Promise<void> {
  const opened = ExchangeOpened.encode(ExchangeOpened.create({ head: head(1, PROFILE.strict) }));
  const { epoch, seq } = await writer.append(
    { kind: KIND.exchange_opened, body: opened },
    await indexAndMessage(writer),
  );
  const unmask = ExchangeUnmask.create({ originals: [header('cookie', 'original')] });
  const large = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 31) % 251);
  const parts = [
    ...(await indexAndMessage(writer)),
    await part(writer, PAYLOAD_CLASS.content, PART.request_body, utf8('{"order":"[email]"}')),
    await part(writer, PAYLOAD_CLASS.content, PART.response_body, large),
    await part(writer, PAYLOAD_CLASS.unmask, PART.originals, ExchangeUnmask.encode(unmask)),
  ];
  const body = exchange(1, { openedSeqPlusOne: seq + 1, openedEpoch: epoch, policyVerdict: 'allowed' });
  await writer.append({ kind: KIND.exchange, body }, parts);
}

function accessLog(): Uint8Array {
  const entry = AccessLogEntry.create({
    exchangeId: '00000000-0000-4000-8000-000000000001',
    startedUs: STARTED_US,
    connectionId: 42,
    durationUs: 3000,
    protocol: 'HTTP/2',
    method: 'POST',
    route: 'orders',
    cluster: 'orders',
    upstreamHost: '192.0.2.7:8080',
    status: 200,
    responseFlags: ['UF', 'DC'],
    responseCodeDetails: 'via_upstream',
    requestHeaderBytes: 321,
    requestBodyBytes: 18,
    responseHeaderBytes: 123,
    responseBodyBytes: 70_000,
    upstreamAttempts: 2,
    type: 5,
    timings: [1, 101, 3001],
  });
  const second = AccessLogEntry.create({ exchangeId: '00000000-0000-4000-8000-000000000002', status: 503 });
  return AccessLog.encode(
    AccessLog.create({
      nodeId: 'edge-1',
      nodeCluster: 'edge',
      logName: 'affidavit',
      receivedUs: STARTED_US + 1_000_000,
      entries: [entry, second],
      partNo: 1,
      partCount: 2,
    }),
  );
}

/** An epoch's records: a whole call, a long stream in parts, the access log, and what was lost. */
export async function writeCalls(writer: RecordWriter): Promise<void> {
  await writeWholeCall(writer);
  for (const partNo of [1, 2]) {
    const stream = ExchangePart.create({
      head: head(2, PROFILE.inline),
      partNo,
      requestBytes: 1000 * partNo,
      responseBytes: 4_194_304 * partNo,
      afterUs: 30_000_000 * partNo,
    });
    await writer.append({ kind: KIND.exchange_part, body: ExchangePart.encode(stream) });
  }
  const long = exchange(2, { parts: 2, upgrade: 'websocket', status: 101, head: head(2, PROFILE.inline) });
  await writer.append({ kind: KIND.exchange, body: long });
  await writer.append({ kind: KIND.access_log, body: accessLog(), retentionClass: 'short' });
  const lost = Gap.create({ reason: GAP_REASON.exchanges_lost, count: 3, detail: 'no room for more open exchanges' });
  await writer.append({ kind: KIND.gap, body: Gap.encode(lost) });
  const withdrawn = direction(5000, BODY.withdrawn, 'undecodable');
  const cut = { ended: ENDED.response_cut, endedReason: 'the stream was reset', response: withdrawn };
  const local = { ended: ENDED.no_response, localReply: true, status: 503, response: direction(0, BODY.none) };
  // What is handed in at once shares a batch.
  await Promise.all([
    writer.append({ kind: KIND.exchange, body: exchange(3, cut) }),
    writer.append({ kind: KIND.exchange, body: exchange(4, local) }),
    writer.append({ kind: KIND.exchange, body: exchange(5, { request: direction(9, BODY.given_up) }) }),
  ]);
}

/** A shorter epoch: batches of one call each. */
export async function writeRest(writer: RecordWriter): Promise<void> {
  for (const call of [6, 7, 8]) await writer.append({ kind: KIND.exchange, body: exchange(call) });
}
