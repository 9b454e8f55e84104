import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CallResult, KINDS } from '../../../demo/client/kinds.ts';
import { runMix } from '../../../demo/client/mix.ts';
import { directTarget, throughEnvoy } from '../../../demo/client/transport.ts';
import { envoyConfig } from '../../../demo/envoy-config.ts';
import { startOrders } from '../../../demo/services/orders.ts';
import { startPayments } from '../../../demo/services/payments.ts';
import type { SampleService } from '../../../demo/services/server.ts';
import { freePort } from '../../../scripts/processes.ts';
import { type Envoy, startEnvoy } from '../../../scripts/start-envoy.ts';
import {
  AccessLog,
  AffidavitError,
  BODY,
  ENDED,
  type Exchange,
  ExchangeContent,
  KIND,
  PART,
  PROFILE,
  PROVENANCE,
} from '../../../src/record/index.ts';
import { writeTlsFolder } from '../envoy/certificates.ts';
import { Capture } from './support/capture.ts';
import { requireOrSkip } from '../../support/tools.ts';

const CALLS = 150;
const EXPECTED_BODY: Readonly<Record<string, number>> = {
  kept: BODY.kept,
  hash: BODY.withdrawn,
  partial: BODY.cut,
  none: BODY.none,
};

describe('capture behind a real Envoy', function () {
  this.timeout(120_000);
  let services: { orders: SampleService; payments: SampleService };

  before(async function () {
    await requireOrSkip(this, 'envoy');
    services = { orders: await startOrders(), payments: await startPayments() };
  });
  after(async () => {
    // Where the suite is skipped there are none.
    const started = services as typeof services | undefined;
    await Promise.all([started?.orders.close(), started?.payments.close()]);
  });

  for (const profile of ['observe', 'inline', 'strict'] as const) {
    describe(`with the profile ${profile}`, () => {
      const capture = new Capture();
      let dir = '';
      let envoy: Envoy | undefined;
      let results: CallResult[] = [];
      let direct: CallResult[] = [];
      let listener = 0;

      before(async () => {
        dir = await mkdtemp(join(tmpdir(), 'affidavit-capture-'));
        const { port: recorder } = await capture.start();
        listener = await freePort();
        const { orders, payments } = services;
        const ports = {
          orders: orders.port,
          ordersGrpc: orders.grpcPort,
          payments: payments.port,
          paymentsGrpc: payments.grpcPort,
        };
        const config = envoyConfig({ profile, ports: { ...ports, listener, recorder } });
        envoy = await startEnvoy({ config, dir });
        const mix = { calls: CALLS, concurrency: 8, seed: 3 };
        direct = await runMix({ ...mix, target: directTarget(orders, payments) });
        results = await runMix({ ...mix, target: throughEnvoy(listener) });
      });
      after(async () => {
        await envoy?.stop();
        await capture.close();
        await rm(dir, { recursive: true });
      });

      /** The exchange of each call, by the key that the client put into a header. */
      const byKey = () => {
        const found = new Map<string, { exchange: Exchange; parts: ReadonlyMap<number, Uint8Array> }[]>();
        for (const one of capture.writer.exchanges()) {
          const content = ExchangeContent.decode(one.parts.get(PART.message) ?? new Uint8Array());
          const key = Buffer.from(
            content.requestHeaders.find(({ name }) => name === 'x-demo-call')?.value ?? [],
          ).toString();
          found.set(key, [...(found.get(key) ?? []), one]);
        }
        return found;
      };

      it('changes no answer', () => {
        assert.deepEqual(results, direct);
      });

      it('records every call once, whole unless its client left', async () => {
        await capture.recorded(CALLS);
        const exchanges = byKey();
        for (const { exchangeKey, kind, gaveUp } of results) {
          const found = exchanges.get(exchangeKey) ?? [];
          assert.equal(found.length, 1, `${kind} ${exchangeKey}: ${found.length} exchanges`);
          const exchange = found[0]?.exchange;
          const what = `${kind}: ended ${exchange?.ended} ${exchange?.endedReason}`;
          assert.equal(exchange?.ended, gaveUp ? ENDED.response_cut : ENDED.complete, what);
          // The configuration of inline has WebSockets observed.
          const recordedIn = profile === 'inline' && kind === 'websocket' ? 'observe' : profile;
          assert.equal(exchange.head?.profile, PROFILE[recordedIn]);
        }
        assert.equal(capture.server.stats().lost + capture.server.stats().undecodable, 0);
      });

      it('keeps of each body what can be looked into, and counts its bytes', () => {
        const exchanges = byKey();
        for (const { exchangeKey, kind, gaveUp, requestBytes, responseBytes } of results) {
          const exchange = exchanges.get(exchangeKey)?.[0]?.exchange;
          if (gaveUp || exchange === undefined) continue;
          const { requestBody, responseBody } = KINDS[kind];
          assert.equal(
            exchange.request?.body,
            EXPECTED_BODY[requestBody],
            `${kind}: request ${exchange.request?.bodyReason ?? ''}`,
          );
          assert.equal(
            exchange.response?.body,
            EXPECTED_BODY[responseBody],
            `${kind}: response ${exchange.response?.bodyReason ?? ''}`,
          );
          if (['upload', 'json-http1', 'form'].includes(kind))
            assert.equal(exchange.request?.bodyBytes, requestBytes, kind);
          if (['download', 'json-http2', 'text'].includes(kind))
            assert.equal(exchange.response?.bodyBytes, responseBytes, kind);
        }
      });

      it('fills the head from what Envoy tells', () => {
        const ids = new Set<string>();
        for (const { exchange } of capture.writer.exchanges()) {
          const { head } = exchange;
          assert.ok(
            head !== undefined &&
              head.method !== '' &&
              head.route !== '' &&
              head.cluster !== '' &&
              head.connectionId > 0,
          );
          assert.match(head.protocol, /^HTTP\/[12]/);
          assert.match(head.upstreamHost, /^127\.0\.0\.1:\d+$/);
          assert.equal(exchange.localReply, false);
          ids.add(head.exchangeId);
        }
        assert.equal(ids.size, capture.writer.exchanges().length);
      });

      it('records the access log, which carries the same ids', async () => {
        const logs = () => capture.writer.ofKind(KIND.access_log).map(({ body }) => AccessLog.decode(body));
        await capture.writer.until(() => logs().reduce((sum, log) => sum + log.entries.length, 0) >= CALLS);
        assert.deepEqual([logs()[0]?.nodeId, logs()[0]?.logName], ['envoy-1', 'affidavit']);
        const entries = new Map(logs().flatMap((log) => log.entries.map((entry) => [entry.exchangeId, entry])));
        for (const { exchange } of capture.writer.exchanges()) {
          const entry = entries.get(exchange.head?.exchangeId ?? '');
          assert.ok(entry !== undefined, `${exchange.head?.exchangeId} isn't in the access log`);
          assert.deepEqual(
            [entry.status, entry.method, entry.connectionId],
            [exchange.status, exchange.head?.method, exchange.head?.connectionId],
          );
          assert.equal(entry.startedUs, exchange.head?.startedUs);
        }
      });

      it('tells Envoy’s own answers apart', async () => {
        const before = capture.writer.exchanges().length;
        const response = await fetch(`http://127.0.0.1:${listener}/nobody-is-there`);
        assert.equal(response.status, 404);
        await capture.recorded(before + 1);
        const last = capture.writer.exchanges().at(-1)?.exchange;
        assert.deepEqual([last?.status, last?.localReply], [404, true]);
      });

      if (profile !== 'strict') return;
      it('lets no call succeed that can’t be recorded', async () => {
        capture.writer.beforeDurable = () => Promise.reject(new AffidavitError('spool.failed', 'disk'));
        const response = await fetch(`http://127.0.0.1:${listener}/orders`, { method: 'POST', body: '{}' });
        assert.equal(response.status, 503);
        assert.equal(await response.text(), 'not recorded');
        capture.writer.beforeDurable = (draft) =>
          draft.kind === KIND.exchange ? Promise.reject(new AffidavitError('spool.failed', 'disk')) : Promise.resolve();
        await assert.rejects(async () => {
          const cut = await fetch(`http://127.0.0.1:${listener}/orders/o-1`);
          await cut.arrayBuffer();
          if (cut.status === 503) throw new Error('refused');
        });
      });
    });
  }

  it('names the caller by the certificate that Envoy checked, and is reached over TLS itself', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'affidavit-capture-'));
    const capture = new Capture();
    const { authority, caller, recorder } = writeTlsFolder(dir);
    const tls = {
      certFile: join(dir, 'own.crt'),
      keyFile: join(dir, 'own.key'),
      clientCaFile: join(dir, 'recorder-ca.crt'),
    };
    await writeFile(tls.certFile, recorder.certificate);
    await writeFile(tls.keyFile, recorder.key);
    const { port } = await capture.start({ tls });
    const listener = await freePort();
    const ports = { orders: services.orders.port, payments: services.payments.port, listener, recorder: port };
    const envoy = await startEnvoy({ config: envoyConfig({ profile: 'strict-tls', ports, tlsFolder: dir }), dir });
    try {
      const shown = { ca: authority.certificate, cert: caller.certificate, key: caller.key, agent: false };
      const statusCode = await new Promise((resolve, reject) => {
        const options = {
          ...shown,
          host: '127.0.0.1',
          servername: 'localhost',
          port: listener,
          path: '/orders/o-1',
        };
        get(options, (response) => {
          response.resume().on('end', () => {
            resolve(response.statusCode);
          });
        }).on('error', reject);
      });
      assert.equal(statusCode, 200);
      const { workload, sessionKey } = capture.only().exchange.head ?? {};
      assert.deepEqual({ ...workload }, { provenance: PROVENANCE.mtls, id: 'spiffe://test/caller' });
      assert.equal(sessionKey?.length, 16);
    } finally {
      await envoy.stop();
      await capture.close();
      await rm(dir, { recursive: true });
    }
  });
});
