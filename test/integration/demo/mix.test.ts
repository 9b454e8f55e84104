import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ALL_KINDS, expectedCounts, KINDS } from '../../../demo/client/kinds.ts';
import { kindsOf, runMix } from '../../../demo/client/mix.ts';
import { callKey, markerOf, plantedFor, PLANTED_SETS, secretsOf } from '../../../demo/client/planted.ts';
import { ROOT } from '../../../scripts/processes.ts';
import { type ServicesBehindEnvoy, startBehindEnvoy } from './behind-envoy.ts';
import { requireOrSkip } from '../../support/tools.ts';

describe('the demo’s mix of calls', function () {
  this.timeout(90_000);
  let bench: ServicesBehindEnvoy;

  before(async function () {
    await requireOrSkip(this, 'envoy');
    bench = await startBehindEnvoy('none');
  });

  after(async () => {
    // Where the suite is skipped there is none.
    await (bench as ServicesBehindEnvoy | undefined)?.stop();
  });

  it('gets the same answers through Envoy as from the services themselves, and the services count the same', async () => {
    const mix = { calls: 400, concurrency: 16, seed: 11 };
    const direct = await runMix({ ...mix, target: bench.direct });
    const through = await runMix({ ...mix, target: bench.through });
    assert.deepEqual(
      direct.filter(({ ok }) => !ok),
      [],
    );
    assert.deepEqual(through, direct);
    const counts = expectedCounts([...direct, ...through]);
    assert.deepEqual(bench.orders.stats().operations, counts.orders);
    assert.deepEqual(bench.payments.stats().operations, counts.payments);
    assert.equal((await bench.envoy.stats()).get('http.recorded.downstream_rq_total'), mix.calls);
  });

  it('is the same for the same seed, has every kind, and few that are large', () => {
    const kinds = kindsOf(5000, 5);
    assert.deepEqual(kinds, kindsOf(5000, 5));
    assert.notDeepEqual(kinds, kindsOf(5000, 6));
    assert.deepEqual(new Set(kinds), new Set(ALL_KINDS));
    const large = kinds.filter((kind) => kind === 'upload' || kind === 'download').length;
    assert.ok(large >= 10 && large <= 100, `${large} large calls`);
  });

  it('moves several MB both ways, and leaves half-way where it says so', async () => {
    const results = await runMix({ target: bench.through, calls: ALL_KINDS.length, concurrency: 4, seed: 2 });
    const of = (kind: string) => results.find((result) => result.kind === kind);
    assert.ok((of('upload')?.requestBytes ?? 0) > 2_000_000);
    assert.ok((of('download')?.responseBytes ?? 0) > 1_500_000);
    assert.deepEqual(
      results.filter(({ gaveUp }) => gaveUp).map(({ kind }) => kind),
      ['gives-up'],
    );
    assert.deepEqual(
      results.map(({ exchangeKey }) => exchangeKey),
      ALL_KINDS.map((_, index) => callKey(index + 1)),
    );
  });

  it('names a failed call instead of hiding it', async () => {
    const nowhere = { host: '127.0.0.1', port: 1 };
    const target = { orders: nowhere, ordersGrpc: nowhere, payments: nowhere, paymentsGrpc: nowhere };
    const results = await runMix({ target, calls: ALL_KINDS.length, concurrency: 16, seed: 2 });
    for (const { kind, ok, error } of results) assert.ok(!ok && error !== '', kind);
  });
});

describe('what is planted', () => {
  it('passes the checks of its kind, and is the same for the same seed', () => {
    for (let call = 0; call < PLANTED_SETS; call += 1) {
      const person = plantedFor(9, 'client', call);
      assert.deepEqual(person, plantedFor(9, 'client', call + PLANTED_SETS));
      assert.notDeepEqual(person, plantedFor(9, 'service', call));
      const digits = Array.from(person.card, Number);
      const doubled = digits.map((digit, at) => (at % 2 === 0 ? digit * 2 - (digit > 4 ? 9 : 0) : digit));
      assert.equal(doubled.reduce((sum, digit) => sum + digit, 0) % 10, 0, person.card);
      assert.equal(BigInt(`${person.iban.slice(4)}1314${person.iban.slice(2, 4)}`) % 97n, 1n, person.iban);
      assert.match(person.ssn, /^(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}$/);
      assert.equal(person.cardSpaced.replaceAll(' ', ''), person.card);
    }
  });

  it('is searched for by values that are long enough, and no marker is one of them', () => {
    const secrets = secretsOf(9);
    assert.ok(secrets.length > 2 * PLANTED_SETS * 10);
    for (const { value } of secrets) {
      assert.ok(value.length >= 8, value);
      assert.ok(!markerOf(1).includes(value) && !callKey(1).includes(value));
    }
  });
});

describe('a sample service as a process', () => {
  for (const service of ['orders', 'payments'] as const) {
    it(`${service} listens where it is told, tells its counts, and ends on SIGTERM`, async () => {
      const path = join(ROOT, 'demo', 'services', `${service}.ts`);
      const child = spawn(process.execPath, [path, '--port', '0', '--grpc-port', '0'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
        const port = /HTTP on 127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? '';
        assert.equal((await fetch(`http://127.0.0.1:${port}/nothing`)).status, 404);
        const stats: unknown = await (await fetch(`http://127.0.0.1:${port}/stats`)).json();
        assert.deepEqual(stats, { service, total: 1, operations: { 'not-found': 1 } });
        assert.ok(Object.values(KINDS).some((facts) => facts.service === service));
      } finally {
        child.kill('SIGTERM');
        const [code] = (await once(child, 'exit')) as [number | null];
        assert.equal(code, 0);
      }
    });
  }
});
