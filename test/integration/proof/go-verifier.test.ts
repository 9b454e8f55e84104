import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '../../../scripts/processes.ts';
import type { CommandResult } from '../../../scripts/processes.ts';
import { nodeFiles } from '../../../src/runtime/index.ts';
import { buildGoVerifier } from '../../support/go-verifier.ts';
import * as support from '../../support/ledger.ts';
import { flipped, logVerifierKey, sampleLeaves, TestKey, writeLog } from '../../unit/proof/sample-log.ts';
import type { LogFiles } from '../../unit/proof/sample-log.ts';
import { formatVerifierKey, noteKey } from '../../../src/proof/index.ts';
import { requireOrSkip } from '../../support/tools.ts';

/** Flipped bytes in each file. */
const FLIPS = 5;

describe('the log, as a verifier in Go that shares no code sees it', () => {
  let folder = '';
  let verifier = '';

  before(async function () {
    this.timeout(300_000);
    await requireOrSkip(this, 'go');
    folder = await mkdtemp(join(tmpdir(), 'affidavit-go-'));
    verifier = await buildGoVerifier(this, folder);
  });

  after(async () => {
    if (folder !== '') await rm(folder, { recursive: true });
  });

  function verify(log: string, key = logVerifierKey): Promise<CommandResult> {
    return runCommand(verifier, [log, key], { timeoutMs: 60_000 });
  }

  async function writeFolder(name: string, files: LogFiles): Promise<string> {
    for (const [path, bytes] of files) {
      await mkdir(dirname(join(folder, name, path)), { recursive: true });
      await writeFile(join(folder, name, path), bytes);
    }
    return join(folder, name);
  }

  for (const size of [5, 255, 256, 257, 700])
    it(`verifies a log of ${size} entries`, async () => {
      const result = await verify(await writeFolder(`log-${size}`, writeLog(sampleLeaves(size))));
      assert.deepEqual([result.status, result.stdout, result.stderr], [0, `verified ${size} entries\n`, '']);
    });

  it('verifies tiles of the third level', async () => {
    const leaves = Array.from({ length: 256 * 256 + 3 }, (_, i) => Uint8Array.of(i, i >> 8, i >> 16));
    const result = await verify(await writeFolder('log-large', writeLog(leaves)));
    assert.deepEqual([result.status, result.stdout], [0, 'verified 65539 entries\n']);
  }).timeout(60_000);

  it('verifies the log that the ledger wrote, commit by commit', async () => {
    const directory = join(folder, 'ledger');
    const ledger = await support.openLedger(nodeFiles, { directory });
    const epoch = new support.TestEpoch('go');
    for (let position = 0; position < 6; position++) {
      const records = Array.from({ length: 97 }, (_, i) => support.exchange(`call ${i}`));
      const first = position === 0 ? [support.status('started')] : [];
      await ledger.ingest(support.messages([epoch.batch([...first, ...records]).frame], position));
      const result = await verify(directory, support.logVerifierKey);
      assert.deepEqual([result.status, result.stdout], [0, `verified ${ledger.size} entries\n`], result.stderr);
    }
    await ledger.close();
  }).timeout(60_000);

  it('verifies a log over HTTP', async () => {
    const files = writeLog(sampleLeaves(300));
    const server = createServer((request, response) => {
      const bytes = files.get(request.url?.slice(1) ?? '');
      response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      assert.equal((await verify(url)).stdout, 'verified 300 entries\n');
      files.delete('tile/0/001.p/44');
      assert.match((await verify(`${url}/`)).stderr, /tile\/0\/001\.p\/44: 404/);
    } finally {
      server.close();
    }
  });

  it('refuses a log with a flipped byte in any of its files', async () => {
    const files = writeLog(sampleLeaves(300));
    const log = await writeFolder('damaged', files);
    for (const [path, bytes] of files)
      for (let i = 0; i < FLIPS; i++) {
        const at = Math.floor((bytes.length * i) / FLIPS);
        await writeFile(join(log, path), flipped(bytes, at));
        const result = await verify(log);
        assert.equal(result.status, 1, `${path} byte ${at}: ${result.stdout}`);
        assert.equal(result.stdout, '');
        assert.notEqual(result.stderr, '');
        await writeFile(join(log, path), bytes);
      }
    assert.equal((await verify(log)).status, 0);
  }).timeout(60_000);

  it('refuses a log of another key, and one with a missing file', async () => {
    const log = await writeFolder('other', writeLog(sampleLeaves(20)));
    const stranger = formatVerifierKey(noteKey('log.example/affidavit/0', new TestKey('stranger').publicKey));
    assert.equal((await verify(log, stranger)).status, 1);
    await rm(join(log, 'tile/entries/000.p/20'));
    const result = await verify(log);
    assert.equal(result.status, 1);
    assert.match(result.stderr, /tile\/entries\/000\.p\/20/);
  });
});
