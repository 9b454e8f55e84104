import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { ENDED } from '../../../src/record/index.ts';
import { requireOrSkip } from '../../support/tools.ts';
import { BehindEnvoy, type BehindOptions } from './support/behind-envoy.ts';

const BEGIN = 'a first piece\n';
const REST = 'the rest';

/** A call whose response has begun. */
interface OpenCall {
  readonly answer: Promise<string>;
  end(): void;
}

/** All of an answer, unless it breaks off; `onBegun` is called when its first piece is there. */
async function textOf(response: Response, onBegun: (nothing: undefined) => void): Promise<string> {
  let all = '';
  try {
    for await (const piece of response.body ?? []) {
      all += Buffer.from(piece as Uint8Array).toString();
      onBegun(undefined);
    }
  } catch {
    return 'broken off';
  }
  return all;
}

describe('an Envoy that ends while calls are open', function () {
  this.timeout(60_000);
  let behind: BehindEnvoy;
  let serve: (answer: ServerResponse) => void = () => undefined;

  before(async function () {
    await requireOrSkip(this, 'envoy');
  });
  afterEach(() => behind.stop());

  async function start(options: BehindOptions): Promise<void> {
    behind = await BehindEnvoy.start(options, (asked, answer) => {
      asked.resume();
      if (asked.url === '/orders/short') answer.end(REST);
      else {
        answer.writeHead(200, { 'content-type': 'text/plain' }).write(BEGIN);
        serve(answer);
      }
    });
  }

  async function open(): Promise<OpenCall> {
    const served = new Promise<ServerResponse>((resolve) => (serve = resolve));
    const response = await fetch(`${behind.url}/orders`);
    const begun = Promise.withResolvers<undefined>();
    const answer = textOf(response, begun.resolve);
    await begun.promise;
    const service = await served;
    return { answer, end: () => void service.end(REST) };
  }

  /** A call on a connection of its own: one kept from an earlier call may belong to the Envoy that is ending. */
  async function short(): Promise<string> {
    const asked = get(`${behind.url}/orders/short`, { agent: false });
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return text(answer);
  }

  for (const profile of ['observe', 'inline', 'strict'] as const)
    for (const how of ['stop', 'kill9'] as const)
      it(`by ${how === 'stop' ? 'SIGTERM' : 'a crash'}, in ${profile}: they are cut, and the next Envoy's are whole`, async () => {
        await start({ profile, capture: { limits: { callCutLingerMs: 300 } } });
        const call = await open();
        await behind.envoy[how]();
        assert.equal(await call.answer, 'broken off');
        const [cut] = await behind.recorded(1);
        assert.deepEqual([cut?.ended, cut?.response?.bodyBytes], [ENDED.response_cut, BEGIN.length]);
        await behind.startEnvoy();
        assert.equal(await short(), REST);
        const exchanges = await behind.recorded(2);
        assert.deepEqual(
          exchanges.map(({ ended }) => ended),
          [ENDED.response_cut, ENDED.complete],
        );
      });

  it('by a drain: they go on to their end, and are whole', async () => {
    await start({ profile: 'strict', envoy: { args: ['--drain-time-s', '1'] } });
    const call = await open();
    const drain = await fetch(`${behind.envoy.adminUrl}/drain_listeners?graceful`, { method: 'POST' });
    assert.equal(await drain.text(), 'OK\n');
    // It takes no new connection any more once it has drained.
    for (let taken = true; taken;)
      taken = await fetch(`${behind.url}/orders/short`, { headers: { connection: 'close' } }).then(
        async (response) => (await response.text()) === REST,
        () => false,
      );
    call.end();
    assert.equal(await call.answer, BEGIN + REST);
    while (behind.capture.server.stats().open > 0) await delay(2);
    const { completed, cut } = behind.capture.server.stats();
    assert.ok(completed > 0);
    assert.equal(cut, 0);
  });

  for (const profile of ['observe', 'strict'] as const)
    it(`by a hot restart, in ${profile}: those that end in time are whole, what is left with the old one is cut`, async () => {
      const baseId = 1 + Math.floor(Math.random() * 30_000);
      const times = ['--drain-time-s', '1', '--parent-shutdown-time-s', '3'];
      await start({ profile, capture: { limits: { callCutLingerMs: 300 } }, envoy: { baseId, args: times } });
      const [ends, stays] = [await open(), await open()];
      const next = await behind.startEnvoy({ args: [...times, '--restart-epoch', '1'] });
      assert.equal(await short(), REST);
      ends.end();
      assert.equal(await ends.answer, BEGIN + REST);
      assert.equal(await stays.answer, 'broken off');
      const exchanges = await behind.recorded(3);
      assert.deepEqual(exchanges.map(({ ended }) => ended).toSorted(), [
        ENDED.complete,
        ENDED.complete,
        ENDED.response_cut,
      ]);
      assert.equal(new Set(exchanges.map(({ head }) => head?.exchangeId)).size, 3);
      assert.equal(await short(), REST);
      await behind.recorded(4);
      assert.ok((await next.stats()).get('http.recorded.downstream_rq_completed') !== undefined);
    });
});

describe('a recorder that drains while a call is open behind Envoy', function () {
  this.timeout(60_000);
  before(async function () {
    await requireOrSkip(this, 'envoy');
  });

  for (const profile of ['observe', 'inline', 'strict'] as const)
    it(`records it as given up, and ${profile === 'strict' ? 'cuts it' : 'lets it go on'}, in ${profile}`, async () => {
      let service: ServerResponse | undefined;
      const limits = { drainTimeoutMs: 100 };
      const behind = await BehindEnvoy.start({ profile, capture: { limits } }, (asked, answer) => {
        asked.resume();
        answer.writeHead(200, { 'content-type': 'text/plain' }).write(BEGIN);
        service = answer;
      });
      try {
        const response = await fetch(`${behind.url}/orders`);
        const answer = response.text().catch(() => 'broken off');
        await behind.capture.server.drain();
        const [exchange] = await behind.recorded(1);
        assert.deepEqual([exchange?.ended, exchange?.endedReason], [ENDED.recorder_gave_up, 'drain_timeout']);
        service?.end(REST);
        assert.equal(await answer, profile === 'strict' ? 'broken off' : BEGIN + REST);
      } finally {
        await behind.stop();
      }
    });
});
