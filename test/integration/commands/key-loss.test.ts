import assert from 'node:assert/strict';
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { affidavit, messageLines, removeFolders, temporaryFolder, Up } from './support/cli.ts';

const LEDGER_KEYS = ['root.key', 'log.key', 'ledger.key', 'keyservice.json', 'ingest.json', 'tokens.json'];
/** Says that a log was begun with these keys: public, and made anew from the log. */
const LOG_MARK = 'log.vkey';
const KAFKA = { AFFIDAVIT_BUS_KIND: 'kafka', AFFIDAVIT_BUS_KAFKA_BROKERS: '127.0.0.1:1' };

/** A state that a data folder can be in, and what would make keys in it. */
interface Stage {
  readonly name: string;
  readonly prepare: (data: string) => Promise<unknown>;
  readonly keys: readonly string[];
  readonly commands: readonly (readonly string[])[];
}

async function run(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await affidavit(args);
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

const STAGES: Stage[] = [
  {
    name: 'keys init',
    prepare: (data) => run('keys', 'init', '--data', data),
    keys: LEDGER_KEYS,
    commands: [['keys', 'init'], ['up'], ['ledger']],
  },
  {
    name: 'keys producer',
    prepare: (data) => run('keys', 'producer', '--data', data),
    keys: ['recorder.key'],
    commands: [['keys', 'producer'], ['recorder']],
  },
  {
    name: 'keys init, producer and enroll',
    prepare: async (data) => {
      await run('keys', 'init', '--data', data);
      await run('keys', 'enroll', await run('keys', 'producer', '--data', data), '--data', data);
    },
    keys: [...LEDGER_KEYS, 'recorder.key'],
    commands: [['up']],
  },
  {
    name: 'the first start',
    prepare: async (data) => {
      const up = await Up.start(data);
      await up.service.stop();
      assert.equal(up.service.ended(), 'exit code 0');
    },
    keys: [...LEDGER_KEYS, 'recorder.key', 'auditor.key'],
    commands: [['up']],
  },
];

describe('keys that are lost are never made anew: exit code 3 and one line', function () {
  this.timeout(180_000);
  let folder = '';

  before(async () => {
    folder = await temporaryFolder();
  });
  after(removeFolders);

  async function assertRefused(command: readonly string[], data: string, why: RegExp): Promise<void> {
    const keys = join(data, 'keys');
    const left = await readdir(keys).catch(() => []);
    const { status, stdout, stderr } = await affidavit([...command, '--data', data], keyed(command));
    const lines = messageLines(stderr);
    assert.deepEqual([status, stdout, lines.length], [3, '', 1], `${command.join(' ')}: ${stderr}`);
    assert.match(lines[0] ?? '', why);
    assert.deepEqual(await readdir(keys).catch(() => []), left, 'a key was made');
  }

  for (const { name, prepare, keys, commands } of STAGES)
    describe(`after ${name}`, () => {
      let whole = '';

      before(async () => {
        whole = join(folder, name.replaceAll(' ', '-'));
        await prepare(whole);
      });

      async function without(...files: string[]): Promise<string> {
        const data = join(whole, '..', `${name.replaceAll(' ', '-')}-without-${files.join('-') || 'folder'}`);
        await cp(whole, data, { recursive: true });
        if (files.length === 0) await rm(join(data, 'keys'), { recursive: true });
        for (const file of files) await rm(join(data, 'keys', file));
        return data;
      }

      it('makes these keys, and no others', async () => {
        const made = (await readdir(join(whole, 'keys'))).filter((file) => file !== LOG_MARK);
        assert.deepEqual(made, [...keys].toSorted());
      });

      for (const key of keys)
        it(`${key} is gone`, async () => {
          const data = await without(key);
          for (const command of commands)
            await assertRefused(command, data, new RegExp(`${key.replace('.', '\\.')}.* restore .*from a backup`));
        });

      it('the folder is gone', async () => {
        const data = await without();
        for (const command of commands)
          await assertRefused(command, data, /there (are no keys|is no recorder\.key) in .*although .* from a backup/);
      });

      it('all files are gone, the folder is there', async () => {
        const data = await without(...keys);
        for (const command of commands)
          await assertRefused(command, data, /there (are no keys|is no recorder\.key) in .*although .* from a backup/);
      });
    });

  it('each trace of a log is enough: of what the first start left, one part after the other', async () => {
    const whole = join(folder, 'traces');
    await run('keys', 'init', '--data', whole);
    await rm(join(whole, 'keys'), { recursive: true });
    await rename(join(whole, 'ledger', 'enrolments'), join(folder, 'enrolments'));
    for (const trace of ['checkpoint', 'state/00000000000000000001', 'tile/0/000.p/1', 'enrolments/0.json']) {
      const data = join(folder, `trace-${trace.replaceAll('/', '-')}`);
      const file = join(folder, 'file');
      await writeFile(file, '');
      await cp(file, join(data, 'ledger', trace));
      await assertRefused(['keys', 'init'], data, /there are no keys in .*although .*ledger\/\w+ was made with some/);
    }
  });

  it('a recorder’s key that is another than the one that its spool was begun with', async () => {
    const [data, other] = [join(folder, 'mine'), join(folder, 'other')];
    for (const place of [data, other]) await run('keys', 'producer', '--data', place);
    await cp(join(other, 'keys', 'recorder.key'), join(data, 'keys', 'recorder.key'));
    await assertRefused(
      ['keys', 'producer'],
      data,
      /recorder\.key has the id \w{64}, but .*key\.id says \w{64}: restore/,
    );
    await assertRefused(['recorder'], data, /recorder\.key has the id/);
  });

  it('the same command again, with all keys there, changes nothing', async () => {
    const data = join(folder, 'again');
    await run('keys', 'init', '--data', data);
    await run('keys', 'producer', '--data', data);
    const read = () => Promise.all(LEDGER_KEYS.map((key) => readFile(join(data, 'keys', key), 'utf8')));
    const before = await read();
    await run('keys', 'init', '--data', data);
    await run('keys', 'producer', '--data', data);
    assert.deepEqual(await read(), before);
  });
});

/** A ledger or recorder of its own needs a broker: it says what it lacks before it asks for one. */
function keyed([command]: readonly string[]): Record<string, string> {
  return command === 'ledger' || command === 'recorder' ? KAFKA : {};
}
