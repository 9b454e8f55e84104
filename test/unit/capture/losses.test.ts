import assert from 'node:assert/strict';
import { Losses } from '../../../src/capture/losses.ts';
import { AffidavitError, Gap, GAP_REASON, type RecordWriter } from '../../../src/record/index.ts';
import { silentLogger } from '../../../src/runtime/index.ts';

describe('losses', () => {
  let nowUs: number;
  let gaps: Gap[];
  let beforeDurable: () => Promise<void>;
  let losses: Losses;

  beforeEach(() => {
    nowUs = 1_000;
    gaps = [];
    beforeDurable = () => Promise.resolve();
    const writer: RecordWriter = {
      openPart: () => assert.fail(),
      append: async ({ body }) => {
        await beforeDurable();
        return { epoch: new Uint8Array(16), seq: gaps.push(Gap.decode(body)) - 1, frame: 0 };
      },
      backlogBytes: 0,
      openBytes: 0,
    };
    losses = new Losses(writer, { nowUs: () => nowUs, monotonicUs: () => nowUs }, silentLogger);
  });

  const told = () => gaps.map(({ count, fromUs, untilUs, detail }) => [count, fromUs, untilUs, detail]);

  it('are told in one gap of each kind, with the time that they span, once', async () => {
    losses.add('exchanges', 700);
    nowUs = 2_000;
    losses.add('exchanges', 600);
    losses.add('access_log', 2_000);
    await losses.record();
    await losses.record();
    assert.deepEqual(told(), [
      [2, 600, 2_000, 'not recorded'],
      [1, 2_000, 2_000, 'access_log'],
    ]);
    assert.ok(gaps.every(({ reason }) => reason === GAP_REASON.exchanges_lost));
  });

  it('stay until the writer takes them', async () => {
    beforeDurable = () => Promise.reject(new AffidavitError('io.full', 'disk full'));
    losses.add('exchanges', 700);
    await losses.record();
    assert.equal(losses.isUnrecorded, true);
    beforeDurable = () => Promise.resolve();
    nowUs = 3_000;
    losses.add('exchanges', 800);
    await losses.record();
    assert.deepEqual(told(), [[2, 700, 3_000, 'not recorded']]);
    assert.equal(losses.isUnrecorded, false);
  });

  it('are all told at the end, those also that come while a gap is written', async () => {
    const { promise: gate, resolve: release } = Promise.withResolvers<undefined>();
    beforeDurable = () => gate;
    losses.add('exchanges', 1_000);
    const first = losses.record();
    losses.add('exchanges', 1_000);
    const all = losses.recordAll();
    assert.deepEqual(told(), []);
    assert.equal(losses.isUnrecorded, true);
    release(undefined);
    await Promise.all([first, all]);
    assert.deepEqual(
      gaps.map(({ count }) => count),
      [1, 1],
    );
  });
});
