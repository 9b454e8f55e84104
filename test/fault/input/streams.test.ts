import assert from 'node:assert/strict';
import { join } from 'node:path';
import { request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { bodyOf, REQUEST } from '../../integration/capture/support/calls.ts';
import { removeFolders, temporaryFolder, Up } from '../../integration/commands/support/cli.ts';
import { processingRequest } from '../../unit/capture/support/protos.ts';
import { RawClient, wireMessage } from './support/raw-grpc.ts';
import { assertEndsInOrder, peakBytes, strictCall, verified } from './support/running.ts';

const MIB = 1024 * 1024;
/** Of a body that nobody takes back, 1 MiB each. */
const PIECES = 300;
const STREAMS = 10_000;
const CONNECTIONS = 4;
const RESOURCE_EXHAUSTED = 8;
/** Body modes FULL_DUPLEX_STREAMED: what the recorder is sent, it sends back. */
const FULL_DUPLEX = { request_body_mode: 4, response_body_mode: 4 };

describe('bad input: streams that are left, and answers that nobody reads', function () {
  this.timeout(120_000);
  let data = '';
  let up: Up;
  const start = async (settings: Record<string, string> = {}): Promise<void> => {
    data = join(await temporaryFolder(), 'data');
    up = await Up.start(data, { AFFIDAVIT_CAPTURE_DRAIN_TIMEOUT_MS: '1000', ...settings });
  };
  afterEach(async () => {
    await up.service.stop();
    await removeFolders();
  });

  it(`${STREAMS} streams opened and left: each is recorded, further calls are, and memory stays bounded`, async () => {
    await start();
    const before = peakBytes(up.service);
    const clients = Array.from({ length: CONNECTIONS }, () => new RawClient(up.capturePort));
    const bytes = wireMessage(processingRequest(REQUEST));
    const streams = Array.from({ length: STREAMS }, (_, at) => clients[at % CONNECTIONS]?.open().send(bytes));
    await Promise.all(streams.map((each) => once(each?.stream ?? process, 'response')));
    assert.equal(await strictCall(up.capturePort), 0);
    // Half of them break off with their connections, half are still open when the recorder is asked to end.
    for (const client of clients.slice(0, CONNECTIONS / 2)) client.close();
    const peak = peakBytes(up.service) - before;
    assert.ok(peak < 600 * MIB, `${peak} bytes more`);
    await assertEndsInOrder(up);
    for (const client of clients) client.close();
    assert.equal((await verified(data)).kinds['exchange'], STREAMS + 1);
  });

  it('streams beyond the limit, and such on which nothing ever comes: turned away, and let go at the end', async () => {
    await start({ AFFIDAVIT_CAPTURE_MAX_OPEN_EXCHANGES: '100' });
    const client = new RawClient(up.capturePort);
    const silent = Array.from({ length: 100 }, () => client.open());
    await once(client.session, 'connect');
    await new Promise((resolve) => {
      client.session.ping(resolve);
    });
    assert.equal(await client.open().ended, RESOURCE_EXHAUSTED);
    for (const each of silent.slice(0, 50)) each.stream.close();
    await up.service.waitUntil(async () => (await strictCall(up.capturePort)) === 0, 20_000);
    await assertEndsInOrder(up);
    client.close();
    assert.equal((await verified(data)).kinds['exchange'], 1);
  });

  it('a reader that reads no answer: it is read no further itself, and all comes once it reads', async () => {
    await start();
    const before = peakBytes(up.service);
    const client = new RawClient(up.capturePort);
    const slow = client.open();
    slow.stream.pause();
    slow.send(wireMessage(processingRequest({ ...REQUEST, protocol_config: FULL_DUPLEX })));
    const piece = wireMessage(processingRequest(bodyOf('request', 'x'.repeat(MIB))));
    let taken = 0;
    const sending = (async () => {
      for (; taken < PIECES; taken++) await new Promise((resolve) => slow.stream.write(piece, resolve));
    })();
    // Others are served meanwhile, until nothing more of the slow one has been taken for a while.
    let calls = 0;
    for (let seen = -1; seen !== taken && taken < PIECES; calls += 10) {
      seen = taken;
      for (let at = 0; at < 10; at++) assert.equal(await strictCall(up.capturePort), 0);
    }
    const peak = peakBytes(up.service) - before;
    assert.ok(taken < PIECES / 2, `${taken} pieces were taken`);
    assert.ok(peak < 200 * MIB, `${peak} bytes more`);
    let read = 0;
    slow.stream.on('data', (chunk: Buffer) => (read += chunk.length));
    slow.stream.resume();
    await sending;
    await up.service.waitUntil(() => read >= PIECES * MIB, 60_000);
    slow.end();
    await slow.ended;
    client.close();
    await assertEndsInOrder(up);
    assert.equal((await verified(data)).kinds['exchange'], calls + 1);
  });

  it('readers of the metrics that ask and read nothing: they lose their connections, and others are served', async () => {
    await start({ AFFIDAVIT_TELEMETRY_ADDRESS: '127.0.0.1:0' });
    const url = new URL(String(up.line('telemetry is served')?.['url']));
    const before = peakBytes(up.service);
    const asked = Buffer.from('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(2_000));
    const readers = Array.from({ length: 8 }, () => {
      const reader = connectTcp(Number(url.port), url.hostname)
        .on('error', () => undefined)
        .pause();
      reader.write(asked);
      return reader;
    });
    // Who reads nothing learns from writing that nobody is there any more.
    const areGone = (): boolean => {
      for (const reader of readers) if (!reader.destroyed) reader.write('\r\n');
      return readers.every(({ destroyed }) => destroyed);
    };
    await up.service.waitUntil(areGone, 60_000);
    assert.equal((await fetch(new URL('/healthz', url))).status, 200);
    const peak = peakBytes(up.service) - before;
    assert.ok(peak < 100 * MIB, `${peak} bytes more`);
    await assertEndsInOrder(up);
  });

  it('a reader of the ledger that asks and reads nothing: others are served, and it keeps nobody from ending', async () => {
    await start();
    const asked = Array.from({ length: 100 }, () => {
      const slow = httpRequest(`${up.url}/checkpoint`, { method: 'POST', headers: { 'content-length': '1000' } });
      slow.on('error', () => undefined);
      slow.flushHeaders();
      return slow;
    });
    await Promise.all(asked.map((each) => once(each, 'socket')));
    assert.equal((await fetch(`${up.url}/checkpoint`)).status, 200);
    await assertEndsInOrder(up);
  });
});
