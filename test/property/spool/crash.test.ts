import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AffidavitError } from '../../../src/record/index.ts';
import type { FileSystem } from '../../../src/runtime/index.ts';
import type { Spool } from '../../../src/spool/index.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import type { DiskOutcome } from '../../support/simulated-disk.ts';
import { frameOf, openSpool, readAll } from '../../support/spool.ts';

const LIMITS = { segmentBytes: 2000, maxGroupBytes: 3000 };

/** What was handed in and what was acknowledged, over all lives of a spool. */
class Model {
  /** Every text that was ever appended. */
  readonly offered = new Set<string>();
  /** Acknowledged texts by frame number. */
  readonly acknowledged = new Map<number, string>();
  released = 0;
}

/** One process's life: appends, some at once, a release and a close, until something fails. */
async function live(files: FileSystem, model: Model, random: SeededRandom, life: string): Promise<void> {
  const spool = await openSpool(files, LIMITS);
  try {
    for (let step = 0; step < 6; step++) {
      const name = (at: number): string => `${life}-${step}-${at}`;
      const burst = Array.from({ length: 1 + random.below(4) }, (_, at) => appendOne(spool, model, random, name(at)));
      await Promise.all(burst);
      if (random.chance(0.2)) await release(spool, model, random);
    }
  } finally {
    if (random.chance(0.7)) await spool.close();
  }
}

async function appendOne(spool: Spool, model: Model, random: SeededRandom, name: string): Promise<void> {
  const frames = Array.from({ length: 1 + random.below(3) }, (_, at) =>
    frameOf(`${name}-${at}`, 12 + random.below(900)),
  );
  const texts = frames.map((frame) => Buffer.from(frame).toString('latin1'));
  for (const text of texts) model.offered.add(text);
  const first = await spool.append(frames);
  for (const [at, text] of texts.entries()) {
    assert(!model.acknowledged.has(first + at), `frame ${first + at} was acknowledged twice`);
    model.acknowledged.set(first + at, text);
  }
}

async function release(spool: Spool, model: Model, random: SeededRandom): Promise<void> {
  const before = random.below(spool.nextFrame + 1);
  model.released = Math.max(model.released, before);
  await spool.release(before);
}

/** Lives until a failure that was injected; anything but a typed error is a fault of the spool. */
async function liveUntilFailure(files: FileSystem, model: Model, random: SeededRandom, life: string): Promise<boolean> {
  try {
    await live(files, model, random, life);
    return false;
  } catch (thrown) {
    if (!(thrown instanceof AffidavitError)) throw thrown;
    return true;
  }
}

/** What is there is a run without a gap that holds everything acknowledged, and nothing that wasn't handed in. */
async function check(files: FileSystem, model: Model): Promise<void> {
  const spool = await openSpool(files, LIMITS);
  assert.deepEqual(spool.damage, []);
  const frames = await readAll(spool, spool.firstFrame);
  assert(spool.firstFrame <= Math.max(model.released, 0) || frames.length === 0, 'more is gone than was released');
  for (const [at, frame] of frames.entries()) {
    assert.equal(frame.number, spool.firstFrame + at);
    const text = Buffer.from(frame.bytes).toString('latin1');
    assert(model.offered.has(text), `frame ${frame.number} holds bytes that nobody appended`);
    const expected = model.acknowledged.get(frame.number);
    if (expected !== undefined) assert.equal(text, expected);
  }
  for (const number of model.acknowledged.keys())
    assert(
      number < spool.nextFrame && (number >= spool.firstFrame || number < model.released),
      `acknowledged frame ${number} is lost`,
    );
  await spool.close();
}

async function run(seed: number, outcomeAt: ReadonlyMap<number, DiskOutcome>): Promise<number> {
  const disk = new SimulatedDisk(seed);
  disk.onCall = ({ index }) => outcomeAt.get(index) ?? 'ok';
  const random = new SeededRandom(seed);
  const model = new Model();
  for (let life = 0; life < 3; life++) {
    const died = await liveUntilFailure(disk.files(), model, random, `life${life}`);
    if (died && random.chance(0.7)) disk.crash();
  }
  const calls = disk.calls;
  disk.onCall = () => 'ok';
  await check(disk.crash(), model);
  await check(disk.files(), model);
  return calls;
}

describe('spool: crash safety on a simulated disk', function () {
  this.timeout(60_000);

  for (const outcome of [
    'crash_before',
    'crash_after',
    'not_done',
    'done_but_failed',
    'full',
    'no_descriptors',
  ] as const) {
    it(`keeps every acknowledged frame when any single call ends in ${outcome}`, async () => {
      for (const seed of [1, 2]) {
        const calls = await run(seed, new Map());
        assert(calls > 100);
        for (let at = 0; at < calls; at++) await run(seed, new Map([[at, outcome]]));
      }
    });
  }

  it('keeps every acknowledged frame through several faults of any kind', async () => {
    const outcome = fc.constantFrom<DiskOutcome>(
      'crash_before',
      'crash_after',
      'not_done',
      'done_but_failed',
      'full',
      'read_only',
      'no_descriptors',
    );
    const faults = fc.array(fc.tuple(fc.nat(400), outcome), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.nat(), faults, async (seed, entries) => {
        await run(seed, new Map(entries));
      }),
      { numRuns: 400 },
    );
  });
});
