import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../../src/config/index.ts';
import { CHUNK_BYTES, Frame, KEY_ROLE, KIND, PART, PAYLOAD_CLASS } from '../../../src/record/index.ts';
import { checkManifest, openLeaf, verifyLog } from '../../../src/proof/index.ts';
import { nodeFiles, systemClock, systemRandom } from '../../../src/runtime/index.ts';
import { decryptPart, KeyFolder, nodeKeyFiles, Producer } from '../../../src/seal/index.ts';
import type { LocalKeyService } from '../../../src/seal/index.ts';
import { LedgerReader } from '../../../src/ledger/index.ts';
import {
  altered,
  enrolment,
  exchange,
  messages,
  openLedger,
  ORIGIN,
  recorderKey,
  trust,
} from '../../support/ledger.ts';

/** What a producer makes of one exchange with a small and a large payload part, as frames. */
async function record(keys: KeyFolder, small: Uint8Array, large: Uint8Array): Promise<Uint8Array[]> {
  const frames: Uint8Array[] = [];
  const { maxBatchRecords, maxBacklogBytes } = parseConfig('', {}).seal;
  const producer = await Producer.start({
    limits: { maxBatchRecords, maxBacklogBytes },
    key: recorderKey,
    logOrigin: ORIGIN,
    spool: {
      append: (added) => {
        frames.push(...added.map((frame) => frame.slice()));
        return Promise.resolve(frames.length - added.length);
      },
    },
    ingestKeys: await keys.ingestKeys(),
    clock: systemClock,
    random: systemRandom,
    environment: 'test',
    tenant: '',
    retentionClass: 'standard',
    softwareVersion: '0',
    role: 'recorder',
  });
  const parts = [];
  for (const [payloadClass, name, content] of [
    [PAYLOAD_CLASS.index, PART.index, small],
    [PAYLOAD_CLASS.content, PART.response_body, large],
  ] as const) {
    const part = producer.openPart(payloadClass, name);
    await part.write(content);
    parts.push(part.finish());
  }
  const { body } = exchange('with payload');
  await producer.append({ kind: KIND.exchange, body }, parts);
  await producer.stop();
  return frames;
}

/** Every payload part of a log, opened. */
async function openAll(reader: LedgerReader, keyService: LocalKeyService, size: number): Promise<Uint8Array[]> {
  const opened: Uint8Array[] = [];
  for await (const { index, bytes } of reader.leaves(size))
    for (const entry of await reader.keyEntries(index)) {
      const part = openLeaf(bytes).record.parts[entry.part];
      assert.ok(part !== undefined);
      const { periodKeyId, wrappedKey } = entry;
      const dataKey = await keyService.openPart({ ...part, periodKeyId, wrappedKey });
      const manifest = await reader.readManifest(entry);
      const chunks: Uint8Array[] = [];
      for await (const chunk of reader.readChunks(entry, manifest)) chunks.push(chunk);
      opened.push(decryptPart(dataKey, checkManifest(manifest, part), chunks));
    }
  return opened;
}

describe('ledger: payloads on a real disk', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'affidavit-ledger-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('keeps what a producer sealed so that the key service, and only it, opens it; no one else may read a file', async () => {
    const keys = await KeyFolder.init({
      directory: join(directory, 'keys'),
      files: nodeKeyFiles,
      random: systemRandom,
    });
    const keyService = await keys.keyService(systemClock);
    const small = Buffer.from('what search needs');
    const large = Buffer.alloc(2 * CHUNK_BYTES + 100, 'a large body ');
    const frames = await record(keys, small, large);
    assert.ok(frames.length > 3, 'chunks are sent ahead');
    const log = join(directory, 'log');
    const signer = await keys.signingKey('ledger');
    const enrolments = [enrolment(signer, KEY_ROLE.ledger), enrolment(recorderKey)];
    const ledger = await openLedger(nodeFiles, { directory: log, keyService, ledgerKey: signer, enrolments });
    const result = await ledger.ingest(messages(frames));
    assert.equal(result.quarantined, 0);
    await ledger.close();
    const reader = new LedgerReader(nodeFiles, log);
    const report = await verifyLog(reader, trust);
    assert.deepEqual(report.gaps, {});
    const opened = await openAll(reader, keyService, report.checkpoint.size);
    assert.deepEqual(
      opened.map((part) => Buffer.from(part)),
      [small, large],
    );
    for (const name of ['.', ...(await readdir(log, { recursive: true }))])
      assert.equal((await stat(join(log, name))).mode & 0o077, 0, name);
  });

  it('keeps it so too when it comes after the record, once the batch is sent again', async () => {
    const keys = await KeyFolder.init({
      directory: join(directory, 'keys'),
      files: nodeKeyFiles,
      random: systemRandom,
    });
    const keyService = await keys.keyService(systemClock);
    const small = Buffer.from('what search needs');
    const large = Buffer.alloc(CHUNK_BYTES + 100, 'a large body ');
    const frames = await record(keys, small, large);
    const isBatch = (frame: Uint8Array): boolean => Frame.decode(frame).batch !== undefined;
    const spoilt = frames.filter(isBatch).map((frame) => altered(frame, (batch) => (batch.payloads = [])));
    const log = join(directory, 'log');
    const signer = await keys.signingKey('ledger');
    const enrolments = [enrolment(signer, KEY_ROLE.ledger), enrolment(recorderKey)];
    const clock = systemClock;
    const ledger = await openLedger(nodeFiles, { directory: log, keyService, ledgerKey: signer, enrolments, clock });
    await ledger.ingest(messages(spoilt));
    const reader = new LedgerReader(nodeFiles, log);
    assert.deepEqual(await openAll(reader, keyService, ledger.size), []);
    await ledger.ingest(messages(frames, spoilt.length));
    await ledger.close();
    const report = await verifyLog(reader, trust);
    assert.deepEqual(report.gaps, { payload_missing: 1, payload_arrived: 1 });
    const opened = await openAll(reader, keyService, report.checkpoint.size);
    assert.deepEqual(
      opened.map((part) => Buffer.from(part)),
      [small, large],
    );
  });
});
