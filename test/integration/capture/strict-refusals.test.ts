import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envoyConfig } from '../../../demo/envoy-config.ts';
import { freePort } from '../../../scripts/processes.ts';
import { type Envoy, startEnvoy } from '../../../scripts/start-envoy.ts';
import { NOT_RECORDED } from '../../../src/capture/index.ts';
import { AccessLog, AffidavitError, ENDED, ExchangeOpened, KIND } from '../../../src/record/index.ts';
import type { AccessLogEntry, Exchange } from '../../../src/record/index.ts';
import { requireOrSkip } from '../../support/tools.ts';
import { Capture } from './support/capture.ts';

const LIMITS = { strictDeadlineMs: 300, strictMaxWaiting: 2, maxOpenExchanges: 3 };

describe('a call that strict can’t record, behind a real Envoy', function () {
  this.timeout(60_000);
  let capture: Capture;
  let envoy: Envoy | undefined;
  let dir = '';
  let listener = 0;
  let reached = 0;
  /** What a response to GET ends after. */
  let rest: Promise<unknown> = Promise.resolve();
  const upstream = createServer((request: IncomingMessage, response: ServerResponse) => {
    reached += 1;
    request.resume();
    if (request.method === 'HEAD') response.writeHead(204).end();
    else {
      response.writeHead(200, { 'content-type': 'text/plain' }).write('an answer without a length');
      void rest.then(() => response.end('its end'));
    }
  });

  before(async function () {
    await requireOrSkip(this, 'envoy');
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
  });
  after(() => upstream.close());
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'affidavit-refusals-'));
    capture = new Capture();
    const { port: recorder } = await capture.start({ limits: LIMITS });
    [listener, reached] = [await freePort(), 0];
    const { port } = upstream.address() as AddressInfo;
    const services = { orders: port, ordersGrpc: port, payments: port, paymentsGrpc: port };
    envoy = await startEnvoy({
      config: envoyConfig({ profile: 'strict', ports: { ...services, listener, recorder } }),
      dir,
    });
  });
  afterEach(async () => {
    await envoy?.stop();
    await capture.close();
    await rm(dir, { recursive: true });
  });

  const call = (method = 'POST'): Promise<Response> =>
    fetch(`http://127.0.0.1:${listener}/orders`, { method, ...(method === 'POST' ? { body: '{}' } : {}) });

  async function assertRefused(response: Response): Promise<void> {
    assert.deepEqual([response.status, await response.text()], [503, 'not recorded']);
  }

  /** Entries of Envoy’s access log, once there are so many. */
  async function logged(count: number): Promise<AccessLogEntry[]> {
    const entries = (): AccessLogEntry[] =>
      capture.writer.ofKind(KIND.access_log).flatMap(({ body }) => AccessLog.decode(body).entries);
    await capture.writer.until(() => entries().length >= count);
    return entries();
  }

  async function recorded(count: number): Promise<Exchange[]> {
    await capture.recorded(count);
    return capture.writer.exchanges().map(({ exchange }) => exchange);
  }

  it('gets 503, and Envoy’s log says why; the service is not reached', async () => {
    capture.writer.beforeDurable = ({ kind }) =>
      kind === KIND.access_log ? Promise.resolve() : Promise.reject(new AffidavitError('io.full', 'disk full'));
    await assertRefused(await call());
    const [entry] = await logged(1);
    assert.deepEqual([entry?.status, entry?.responseCodeDetails], [503, `${NOT_RECORDED}.no_room`]);
    assert.equal(reached, 0);
  });

  it('gets 503 when its beginning is not durable in time; once it is, an end follows that says that nothing went on', async () => {
    const disk = Promise.withResolvers<undefined>();
    capture.writer.beforeDurable = async ({ kind }) => {
      if (kind === KIND.exchange_opened) await disk.promise;
    };
    await assertRefused(await call());
    assert.equal((await logged(1))[0]?.responseCodeDetails, `${NOT_RECORDED}.deadline`);
    assert.equal(reached, 0);
    assert.equal(capture.writer.exchanges().length, 0);
    disk.resolve(undefined);
    const [exchange] = await recorded(1);
    assert.deepEqual([exchange?.ended, exchange?.endedReason], [ENDED.recorder_gave_up, 'request_withheld.deadline']);
    assert.equal(capture.server.stats().refused, 1);
  });

  it('gets 503 at once when as many as may wait do already', async () => {
    const disk = Promise.withResolvers<undefined>();
    const both = Promise.withResolvers<undefined>();
    let waiting = 0;
    capture.writer.beforeDurable = async ({ kind }) => {
      if (kind !== KIND.exchange_opened) return;
      if (++waiting === 2) both.resolve(undefined);
      await disk.promise;
    };
    const first = [call(), call()];
    await both.promise;
    await assertRefused(await call());
    disk.resolve(undefined);
    await Promise.all(first);
    const details = (await logged(3)).map(({ responseCodeDetails }) => responseCodeDetails);
    assert.ok(details.includes(`${NOT_RECORDED}.too_many_waiting`), details.join());
  });

  it('gets 503 when the service has answered by headers alone and that is not durable in time; the record follows, once', async () => {
    const disk = Promise.withResolvers<undefined>();
    capture.writer.beforeDurable = async ({ kind }) => {
      if (kind === KIND.exchange) await disk.promise;
    };
    assert.equal((await call('HEAD')).status, 503);
    assert.equal((await logged(1))[0]?.responseCodeDetails, `${NOT_RECORDED}.deadline`);
    assert.equal(reached, 1);
    disk.resolve(undefined);
    // What the service did is there; that the client did not get it, the access log says.
    const [exchange] = await recorded(1);
    assert.deepEqual([exchange?.ended, exchange?.status], [ENDED.complete, 204]);
    await capture.close();
    assert.equal(capture.writer.exchanges().length, 1);
  });

  it('gets 503 at once when as many calls are open as may be', async () => {
    const end = Promise.withResolvers<undefined>();
    rest = end.promise;
    // One after the other: no more than two may wait for their beginnings.
    const open: Response[] = [];
    for (let count = 0; count < LIMITS.maxOpenExchanges; count += 1) open.push(await call('GET'));
    await assertRefused(await call());
    end.resolve(undefined);
    await Promise.all(open.map((response) => response.text()));
    const [refused] = (await logged(4)).filter(({ status }) => status === 503);
    assert.equal(refused?.responseCodeDetails, `${NOT_RECORDED}.too_many_open`);
    assert.equal(reached, LIMITS.maxOpenExchanges);
  });

  it('is cut when headers are out already, and its record says that the response had begun', async () => {
    let fails = true;
    capture.writer.beforeDurable = ({ kind }) => {
      if (kind !== KIND.exchange || !fails) return Promise.resolve();
      fails = false;
      return Promise.reject(new AffidavitError('io.read_only', 'remounted'));
    };
    const begun = Promise.withResolvers<undefined>();
    rest = begun.promise;
    const response = await call('GET');
    assert.equal(response.status, 200);
    begun.resolve(undefined);
    await assert.rejects(response.text());
    const [exchange] = await recorded(1);
    const opened = capture.writer.ofKind(KIND.exchange_opened)[0];
    assert.deepEqual([exchange?.ended, exchange?.endedReason], [ENDED.recorder_gave_up, 'response_begun.read_only']);
    assert.equal(exchange?.head?.exchangeId, ExchangeOpened.decode(opened?.body ?? new Uint8Array()).head?.exchangeId);
    assert.equal(reached, 1);
  });
});
