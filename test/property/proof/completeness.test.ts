import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NOBODY } from '../../../src/proof/completeness/index.ts';
import { CallCounts, ENDED } from '../../../src/record/index.ts';
import {
  auditOf,
  idOf,
  Narrator,
  NOON,
  SECOND,
  SETTINGS,
  type StoryLeaf,
} from '../../unit/proof/completeness/story.ts';

/** What becomes of one call. */
const anyCall = fc.record({
  at: fc.integer({ min: 0, max: 170_000 }),
  node: fc.constantFrom('a', 'b'),
  isLogged: fc.boolean(),
  recorded: fc.constantFrom('no', 'complete', 'cut', 'restart', 'short', 'twice'),
  hasId: fc.boolean(),
});
type AnyCall = typeof anyCall extends fc.Arbitrary<infer T> ? T : never;

function leavesOf(calls: readonly AnyCall[]): StoryLeaf[] {
  const leaves: StoryLeaf[] = [];
  for (const [index, call] of calls.entries()) {
    // Each leaf by a producer of its own: any order of them can happen.
    const facts = { id: idOf(index), at: call.at / 1000, seconds: 0.5, connection: index + 1 };
    if (call.isLogged)
      leaves.push(...new Narrator(1).logs([call.hasId ? facts : { ...facts, id: '' }], {}, call.node).leaves);
    const record = (changes: object, got = 20): void => {
      leaves.push(...new Narrator(2).records({ ...facts, got }, changes).leaves);
    };
    if (call.recorded === 'complete' || call.recorded === 'twice') record({});
    if (call.recorded === 'twice' || call.recorded === 'restart') record({ ended: ENDED.recorder_restart });
    if (call.recorded === 'cut') record({ ended: ENDED.response_cut });
    if (call.recorded === 'short') record({}, 3);
  }
  return leaves;
}

/** The definition: look at each call by itself. */
function expected(calls: readonly AnyCall[], node: string, startUs: number): CallCounts {
  const counts = CallCounts.create();
  for (const call of calls) {
    const endedUs = NOON + (call.at + 500) * 1000;
    if (endedUs < startUs || endedUs >= startUs + SETTINGS.windowUs) continue;
    if (node === NOBODY) counts.unlogged += !call.isLogged && call.recorded !== 'no' ? 1 : 0;
    if (node === NOBODY && !call.isLogged && call.recorded === 'twice') counts.repeated += 1;
    if (node !== call.node || !call.isLogged) continue;
    counts.served += 1;
    if (call.recorded === 'twice') counts.repeated += 1;
    if (call.recorded === 'no') counts.missing += 1;
    else if (call.recorded === 'cut') counts.cut += 1;
    else if (call.recorded === 'restart') counts.partial += 1;
    else if (call.recorded === 'short') counts.differing += 1;
    else counts.complete += 1;
  }
  return counts;
}

describe('the completeness of a log against its definition', () => {
  it('is the same in whatever order its leaves came', () => {
    fc.assert(
      fc.property(fc.array(anyCall, { maxLength: 60 }), fc.infiniteStream(fc.nat()), (calls, random) => {
        const leaves = leavesOf(calls)
          .map((leaf) => ({ leaf, key: Number(random.next().value) }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ leaf }) => leaf);
        const audit = auditOf(leaves);
        for (const node of ['a', 'b', NOBODY])
          for (const window of [0, 1, 2]) {
            const startUs = NOON + window * 60 * SECOND;
            const { certificate } = audit.judge(node, startUs, NOON + 500 * SECOND);
            assert.deepEqual(certificate.counts, expected(calls, node, startUs));
          }
      }),
      { numRuns: 300 },
    );
  });

  it('names each call that is missing', () => {
    fc.assert(
      fc.property(fc.array(anyCall, { maxLength: 60 }), (calls) => {
        const audit = auditOf(leavesOf(calls));
        const named = ['a', 'b'].flatMap((node) =>
          [0, 1, 2].flatMap((window) => {
            const { lists } = audit.judge(node, NOON + window * 60 * SECOND, NOON + 500 * SECOND);
            return lists.map(({ attachment }) => (attachment.name === 1 ? attachment.count : 0));
          }),
        );
        const missing = calls.filter(({ isLogged, recorded }) => isLogged && recorded === 'no').length;
        assert.equal(
          named.reduce((sum, count) => sum + count, 0),
          missing,
        );
      }),
      { numRuns: 100 },
    );
  });
});
