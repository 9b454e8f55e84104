import assert from 'node:assert/strict';
import { type ClientRequest, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type AccessLogEntry, BODY, ENDED, type Exchange, KIND } from '../../../src/record/index.ts';
import { requireOrSkip } from '../../support/tools.ts';
import { BehindEnvoy } from './support/behind-envoy.ts';

const PIECE = '{"note":"a harmless text of some length"}\n';
const LIMITS = { callCutLingerMs: 300, partIntervalMs: 200 };

/** What the service does, by the path of a call. */
const SERVICE: Readonly<Record<string, (asked: IncomingMessage, answer: ServerResponse) => void>> = {
  '/orders/silent': (asked) => void asked.resume(),
  '/orders/begins': (asked, answer) => {
    asked.resume();
    answer.writeHead(200, { 'content-type': 'text/plain' }).write(PIECE);
  },
  '/orders/resets': (asked) => void asked.resume().on('end', () => asked.socket.resetAndDestroy()),
  '/orders/breaks-off-at-once': (asked, answer) => {
    answer.writeHead(200, { 'content-type': 'text/plain' }).write(PIECE, () => asked.socket.end());
  },
};

interface Expected {
  readonly ended: number;
  readonly status: number;
  readonly localReply: boolean;
  readonly responseBody: number;
  /** What Envoy's access log has for it. */
  readonly flag: RegExp;
}

const CUT_RESPONSE = { ended: ENDED.response_cut, status: 200, localReply: false, responseBody: BODY.cut };
const LOCAL = { ended: ENDED.complete, localReply: true, responseBody: BODY.kept };
const NO_RESPONSE = { status: 0, localReply: false, responseBody: BODY.none };

/** Who leaves a call, and when. */
type Leaving = 'client in response' | 'client in request' | 'client in silence' | 'service in response';

/** How a call comes to its end, and what is recorded of it. */
const CASES: Readonly<Record<string, { path: string; leaves?: Leaving; expected: Expected }>> = {
  'whose client leaves in the middle of the response': {
    path: '/orders/begins',
    leaves: 'client in response',
    expected: { ...CUT_RESPONSE, flag: /^DC$/ },
  },
  'whose client leaves in the middle of its request': {
    path: '/orders/silent',
    leaves: 'client in request',
    expected: { ...NO_RESPONSE, ended: ENDED.request_cut, flag: /^DC$/ },
  },
  'whose client leaves before it is answered': {
    path: '/orders/silent',
    leaves: 'client in silence',
    expected: { ...NO_RESPONSE, ended: ENDED.no_response, flag: /^DC$/ },
  },
  'whose service resets before it answers': {
    path: '/orders/resets',
    expected: { ...LOCAL, status: 503, flag: /^UC$/ },
  },
  'whose service breaks off its response': {
    path: '/orders/begins',
    leaves: 'service in response',
    expected: { ...CUT_RESPONSE, flag: /^(UC|UPE)$/ },
  },
  'whose service does not answer in time': {
    path: '/orders/silent',
    expected: { ...LOCAL, status: 504, flag: /^UT$/ },
  },
  'whose service does not end its response in time': {
    path: '/orders/begins',
    expected: { ...CUT_RESPONSE, flag: /^UT$/ },
  },
};

/** The answer, when there is one and it is whole. */
async function call(url: string, leaves: Leaving | undefined, reached: () => Promise<Socket>) {
  const asking: ClientRequest = request(url, { method: 'POST', agent: false });
  const broken = new Promise<undefined>((resolve) =>
    asking.on('error', () => {
      resolve(undefined);
    }),
  );
  const answered = new Promise<IncomingMessage>((resolve) => asking.on('response', resolve));
  asking.write(PIECE);
  if (leaves !== 'client in request') asking.end();
  if (leaves === 'client in request' || leaves === 'client in silence') {
    await reached();
    asking.destroy();
  }
  const answer = await Promise.race([broken, answered]);
  if (leaves !== undefined && answer !== undefined) {
    await new Promise((resolve) => answer.once('data', resolve));
    if (leaves === 'client in response') asking.destroy();
    else (await reached()).resetAndDestroy();
  }
  answer?.on('error', () => undefined).resume();
  if (answer !== undefined) await new Promise((resolve) => answer.on('close', resolve));
  return answer?.complete === true ? answer.statusCode : undefined;
}

describe('a call that does not come to its end, behind a real Envoy', function () {
  this.timeout(60_000);
  before(async function () {
    await requireOrSkip(this, 'envoy');
  });

  for (const profile of ['observe', 'inline', 'strict'] as const)
    describe(`in ${profile}`, () => {
      let behind: BehindEnvoy;
      let reached = Promise.withResolvers<Socket>();
      before(async () => {
        const change = (config: string): string => config.replaceAll('timeout: 60s', 'timeout: 1s');
        behind = await BehindEnvoy.start({ profile, change, capture: { limits: LIMITS } }, (asked, answer) => {
          reached.resolve(asked.socket);
          SERVICE[asked.url ?? '']?.(asked, answer);
        });
      });
      after(() => behind.stop());

      for (const [name, { path, leaves, expected }] of Object.entries(CASES))
        it(`${name} is recorded once, with what there is`, async () => {
          reached = Promise.withResolvers<Socket>();
          const { length: before } = behind.capture.writer.exchanges();
          const status = await call(`${behind.url}${path}`, leaves, () => reached.promise);
          assert.equal(status, expected.localReply ? expected.status : undefined);
          const exchange = (await behind.recorded(before + 1))[before];
          assert.ok(exchange !== undefined);
          const { ended, localReply } = exchange;
          const found = { ended, status: exchange.status, localReply, responseBody: exchange.response?.body };
          const { flag, ...told } = expected;
          assert.deepEqual(found, told, exchange.endedReason);
          assert.equal(exchange.request?.bodyBytes, PIECE.length);
          if (ended === ENDED.response_cut) assert.equal(exchange.response?.bodyBytes, PIECE.length);
          assert.match((await loggedOf(behind, exchange)).responseFlags.join(), flag);
        });

      it('whose service breaks off before anything of its response went on is cut, whatever Envoy answered', async () => {
        const { length: before } = behind.capture.writer.exchanges();
        const status = await call(`${behind.url}/orders/breaks-off-at-once`, undefined, () => reached.promise);
        // In the path of the call Envoy holds headers until they are answered, and can still say 502.
        assert.equal(status, profile === 'observe' ? undefined : 502);
        const exchange = (await behind.recorded(before + 1))[before];
        assert.deepEqual([exchange?.ended, exchange?.status], [ENDED.response_cut, 200]);
      });

      it('left nothing open, and nothing twice', async () => {
        const ids = behind.capture.writer.exchanges().map(({ exchange }) => exchange.head?.exchangeId);
        assert.deepEqual([new Set(ids).size, ids.length], [ids.length, Object.keys(CASES).length + 1]);
        while (behind.capture.server.stats().open > 0) await delay(2);
      });
    });
});

async function loggedOf(behind: BehindEnvoy, { head }: Exchange): Promise<AccessLogEntry> {
  for (let count = 1; ; count += 1) {
    const entry = (await behind.logged(count)).find(({ exchangeId }) => exchangeId === head?.exchangeId);
    if (entry !== undefined) return entry;
  }
}

describe('a stream that goes on, behind a real Envoy', function () {
  this.timeout(60_000);
  before(async function () {
    await requireOrSkip(this, 'envoy');
  });

  for (const profile of ['observe', 'inline', 'strict'] as const)
    it(`is recorded in parts while it runs, in ${profile}`, async () => {
      let stream: ServerResponse | undefined;
      const behind = await BehindEnvoy.start({ profile, capture: { limits: LIMITS } }, (asked, answer) => {
        asked.resume();
        answer.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 0\n\n');
        stream = answer;
      });
      try {
        const { writer } = behind.capture;
        const response = await fetch(`${behind.url}/orders/events`);
        const reading = response.text();
        for (let event = 1; event <= 3; event += 1) {
          await writer.until(() => writer.ofKind(KIND.exchange_part).length >= event);
          assert.equal(writer.exchanges().length, 0);
          stream?.write(`data: ${event}\n\n`);
        }
        stream?.end();
        assert.equal(await reading, 'data: 0\n\ndata: 1\n\ndata: 2\n\ndata: 3\n\n');
        const [exchange] = await behind.recorded(1);
        assert.equal(exchange?.ended, ENDED.complete);
        assert.ok(exchange.parts >= 3, `${exchange.parts}`);
      } finally {
        await behind.stop();
      }
    });
});
