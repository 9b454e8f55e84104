import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeKeyFiles, KeyFolder } from '../../../src/seal/index.ts';
import { systemRandom } from '../../../src/runtime/index.ts';
import { affidavit, messageLines, removeFolders, temporaryFolder, Up } from '../../integration/commands/support/cli.ts';
import { strictCall, verified } from './support/running.ts';

const KEY_FILES = [
  'root.key',
  'log.key',
  'ledger.key',
  'recorder.key',
  'auditor.key',
  'keyservice.json',
  'ingest.json',
  'tokens.json',
] as const;
/** Processes of their own, what makes their key, and where it stands in the data folder. */
const APART = [
  { command: 'accesslog', option: '--accesslog', file: join('accesslog', 'keys', 'recorder.key') },
  { command: 'audit', option: '--auditor', file: join('auditor', 'keys', 'auditor.key') },
] as const;
const NOBODY = 65_534;

/** What may stand in a key file instead of the key. */
const CONTENTS: readonly (readonly [what: string, (file: string, bytes: Buffer, keys: string) => Promise<Buffer>])[] = [
  ['nothing', () => Promise.resolve(Buffer.alloc(0))],
  ['bytes that are no text', () => Promise.resolve(Buffer.alloc(200, 0xfe))],
  ['its first half', (_file, bytes) => Promise.resolve(bytes.subarray(0, bytes.length >> 1))],
  ['a key of another kind', () => Promise.resolve(Buffer.from(generateKeyPairSync('ec', EC).privateKey))],
  [
    'another of the keys beside it',
    (file, _bytes, keys) => readFile(join(keys, file === 'log.key' ? 'ledger.key' : 'log.key')),
  ],
];
const EC = {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
} as const;

describe('bad input: key files of a log that has begun', function () {
  this.timeout(180_000);
  let data = '';
  const keysOf = (folder: string): string => join(folder, 'keys');

  before(async () => {
    data = join(await temporaryFolder(), 'data');
    const up = await Up.start(data);
    assert.equal(await strictCall(up.capturePort), 0);
    await up.service.stop();
  });
  after(removeFolders);

  for (const [what, make] of CONTENTS)
    it(`${what}: one error that names the file, for each of them, and nothing is changed`, async () => {
      const problems = KEY_FILES.map(async (file) => {
        const copy = `${data}-${what.replaceAll(' ', '-')}-${file}`;
        await cp(data, copy, { recursive: true });
        const path = join(keysOf(copy), file);
        const before = await readFile(path);
        const wrong = await make(file, before, keysOf(data));
        await writeFile(path, wrong);
        const { status, stdout, stderr } = await affidavit(['up', '--data', copy]);
        const lines = messageLines(stderr);
        assert.ok(status === 1 || status === 3, `${file}: ${status ?? 'none'} ${stderr}`);
        assert.deepEqual([stdout, lines.length], ['', 1], `${file}: ${stderr}`);
        // A root key is found to be wrong by what it must have signed.
        assert.match(lines[0] ?? '', file === 'root.key' ? /root\.key|ingest\.json .*root key/ : new RegExp(file));
        assert.deepEqual(await readFile(path), wrong, `${file} is left as it is`);
        await writeFile(path, before);
        assert.ok((await verified(copy)).checkpoint.size > 0);
      });
      for (const problem of problems) await problem;
    });

  for (const { command, option, file } of APART)
    it(`of ${command}: one error that names the file, and it is left as it is`, async () => {
      const made = await affidavit(['keys', 'producer', option, '--data', data]);
      assert.equal(made.status, 0, made.stderr);
      const settings = {
        AFFIDAVIT_BUS_KIND: 'kafka',
        AFFIDAVIT_BUS_KAFKA_BROKERS: '127.0.0.1:1',
        AFFIDAVIT_ACCESS_LOG_PORT: '0',
        AFFIDAVIT_LEDGER_URL: 'http://127.0.0.1:1',
        AFFIDAVIT_TRUST_LOG_KEY: (await readFile(join(keysOf(data), 'log.vkey'), 'utf8')).trim(),
      };
      const path = join(data, file);
      const key = await readFile(path);
      for (const [what, make] of CONTENTS) {
        const wrong = await make(file, key, keysOf(data));
        await writeFile(path, wrong);
        const { status, stdout, stderr } = await affidavit([command, '--data', data], settings);
        assert.deepEqual([status, stdout, messageLines(stderr).length], [3, '', 1], `${what}: ${stderr}`);
        assert.ok(messageLines(stderr)[0]?.includes(path), `${what}: ${stderr}`);
        assert.deepEqual(await readFile(path), wrong);
      }
      await writeFile(path, key);
      const again = await affidavit(['keys', 'producer', option, '--data', data]);
      assert.deepEqual([again.status, again.stdout], [0, made.stdout]);
    });

  it('one that may not be read: one error that names it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'affidavit-keys-'));
    const isRoot = process.getuid?.() === 0;
    try {
      const folder = await KeyFolder.init({ directory, files: nodeKeyFiles, random: systemRandom });
      await chmod(directory, 0o755);
      await chmod(folder.path('log.key'), isRoot ? 0o600 : 0o000);
      if (isRoot) process.seteuid?.(NOBODY);
      await assert.rejects(folder.signingKey('log'), { code: 'key.malformed', message: /log\.key can't be read/ });
    } finally {
      if (isRoot) process.seteuid?.(0);
      await rm(directory, { recursive: true });
    }
  });
});
