import assert from 'node:assert/strict';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { WHOLE } from '../capture/support/calls.ts';
import { connect, EnvoyStream } from '../capture/support/envoy-client.ts';
import { affidavit, jsonLines, messageLines, removeFolders, temporaryFolder, Up } from './support/cli.ts';

/** One whole call, as Envoy hands it in. */
async function makeCall(port: number): Promise<void> {
  const client = connect(port);
  const stream = new EnvoyStream(client, 'strict');
  for (const message of WHOLE) stream.send(message);
  assert.equal(await stream.ended(), 0);
  client.close();
}

/** Runs `up` for one call and ends it in order. */
async function recordCall(data: string): Promise<void> {
  const up = await Up.start(data);
  await makeCall(up.capturePort);
  await up.service.stop();
  assert.equal(up.service.ended(), 'exit code 0');
}

interface Report {
  trusted: boolean;
  checkpoint: { size: number };
  checks: { name: string; ok: boolean; detail: string }[];
  losses: { reason: string; records: number; count: number }[];
  payloads?: { parts: number; missing: number; faultCount: number; faults: { leaf: number; message: string }[] };
  note?: unknown;
}

describe('affidavit verify', function () {
  this.timeout(180_000);
  let folder = '';
  let data = '';
  /** The ledger as it was before its last records. */
  let older = '';
  let pins: string[] = [];

  before(async () => {
    folder = await temporaryFolder();
    data = join(folder, 'data');
    await recordCall(data);
    older = join(folder, 'older');
    await cp(join(data, 'ledger'), older, { recursive: true });
    await recordCall(data);
    const { stdout } = await affidavit(['keys', '--data', data, '--json']);
    const { logKey, rootKey } = JSON.parse(stdout) as { logKey: string; rootKey: string };
    pins = ['--log-key', logKey, '--root-key', rootKey, '--data', join(folder, 'elsewhere')];
  });
  after(removeFolders);

  async function copyOfLedger(name: string): Promise<string> {
    const copy = join(folder, name);
    await cp(join(data, 'ledger'), copy, { recursive: true });
    return copy;
  }

  async function assertBad(args: readonly string[], why: RegExp): Promise<string> {
    const { status, stdout, stderr } = await affidavit(['verify', ...args, ...pins]);
    assert.deepEqual([status, messageLines(stderr).length], [1, 1], stderr);
    assert.match(stderr, why);
    return stdout;
  }

  async function report(...args: string[]): Promise<Report> {
    const { status, stdout, stderr } = await affidavit(['verify', ...args, ...pins, '--json']);
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as Report;
  }

  describe('with the last checkpoint remembered', () => {
    it('keeps it as the signed note that it is, and goes on from it', async () => {
      const file = join(folder, 'kept.checkpoint');
      await report(older, '--remember', file);
      assert.deepEqual(await readFile(file), await readFile(join(older, 'checkpoint')));
      const { checks, note } = await report(join(data, 'ledger'), '--remember', file);
      assert.ok(checks.some(({ name, ok }) => name === 'seen before' && ok));
      assert.equal(note, undefined);
      assert.deepEqual(await readFile(file), await readFile(join(data, 'ledger', 'checkpoint')));
      assert.deepEqual(
        (await readdir(folder)).filter((name) => name.startsWith('kept')),
        ['kept.checkpoint'],
      );
    });

    it('tells a rollback from everything else, and keeps what it had', async () => {
      const file = join(folder, 'rollback.checkpoint');
      const { checkpoint } = await report(join(data, 'ledger'), '--remember', file);
      const kept = await readFile(file);
      const { checkpoint: before } = await report(older);
      const rolledBack = new RegExp(`rolled back from ${checkpoint.size} to ${before.size} leaves`);
      await assertBad([older, '--remember', file], rolledBack);
      const json = await affidavit(['verify', older, '--remember', file, ...pins, '--json']);
      assert.equal((JSON.parse(json.stderr) as { error: { code: string } }).error.code, 'evidence.rollback');
      assert.deepEqual(await readFile(file), kept);
    });

    it('notices a log that was begun anew under the same origin and keys, larger than before', async () => {
      const again = join(folder, 'again');
      await cp(data, again, { recursive: true });
      for (const lost of ['ledger', 'spool', 'keys/log.vkey']) await rm(join(again, lost), { recursive: true });
      await mkdir(join(again, 'keys'), { recursive: true });
      await recordCall(again);
      await recordCall(again);
      const file = join(folder, 'again.checkpoint');
      await report(older, '--remember', file);
      await assertBad(
        [join(again, 'ledger'), '--remember', file],
        /doesn't extend the checkpoint of \d+ leaves seen before/,
      );
      assert.equal((await report(join(again, 'ledger'))).trusted, true);
    });

    it('works for the URL of a ledger, and begins with a proof file', async () => {
      const file = join(folder, 'url.checkpoint');
      const live = join(folder, 'live');
      await cp(data, live, { recursive: true });
      const up = await Up.start(live);
      try {
        const proof = join(folder, 'one.proof.json');
        await affidavit(['prove', '3', '--data', data, '--out', proof]);
        await report(proof, '--remember', file);
        assert.deepEqual(await readFile(file), await readFile(join(data, 'ledger', 'checkpoint')));
        const { checks } = await report(up.url, '--remember', file);
        assert.ok(checks.some(({ name, ok }) => name === 'seen before' && ok));
        const payloads = checks.find(({ name }) => name === 'payloads');
        assert.deepEqual([payloads?.ok, payloads?.detail], [false, 'not checked (not served over HTTP)']);
        const newer = await readFile(file);
        const shown = (await report(proof, '--remember', file)).checks.find(({ name }) => name === 'seen before');
        assert.equal(shown?.ok, false);
        assert.deepEqual(await readFile(file), newer);
      } finally {
        await up.service.stop();
      }
    });

    it('keeps nothing that is not proven, and says when the file is no checkpoint, or another log’s', async () => {
      const file = join(folder, 'unproven.checkpoint');
      const unproven = await affidavit(['verify', older, '--remember', file, '--data', join(folder, 'elsewhere')]);
      assert.equal(unproven.status, 3);
      await assert.rejects(readFile(file), { code: 'ENOENT' });
      await writeFile(file, 'nonsense');
      const nonsense = await affidavit(['verify', older, '--remember', file, ...pins]);
      assert.deepEqual([nonsense.status, messageLines(nonsense.stderr).length], [2, 1]);
      assert.match(nonsense.stderr, /unproven\.checkpoint holds no checkpoint of the pinned log/);
      const nowhere = await affidavit(['verify', older, '--remember', join(folder, 'no', 'where'), ...pins]);
      assert.deepEqual([nowhere.status, messageLines(nowhere.stderr).length], [3, 1]);
    });
  });

  describe('payloads', () => {
    it('are counted, and what is not there is bad evidence that names leaf, part and file', async () => {
      const whole = await report(join(data, 'ledger'));
      assert.ok((whole.payloads?.parts ?? 0) > 0);
      assert.equal(whole.payloads?.faultCount, 0);
      const copy = await copyOfLedger('no-payloads');
      await rm(join(copy, 'payload'), { recursive: true });
      const stdout = await assertBad(
        [copy],
        /leaf \d+ part 0 \(\w+\): payload\/keys\/000 has neither.*and \d+ more.*--no-payloads/,
      );
      assert.match(stdout, /Payloads that are not as their records say:\n {2}bad {2}leaf \d+ part 0/);
      assert.doesNotMatch(stdout, /as it was signed/);
      const json = await affidavit(['verify', copy, ...pins, '--json']);
      const bad = JSON.parse(json.stdout) as Report;
      assert.deepEqual([bad.trusted, bad.payloads?.faultCount], [false, whole.payloads.parts]);
      const without = await report(copy, '--no-payloads');
      assert.deepEqual([without.trusted, without.payloads], [true, undefined]);
    });

    it('are bad evidence when a stored byte was changed', async () => {
      const copy = await copyOfLedger('changed-pack');
      const packs = join(copy, 'payload', 'packs');
      const pack = (await readdir(packs, { recursive: true })).find((name) => name.endsWith('.pack')) ?? '';
      const bytes = await readFile(join(packs, pack));
      await writeFile(join(packs, pack), bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1));
      await assertBad([copy], /leaf \d+ part \d \(\w+\): payload\/packs\/\S+\.pack: .*(was changed|is not the one)/);
    });
  });

  it('looks at the partial tiles that the tree has outgrown', async () => {
    const copy = await copyOfLedger('old-partial');
    const [oldest = ''] = (await readdir(join(copy, 'tile', '0', '000.p'))).toSorted((a, b) => Number(a) - Number(b));
    const path = join(copy, 'tile', '0', '000.p', oldest);
    const bytes = await readFile(path);
    await writeFile(path, bytes.with(3, (bytes[3] ?? 0) ^ 1));
    await assertBad([copy], new RegExp(`tile/0/000\\.p/${oldest} hash 0: it is not that of tile/0/000\\.p/\\d+`));
  });

  it('calls a log whole only when it declares no loss', async () => {
    const whole = await affidavit(['verify', join(data, 'ledger'), ...pins]);
    assert.match(whole.stdout, /The log is whole, and every record in it is as it was signed\.\n$/);
    const killed = join(folder, 'killed');
    await cp(data, killed, { recursive: true });
    // One epoch is cut: an auditor's would be another, if it had begun by then.
    const up = await Up.start(killed, { AFFIDAVIT_AUDIT_ENABLED: 'false' });
    process.kill(up.service.pid, 'SIGKILL');
    await up.service.waitUntil(() => up.service.ended() !== undefined, 10_000).catch(() => undefined);
    await recordCall(killed);
    const cut = await affidavit(['verify', join(killed, 'ledger'), ...pins]);
    assert.equal(cut.status, 0, cut.stderr);
    assert.match(
      cut.stdout,
      /Lost, as the log itself declares:\n +1 {2}epochs whose end is unknown \(epoch_not_stopped, in 1 record\)\nEvery record in the log is as it was signed, and it declares losses: see above\.\n$/,
    );
    assert.doesNotMatch(cut.stdout, /whole, and/);
    assert.deepEqual((await report(join(killed, 'ledger'))).losses, [
      { reason: 'epoch_not_stopped', records: 1, count: 1 },
    ]);
  });

  it('takes a data folder for the ledger in it; where there is no log, that is no bad evidence', async () => {
    assert.equal((await report(data)).trusted, true);
    const empty = join(folder, 'empty');
    await mkdir(empty);
    const server = createServer((_request, response) => response.writeHead(404).end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      for (const what of [empty, `http://127.0.0.1:${(server.address() as AddressInfo).port}`]) {
        const { status, stdout, stderr } = await affidavit(['verify', what, ...pins]);
        assert.deepEqual([status, stdout, messageLines(stderr).length], [3, '', 1], stderr);
        assert.match(stderr, /there is no log here: /);
      }
    } finally {
      server.close();
    }
    const beheaded = await copyOfLedger('beheaded');
    await rm(join(beheaded, 'checkpoint'));
    await assertBad([beheaded], /checkpoint is not there/);
  });

  it('list --kind: the latest of that kind, from the whole log; a kind that is none is wrong usage', async () => {
    const listed = async (...args: string[]): Promise<number[]> => {
      const { status, stdout } = await affidavit(['list', '--data', data, '--json', ...args]);
      assert.equal(status, 0);
      return stdout === '' ? [] : jsonLines(stdout).map(({ index }) => Number(index));
    };
    const all = await listed('--kind', 'producer', '--last', '1000');
    assert.ok(all.length > 2);
    assert.deepEqual(await listed('--kind', 'genesis', '--last', '1'), [0]);
    assert.deepEqual(await listed('--kind', 'producer', '--last', '2'), all.slice(-2));
    assert.deepEqual(await listed('--kind', 'producer', '--last', '0'), []);
    assert.deepEqual(await listed('--kind', 'kind-99'), []);
    const { status, stdout, stderr } = await affidavit(['list', '--kind', 'nonsense', '--data', data]);
    assert.deepEqual([status, stdout, messageLines(stderr).length], [2, '', 1]);
    assert.match(stderr, /there is no kind "nonsense"; kinds are genesis, key, producer, .*gap/);
  });

  it('prove --out makes the file and no folder; a place where nothing can be made is said at once', async () => {
    const nowhere = join(folder, 'new', 'folder');
    const proof = await affidavit(['prove', '3', '--data', data, '--out', join(nowhere, 'x.json')]);
    assert.deepEqual([proof.status, messageLines(proof.stderr).length], [3, 1]);
    assert.match(proof.stderr, /there is no folder \S+new\/folder to write \S+x\.json to/);
    const up = await affidavit(['up', '--data', '/proc/affidavit']);
    assert.deepEqual([up.status, messageLines(up.stderr).length], [3, 1], up.stderr);
    assert.match(up.stderr, /make folder \/proc\/affidavit/);
  });
});
