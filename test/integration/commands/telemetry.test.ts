import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { WHOLE } from '../capture/support/calls.ts';
import { connect, EnvoyStream } from '../capture/support/envoy-client.ts';
import { affidavit, removeFolders, temporaryFolder, Up } from './support/cli.ts';

const FREE = { AFFIDAVIT_TELEMETRY_ADDRESS: '127.0.0.1:0' };

/** One call in strict: it is durable when the last answer comes. Gives the status that its stream ended with. */
async function call(up: Up): Promise<number> {
  const client = connect(up.capturePort);
  const stream = new EnvoyStream(client, 'strict');
  for (const message of WHOLE) stream.send(message);
  const status = await stream.ended();
  client.close();
  return status;
}

async function ask(up: Up, path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${String(up.line('telemetry is served')?.['url'])}${path}`);
  return { status: response.status, text: await response.text() };
}

/** The value of a metric without labels. */
function valueOf(metrics: string, name: string): number {
  const line = metrics.split('\n').find((each) => each.startsWith(`${name} `));
  assert.ok(line !== undefined, `there is no ${name}`);
  return Number(line.split(' ')[1]);
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await condition())) assert.ok(Date.now() < deadline, `${what}: not within 30 s`);
}

describe('telemetry', function () {
  this.timeout(120_000);
  let data = '';
  beforeEach(async () => {
    data = join(await temporaryFolder(), 'data');
  });
  after(removeFolders);

  it('/metrics counts what was recorded, from Envoy to the log', async () => {
    const up = await Up.start(data, FREE);
    try {
      assert.equal(await call(up), 0);
      await until(
        async () => valueOf((await ask(up, '/metrics')).text, 'affidavit_ledger_batches_total') >= 2,
        'batches in the ledger',
      );
      await until(
        async () => valueOf((await ask(up, '/metrics')).text, 'affidavit_ledger_lag') === 0,
        'the ledger to have all',
      );
      const { text, status } = await ask(up, '/metrics');
      assert.equal(status, 200);
      assert.equal(valueOf(text, 'affidavit_capture_exchanges_opened_total'), 1);
      assert.equal(valueOf(text, 'affidavit_capture_exchanges_completed_total'), 1);
      assert.equal(valueOf(text, 'affidavit_capture_exchanges_lost_total'), 0);
      assert.ok(valueOf(text, 'affidavit_spool_bytes') > 0);
      assert.ok(valueOf(text, 'affidavit_spool_commit_seconds_count') >= 2);
      assert.ok(valueOf(text, 'affidavit_ledger_size') >= 5);
      assert.equal(valueOf(text, 'affidavit_ledger_quarantined_total'), 0);
      assert.deepEqual(await ask(up, '/readyz'), { status: 200, text: 'ready\n' });
      assert.equal((await ask(up, '/healthz')).status, 200);
      assert.equal((await ask(up, '/other')).status, 404);
    } finally {
      await up.service.stop();
    }
  });

  it('/readyz is false when strict could not record: the spool has no room, and the call fails', async () => {
    // Nothing is let go before a segment is full: the spool fills up.
    const settings = { ...FREE, AFFIDAVIT_SPOOL_MAX_BYTES: '3200000', AFFIDAVIT_SPOOL_SEGMENT_BYTES: '536870912' };
    const up = await Up.start(data, settings);
    try {
      assert.equal((await ask(up, '/readyz')).status, 200);
      for (let calls = 0; (await ask(up, '/readyz')).status === 200; calls += 1) {
        assert.ok(calls < 500, 'it stays ready');
        await call(up);
      }
      const { status, text } = await ask(up, '/readyz');
      assert.equal(status, 503);
      assert.match(text, /^spool: full: \d+ bytes, and \d+ that wait, of 3200000\n$/);
    } finally {
      await up.service.stop();
    }
  });

  it('metrics are sent to an OpenTelemetry collector, the last ones at the end', async () => {
    const bodies: string[] = [];
    const collector = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        bodies.push(Buffer.concat(parts).toString('utf8'));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    collector.listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const { port } = collector.address() as AddressInfo;
    const up = await Up.start(data, {
      AFFIDAVIT_TELEMETRY_OTLP_URL: `http://127.0.0.1:${port}/v1/metrics`,
      AFFIDAVIT_TELEMETRY_OTLP_INTERVAL_MS: '3600000',
    });
    await up.service.stop();
    collector.close();
    const names = bodies.flatMap((body) => [...body.matchAll(/"name":"(affidavit_[a-z_]+)"/g)].map(([, name]) => name));
    assert.ok(names.includes('affidavit_ledger_size'), bodies.join('\n').slice(0, 500));
    assert.match(bodies[0] ?? '', /"service\.name".*?affidavit-up/);
  });

  it('an address that is in use, or is none, is said so', async () => {
    const up = await Up.start(data, FREE);
    try {
      const taken = new URL(String(up.line('telemetry is served')?.['url'])).host;
      const other = join(await temporaryFolder(), 'data');
      const inUse = await affidavit(['up', '--data', other], { AFFIDAVIT_TELEMETRY_ADDRESS: taken });
      assert.equal(inUse.status, 3);
      assert.match(inUse.stderr, /is in use by another process/);
      const wrong = await affidavit(['up', '--data', other], { AFFIDAVIT_TELEMETRY_ADDRESS: 'everywhere' });
      assert.equal(wrong.status, 2);
      assert.match(wrong.stderr, /telemetry\.address is "everywhere": not host:port/);
    } finally {
      await up.service.stop();
    }
  });
});
