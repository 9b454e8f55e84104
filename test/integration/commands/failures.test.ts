import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { makePipe } from '../../support/pipe.ts';
import { freePort, type CommandResult } from '../../../scripts/processes.ts';
import { affidavit, messageLines, removeFolders, temporaryFolder, Up } from './support/cli.ts';

/** Exit code 3, and one line for a person that says why. */
function assertCouldNotRun({ status, stdout, stderr }: CommandResult, why: RegExp): void {
  const lines = messageLines(stderr);
  assert.deepEqual([status, stdout, lines.length], [3, '', 1], stderr);
  assert.match(lines[0] ?? '', why);
  assert.match(lines[0] ?? '', /^affidavit: /);
}

/** Commands, and the settings that say where they listen; the port of a ledger of its own is bound only once there is a broker. */
const LISTENING = [
  ['up', 'AFFIDAVIT_CAPTURE_PORT'],
  ['up', 'AFFIDAVIT_LEDGER_PORT'],
  ['up', 'AFFIDAVIT_TELEMETRY_ADDRESS'],
  ['recorder', 'AFFIDAVIT_CAPTURE_PORT'],
  ['recorder', 'AFFIDAVIT_TELEMETRY_ADDRESS'],
  ['accesslog', 'AFFIDAVIT_ACCESS_LOG_PORT'],
  ['accesslog', 'AFFIDAVIT_TELEMETRY_ADDRESS'],
  ['ledger', 'AFFIDAVIT_TELEMETRY_ADDRESS'],
  ['audit', 'AFFIDAVIT_TELEMETRY_ADDRESS'],
] as const;
/** Processes of their own, whose broker and ledger are never reached here. */
const APART = {
  AFFIDAVIT_BUS_KIND: 'kafka',
  AFFIDAVIT_BUS_KAFKA_BROKERS: '127.0.0.1:1',
  AFFIDAVIT_LEDGER_URL: 'http://127.0.0.1:1',
  AFFIDAVIT_ACCESS_LOG_PORT: '0',
};

describe('what could not run: exit code 3 and one line that says why', function () {
  this.timeout(180_000);
  let folder = '';
  /** A data folder with the keys of a ledger. */
  let initialized = '';

  before(async () => {
    folder = await temporaryFolder();
    initialized = join(folder, 'initialized');
    const { status, stderr } = await affidavit(['keys', 'init', '--data', initialized]);
    assert.equal(status, 0, stderr);
  });

  after(removeFolders);

  async function copyOf(name: string): Promise<string> {
    const data = join(folder, name);
    await cp(initialized, data, { recursive: true });
    return data;
  }

  it('no keys to list', async () => {
    assertCouldNotRun(await affidavit(['keys', '--data', join(folder, 'none')]), /there are no keys in .*keys init/);
  });

  it('no log to list, no record of that number', async () => {
    assertCouldNotRun(await affidavit(['list', '--data', initialized]), /there is no log here/);
    assertCouldNotRun(await affidavit(['verify', join(folder, 'nothing')]), /neither a proof file nor a ledger folder/);
  });

  it('as JSON: the error is an object with a code', async () => {
    const { status, stderr } = await affidavit(['keys', '--data', join(folder, 'none'), '--json']);
    assert.equal(status, 3);
    const { error } = JSON.parse(stderr) as { error: Record<string, string> };
    assert.deepEqual(Object.keys(error), ['code', 'message']);
    assert.equal(error['code'], 'key.missing');
  });

  it('a pipe where a file of keys or a password is wanted: nobody may ever write to it', async () => {
    const pipe = join(folder, 'named-pipe');
    makePipe(pipe);
    const kafka = {
      AFFIDAVIT_BUS_KIND: 'kafka',
      AFFIDAVIT_BUS_KAFKA_BROKERS: '127.0.0.1:1',
      AFFIDAVIT_LEDGER_PORT: '0',
    };
    const scram = {
      AFFIDAVIT_BUS_KAFKA_TLS: 'true',
      AFFIDAVIT_BUS_KAFKA_SASL_MECHANISM: 'scram-sha-256',
      AFFIDAVIT_BUS_KAFKA_SASL_USERNAME: 'ledger',
      AFFIDAVIT_BUS_KAFKA_SASL_PASSWORD_FILE: pipe,
    };
    const ledger = await affidavit(['ledger', '--data', await copyOf('piped-password')], { ...kafka, ...scram });
    assertCouldNotRun(ledger, /named-pipe is no regular file/);
    const data = await copyOf('piped-keys');
    assert.equal((await affidavit(['keys', 'producer', '--data', data])).status, 0);
    const ingest = { AFFIDAVIT_SEAL_INGEST_KEYS_FILE: pipe, AFFIDAVIT_CAPTURE_PORT: '0' };
    assertCouldNotRun(
      await affidavit(['recorder', '--data', data], { ...kafka, ...ingest }),
      /named-pipe is no regular file/,
    );
    await rm(join(data, 'keys', 'log.key'));
    makePipe(join(data, 'keys', 'log.key'));
    await chmod(join(data, 'keys', 'log.key'), 0o600);
    assertCouldNotRun(await affidavit(['up', '--data', data]), /log\.key can't be read: .*log\.key is no regular file/);
  });

  it('a key file that is gone although others are there: nothing is made anew', async () => {
    const data = await copyOf('gone');
    await rm(join(data, 'keys', 'log.key'));
    assertCouldNotRun(await affidavit(['up', '--data', data]), /log\.key missing although other keys are there/);
  });

  it('all keys gone although the log has begun: nothing is made anew', async () => {
    const data = join(folder, 'lost');
    const up = await Up.start(data);
    await up.service.stop();
    assert.equal(up.service.ended(), 'exit code 0');
    await rm(join(data, 'keys'), { recursive: true });
    assertCouldNotRun(await affidavit(['up', '--data', data]), /no keys in .* restore them from a backup/);
  });

  it('a key file that is empty, that others may read, or that is no file', async () => {
    const empty = await copyOf('empty');
    await writeFile(join(empty, 'keys', 'log.key'), '');
    assertCouldNotRun(await affidavit(['up', '--data', empty]), /log\.key is empty/);

    const open = await copyOf('open');
    await chmod(join(open, 'keys', 'root.key'), 0o644);
    assertCouldNotRun(await affidavit(['keys', '--data', open]), /root\.key has mode 0644: .*chmod 600/);

    const strange = await copyOf('strange');
    await rm(join(strange, 'keys', 'ledger.key'));
    await mkdir(join(strange, 'keys', 'ledger.key'), { mode: 0o700 });
    assertCouldNotRun(await affidavit(['keys', '--data', strange]), /ledger\.key can't be read/);

    const pipe = await copyOf('pipe');
    await rm(join(pipe, 'keys', 'root.key'));
    execFileSync('mkfifo', ['-m', '600', join(pipe, 'keys', 'root.key')]);
    assertCouldNotRun(await affidavit(['up', '--data', pipe]), /root\.key can't be read/);
  });

  it('a port in use, whichever a command listens on', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const taken = String((server.address() as AddressInfo).port);
    try {
      for (const [command, variable] of LISTENING) {
        const address = variable === 'AFFIDAVIT_TELEMETRY_ADDRESS' ? `127.0.0.1:${taken}` : taken;
        const settings = { ...(command === 'up' ? {} : APART), [variable]: address };
        assertCouldNotRun(
          await affidavit([command, '--data', await copyOf(`${command}-${variable}`)], settings),
          new RegExp(`${taken}.*in use`),
        );
      }
    } finally {
      server.close();
    }
  });

  it('a folder that another process has', async () => {
    const data = join(folder, 'twice');
    const up = await Up.start(data);
    try {
      const second = await affidavit(['up', '--data', data]);
      assertCouldNotRun(second, new RegExp(`spool is in use by process ${up.service.pid}`));
      assert.equal(up.service.ended(), undefined);
    } finally {
      await up.service.stop();
    }
  });

  it('a broker that does not answer', async () => {
    const settings = {
      AFFIDAVIT_BUS_KIND: 'kafka',
      AFFIDAVIT_BUS_KAFKA_BROKERS: `127.0.0.1:${await freePort()}`,
    };
    assertCouldNotRun(await affidavit(['ledger', '--data', join(folder, 'kafka')], settings), /Kafka at 127\.0\.0\.1:/);
  });

  it('a recorder without the ledger’s ingest keys', async () => {
    const settings = { AFFIDAVIT_BUS_KIND: 'kafka', AFFIDAVIT_BUS_KAFKA_BROKERS: '127.0.0.1:1' };
    const result = await affidavit(['recorder', '--data', join(folder, 'recorder')], settings);
    assertCouldNotRun(result, /no set of ingest keys .*ingest\.json.*affidavit keys export/);
  });

  it('a ledger that is not there', async () => {
    assertCouldNotRun(await affidavit(['verify', `http://127.0.0.1:${await freePort()}`]), /http:\/\/127\.0\.0\.1:/);
  });
});

describe('commands that the configuration does not allow: exit code 2', function () {
  this.timeout(60_000);

  for (const [args, settings, why] of [
    [['up'], { AFFIDAVIT_BUS_KIND: 'kafka' }, /up uses the embedded bus/],
    [['ledger'], {}, /a ledger of its own needs kafka/],
    [['recorder'], {}, /a recorder of its own needs kafka/],
    [['recorder'], { AFFIDAVIT_BUS_KIND: 'kafka' }, /bus\.kafka\.brokers is empty/],
    [['accesslog'], {}, /an access log received apart needs kafka/],
  ] as const)
    it(`${args.join(' ')} with ${JSON.stringify(settings)}`, async () => {
      const { status, stderr } = await affidavit([...args, '--data', '/nonexistent'], settings);
      assert.deepEqual([status, messageLines(stderr).length], [2, 1]);
      assert.match(stderr, why);
    });
});
