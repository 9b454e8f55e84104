import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, EnvoyStream } from '../capture/support/envoy-client.ts';
import { bodyOf, REQUEST, RESPONSE } from '../capture/support/calls.ts';
import { affidavit, jsonLines, removeFolders, temporaryFolder, Up } from './support/cli.ts';

interface Report {
  trusted: boolean;
  checkpoint: { size: number };
  epochs: { stopped: number; cut: number; running: number };
  kinds: Record<string, number>;
}

describe('affidavit up, ended and started again', function () {
  this.timeout(120_000);
  let data = '';

  before(async () => {
    data = join(await temporaryFolder(), 'data');
  });
  after(removeFolders);

  async function report(): Promise<Report> {
    const { status, stdout, stderr } = await affidavit(['verify', join(data, 'ledger'), '--data', data, '--json']);
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as Report;
  }

  async function sizeOf(url: string): Promise<number> {
    const [, size] = (await (await fetch(`${url}/checkpoint`)).text()).split('\n');
    return Number(size);
  }

  async function events(role = 'recorder'): Promise<string[]> {
    const { stdout } = await affidavit(['list', '--kind', 'producer', '--data', data]);
    const all = [...stdout.matchAll(/ producer +(\w+) (\w+)$/gm)];
    return all.flatMap(([, producer, event = '']) => (producer === role ? [event] : []));
  }

  it('SIGTERM ends it with exit code 0, and the log says that it stopped', async () => {
    const up = await Up.start(data);
    await up.service.stop();
    assert.equal(up.service.ended(), 'exit code 0');
    assert.deepEqual([(await events()).at(0), (await events()).at(-1)], ['started', 'stopped']);
    const { epochs } = await report();
    assert.deepEqual([epochs.cut, epochs.running], [0, 0]);
  });

  it('goes on with the same log: the old checkpoint’s records stay as they were', async () => {
    const before = await affidavit(['list', '--data', data, '--json']);
    const keys = await readFile(join(data, 'keys', 'log.key'));
    const up = await Up.start(data);
    await up.service.stop();
    const after = jsonLines((await affidavit(['list', '--data', data, '--json'])).stdout);
    const kept = jsonLines(before.stdout);
    assert.deepEqual(after.slice(0, kept.length), kept);
    assert.ok(after.length > kept.length);
    assert.deepEqual(await readFile(join(data, 'keys', 'log.key')), keys);
    const { kinds } = await report();
    assert.deepEqual([kinds['genesis'], kinds['key']], [1, 3]);
  });

  it('killed: the next start continues, and the log shows the epoch that did not end', async () => {
    const killed = await Up.start(data);
    // Calls are taken before the auditor begins: killed in between, only the recorder's epoch would be cut.
    await killed.service.waitUntil(async () => (await events('auditor')).at(-1) === 'started', 30_000);
    await killed.service.kill9();
    const up = await Up.start(data);
    await up.service.stop();
    const { trusted, epochs } = await report();
    // Recorder and auditor.
    assert.deepEqual([trusted, epochs.cut, epochs.running], [true, 2, 0]);
    const { stdout } = await affidavit(['list', '--kind', 'gap', '--data', data]);
    assert.match(stdout, / gap +epoch_not_stopped /);
  });

  it('killed: a call that was open all the while has its end, though most of what came after it was let go', async () => {
    const settings = { AFFIDAVIT_SPOOL_SEGMENT_BYTES: '1048576', AFFIDAVIT_CAPTURE_DEFAULT_PROFILE: 'strict' };
    const killed = await Up.start(data, settings);
    const before = await sizeOf(killed.url);
    const client = connect(killed.capturePort);
    const open = new EnvoyStream(client, 'strict');
    await open.ask(REQUEST);
    const segments = () => readdir(join(data, 'spool')).then((names) => names.filter((name) => name.endsWith('.seg')));
    const [first] = await segments();
    // Enough that several segments are filled, and let go once the ledger has them.
    for (let count = 0; count < 12; count++) {
      const call = new EnvoyStream(client, 'strict');
      await call.ask(REQUEST);
      await call.ask(bodyOf('request', JSON.stringify('x'.repeat(700_000)), true));
      await call.ask(RESPONSE);
      await call.ask(bodyOf('response', '', true));
      assert.equal(await call.ended(), 0);
    }
    await killed.service.waitUntil(async () => (await sizeOf(killed.url)) >= before + 25, 30_000);
    await killed.service.kill9();
    client.close();
    assert.ok((await segments()).includes(first ?? ''));
    const up = await Up.start(data, settings);
    await up.service.stop();
    const { stdout } = await affidavit(['list', '--kind', 'exchange', '--data', data]);
    assert.equal([...stdout.matchAll(/recorder_restart/g)].length, 1, stdout);
    await report();
    assert.ok(!(await segments()).includes(first ?? ''));
  });
});
