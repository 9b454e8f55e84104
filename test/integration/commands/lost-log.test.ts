import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { affidavit, messageLines, removeFolders, temporaryFolder, Up } from './support/cli.ts';
import type { Settings } from './support/cli.ts';

interface Keys {
  logKey: string;
  rootKey: string;
}

/** Starts and ends `up` on a data folder. */
async function runOnce(data: string, settings: Settings = {}): Promise<void> {
  const up = await Up.start(data, settings);
  await up.service.stop();
  assert.equal(up.service.ended(), 'exit code 0');
}

async function keysOf(data: string, settings: Settings = {}): Promise<Keys> {
  const { status, stdout, stderr } = await affidavit(['keys', '--data', data, '--json'], settings);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Keys;
}

async function assertRefused(
  command: readonly string[],
  data: string,
  expected: { status: number; why: RegExp },
  settings: Settings = {},
): Promise<void> {
  const { status, stdout, stderr } = await affidavit([...command, '--data', data], settings);
  const lines = messageLines(stderr);
  assert.deepEqual([status, stdout, lines.length], [expected.status, '', 1], `${command.join(' ')}: ${stderr}`);
  assert.match(lines[0] ?? '', expected.why);
}

const KAFKA = { AFFIDAVIT_BUS_KIND: 'kafka', AFFIDAVIT_BUS_KAFKA_BROKERS: '127.0.0.1:1' };
const LOST = {
  status: 3,
  why: /^affidavit: the log affidavit\.local\/log\/0 is lost: \S+log\.vkey says .*restore that folder .*new log on purpose/,
};

describe('keys know the log that was begun with them', function () {
  this.timeout(180_000);
  let folder = '';
  let whole = '';

  before(async () => {
    folder = await temporaryFolder();
    whole = join(folder, 'whole');
    await runOnce(whole);
  });
  after(removeFolders);

  async function copyOf(name: string): Promise<string> {
    const data = join(folder, name);
    await cp(whole, data, { recursive: true });
    return data;
  }

  it('a ledger folder that is lost, with the spool or alone, is no first start: nothing is begun anew', async () => {
    for (const lost of [['ledger'], ['ledger', 'spool'], ['ledger/checkpoint', 'ledger/state']]) {
      const data = await copyOf(`without-${lost.join('-').replaceAll('/', '-')}`);
      for (const name of lost) await rm(join(data, name), { recursive: true });
      for (const command of [['up'], ['keys', 'init']]) await assertRefused(command, data, LOST);
      await assertRefused(['ledger'], data, LOST, KAFKA);
    }
  });

  it('an empty folder in its place, as of a disk that is not mounted, neither; the real one is taken again', async () => {
    const data = await copyOf('unmounted');
    await rename(join(data, 'ledger'), join(data, 'elsewhere'));
    await mkdir(join(data, 'ledger'));
    await assertRefused(['up'], data, LOST);
    await rm(join(data, 'ledger'), { recursive: true });
    await rename(join(data, 'elsewhere'), join(data, 'ledger'));
    await runOnce(data);
  });

  it('after a crash between the first checkpoint and the mark, the next start makes the mark', async () => {
    const data = await copyOf('crashed');
    const mark = join(data, 'keys', 'log.vkey');
    const text = await readFile(mark, 'utf8');
    await rm(mark);
    await runOnce(data);
    assert.equal(await readFile(mark, 'utf8'), text);
  });

  it('keys that are lost while the mark is there were lost: none is made', async () => {
    const data = await copyOf('mark-alone');
    for (const name of ['ledger', 'spool', 'keys']) await rm(join(data, name), { recursive: true });
    await cp(join(whole, 'keys', 'log.vkey'), join(data, 'keys', 'log.vkey'));
    await assertRefused(['up'], data, {
      status: 3,
      why: /there are no keys in .*although \S+log\.vkey was made with some/,
    });
  });

  it('another log key than the one that the log was begun with, and a mark that is none, are refused', async () => {
    const data = await copyOf('other-key');
    const other = join(folder, 'other');
    await affidavit(['keys', 'init', '--data', other]);
    await cp(join(other, 'keys', 'log.key'), join(data, 'keys', 'log.key'));
    await assertRefused(['up'], data, { status: 3, why: /log\.key is not the key in \S+log\.vkey: restore/ });
    await writeFile(join(data, 'keys', 'log.vkey'), 'nonsense\n');
    for (const command of ['up', 'keys'])
      await assertRefused([command], data, { status: 3, why: /log\.vkey holds no verifier key: restore/ });
  });

  it('keys prints the verifier key of the log, whatever origin is configured, and verify pins it', async () => {
    const data = join(folder, 'named');
    const named = { AFFIDAVIT_ORIGIN: 'example.org/named' };
    await runOnce(data, named);
    const { logKey } = await keysOf(data);
    assert.match(logKey, /^example\.org\/named\/0\+/);
    assert.deepEqual(await keysOf(data, named), await keysOf(data, { AFFIDAVIT_ORIGIN: 'example.org/other' }));
    const to = join(folder, 'named-public');
    await affidavit(['keys', 'export', '--data', data, '--to', to]);
    assert.equal(await readFile(join(to, 'log.vkey'), 'utf8'), `${logKey}\n`);
    const verified = await affidavit(['verify', join(data, 'ledger'), '--data', data]);
    assert.equal(verified.status, 0, verified.stderr);
  });

  it('an origin that is not the log’s is refused where it would be used, and named with the right one', async () => {
    const settings = { AFFIDAVIT_ORIGIN: 'example.org/other' };
    const expected = {
      status: 2,
      why: /^affidavit: origin: the configuration means the log example\.org\/other\/0, but these keys keep affidavit\.local\/log\/0 /,
    };
    const data = await copyOf('renamed');
    for (const command of [['up'], ['keys', 'init'], ['keys', 'enroll', `${'A'.repeat(43)}=`]])
      await assertRefused(command, data, expected, settings);
    await assertRefused(['ledger'], data, expected, { ...settings, ...KAFKA });
  });
});
