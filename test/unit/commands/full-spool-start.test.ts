import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FrameAges } from '../../../src/commands/frame-ages.ts';
import { continueEpochs, SEALS_NOTHING } from '../../../src/commands/last-epoch.ts';
import type { OpenProducer } from '../../../src/commands/last-epoch.ts';
import { openProducer } from '../../../src/commands/producer-process.ts';
import { systemPorts } from '../../../src/commands/ports.ts';
import { parseConfig } from '../../../src/config/index.ts';
import {
  AffidavitError,
  Exchange,
  ExchangeHead,
  ExchangeOpened,
  Frame,
  Gap,
  KIND,
  LedgerRecord,
  PRODUCER_EVENT,
  ProducerStatus,
} from '../../../src/record/index.ts';
import type { RecordDraft } from '../../../src/record/index.ts';
import { nodeFiles, silentLogger } from '../../../src/runtime/index.ts';
import type { FileSystem } from '../../../src/runtime/index.ts';
import type { Spool } from '../../../src/spool/index.ts';
import { recorderKey } from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { openSpool, readAll } from '../../support/spool.ts';

const LIMITS = { segmentBytes: 4_096, maxBytes: 20_000, keptBytes: 6_000 };
const filler: RecordDraft = { kind: KIND.gap, body: Gap.encode(Gap.create({ detail: 'x'.repeat(1_000) })) };

async function start(files: FileSystem, segmentBytes = LIMITS.segmentBytes): Promise<OpenProducer> {
  const spool = await openSpool(files, { ...LIMITS, segmentBytes });
  const kind = { role: 'recorder', key: recorderKey, ingestKeys: SEALS_NOTHING, gatherMs: 0 };
  const opening = { spool, ages: new FrameAges(systemPorts.clock), close: () => spool.close() };
  return continueEpochs(parseConfig('', {}), kind, opening, systemPorts);
}

/** Appends until the spool is full. */
async function fill({ producer }: OpenProducer): Promise<void> {
  const most = LIMITS.maxBytes + LIMITS.keptBytes;
  for (let written = 0; written <= most; written += 1_000)
    try {
      await producer.append(filler);
    } catch (thrown) {
      assert.equal(AffidavitError.from(thrown, 'internal', 'append').code, 'io.full');
      return;
    }
  assert.fail('it never refuses');
}

async function recordsOf(spool: Spool): Promise<LedgerRecord[]> {
  const frames = await readAll(spool, spool.firstFrame);
  return frames
    .flatMap(({ bytes }) => Frame.decode(bytes).batch?.records ?? [])
    .map((record) => LedgerRecord.decode(record));
}

describe('a producer whose spool is full', () => {
  it('starts in the room that is kept for that, which calls never take', async () => {
    const disk = new SimulatedDisk(1);
    const first = await start(disk.files());
    await fill(first);
    assert.ok(first.spool.bytes <= LIMITS.maxBytes);
    await first.close();
    const second = await start(disk.files());
    const { bytes } = second.spool;
    await assert.rejects(second.producer.append(filler), { code: 'io.full' });
    assert.equal(second.spool.bytes, bytes);
    await second.close();
  });

  it('records at its start the ends of what was open', async () => {
    const disk = new SimulatedDisk(1);
    const first = await start(disk.files());
    const head = ExchangeHead.create({ exchangeId: 'open', traceId: Buffer.alloc(16, 1) });
    await first.producer.append({ kind: KIND.exchange_opened, body: ExchangeOpened.encode({ head }) });
    await fill(first);
    await first.close();
    const second = await start(disk.files());
    const ends = (await recordsOf(second.spool)).filter(({ kind }) => kind === KIND.exchange);
    assert.deepEqual(
      ends.map(({ body }) => Exchange.decode(body).head?.exchangeId),
      ['open'],
    );
    await second.close();
  });

  it('adds no more to the spool than that room, however often it starts', async () => {
    const disk = new SimulatedDisk(1);
    const most = LIMITS.maxBytes + LIMITS.keptBytes;
    const restart = async (): Promise<void> => {
      for (let round = 0; round < 100; round += 1) {
        const open = await start(disk.files());
        await fill(open);
        assert.ok(open.spool.bytes <= most);
        await open.close();
      }
    };
    await assert.rejects(restart(), { code: 'io.full' });
    const spool = await openSpool(disk.files(), LIMITS);
    assert.ok(spool.bytes <= most);
    await spool.close();
  });

  it('can say at its end that it has stopped', async () => {
    const open = await start(new SimulatedDisk(1).files());
    await fill(open);
    await open.producer.stop();
    const last = (await recordsOf(open.spool)).at(-1);
    assert.equal(ProducerStatus.decode(last?.body ?? new Uint8Array(0)).event, PRODUCER_EVENT.stopped);
    await open.close();
  });

  it('can be drained although all of it is in one file', async () => {
    const open = await start(new SimulatedDisk(1).files(), 1_000_000);
    await fill(open);
    const { spool } = open;
    // The file that follows is begun beside.
    while (spool.firstFrame < spool.nextFrame) await spool.release(spool.nextFrame);
    await open.producer.append(filler);
    assert.ok(spool.bytes < LIMITS.maxBytes / 2);
    await open.close();
  });

  it('is told what to do when no start has room any more, and with that it starts, with all that it held', async () => {
    const data = await mkdtemp(join(tmpdir(), 'affidavit-full-spool-'));
    try {
      const directory = join(data, 'spool');
      const maxBytes = 2_097_152;
      const spool = await openSpool(nodeFiles, { segmentBytes: 1_048_576, maxBytes }, directory);
      let frames = 0;
      for (const bytes of [700_000, 1_000])
        try {
          for (; ; frames += 1) await spool.appendKept([new Uint8Array(bytes).fill(1)]);
        } catch (thrown) {
          assert.equal(AffidavitError.from(thrown, 'internal', 'append').code, 'io.full');
        }
      await spool.close();
      const kind = { role: 'recorder', key: recorderKey, ingestKeys: SEALS_NOTHING, gatherMs: 0 };
      const begin = (most: number): Promise<OpenProducer> => {
        const settings = { AFFIDAVIT_DATA_DIR: data, AFFIDAVIT_SPOOL_MAX_BYTES: String(most) };
        return openProducer(parseConfig('', settings), kind, systemPorts, silentLogger);
      };
      const refusal = AffidavitError.from(
        await begin(maxBytes).catch((thrown: unknown) => thrown),
        'internal',
        'start',
      );
      assert.equal(refusal.code, 'io.full');
      const [, advised] = /Start with spool\.maxBytes of (\d+) or more/.exec(refusal.message) ?? [];
      const open = await begin(Number(advised));
      assert.equal(open.spool.firstFrame, 0);
      assert.ok(open.begunAt >= frames);
      await open.close();
    } finally {
      await rm(data, { recursive: true });
    }
  });
});
