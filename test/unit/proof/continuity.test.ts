import assert from 'node:assert/strict';
import { ContinuityBook } from '../../../src/proof/continuity.ts';
import { KEY_ROLE, PRODUCER_EVENT } from '../../../src/record/index.ts';
import { Narrator, NOON, SECOND } from './completeness/story.ts';
import type { StoryLeaf } from './completeness/story.ts';

const SILENT_US = 35 * SECOND;

/** What is found in leaves, `at` seconds after noon: what, epoch, the other one, leaf. */
function found(leaves: readonly StoryLeaf[], at = 0): string[] {
  const book = new ContinuityBook();
  for (const [leaf, { record, role }] of leaves.entries()) book.take(leaf, record, role);
  return book
    .findings(SILENT_US, NOON + at * SECOND)
    .map(({ what, epoch, other, leaf }) =>
      `${what} ${epoch.slice(0, 2)} ${other.slice(0, 2)} ${leaf}`.replace('  ', ' '),
    );
}

/** A copy of a producer's disk: it goes on as the producer is now. */
function copyOf(narrator: Narrator, epochByte: number): Narrator {
  const copy = new Narrator(1);
  copy.epoch = new Uint8Array(16).fill(epochByte);
  copy.status(30, PRODUCER_EVENT.started, narrator.epoch);
  return copy;
}

describe('the continuity of who writes records', () => {
  it('has nothing to say of producers that run, stop and begin anew', () => {
    const one = new Narrator(1).start(0).lives(10, 50).stop(55).start(60).lives(70, 100);
    const other = new Narrator(2).start(0).lives(10, 100);
    assert.deepEqual(found([...one.leaves, ...other.leaves], 110), []);
  });

  it('tells who fell silent, and since which leaf', () => {
    const one = new Narrator(1).start(0).lives(10, 50);
    const other = new Narrator(2).start(0).lives(10, 100);
    const leaves = [...one.leaves, ...other.leaves];
    assert.deepEqual(found(leaves, 84), []);
    assert.deepEqual(found(leaves, 86), ['silent 01 5']);
    assert.deepEqual(found([...leaves, ...new Narrator(1).leaves], 86), ['silent 01 5']);
    assert.deepEqual(found(one.stop(58).leaves, 500), []);
  });

  it('tells it no more once the producer has begun anew, or is heard again', () => {
    const one = new Narrator(1).start(0).lives(10, 50).start(200);
    assert.deepEqual(found(one.leaves, 210), []);
    const paused = new Narrator(1).start(0).lives(10, 50).lives(200, 220);
    assert.deepEqual(found(paused.leaves, 230), []);
  });

  it('takes an epoch that follows by name for the next one, also when the clock was set back in between', () => {
    const one = new Narrator(1).start(3600).lives(3610, 3650);
    const late = one.leaves.splice(-1);
    one.start(10).lives(20, 100);
    assert.deepEqual(found([...one.leaves, ...late], 3700 - 3590), []);
    assert.deepEqual(found([...one.leaves, ...late], 3700), ['silent 02 14']);
  });

  it('tells of a disk that was copied, or set back: two epochs follow one', () => {
    const one = new Narrator(1).start(0).lives(10, 20);
    const copy = copyOf(one, 9);
    one.start(25).lives(30, 40);
    assert.deepEqual(found([...one.leaves, ...copy.leaves], 45), [`cloned 09 02 ${one.leaves.length}`]);
  });

  it('tells of a disk that was wiped: a key that wrote before knows of no epoch', () => {
    const one = new Narrator(1).start(0).lives(10, 20);
    const anew = new Narrator(1);
    anew.epoch = new Uint8Array(16).fill(9);
    anew.status(30, PRODUCER_EVENT.started);
    assert.deepEqual(found([...one.leaves, ...anew.leaves], 40), ['wiped 09 01 3']);
  });

  it('tells of a disk that was wiped also where what was written before comes later', () => {
    const one = new Narrator(1).start(0).lives(10, 20);
    const anew = new Narrator(1);
    anew.epoch = new Uint8Array(16).fill(9);
    anew.status(30, PRODUCER_EVENT.started);
    assert.deepEqual(found([...anew.leaves, ...one.leaves], 40), ['wiped 09 01 1']);
  });

  it('tells of an epoch that goes on when the next one has begun', () => {
    const one = new Narrator(1).start(0).lives(10, 20);
    const copy = copyOf(one, 9);
    const before = [...one.leaves.splice(0), ...copy.leaves.splice(0)];
    const leaves = [...before, ...one.lives(40, 60).leaves];
    assert.deepEqual(found(leaves, 60), ['overlapping 01 09 4']);
  });

  it('takes what arrives late for what it is', () => {
    const one = new Narrator(1).start(0).lives(10, 50);
    const late = one.leaves.splice(2, 2);
    const tail = one.leaves.splice(2);
    one.start(60).lives(70, 80);
    assert.deepEqual(found([...one.leaves.splice(0), ...tail, ...late], 90), []);
  });

  it('takes a first epoch that arrives after the second one for what it is', () => {
    const one = new Narrator(1).start(0).lives(10, 50).stop(55);
    const first = one.leaves.splice(0);
    one.start(60).lives(70, 80);
    assert.deepEqual(found([...one.leaves, ...first], 90), []);
  });

  it('leaves out the ledger, which begins an epoch with each commit', () => {
    const ledger = new Narrator(1, KEY_ROLE.ledger);
    ledger.status(0, PRODUCER_EVENT.started);
    ledger.epoch = new Uint8Array(16).fill(9);
    ledger.seq = 0;
    ledger.status(1, PRODUCER_EVENT.started);
    assert.deepEqual(found(ledger.leaves, 900), []);
  });
});
