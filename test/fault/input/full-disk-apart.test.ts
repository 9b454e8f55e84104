import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ACCESS_LOG_SERVICE } from '../../../src/capture/index.ts';
import { AccessLog, Frame, Gap, KIND, LedgerRecord } from '../../../src/record/index.ts';
import { nodeFiles } from '../../../src/runtime/index.ts';
import { connect } from '../../integration/capture/support/envoy-client.ts';
import {
  affidavit,
  messageLines,
  removeFolders,
  Running,
  type Settings,
  temporaryFolder,
} from '../../integration/commands/support/cli.ts';
import { SmallDisk } from '../../support/small-disk.ts';
import { openSpool, readAll } from '../../support/spool.ts';
import { encode } from '../../unit/capture/support/protos.ts';
import { strictCall } from './support/running.ts';

const END_MS = 90_000;
const MOST_CALLS = 20_000;
const ENTRIES = 100;
/** Nobody answers there: what is recorded stays in the spool. */
const WITHOUT_BROKER: Settings = {
  AFFIDAVIT_BUS_KIND: 'kafka',
  AFFIDAVIT_BUS_KAFKA_BROKERS: '127.0.0.1:1',
  AFFIDAVIT_TELEMETRY_ADDRESS: '127.0.0.1:0',
};

/** What a process says of itself at `/readyz`. */
async function readiness(running: Running): Promise<string> {
  const response = await fetch(`${String(running.line('telemetry is served')?.['url'])}/readyz`);
  return `${response.status} ${(await response.text()).trim()}`;
}

async function recordsIn(spoolFolder: string): Promise<LedgerRecord[]> {
  const spool = await openSpool(nodeFiles, {}, spoolFolder);
  const frames = await readAll(spool, spool.firstFrame);
  await spool.close();
  assert.deepEqual(spool.damage, []);
  return frames
    .flatMap(({ bytes }) => Frame.decode(bytes).batch?.records ?? [])
    .map((bytes) => LedgerRecord.decode(bytes));
}

/** Sends one message of the access log; resolves once its stream is answered. */
async function sendLog(port: number): Promise<void> {
  const identifier = { node: { id: 'envoy-1', cluster: 'edge' }, log_name: 'affidavit' };
  const log_entry = Array.from({ length: ENTRIES }, () => ({ protocol_version: 'HTTP2' }));
  const message = encode('envoy.service.accesslog.v3.StreamAccessLogsMessage', {
    identifier,
    http_logs: { log_entry },
  });
  const client = connect(port);
  try {
    const { path, requestSerialize, responseDeserialize } = ACCESS_LOG_SERVICE.streamAccessLogs;
    await new Promise<void>((resolve, reject) => {
      const answered = (error: Error | null): void => {
        if (error === null) resolve();
        else reject(error);
      };
      client.makeClientStreamRequest(path, requestSerialize, responseDeserialize, answered).end(message);
    });
  } finally {
    client.close();
  }
}

describe('bad input: a full disk of a process of its own', function () {
  this.timeout(240_000);
  const disks: SmallDisk[] = [];

  afterEach(async () => {
    for (const disk of disks.splice(0)) await disk.unmount();
    await removeFolders();
  });

  async function smallDisk(context: Mocha.Context): Promise<[disk: SmallDisk, data: string]> {
    const folder = await temporaryFolder();
    const disk = new SmallDisk(join(folder, 'disk'));
    if (process.getuid?.() !== 0 || !(await disk.mount('2m'))) {
      console.log('    skipped: only root may mount a small file system');
      context.skip();
    }
    disks.push(disk);
    return [disk, join(folder, 'data')];
  }

  /** Ends in order; that the broker wasn't there is no failure. */
  async function assertEnds(running: Running): Promise<void> {
    await running.service.stop(END_MS);
    assert.equal(running.service.ended(), 'exit code 0');
    assert.equal(running.warnings().filter((each) => each.startsWith('the disk of the spool is full')).length, 1);
  }

  it('recorder: refuses calls and says so, goes on by itself once there is room, and has what it answered', async function () {
    const [disk, data] = await smallDisk(this);
    const spool = join(disk.path, 'spool');
    const settings = { ...WITHOUT_BROKER, AFFIDAVIT_SPOOL_DIRECTORY: spool };
    // What it seals for.
    assert.equal((await affidavit(['keys', 'init', '--data', data])).status, 0);
    const recorder = await Running.run('recorder', data, 'the recorder takes calls', settings);
    const port = Number(recorder.line('the recorder takes calls')?.['port']);
    let answered = 0;
    await disk.fill();
    while (answered < MOST_CALLS && (await strictCall(port)) === 0) answered++;
    assert.equal(await readiness(recorder), '503 spool: its disk is full');
    assert.notEqual(await strictCall(port), 0);
    await disk.resize('64m');
    for (let count = 0; count < 5; count++, answered++) assert.equal(await strictCall(port), 0);
    assert.match(await readiness(recorder), /^200/);
    await assertEnds(recorder);
    const exchanges = (await recordsIn(spool)).filter(({ kind }) => kind === KIND.exchange);
    assert.ok(exchanges.length >= answered, `${exchanges.length} of ${answered}`);
  });

  it('recorder that stops while it is full: in order; the next start says what to do, and has what was answered', async function () {
    const [disk, data] = await smallDisk(this);
    const spool = join(disk.path, 'spool');
    const settings = { ...WITHOUT_BROKER, AFFIDAVIT_SPOOL_DIRECTORY: spool };
    assert.equal((await affidavit(['keys', 'init', '--data', data])).status, 0);
    const recorder = await Running.run('recorder', data, 'the recorder takes calls', settings);
    const port = Number(recorder.line('the recorder takes calls')?.['port']);
    let answered = 0;
    await disk.fill();
    while (answered < MOST_CALLS && (await strictCall(port)) === 0) answered++;
    await assertEnds(recorder);

    const full = await affidavit(['recorder', '--data', data], settings);
    assert.deepEqual([full.status, messageLines(full.stderr).length], [3, 1], full.stderr);
    assert.match(messageLines(full.stderr)[0] ?? '', /no space left.*nothing that was recorded is lost.*Make room/i);

    await disk.resize('64m');
    const again = await Running.run('recorder', data, 'the recorder takes calls', settings);
    await again.service.stop(END_MS);
    assert.equal(again.service.ended(), 'exit code 0');
    const exchanges = (await recordsIn(spool)).filter(({ kind }) => kind === KIND.exchange);
    assert.ok(exchanges.length >= answered, `${exchanges.length} of ${answered}`);
  });

  it('accesslog: says so, goes on by itself once there is room, and counts what it lost in a gap record', async function () {
    const [disk, data] = await smallDisk(this);
    const settings = { ...WITHOUT_BROKER, AFFIDAVIT_ACCESS_LOG_DIRECTORY: join(disk.path, 'log') };
    const accesslog = await Running.run('accesslog', data, 'the access log is received', {
      ...settings,
      AFFIDAVIT_ACCESS_LOG_PORT: '0',
    });
    const port = Number(accesslog.line('the access log is received')?.['port']);
    await disk.fill();
    let sent = 0;
    for (; sent < MOST_CALLS && (await readiness(accesslog)).startsWith('200'); sent++) await sendLog(port);
    assert.equal(await readiness(accesslog), '503 spool: its disk is full');
    await disk.resize('64m');
    while (!(await readiness(accesslog)).startsWith('200')) {
      await sendLog(port);
      sent++;
    }
    await assertEnds(accesslog);
    const records = await recordsIn(join(disk.path, 'log', 'spool'));
    const kept = records
      .filter(({ kind }) => kind === KIND.access_log)
      .reduce((sum, { body }) => sum + AccessLog.decode(body).entries.length, 0);
    const lost = records
      .filter(({ kind }) => kind === KIND.gap)
      .reduce((sum, { body }) => sum + Gap.decode(body).count, 0);
    assert.ok(lost > 0);
    assert.equal(kept + lost * ENTRIES, sent * ENTRIES);
  });

  it('ledger: one clear error at its start, and nothing is made that the next start stumbles over', async function () {
    const [disk, data] = await smallDisk(this);
    await disk.fill();
    const settings = { ...WITHOUT_BROKER, AFFIDAVIT_LEDGER_DIRECTORY: join(disk.path, 'ledger') };
    const full = await affidavit(['ledger', '--data', data], settings);
    assert.deepEqual([full.status, messageLines(full.stderr).length], [3, 1], full.stderr);
    assert.match(messageLines(full.stderr)[0] ?? '', /no space left/i);
    await disk.resize('64m');
    const again = await affidavit(['ledger', '--data', data], settings);
    assert.match(messageLines(again.stderr)[0] ?? '', /127\.0\.0\.1:1|broker/, again.stderr);
  });
});
