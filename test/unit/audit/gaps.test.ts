import assert from 'node:assert/strict';
import { findGaps, type PendingWindows } from '../../../src/audit/gaps.ts';
import type { AuditTiming } from '../../../src/audit/index.ts';
import { auditOf, idOf, Narrator, NODE, NOON, SECOND } from '../proof/completeness/story.ts';

const timing: AuditTiming = { graceUs: 60 * SECOND, unloggedGraceUs: 600 * SECOND };

/** A call in each of three windows, all named by the access log, and one in the first that no log names. */
function story(): Narrator {
  const calls = [1, 61, 121].map((at, index) => ({ id: idOf(index), at }));
  const told = new Narrator(1).start(-100).lives(-90, 0);
  for (const call of calls) told.records(call).logs([call], {}, NODE, 0);
  return told.records({ id: idOf(9), at: 5 }).lives(130, 800);
}

describe('the gaps of a time', () => {
  const pendingAt = (at: number, since = -1000): { judged: number; pending: readonly PendingWindows[] } => {
    const found = findGaps(auditOf(story().leaves), timing, NOON + at * SECOND, NOON + since * SECOND);
    return { judged: found.windows, pending: found.pending };
  };
  const young = (nodeId: string, at: number, windows: number): PendingWindows => ({
    ...{ nodeId, sinceUs: NOON + at * SECOND, windows },
  });

  it('say which windows with calls are too young to be judged', () => {
    assert.deepEqual(pendingAt(119), { judged: 0, pending: [young('', 0, 1), young(NODE, 0, 3)] });
    assert.deepEqual(pendingAt(181), { judged: 2, pending: [young('', 0, 1), young(NODE, 120, 1)] });
    assert.deepEqual(pendingAt(300).pending, [young('', 0, 1)]);
    assert.deepEqual(pendingAt(800).pending, []);
  });

  it('come with the sum of all windows that were judged, also of those without one', () => {
    const at = (seconds: number) => {
      const { calls } = findGaps(auditOf(story().leaves), timing, NOON + seconds * SECOND, 0);
      return [calls.served, calls.complete, calls.unlogged];
    };
    assert.deepEqual(
      [at(119), at(181), at(800)],
      [
        [0, 0, 0],
        [2, 2, 0],
        [3, 3, 1],
      ],
    );
  });

  it('say of how many calls only counters tell', () => {
    const values = (begun: number): Record<string, number> => ({
      'http.in.downstream_rq_total': begun,
      'http.in.downstream_rq_active': 0,
    });
    const call = { id: idOf(1), at: 1 };
    const told = new Narrator(1).start(-100).lives(-90, 0).counts(-5, values(0)).records(call);
    told.logs([call], {}, NODE, 0).counts(30, values(6)).counts(90, values(10)).lives(130, 400);
    const { countedOnly, calls } = findGaps(auditOf(told.leaves), timing, NOON + 400 * SECOND, 0);
    assert.deepEqual([calls.served, countedOnly], [1, 9]);
  });

  it('leave out what ended before the time that is asked for', () => {
    assert.deepEqual(pendingAt(119, 61).pending, [young(NODE, 60, 2)]);
  });
});
