import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ledger } from '../../../src/ledger/index.ts';
import { encodeBase64, encodeHex, sha256 } from '../../../src/proof/index.ts';
import { FORMAT, KEY_ACTION, KEY_ROLE } from '../../../src/record/index.ts';
import { nodeFiles, silentLogger, systemClock, systemRandom } from '../../../src/runtime/index.ts';
import { KeyFolder, nodeKeyFiles, SigningKey, signKeyStatement } from '../../../src/seal/index.ts';
import { exchange, status, TestEpoch } from '../../support/ledger.ts';
import { affidavit, jsonLines, removeFolders, temporaryFolder, Up } from './support/cli.ts';

const ORIGIN = 'affidavit.local/log/0';
const GARBAGE = Buffer.from('not a message of ours \u001b[31m');
const stranger = SigningKey.fromSeed(sha256(Buffer.from('stranger')));

/** Begins the log of a data folder with what came from a bus that anybody may write to. */
async function beginLog(data: string, values: readonly Uint8Array[]): Promise<void> {
  const keys = KeyFolder.open({ directory: join(data, 'keys'), files: nodeKeyFiles, random: systemRandom });
  const [root, logKey, ledgerKey] = [
    await keys.signingKey('root'),
    await keys.signingKey('log'),
    await keys.signingKey('ledger'),
  ];
  const { publicKey } = ledgerKey;
  const own = { format: FORMAT, logOrigin: ORIGIN, action: KEY_ACTION.enrolled, role: KEY_ROLE.ledger, publicKey };
  const ledger = await Ledger.open({
    directory: join(data, 'ledger'),
    files: nodeFiles,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    origin: ORIGIN,
    shard: 0,
    shardCount: 1,
    logKey,
    ledgerKey,
    rootPublicKey: root.publicKey,
    enrolments: [signKeyStatement(root, { ...own, name: 'ledger', timeUs: 1 })],
    keyService: await keys.keyService(systemClock),
    sourceId: 'kafka:test/records/0',
    environment: 'test',
    tenant: '',
    retentionClass: 'default',
    // Nothing may wait for its key: what comes before its enrolment is kept aside for good.
    limits: { maxWaiting: 0 },
  });
  await ledger.ingest(values.map((value, position) => ({ position, value })));
  await ledger.close();
}

describe('affidavit deadletter', function () {
  this.timeout(120_000);
  let data = '';
  let up: Up | undefined;
  const unknown = new TestEpoch('unknown', stranger, ORIGIN).batch([status('started'), exchange('late')]).frame;
  const hashes = { garbage: encodeHex(sha256(GARBAGE)), unknown: encodeHex(sha256(unknown)) };

  const run = (...args: string[]): ReturnType<typeof affidavit> => affidavit(['deadletter', ...args, '--data', data]);

  before(async () => {
    data = join(await temporaryFolder(), 'data');
    const { status: code, stderr } = await affidavit(['keys', 'init', '--data', data]);
    assert.equal(code, 0, stderr);
    await beginLog(data, [GARBAGE, unknown, GARBAGE]);
  });
  after(async () => {
    await up?.service.stop();
    await removeFolders();
  });

  it('list: each message once, why it was quarantined, and whether its bytes are kept', async () => {
    const { stdout, stderr, status: code } = await run('list', '--json');
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      jsonLines(stdout).map(({ hash, state, reason, times, position }) => ({ hash, state, reason, times, position })),
      [
        { hash: hashes.garbage, state: 'kept', reason: 'malformed', times: 2, position: 0 },
        { hash: hashes.unknown, state: 'kept', reason: 'unknown_key', times: 1, position: 1 },
      ],
    );
    const chosen = await run('list', '--reason', 'unknown_key');
    assert.match(chosen.stdout, new RegExp(`^ +\\d+ .* ${hashes.unknown.slice(0, 16)} +kept +unknown_key`));
    assert.equal(chosen.stdout.trimEnd().split('\n').length, 1);
  });

  it('show: what a message says of itself, or its bytes as they came', async () => {
    const batch = JSON.parse((await run('show', hashes.unknown.slice(0, 8), '--json')).stdout) as {
      says: Record<string, unknown>;
    };
    assert.deepEqual(
      [batch.says['type'], batch.says['keyId'], batch.says['batchNo'], batch.says['records']],
      ['batch', encodeHex(stranger.keyId), 0, { producer: 1, exchange: 1 }],
    );
    const garbage = JSON.parse((await run('show', hashes.garbage, '--json')).stdout) as { says: unknown };
    assert.deepEqual(garbage.says, { type: 'unreadable' });
    assert.equal((await run('show', hashes.garbage, '--raw')).stdout, GARBAGE.toString('utf8'));
  });

  it('retry: without a ledger that runs the request stays, and says so', async () => {
    const { stdout, status: code } = await run('retry', hashes.garbage, '--wait', '0', '--json');
    assert.equal(code, 0);
    assert.equal(jsonLines(stdout)[0]?.['outcome'], 'asked');
  });

  it('retry: what still can’t be accepted is refused with the reason, and leaves no further leaf', async () => {
    up = await Up.start(data);
    const before = jsonLines((await run('list', '--json')).stdout).map(({ times }) => times);
    const { stdout, stderr } = await run('retry', '--all', '--json');
    const answers = jsonLines(stdout);
    assert.equal(answers.length, 2, stderr);
    assert.ok(answers.every(({ outcome }) => outcome === 'refused'));
    assert.match(String(answers[1]?.['detail']), /is not enrolled/);
    assert.deepEqual(
      jsonLines((await run('list', '--json')).stdout).map(({ times }) => times),
      before,
    );
  });

  it('retry: a batch whose key is enrolled by now is appended, and no longer listed', async () => {
    const enrolled = await affidavit(['keys', 'enroll', encodeBase64(stranger.publicKey), '--data', data]);
    assert.equal(enrolled.status, 0, enrolled.stderr);
    await up?.service.waitUntil(() => up?.line('enrolled a key') !== undefined, 30_000);
    const { stdout, stderr } = await run('retry', hashes.unknown, '--json');
    assert.equal(jsonLines(stdout)[0]?.['outcome'], 'appended', stderr);
    assert.deepEqual(
      jsonLines((await run('list', '--json')).stdout).map(({ hash }) => hash),
      [hashes.garbage],
    );
    const all = jsonLines((await run('list', '--all', '--json')).stdout);
    assert.equal(all[1]?.['state'], 'appended');
    const shown = await affidavit(['show', String(all[1]['appendedAt']), '--data', data, '--json']);
    assert.equal((JSON.parse(shown.stdout) as { kind: string }).kind, 'producer');
    const again = await run('retry', hashes.unknown);
    assert.equal(again.status, 3);
    assert.match(again.stderr, /the log has that message/);
  });

  it('a reason, hash or number that means nothing is said so', async () => {
    const wrong = await run('list', '--reason', 'bad_mood');
    assert.deepEqual([wrong.status, /reasons are malformed, /.test(wrong.stderr)], [2, true]);
    const nothing = await run('show', 'ffff');
    assert.deepEqual([nothing.status, /list --all shows which/.test(nothing.stderr)], [3, true]);
    const neither = await run('retry');
    assert.equal(neither.status, 2);
  });

  it('a ledger that changes the bytes it kept aside is found out', async () => {
    await writeFile(join(data, 'ledger', 'deadletter', hashes.garbage), 'other bytes');
    const { status: code, stderr } = await run('list');
    assert.deepEqual([code, /was changed/.test(stderr)], [1, true]);
  });
});
