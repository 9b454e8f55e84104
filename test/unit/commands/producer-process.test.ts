import assert from 'node:assert/strict';
import { FrameAges } from '../../../src/commands/frame-ages.ts';
import { continueEpochs, SEALS_NOTHING } from '../../../src/commands/last-epoch.ts';
import { systemPorts } from '../../../src/commands/ports.ts';
import { runProducer } from '../../../src/commands/producer-process.ts';
import { parseConfig } from '../../../src/config/index.ts';
import { Frame, KIND, LedgerRecord, ProducerStatus, PRODUCER_EVENT } from '../../../src/record/index.ts';
import { silentLogger } from '../../../src/runtime/index.ts';
import { recorderKey } from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { openSpool, readAll } from '../../support/spool.ts';

/** What a producer that ends in order has said of itself. */
async function eventsAfterStop(hasUnrecordedLosses: boolean): Promise<number[]> {
  const files = new SimulatedDisk(1).files();
  const spool = await openSpool(files);
  const config = parseConfig('', {});
  const kind = { role: 'recorder', key: recorderKey, ingestKeys: SEALS_NOTHING, gatherMs: 0 };
  const opening = { spool, ages: new FrameAges(systemPorts.clock), close: () => spool.close() };
  const open = await continueEpochs(config, kind, opening, systemPorts);
  const server = { port: 0, hasUnrecordedLosses, drain: () => Promise.resolve(), stats: () => ({}) };
  const running = runProducer(open, server, kind.role, config, silentLogger);
  await running.stop();
  const frames = await readAll(spool);
  await running.close();
  return frames
    .flatMap(({ bytes }) => Frame.decode(bytes).batch?.records ?? [])
    .map((record) => LedgerRecord.decode(record))
    .filter((record) => record.kind === KIND.producer)
    .map(({ body }) => ProducerStatus.decode(body).event);
}

/** With what a producer ends the process whose disk never answers. */
async function codeOfHungStop(): Promise<number> {
  const spool = await openSpool(new SimulatedDisk(1).files());
  const config = parseConfig('', { AFFIDAVIT_SPOOL_HUNG_AFTER_MS: '20', AFFIDAVIT_CAPTURE_DRAIN_TIMEOUT_MS: '1' });
  const kind = { role: 'recorder', key: recorderKey, ingestKeys: SEALS_NOTHING, gatherMs: 0 };
  const opening = { spool, ages: new FrameAges(systemPorts.clock), close: () => spool.close() };
  const open = await continueEpochs(config, kind, opening, systemPorts);
  const never = new Promise<never>(() => undefined);
  const server = { port: 0, hasUnrecordedLosses: false, drain: () => Promise.resolve(), stats: () => ({}) };
  spool.append = () => never;
  return new Promise((resolve) => {
    void runProducer(open, server, kind.role, config, silentLogger, resolve).stop();
  });
}

describe('a producer that ends in order', () => {
  it('says that it has stopped, last', async () => {
    const { started, draining, stopped } = PRODUCER_EVENT;
    assert.deepEqual(await eventsAfterStop(false), [started, draining, stopped]);
  });

  it('does not wait for ever for a disk that hangs', async () => {
    assert.equal(await codeOfHungStop(), 3);
  });

  it('does not say so when it could not record what it has lost: the next epoch declares this one cut', async () => {
    assert.deepEqual(await eventsAfterStop(true), [PRODUCER_EVENT.started, PRODUCER_EVENT.draining]);
  });
});
