import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { REQUEST } from '../../integration/capture/support/calls.ts';
import { removeFolders, temporaryFolder, Up } from '../../integration/commands/support/cli.ts';
import { headerMap, processingRequest } from '../../unit/capture/support/protos.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { RawClient, sendTcp, wireMessage } from './support/raw-grpc.ts';
import type { StreamEnd } from './support/raw-grpc.ts';
import { assertEndsInOrder, peakBytes, strictCall, verified } from './support/running.ts';

const MIB = 1024 * 1024;
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;
const INTERNAL = 13;
const request = processingRequest(REQUEST);

/** A message whose headers take so many bytes in one field. */
function requestWithHeaders(bytes: number): Uint8Array {
  const headers = headerMap({ ':method': 'GET', 'x-long': 'a'.repeat(bytes) });
  return processingRequest({ request_headers: { headers } });
}

/** What Envoy would never send, and how the stream ends on which it comes. */
const MESSAGES: readonly (readonly [what: string, () => Uint8Array, StreamEnd])[] = [
  ['random bytes', () => wireMessage(new SeededRandom(3).bytes(500)), INTERNAL],
  ['bytes that are all ones', () => wireMessage(new Uint8Array(300).fill(0xff)), INTERNAL],
  ['a message cut within a field', () => wireMessage(request.subarray(0, request.length - 7)), INTERNAL],
  ['a message that claims 65 MiB', () => wireMessage(new Uint8Array(100), 65 * MIB), RESOURCE_EXHAUSTED],
  ['a message that claims 4 GiB', () => wireMessage(new Uint8Array(100), 0xffff_ffff), RESOURCE_EXHAUSTED],
  ['headers of 9 MiB', () => wireMessage(requestWithHeaders(9 * MIB)), INTERNAL],
];

/** An HTTP/2 frame. */
function frame(type: number, flags: number, stream: number, payload: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(9 + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes.writeUInt8(type, 3);
  bytes.writeUInt8(flags, 4);
  bytes.writeUInt32BE(stream, 5);
  bytes.set(payload, 9);
  return bytes;
}

/** A header block of HTTP/2 that doesn't end: a literal field in each continuation, 16 kB at a time. */
function* headerFlood(bytes: number): Generator<Uint8Array> {
  yield Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  yield frame(4, 0, 0, new Uint8Array(0));
  yield frame(1, 0, 1, Buffer.from([0x82]));
  // RFC 7541: a literal without indexing; name `a`, value of 16,000 bytes (127 + 1 + 124 · 128).
  const literal = Buffer.concat([Buffer.from([0x00, 1, 0x61, 0x7f, 0x81, 0x7c]), Buffer.alloc(16_000, 'b')]);
  for (let sent = 0; sent < bytes; sent += literal.length) yield frame(9, 0, 1, literal);
}

describe('bad input: what is no message of Envoy', function () {
  this.timeout(120_000);
  let data = '';
  let up: Up;
  let client: RawClient;
  /** Exchanges that were begun and must be in the log, as cut as they were. */
  let begun = 0;
  let whole = 0;

  before(async () => {
    data = join(await temporaryFolder(), 'data');
    up = await Up.start(data);
    client = new RawClient(up.capturePort);
  });
  after(async () => {
    client.close();
    await up.service.stop();
    await removeFolders();
  });

  for (const [what, make, end] of MESSAGES)
    it(`${what}: ends its own stream with a status, and what had been begun is recorded`, async () => {
      const other = client.open().send(wireMessage(request));
      assert.equal(await client.open().send(make()).ended, end);
      assert.equal(await client.open().send(wireMessage(request), make()).ended, end);
      begun += 2;
      assert.equal(other.stream.closed, false, 'a stream beside it goes on');
      assert.equal(await other.end().ended, 0);
      assert.equal(await strictCall(up.capturePort), 0);
      whole += 1;
    });

  it('a frame that ends within its message: is an end of the stream, and what had been begun is recorded', async () => {
    const cut = wireMessage(request.subarray(0, 20), request.length);
    assert.equal(await client.open().send(cut).end().ended, 0);
    assert.equal(await client.open().send(wireMessage(request), cut).end().ended, 0);
    begun += 1;
  });

  it('headers of 100 MB in a message: refused before they are read', async () => {
    const before = peakBytes(up.service);
    const large = new RawClient(up.capturePort);
    assert.equal(await large.open().send(wireMessage(requestWithHeaders(100_000_000))).ended, RESOURCE_EXHAUSTED);
    large.close();
    assert.ok(peakBytes(up.service) < before + 64 * MIB);
  });

  it('messages of many streams whose end does not come: those with most end, before they fill the memory', async () => {
    const before = peakBytes(up.service);
    const others = new RawClient(up.capturePort);
    const piece = new Uint8Array(10 * MIB);
    const streams = Array.from({ length: 24 }, () =>
      others.open().send(wireMessage(piece, 60 * MIB), piece, piece, piece, piece),
    );
    const ends = streams.map((each) => each.ended);
    assert.equal(await Promise.race(ends), RESOURCE_EXHAUSTED);
    assert.equal(await strictCall(up.capturePort), 0);
    whole += 1;
    others.close();
    await Promise.all(ends);
    assert.ok(peakBytes(up.service) < before + 700 * MIB);
  });

  it('compressed messages: refused before they are unpacked', async () => {
    const before = peakBytes(up.service);
    const packed = wireMessage(gzipSync(new Uint8Array(60 * MIB)), undefined, 1);
    const other = new RawClient(up.capturePort);
    const streams = Array.from({ length: 20 }, () => other.open({ 'grpc-encoding': 'gzip' }).send(packed));
    for (const { ended } of streams) assert.equal(await ended, UNIMPLEMENTED);
    other.close();
    assert.ok(peakBytes(up.service) < before + 64 * MIB);
  });

  it('a header block of 100 MB: its connection is closed long before its end, and no other', async () => {
    const before = peakBytes(up.service);
    const sent = await sendTcp(up.capturePort, headerFlood(100_000_000));
    assert.ok(sent < 50_000_000, `${sent} bytes were taken`);
    assert.ok(peakBytes(up.service) < before + 64 * MIB);
    assert.equal(client.session.closed, false);
    assert.equal(await strictCall(up.capturePort), 0);
    whole += 1;
  });

  it('what is no gRPC, no HTTP/2, no service: refused each', async () => {
    assert.notEqual(await client.open({ ':path': '/no.such.Service/Call' }).end().ended, 0);
    assert.notEqual(await client.open({ 'content-type': 'text/html' }).end().ended, 0);
    assert.notEqual(
      await client.open({ 'grpc-encoding': 'unheard-of' }).send(wireMessage(request, request.length, 1)).ended,
      0,
    );
    const { capturePort } = up;
    await sendTcp(capturePort, [new SeededRandom(5).bytes(5000)]);
    await sendTcp(capturePort, [Buffer.from('GET / HTTP/1.1\r\nhost: recorder\r\n\r\n')]);
  });

  it('afterwards: it ends in order, every exchange is in a log that verifies, and each unread message has its line', async () => {
    client.close();
    await assertEndsInOrder(up);
    const { kinds } = await verified(data);
    assert.equal(kinds['exchange'], begun + whole);
    assert.equal(kinds['gap'], 1, 'calls of which nothing could be read are counted');
    const unread =
      readFileSync(up.service.logFile, 'utf8').split('Envoy sent a message that cannot be read').length - 1;
    assert.equal(unread, 2 * MESSAGES.filter(([, , end]) => end === INTERNAL).length);
  });
});
