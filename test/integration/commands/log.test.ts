import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@grpc/grpc-js';
import { WHOLE } from '../capture/support/calls.ts';
import { connect, EnvoyStream } from '../capture/support/envoy-client.ts';
import { affidavit, jsonLines, messageLines, removeFolders, temporaryFolder, Up } from './support/cli.ts';

interface Keys {
  logKey: string;
  rootKey: string;
}

/** One call, as Envoy hands it in, in the profile strict: it is durable when the last answer comes. */
async function makeCall(client: Client): Promise<void> {
  const stream = new EnvoyStream(client, 'strict');
  for (const message of WHOLE) stream.send(message);
  assert.equal(await stream.ended(), 0);
}

describe('the log that affidavit up keeps', function () {
  this.timeout(180_000);
  let folder = '';
  let data = '';
  let up: Up;
  let keys: Keys;
  let call: { index: number; exchangeId: string };

  async function untilListed(kind: string, count: number): Promise<Record<string, unknown>[]> {
    for (;;) {
      const { status, stdout, stderr } = await affidavit(['list', '--kind', kind, '--data', data, '--json']);
      assert.equal(status, 0, stderr);
      const lines = stdout === '' ? [] : jsonLines(stdout);
      if (lines.length >= count) return lines;
    }
  }

  before(async () => {
    folder = await temporaryFolder();
    data = join(folder, 'data');
    up = await Up.start(data);
    const client = connect(up.capturePort);
    await makeCall(client);
    client.close();
    call = (await untilListed('exchange', 1))[0] as typeof call;
    keys = JSON.parse((await affidavit(['keys', '--data', data, '--json'])).stdout) as Keys;
  });

  after(async () => {
    await up.service.stop();
    await removeFolders();
  });

  it('list: a line a record, the latest last; from the URL of the ledger the same', async () => {
    const [text, json, fromUrl] = await Promise.all([
      affidavit(['list', '--data', data]),
      affidavit(['list', '--data', data, '--json']),
      affidavit(['list', '--log', up.url, '--json']),
    ]);
    const lines = jsonLines(json.stdout);
    assert.deepEqual(
      lines.slice(0, 5).map(({ index, kind }) => [index, kind]),
      [
        [0, 'genesis'],
        [1, 'key'],
        [2, 'key'],
        [3, 'key'],
        [4, 'producer'],
      ],
    );
    assert.match(text.stdout, /^ +0 {2}\S+Z {2}genesis +affidavit\.local\/log\/0\n/);
    assert.match(text.stdout, / exchange +POST orders 200 complete /);
    assert.deepEqual(jsonLines(fromUrl.stdout).slice(0, 4), lines.slice(0, 4));
  });

  it('show: by number and by exchange id; its content only when asked for, and as redacted', async () => {
    const byNumber = await affidavit(['show', String(call.index), '--data', data, '--json']);
    const [record] = jsonLines(byNumber.stdout);
    assert.deepEqual([record?.['index'], record?.['kind'], record?.['content']], [call.index, 'exchange', undefined]);
    const { status, stdout } = await affidavit(['show', call.exchangeId, '--data', data, '--content', '--json']);
    const entries = jsonLines(stdout);
    assert.equal(status, 0);
    assert.deepEqual(
      entries.map(({ kind }) => kind),
      ['exchange_opened', 'exchange'],
    );
    const content = JSON.stringify(entries.map((entry) => entry['content']));
    assert.match(content, /hello world/);
    assert.match(content, /content-type: application\/json/);
    assert.doesNotMatch(content, /verysecretvalue|abcdefghijklmnopqrstuvwxyz/);
  });

  it('show: for a person, the same as indented JSON', async () => {
    const [person, json] = await Promise.all([
      affidavit(['show', String(call.index), '--data', data, '--content']),
      affidavit(['show', String(call.index), '--data', data, '--content', '--json']),
    ]);
    assert.deepEqual(JSON.parse(person.stdout), JSON.parse(json.stdout));
    assert.match(person.stdout, /^\{\n {2}"index"/);
  });

  it('show: names what the record commits to and the ledger has no more', async () => {
    const without = join(folder, 'without-payloads');
    await cp(data, without, { recursive: true, filter: (from) => !from.endsWith('/ledger/payload') });
    const shown = await affidavit(['show', String(call.index), '--data', without, '--content', '--json']);
    assert.deepEqual([shown.status, jsonLines(shown.stdout)[0]?.['content']], [0, { missing: ['index', 'message'] }]);
  });

  it('prove and verify: proven with pinned keys only', async () => {
    const proof = join(folder, 'call.proof.json');
    const made = await affidavit(['prove', call.exchangeId, '--data', data, '--out', proof, '--json']);
    assert.deepEqual(JSON.parse(made.stdout), { index: call.index, file: proof });
    const printed = await affidavit(['prove', String(call.index), '--log', up.url]);
    assert.equal((JSON.parse(printed.stdout) as object).constructor, Object);

    const elsewhere = ['--data', join(folder, 'elsewhere')];
    const pinned = ['--log-key', keys.logKey, '--root-key', keys.rootKey];
    const proven = await affidavit(['verify', proof, ...pinned, ...elsewhere]);
    assert.equal(proven.status, 0, proven.stderr);
    assert.match(proven.stdout, /The record is in the log, as it was signed\.\n$/);
    const json = await affidavit(['verify', proof, ...pinned, ...elsewhere, '--json']);
    const report = JSON.parse(json.stdout) as { trusted: boolean; leafIndex: number };
    assert.deepEqual([report.trusted, report.leafIndex], [true, call.index]);

    const unpinned = await affidavit(['verify', proof, ...elsewhere]);
    assert.equal(unpinned.status, 3);
    assert.match(unpinned.stderr, /^affidavit: consistent with itself, but nothing is proven: .+\n$/);
    assert.doesNotMatch(unpinned.stdout, /as it was signed/);
  });

  it('verify: a key that is not the log’s is bad evidence', async () => {
    const other = join(folder, 'other');
    await affidavit(['keys', 'init', '--data', other]);
    const wrong = JSON.parse((await affidavit(['keys', '--data', other, '--json'])).stdout) as Keys;
    const ledger = join(data, 'ledger');
    const byLogKey = await affidavit(['verify', ledger, '--log-key', wrong.logKey, '--root-key', keys.rootKey]);
    const byRootKey = await affidavit(['verify', ledger, '--log-key', keys.logKey, '--root-key', wrong.rootKey]);
    const byOrigin = await affidavit(['verify', ledger, '--data', data, '--origin', 'another.example/log']);
    for (const { status, stdout, stderr } of [byLogKey, byRootKey, byOrigin]) {
      assert.deepEqual([status, stdout, messageLines(stderr).length], [1, '', 1], stderr);
      assert.match(stderr, /^affidavit: /);
    }
  });

  it('verify: the folder, and the URL while it grows', async () => {
    for (const what of [join(data, 'ledger'), up.url]) {
      const { status, stdout } = await affidavit(['verify', what, '--data', data, '--json']);
      const report = JSON.parse(stdout) as { trusted: boolean; kinds: Record<string, number> };
      assert.deepEqual([status, report.trusted, report.kinds['exchange']], [0, true, 1], what);
    }
  });

  it('verify: pins keys that files hold, as keys export writes them', async () => {
    const to = join(folder, 'public');
    const exported = await affidavit(['keys', 'export', '--data', data, '--to', to, '--json']);
    assert.deepEqual(JSON.parse(exported.stdout), { to, files: ['ingest.json', 'log.vkey', 'root.pub'] });
    const files = {
      AFFIDAVIT_DATA_DIR: join(folder, 'elsewhere'),
      AFFIDAVIT_TRUST_LOG_KEY_FILE: join(to, 'log.vkey'),
      AFFIDAVIT_TRUST_ROOT_KEY_FILE: join(to, 'root.pub'),
    };
    assert.equal((await affidavit(['verify', up.url], files)).status, 0);
    const lost = await affidavit(['verify', up.url], { ...files, AFFIDAVIT_TRUST_LOG_KEY_FILE: join(to, 'lost') });
    assert.equal(lost.status, 3);
    assert.match(lost.stderr, /^affidavit: there is no file \S+lost, which trust\.logKeyFile names\n$/);
  });

  it('verify: a log or a proof in which one byte was changed is bad evidence, and the place is named', async () => {
    const copy = join(folder, 'copy');
    await cp(join(data, 'ledger'), copy, { recursive: true });
    const whole = await affidavit(['verify', copy, '--data', data, '--json']);
    const { checkpoint } = JSON.parse(whole.stdout) as { checkpoint: { size: number } };
    const tile = `tile/0/000.p/${checkpoint.size}`;
    const bytes = await readFile(join(copy, tile));
    await writeFile(
      join(copy, tile),
      bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte)),
    );
    const log = await affidavit(['verify', copy, '--data', data]);
    assert.deepEqual([log.status, log.stdout], [1, '']);
    assert.match(log.stderr, /^affidavit: .*(tile\/0\/000|leaf 1)\b.*\n$/);

    const { stdout } = await affidavit(['prove', String(call.index), '--data', data]);
    const proof = JSON.parse(stdout) as Record<string, unknown>;
    const changed = join(folder, 'changed.proof.json');
    const text = JSON.stringify(proof).replace(/("leaf":")(.)/, (_, name: string, first: string) =>
      [name, first === 'A' ? 'B' : 'A'].join(''),
    );
    assert.notEqual(text, JSON.stringify(proof));
    await writeFile(changed, text);
    const file = await affidavit(['verify', changed, '--data', data]);
    assert.deepEqual([file.status, messageLines(file.stderr).length], [1, 1]);
  });

  it('keys: lists what is there, never a private key', async () => {
    const [text, files] = await Promise.all([
      affidavit(['keys', '--data', data]),
      Promise.all(
        ['root', 'log', 'ledger', 'recorder'].map((name) => readFile(join(data, 'keys', `${name}.key`), 'utf8')),
      ),
    ]);
    for (const name of ['root', 'log', 'ledger', 'recorder']) assert.match(text.stdout, new RegExp(`^${name} `, 'm'));
    assert.ok(text.stdout.includes(`\nlog key   ${keys.logKey}\nroot key  ${keys.rootKey}\n`));
    for (const pem of files) {
      const secret = pem.split('\n')[1] ?? '';
      assert.ok(secret.length > 40 && !text.stdout.includes(secret));
    }
  });

  it('keys enroll: a recorder is enrolled while the ledger runs, through its folder and its URL', async () => {
    for (const [name, to] of [
      ['by-folder', []],
      ['by-url', ['--url', up.url]],
    ] as const) {
      const made = await affidavit(['keys', 'producer', '--data', join(folder, name), '--json']);
      const { publicKey } = JSON.parse(made.stdout) as { publicKey: string };
      const again = await affidavit(['keys', 'producer', '--data', join(folder, name)]);
      assert.equal(again.stdout, `${publicKey}\n`);
      const enrolled = await affidavit(['keys', 'enroll', publicKey, '--name', name, '--data', data, '--json', ...to]);
      assert.equal(enrolled.status, 0, enrolled.stderr);
      assert.equal((JSON.parse(enrolled.stdout) as { name: string }).name, name);
    }
    await untilListed('key', 4);
    const { stdout } = await affidavit(['list', '--kind', 'key', '--data', data]);
    for (const name of ['by-folder', 'by-url']) assert.match(stdout, new RegExp(`producer ${name} `));
  });

  it('keys enroll: what another root key signed is refused by a ledger that runs', async () => {
    const stranger = join(folder, 'stranger');
    await affidavit(['keys', 'init', '--data', stranger]);
    const { stdout } = await affidavit(['keys', 'producer', '--data', join(folder, 'by-url')]);
    const refused = await affidavit(['keys', 'enroll', stdout.trim(), '--data', stranger, '--url', up.url]);
    assert.equal(refused.status, 3);
    assert.equal(messageLines(refused.stderr).length, 1, refused.stderr);
  });
});
