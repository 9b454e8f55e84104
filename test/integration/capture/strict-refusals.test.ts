import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NOT_RECORDED } from '../../../src/capture/index.ts';
import { AffidavitError, ENDED, ExchangeOpened, KIND } from '../../../src/record/index.ts';
import { requireOrSkip } from '../../support/tools.ts';
import { BehindEnvoy } from './support/behind-envoy.ts';
import type { Capture } from './support/capture.ts';

const LIMITS = { strictDeadlineMs: 300, strictMaxWaiting: 2, maxOpenExchanges: 3, maxBodyBytes: 1_000 };

describe('a call that strict can’t record, behind a real Envoy', function () {
  this.timeout(60_000);
  let behind: BehindEnvoy;
  let capture: Capture;
  let reached = 0;
  /** What a response to GET or POST ends with. */
  let rest: Promise<string | undefined> = Promise.resolve(undefined);

  function serve(request: IncomingMessage, response: ServerResponse): void {
    reached += 1;
    request.resume();
    if (request.method === 'HEAD') response.writeHead(204).end();
    else if (request.method === 'PUT') request.on('end', () => response.end('stored'));
    else {
      response.writeHead(200, { 'content-type': 'text/plain' }).write('an answer without a length');
      void rest.then((text = 'its end') => response.end(text));
    }
  }

  before(async function () {
    await requireOrSkip(this, 'envoy');
  });
  beforeEach(async () => {
    behind = await BehindEnvoy.start({ profile: 'strict', capture: { limits: LIMITS } }, serve);
    ({ capture } = behind);
    reached = 0;
    rest = Promise.resolve(undefined);
  });
  afterEach(() => behind.stop());

  const call = (method = 'POST'): Promise<Response> =>
    fetch(`${behind.url}/orders`, { method, ...(method === 'POST' ? { body: '{}' } : {}) });

  async function assertRefused(response: Response): Promise<void> {
    assert.deepEqual([response.status, await response.text()], [503, 'not recorded']);
  }

  it('gets 503, and Envoy’s log says why; the service is not reached', async () => {
    capture.writer.beforeDurable = ({ kind }) =>
      kind === KIND.access_log ? Promise.resolve() : Promise.reject(new AffidavitError('io.full', 'disk full'));
    await assertRefused(await call());
    const [entry] = await behind.logged(1);
    assert.deepEqual([entry?.status, entry?.responseCodeDetails], [503, `${NOT_RECORDED}.no_room`]);
    assert.equal(reached, 0);
  });

  it('gets 503 when its beginning is not durable in time; once it is, an end follows that says that nothing went on', async () => {
    const disk = Promise.withResolvers<undefined>();
    capture.writer.beforeDurable = async ({ kind }) => {
      if (kind === KIND.exchange_opened) await disk.promise;
    };
    await assertRefused(await call());
    assert.equal((await behind.logged(1))[0]?.responseCodeDetails, `${NOT_RECORDED}.deadline`);
    assert.equal(reached, 0);
    assert.equal(capture.writer.exchanges().length, 0);
    disk.resolve(undefined);
    const [exchange] = await behind.recorded(1);
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
    const details = (await behind.logged(3)).map(({ responseCodeDetails }) => responseCodeDetails);
    assert.ok(details.includes(`${NOT_RECORDED}.too_many_waiting`), details.join());
  });

  it('gets 503 when the service has answered by headers alone and that is not durable in time; the record follows, once', async () => {
    const disk = Promise.withResolvers<undefined>();
    capture.writer.beforeDurable = async ({ kind }) => {
      if (kind === KIND.exchange) await disk.promise;
    };
    assert.equal((await call('HEAD')).status, 503);
    assert.equal((await behind.logged(1))[0]?.responseCodeDetails, `${NOT_RECORDED}.deadline`);
    assert.equal(reached, 1);
    disk.resolve(undefined);
    // What the service did is there; that the client did not get it, the access log says.
    const [exchange] = await behind.recorded(1);
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
    const [refused] = (await behind.logged(4)).filter(({ status }) => status === 503);
    assert.equal(refused?.responseCodeDetails, `${NOT_RECORDED}.too_many_open`);
    assert.equal(reached, LIMITS.maxOpenExchanges);
  });

  it('gets 503 when its request is longer than may be kept, and is cut when its response is', async () => {
    const url = `${behind.url}/orders`;
    await assertRefused(await fetch(url, { method: 'PUT', body: 'x'.repeat(2_000) }));
    assert.equal((await behind.logged(1))[0]?.responseCodeDetails, `${NOT_RECORDED}.body_too_long`);
    const end = Promise.withResolvers<string>();
    rest = end.promise;
    const response = await call('GET');
    assert.equal(response.status, 200);
    end.resolve('x'.repeat(2_000));
    await assert.rejects(response.text());
    const ends = (await behind.recorded(2)).map(({ ended, endedReason }) => [ended, endedReason]);
    assert.deepEqual(ends, [
      [ENDED.recorder_gave_up, 'request_sent.body_too_long'],
      [ENDED.recorder_gave_up, 'response_begun.body_too_long'],
    ]);
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
    const [exchange] = await behind.recorded(1);
    const opened = capture.writer.ofKind(KIND.exchange_opened)[0];
    assert.deepEqual([exchange?.ended, exchange?.endedReason], [ENDED.recorder_gave_up, 'response_begun.read_only']);
    assert.equal(exchange?.head?.exchangeId, ExchangeOpened.decode(opened?.body ?? new Uint8Array()).head?.exchangeId);
    assert.equal(reached, 1);
  });
});
