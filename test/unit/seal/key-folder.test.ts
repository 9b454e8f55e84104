import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { FORMAT, KEY_ACTION, KEY_ROLE } from '../../../src/record/index.ts';
import { encodeHex, keyIdOf, verifyEd25519, verifyKeyStatement } from '../../../src/proof/index.ts';
import { systemClock, systemRandom } from '../../../src/runtime/index.ts';
import { KeyFolder, nodeKeyFiles, SigningKey, signKeyStatement } from '../../../src/seal/index.ts';
import type { KeyFolderContents, KeyFolderOptions } from '../../../src/seal/index.ts';
import { createKeyFile } from '../../../src/seal/key-files.ts';
import { ORIGIN, withFolder } from './fixtures.ts';

const ALL = [
  'auditor.key',
  'ingest.json',
  'keyservice.json',
  'ledger.key',
  'log.key',
  'recorder.key',
  'root.key',
  'tokens.json',
];

function options(directory: string): KeyFolderOptions {
  return { directory, files: nodeKeyFiles, random: systemRandom };
}

async function contents(directory: string): Promise<Record<string, string>> {
  const names = (await readdir(directory)).toSorted();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(`${directory}/${name}`, 'utf8')] as const)),
  );
}

async function withKeys(work: (directory: string, folder: KeyFolder) => Promise<void>): Promise<void> {
  await withFolder(async (parent) => {
    const directory = `${parent}/keys`;
    await work(directory, await KeyFolder.init(options(directory)));
  });
}

describe('a key folder', () => {
  it('is made on the first start, for its owner only', async () => {
    await withKeys(async (directory, folder) => {
      assert.deepEqual((await readdir(directory)).toSorted(), ALL);
      for (const name of ALL) assert.equal((await stat(`${directory}/${name}`)).mode & 0o777, 0o600);
      assert.deepEqual((await folder.signingKeyNames()).toSorted(), ['auditor', 'ledger', 'log', 'recorder', 'root']);
      const key = await folder.signingKey('recorder');
      assert.deepEqual(key.keyId, keyIdOf(key.publicKey));
      assert.ok(verifyEd25519(key.publicKey, Buffer.from('m'), key.sign(Buffer.from('m'))));
    });
  });

  it('is left as it is by later starts', async () => {
    await withKeys(async (directory) => {
      const before = await contents(directory);
      await KeyFolder.init(options(directory));
      assert.deepEqual(await contents(directory), before);
    });
  });

  it('with a key missing is an error that names it, and nothing is made', async () => {
    await withKeys(async (directory) => {
      await rm(`${directory}/log.key`);
      const before = await contents(directory);
      await assert.rejects(KeyFolder.init(options(directory)), {
        code: 'key.missing',
        message: new RegExp(`${directory}/log.key`),
      });
      assert.deepEqual(await contents(directory), before);
      await assert.rejects(KeyFolder.open(options(directory)).signingKey('log'), {
        code: 'key.missing',
        message: new RegExp(`${directory}/log.key`),
      });
    });
  });

  it('can hold a recorder’s key only', async () => {
    await withFolder(async (directory) => {
      const wanted: KeyFolderContents = { signingKeys: ['recorder'], payloadKeys: false };
      const folder = await KeyFolder.init(options(directory), wanted);
      assert.deepEqual(await readdir(directory), ['recorder.key']);
      await KeyFolder.init(options(directory), wanted);
      await assert.rejects(folder.ingestKeys(), { code: 'key.missing' });
      await assert.rejects(folder.keyService(systemClock), { code: 'key.missing' });
    });
  });

  it('whose first start was cut short at any file goes on and replaces nothing', async () => {
    for (let failing = 1; failing <= 9; failing++)
      await withFolder(async (directory) => {
        let made = 0;
        const files = {
          ...nodeKeyFiles,
          link: (from: string, to: string) =>
            ++made === failing ? Promise.reject(new Error('cut short')) : nodeKeyFiles.link(from, to),
        };
        await assert.rejects(KeyFolder.init({ ...options(directory), files }), /cut short/);
        const before = await contents(directory);
        const folder = await KeyFolder.init(options(directory));
        const after = await contents(directory);
        assert.deepEqual(Object.keys(after), ALL);
        for (const name of ALL) if (name in before) assert.equal(after[name], before[name]);
        await folder.ingestKeys((await folder.signingKey('root')).publicKey);
      });
  });

  it('never replaces a key file, whoever made it', async () => {
    await withFolder(async (directory) => {
      await writeFile(`${directory}/root.key`, 'mine');
      await assert.rejects(createKeyFile(nodeKeyFiles, `${directory}/root.key`, 'other'), { code: 'key.exists' });
      assert.deepEqual(await contents(directory), { 'root.key': 'mine' });
    });
  });

  it('refuses what is no key with an error that names the path and quotes nothing', async () => {
    await withKeys(async (directory) => {
      const folder = KeyFolder.open(options(directory));
      const path = `${directory}/log.key`;
      const rsa = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n';
      const x25519 = `-----BEGIN PRIVATE KEY-----\n${Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), Buffer.alloc(32, 1)]).toString('base64')}\n-----END PRIVATE KEY-----\n`;
      for (const text of ['', ' \n', 'secret', rsa, x25519, Buffer.from([0xff, 0xfe])]) {
        await writeFile(path, text);
        const error = await folder.signingKey('log').then(
          () => assert.fail('taken as a key'),
          (thrown: unknown) => thrown as Error & { code: string },
        );
        assert.equal(error.code, 'key.malformed');
        assert.ok(error.message.includes(path));
        assert.ok(!error.message.includes('secret') && !error.message.includes('c2VjcmV0'));
      }
    });
  });

  it('refuses a folder or a dangling link in place of a key', async () => {
    await withKeys(async (directory) => {
      const folder = KeyFolder.open(options(directory));
      const path = `${directory}/log.key`;
      await rm(path);
      await mkdir(path, { mode: 0o700 });
      await assert.rejects(folder.signingKey('log'), { code: 'key.malformed', message: new RegExp(path) });
      await rm(path, { recursive: true });
      await symlink(`${directory}/nowhere`, path);
      await assert.rejects(folder.signingKey('log'), { code: 'key.missing', message: new RegExp(path) });
    });
  });

  it('refuses secret keys that others may read, and public ones that others may write', async () => {
    await withKeys(async (directory, folder) => {
      for (const mode of [0o640, 0o604, 0o660, 0o610]) {
        await chmod(`${directory}/recorder.key`, mode);
        await assert.rejects(folder.signingKey('recorder'), { code: 'key.permissions', message: /recorder\.key/ });
        await chmod(`${directory}/keyservice.json`, mode);
        await assert.rejects(folder.keyService(systemClock), { code: 'key.permissions', message: /keyservice\.json/ });
      }
      await chmod(`${directory}/ingest.json`, 0o644);
      await folder.ingestKeys();
      await chmod(`${directory}/ingest.json`, 0o664);
      await assert.rejects(folder.ingestKeys(), { code: 'key.permissions', message: /ingest\.json/ });
    });
  });

  it('gives the ingest keys only as the pinned root key signed them', async () => {
    await withKeys(async (directory, folder) => {
      const root = await folder.signingKey('root');
      const { keys } = await folder.ingestKeys(root.publicKey);
      assert.deepEqual(keys.map((key) => key.class).toSorted(), [1, 2, 3]);
      const stranger = SigningKey.generate(systemRandom);
      await assert.rejects(folder.ingestKeys(stranger.publicKey), { code: 'evidence.signature' });
      const text = await readFile(`${directory}/ingest.json`, 'utf8');
      await writeFile(
        `${directory}/ingest.json`,
        text.replace('"content"', '"x"').replace('"index"', '"content"').replace('"x"', '"index"'),
      );
      await folder.ingestKeys();
      await assert.rejects(folder.ingestKeys(root.publicKey), { code: 'evidence.signature' });
    });
  });

  it('refuses JSON key files that are damaged, naming path and field', async () => {
    await withKeys(async (directory, folder) => {
      const good = JSON.parse(await readFile(`${directory}/ingest.json`, 'utf8')) as { keys: Record<string, string>[] };
      const [first, ...rest] = good.keys as [Record<string, string>, ...Record<string, string>[]];
      const bad: [unknown, RegExp][] = [
        ['{', /not JSON/],
        ['null', /JSON object/],
        ['[]', /JSON object/],
        [{ ...good, format: 'other/1' }, /format/],
        [{ ...good, keys: 'none' }, /keys/],
        [{ ...good, keys: [] }, /keys/],
        [{ ...good, keys: Array(17).fill(first) }, /keys/],
        [{ ...good, keys: [null, ...rest] }, /keys\[0\]/],
        [{ ...good, keys: [{ ...first, class: 'other' }, ...rest] }, /keys\[0\]\.class/],
        [{ ...good, keys: [{ ...first, publicKey: 'AAAA' }, ...rest] }, /keys\[0\]\.publicKey/],
        [{ ...good, keys: [{ ...first, publicKey: 7 }, ...rest] }, /keys\[0\]\.publicKey/],
        [{ ...good, keys: [{ ...first, id: '00'.repeat(16) }, ...rest] }, /keys\[0\]\.id/],
        [{ ...good, rootSignature: '' }, /rootSignature/],
      ];
      for (const [value, pattern] of bad) {
        await writeFile(`${directory}/ingest.json`, typeof value === 'string' ? value : JSON.stringify(value));
        await assert.rejects(folder.ingestKeys(), (thrown: Error & { code?: string }) => {
          assert.equal(thrown.code, 'key.malformed');
          assert.match(thrown.message, pattern);
          assert.ok(thrown.message.includes(`${directory}/ingest.json`));
          return true;
        });
      }
    });
  });
});

describe('a signing key', () => {
  it('signs as RFC 8032 has it (§7.1, test 1), and its text form is the same key', () => {
    const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
    const key = SigningKey.fromSeed(seed);
    assert.equal(encodeHex(key.publicKey), 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
    assert.equal(
      encodeHex(key.sign(new Uint8Array(0))),
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
    assert.deepEqual(SigningKey.fromPem(key.toPem(), 'here').publicKey, key.publicKey);
  });

  it('enrols another key so that a verifier accepts it, for that log only', () => {
    const root = SigningKey.generate(systemRandom);
    const producer = SigningKey.generate(systemRandom);
    const signed = signKeyStatement(root, {
      format: FORMAT,
      logOrigin: ORIGIN,
      action: KEY_ACTION.enrolled,
      role: KEY_ROLE.producer,
      publicKey: producer.publicKey,
      name: 'recorder one',
      timeUs: 1,
    });
    assert.equal(verifyKeyStatement(signed, root.publicKey, ORIGIN).name, 'recorder one');
    assert.throws(() => verifyKeyStatement(signed, root.publicKey, 'other.example/log'), {
      code: 'evidence.untrusted_key',
    });
    assert.throws(() => verifyKeyStatement(signed, producer.publicKey, ORIGIN), { code: 'evidence.signature' });
  });
});
