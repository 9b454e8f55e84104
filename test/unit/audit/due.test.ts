import assert from 'node:assert/strict';
import { type AuditTiming, dueWindows } from '../../../src/audit/due.ts';
import type { CompletenessAudit } from '../../../src/proof/completeness/index.ts';
import { auditOf, idOf, Narrator, NODE, NOON, SECOND } from '../proof/completeness/story.ts';

const timing: AuditTiming = { graceUs: 60 * SECOND, unloggedGraceUs: 600 * SECOND };

/** Windows that are due at so many seconds after noon, as seconds after noon; `?` is the node that no log names. */
function due(audit: CompletenessAudit, at: number): string[] {
  return dueWindows(audit, timing, NOON + at * SECOND).map(
    ({ nodeId, startUs }) => `${nodeId || '?'} ${(startUs - NOON) / SECOND}`,
  );
}

function alive(until: number): Narrator {
  const call = { id: idOf(1), at: 1 };
  return new Narrator(1).start(-100).lives(-90, 0).records(call).logs([call], {}, NODE, 0).lives(10, until);
}

describe('the windows that are due', () => {
  it('are those that ended a grace ago', () => {
    const audit = auditOf(alive(200).leaves);
    assert.deepEqual(due(audit, 119), []);
    assert.deepEqual(due(audit, 121), [`${NODE} 0`]);
    assert.deepEqual(due(audit, 181), [`${NODE} 0`, `${NODE} 60`]);
  });

  it('wait for a recorder that lives and lags, until it is silent', () => {
    const audit = auditOf(alive(90).leaves);
    assert.deepEqual(due(audit, 121), []);
    assert.deepEqual(due(audit, 126), [`${NODE} 0`]);
    assert.deepEqual(due(auditOf(alive(110).leaves), 121), [`${NODE} 0`]);
  });

  it('end an hour after the last that was heard of a node', () => {
    const audit = auditOf(alive(10).leaves);
    assert.deepEqual(due(audit, 100_000).at(-1), `${NODE} ${3600 - 60}`);
  });

  it('are by the clock of the node', () => {
    const call = { id: idOf(1), at: 1 };
    const ahead = new Narrator(1).start(3500).records(call).logs([call], {}, NODE, 3600).lives(3610, 3800);
    assert.deepEqual(due(auditOf(ahead.leaves), 3700), []);
    assert.deepEqual(due(auditOf(ahead.leaves), 3722), [`${NODE} 0`]);
  });

  it('are not those of the years between a clock that was not set yet and one that was', () => {
    const ago = -NOON / SECOND;
    const born = new Narrator(1).start(-100).logs([{ id: idOf(1), at: ago + 5 }], {}, NODE, -ago);
    const call = { id: idOf(2), at: 1 };
    const told = due(auditOf(born.records(call).logs([call], {}, NODE, 0).lives(10, 200).leaves), 181);
    assert.deepEqual(told.slice(0, 2), [`${NODE} ${ago}`, `${NODE} ${ago + 60}`]);
    assert.deepEqual(told.slice(-2), [`${NODE} 0`, `${NODE} 60`]);
    assert.ok(told.length < 70, `${told.length} windows`);
  });

  it('leave calls that no log names more time, since a client may still be reading', () => {
    const audit = auditOf(alive(700).records({ id: idOf(2), at: 2 }).leaves);
    assert.deepEqual(
      due(audit, 650).filter((window) => window.startsWith('?')),
      [],
    );
    assert.deepEqual(
      due(audit, 661).filter((window) => window.startsWith('?')),
      ['? 0'],
    );
  });

  it('end before what would be unknown if a recorder that lives were killed, however short the grace is', () => {
    const short: AuditTiming = { ...timing, graceUs: SECOND };
    const dueAt = (until: number) => dueWindows(auditOf(alive(until).leaves), short, NOON + 75 * SECOND).length;
    assert.equal(dueAt(60), 0);
    assert.equal(dueAt(70), 1);
  });

  it('are by the clock of each recorder, where one received its log late', () => {
    const late = new Narrator(2).start(-100).logs([{ id: idOf(3), at: 3 }], {}, NODE, 40);
    const audit = auditOf([...alive(130).leaves, ...late.lives(50, 130).leaves]);
    assert.deepEqual(due(audit, 135), []);
    assert.deepEqual(due(auditOf(alive(130).leaves), 135), [`${NODE} 0`]);
  });
});
