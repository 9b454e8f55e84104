import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALL_KINDS } from '../../../demo/client/kinds.ts';
import { runMix } from '../../../demo/client/mix.ts';
import { envoyConfig } from '../../../demo/envoy-config.ts';
import { freePort } from '../../../scripts/processes.ts';
import { startEnvoy } from '../../../scripts/start-envoy.ts';
import { startBehindEnvoy } from '../demo/behind-envoy.ts';
import type { Issued } from '../../support/certificates.ts';
import { requireOrSkip } from '../../support/tools.ts';
import { writeTlsFolder } from './certificates.ts';

const PREFIX = 'http.recorded.ext_proc.affidavit';
const MIX = { calls: 3 * ALL_KINDS.length, concurrency: 8, seed: 3 };

describe('an Envoy whose recorder is not there', function () {
  this.timeout(60_000);

  before(async function () {
    await requireOrSkip(this, 'envoy');
  });

  for (const profile of ['observe', 'inline'] as const) {
    it(`${profile}: every call goes on as without the filter, and is counted as not recorded`, async () => {
      const bench = await startBehindEnvoy(profile);
      try {
        const direct = await runMix({ ...MIX, target: bench.direct });
        const through = await runMix({ ...MIX, target: bench.through });
        assert.deepEqual(through, direct);
        const stats = await bench.envoy.stats();
        assert.equal(stats.get(`${PREFIX}.failure_mode_allowed`), MIX.calls);
        assert.equal(stats.get('http.recorded.downstream_rq_total'), MIX.calls);
      } finally {
        await bench.stop();
      }
    });
  }

  it('strict: no call is answered by a service, and none reaches one', async () => {
    const bench = await startBehindEnvoy('strict');
    try {
      const results = await runMix({ ...MIX, target: bench.through });
      assert.deepEqual(
        results.filter(({ ok }) => ok),
        [],
      );
      const plain = results.filter(({ kind }) => !/grpc|websocket/.test(kind));
      assert.deepEqual(new Set(plain.map(({ status }) => status)), new Set([503]));
      assert.equal(bench.orders.stats().total + bench.payments.stats().total, 0);
    } finally {
      await bench.stop();
    }
  });
});

function get(port: number, headers: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    requestHttp({ host: '127.0.0.1', port, path: '/orders/1', headers }, (response) => {
      response.resume().on('end', resolve);
    })
      .on('error', reject)
      .end();
  });
}

describe('the id that Envoy gives a call', () => {
  before(async function () {
    await requireOrSkip(this, 'envoy');
  });

  it('is its own each time, whatever the client sends; what the hop before sent is kept beside it', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'affidavit-id-'));
    const seen: Record<string, unknown>[] = [];
    const upstream = createServer((request, response) => {
      seen.push(request.headers);
      response.end();
    }).listen(0, '127.0.0.1');
    const listener = await freePort();
    const ports = { listener, orders: (upstream.address() as AddressInfo).port };
    const envoy = await startEnvoy({ config: envoyConfig({ profile: 'none', ports }), dir });
    try {
      const forged = { 'x-affidavit-id': 'forged', 'x-affidavit-parent-id': 'forged parent', 'x-request-id': 'forged' };
      await get(listener, forged);
      await get(listener, forged);
      await get(listener, {});
      const ids = seen.map((headers) => String(headers['x-affidavit-id']));
      assert.equal(new Set(ids).size, 3);
      for (const id of ids) assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      const parents = seen.map((headers) => headers['x-affidavit-parent-id']);
      assert.deepEqual(parents, ['forged', 'forged', undefined]);
    } finally {
      await envoy.stop();
      upstream.close();
      await rm(dir, { recursive: true });
    }
  });
});

function statusOverTls(port: number, authority: Issued, caller: Issued | undefined): Promise<number | string> {
  const client = caller === undefined ? {} : { cert: caller.certificate, key: caller.key };
  const options = { host: '127.0.0.1', port, path: '/orders/1', servername: 'localhost', ca: authority.certificate };
  return new Promise((resolve) => {
    requestHttps({ ...options, ...client, agent: false }, (response) => {
      response.resume().on('end', () => {
        resolve(response.statusCode ?? 0);
      });
    })
      .on('error', () => {
        resolve('refused');
      })
      .end();
  });
}

describe('envoy/strict-tls.yaml', () => {
  before(async function () {
    await requireOrSkip(this, 'envoy');
  });

  it('lets in who has a certificate of the callers’ authority, and nobody else', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'affidavit-tls-'));
    const { authority, caller } = writeTlsFolder(join(dir, 'tls'));
    const stranger = writeTlsFolder(join(dir, 'other')).caller;
    const [listener, recorder] = [await freePort(), await freePort()];
    const config = envoyConfig({ profile: 'strict-tls', ports: { listener, recorder }, tlsFolder: join(dir, 'tls') });
    const envoy = await startEnvoy({ config, dir });
    try {
      assert.equal(await statusOverTls(listener, authority, caller), 503, 'let in, and refused for want of a recorder');
      assert.equal(await statusOverTls(listener, authority, undefined), 'refused');
      assert.equal(await statusOverTls(listener, authority, stranger), 'refused');
    } finally {
      await envoy.stop();
      await rm(dir, { recursive: true });
    }
  });
});
