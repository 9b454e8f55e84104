import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { takeRetries } from '../../../src/commands/retries.ts';
import type { Ledger } from '../../../src/ledger/index.ts';
import { encodeHex, sha256 } from '../../../src/proof/index.ts';
import { nodeFiles, silentLogger } from '../../../src/runtime/index.ts';
import { SigningKey } from '../../../src/seal/index.ts';
import { enrolment, exchange, openLedger, status, TestEpoch } from '../../support/ledger.ts';
import { affidavit, jsonLines, removeFolders, temporaryFolder, Up } from './support/cli.ts';

const GARBAGE = Buffer.from('not a message of ours \u001b[31m');
const stranger = SigningKey.fromSeed(sha256(Buffer.from('stranger')));

describe('affidavit deadletter', function () {
  this.timeout(120_000);
  let data = '';
  let ledgerFolder = '';
  let ledger: Ledger;
  let unknown: Uint8Array;
  let hashes: { garbage: string; unknown: string };

  const run = (...args: string[]): ReturnType<typeof affidavit> => affidavit(['deadletter', ...args, '--data', data]);

  /** Runs a command while the ledger looks at its requests, as it does when it runs. */
  async function whileLedgerRuns(...args: string[]): ReturnType<typeof affidavit> {
    const done = new AbortController();
    const looking = (async () => {
      while (!done.signal.aborted) {
        await takeRetries(ledgerFolder, ledger, silentLogger);
        await delay(20);
      }
    })();
    try {
      return await run(...args);
    } finally {
      done.abort();
      await looking;
    }
  }

  before(async () => {
    data = join(await temporaryFolder(), 'data');
    ledgerFolder = join(data, 'ledger');
    // Nothing may wait for its key: what comes before its enrolment is kept aside for good.
    ledger = await openLedger(nodeFiles, { directory: ledgerFolder, limits: { maxWaiting: 0 } });
    const known = new TestEpoch('known').batch([status('started'), exchange('first')]).frame;
    unknown = new TestEpoch('unknown', stranger).batch([status('started'), exchange('late')]).frame;
    hashes = { garbage: encodeHex(sha256(GARBAGE)), unknown: encodeHex(sha256(unknown)) };
    const values = [known, GARBAGE, unknown, GARBAGE];
    await ledger.ingest(values.map((value, position) => ({ position, value })));
  });
  after(async () => {
    await ledger.close();
    await removeFolders();
  });

  it('list: each message once, why it was quarantined, and whether its bytes are kept', async () => {
    const { stdout, stderr, status: code } = await run('list', '--json');
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      jsonLines(stdout).map(({ hash, state, reason, times, position }) => ({ hash, state, reason, times, position })),
      [
        { hash: hashes.garbage, state: 'kept', reason: 'malformed', times: 2, position: 1 },
        { hash: hashes.unknown, state: 'kept', reason: 'unknown_key', times: 1, position: 2 },
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
    const { size } = ledger;
    const { stdout, stderr } = await whileLedgerRuns('retry', '--all', '--json');
    const answers = jsonLines(stdout);
    assert.equal(answers.length, 2, stderr);
    assert.ok(answers.every(({ outcome }) => outcome === 'refused'));
    assert.match(String(answers[1]?.['detail']), /is not enrolled/);
    assert.equal(ledger.size, size);
  });

  it('retry: a batch whose key is enrolled by now is appended, and no longer listed', async () => {
    await ledger.enrol(enrolment(stranger));
    const { size } = ledger;
    const { stdout, stderr } = await whileLedgerRuns('retry', hashes.unknown, '--json');
    assert.equal(jsonLines(stdout)[0]?.['outcome'], 'appended', stderr);
    assert.ok(ledger.size > size);
    assert.deepEqual(
      jsonLines((await run('list', '--json')).stdout).map(({ hash }) => hash),
      [hashes.garbage],
    );
    const all = jsonLines((await run('list', '--all', '--json')).stdout);
    assert.deepEqual([all[1]?.['state'], all[1]?.['appendedAt']], ['appended', size]);
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
    await writeFile(join(ledgerFolder, 'deadletter', hashes.garbage), 'other bytes');
    const { status: code, stderr } = await run('list');
    assert.deepEqual([code, /was changed/.test(stderr)], [1, true]);
  });
});

describe('a request to judge a message again, while affidavit up runs', function () {
  this.timeout(120_000);
  after(removeFolders);

  it('is answered: here that nothing of the kind is kept', async () => {
    const data = join(await temporaryFolder(), 'data');
    const up = await Up.start(data);
    try {
      const hash = 'ab'.repeat(32);
      await nodeFiles.makeDirectory(join(data, 'ledger', 'retries'));
      await writeFile(join(data, 'ledger', 'retries', `${hash}.retry`), '7\n');
      await up.service.waitUntil(() => up.line('a quarantined message was judged once more') !== undefined, 30_000);
      const line = up.line('a quarantined message was judged once more');
      assert.deepEqual([line?.['hash'], line?.['outcome']], [hash, 'refused']);
    } finally {
      await up.service.stop();
    }
  });
});
