import assert from 'node:assert/strict';
import { AUDIT_LIMITS, type AuditLimits } from '../../../../src/proof/completeness/index.ts';
import type { Certificate } from '../../../../src/record/index.ts';
import { auditOf, idOf, judgeNoon, Narrator, NODE, NOON, stateName, type StoryLeaf } from './story.ts';

const call = { id: idOf(1), at: 1 };
const next = { id: idOf(3), at: 50 };

function alive(): Narrator {
  return new Narrator(1).start(-100).lives(-90, 0);
}

function noonOf(leaves: readonly StoryLeaf[], limits: Partial<AuditLimits> = {}, method?: number): Certificate {
  return judgeNoon(auditOf(leaves, {}, { ...AUDIT_LIMITS, ...limits }, method), NODE, 100_000).certificate;
}

/** What a window says that was unknown, before something is forgotten, and after. */
function statesOf(before: readonly StoryLeaf[], after: readonly StoryLeaf[], limits?: Partial<AuditLimits>): string[] {
  const all = [...before, ...after];
  return [noonOf(before, limits), noonOf(all, limits), noonOf(all, limits, 2)].map(({ state }) => stateName(state));
}

describe('what an audit has forgotten makes nothing whole', () => {
  it('the lives of those who received the access log', () => {
    const narrator = alive().logs([call]).records(call).lives(20, 20).start(40).lives(50, 130);
    const before = narrator.leaves.splice(0);
    for (let life = 0; life < 6; life += 1) {
      const at = 200 + life * 60;
      narrator
        .logs([{ id: idOf(100 + life), at }])
        .stop(at + 10)
        .start(at + 11);
    }
    narrator.logs([{ id: idOf(200), at: 900 }]).lives(910, 99_990);
    assert.deepEqual(statesOf(before, narrator.leaves, { maxCarriers: 4 }), ['unknown', 'unknown', 'whole']);
    const limits = { ...AUDIT_LIMITS, maxCarriers: 4, maxLeft: 0 };
    assert.deepEqual(statesOf(before, narrator.leaves, limits), ['unknown', 'unknown', 'whole']);
    const later = auditOf([...before, ...narrator.leaves], {}, limits);
    assert.equal(later.certainFrom(NODE) > NOON, true);
    assert.equal(later.floorOf(NODE), 0);
  });

  it('the lives of producers', () => {
    const before = alive().logs([call]).records(call).lives(20, 20).start(40).logs([next]).records(next);
    const others = Array.from({ length: 4_100 }, (_, number) => {
      const other = new Narrator(2);
      other.epoch = new Uint8Array(new Uint32Array([number, 1, 1, 1]).buffer);
      return other.lives(300, 300).leaves;
    });
    assert.deepEqual(statesOf(before.leaves, [...others.flat(), ...keepsOn()]), ['unknown', 'unknown', 'whole']);
  });

  it('losses that were declared, of whatever others declare after them', () => {
    const lost = alive().logs([call]).records(call).loses(10, 12, 3, 'access_log').lives(20, 130);
    const others = new Narrator(2).start(-100);
    for (let number = 0; number < 4_100; number += 1) others.loses(200, 201, 5);
    assert.deepEqual(statesOf(lost.leaves, [...others.leaves, ...lives(lost)]), ['unknown', 'unknown', 'whole']);
    const alike = new Narrator(3).start(-100);
    for (let number = 0; number < 4_100; number += 1) alike.loses(200, 201, 5, 'access_log');
    assert.deepEqual(statesOf(lost.leaves, [...alike.leaves, ...lives(lost)]), ['unknown', 'unknown', 'whole']);
  });

  it('records that are not there', () => {
    const narrator = alive().logs([call]).records(call);
    narrator.seq += 1;
    narrator.lives(20, 130);
    for (let number = 0; number < 1_030; number += 1) {
      narrator.seq += 1;
      narrator.lives(140, 140);
    }
    const before = narrator.leaves.splice(0, 20);
    assert.deepEqual(statesOf(before, [...narrator.leaves, ...lives(narrator)]), ['unknown', 'unknown', 'whole']);
  });

  it('the lives of Envoys', () => {
    const values = { 'http.recorded.downstream_rq_total': 0, 'http.recorded.downstream_rq_active': 0 };
    const narrator = alive().logs([call]).records(call);
    narrator.counts(-5, values, -50).counts(30, values, 20).counts(125, values, 20).lives(126, 130);
    const before = narrator.leaves.splice(0);
    for (let life = 0; life < 63; life += 1) narrator.counts(210 + life * 60, values, 200 + life * 60);
    assert.deepEqual(statesOf(before, [...narrator.leaves, ...lives(narrator)]), ['unknown', 'unknown', 'whole']);
  });

  it('nodes, also when they are heard of again', () => {
    const narrator = alive().logs([call]).records(call).lives(20, 20).start(40).logs([next]).records(next);
    const before = narrator.leaves.splice(0);
    for (let node = 0; node < 3; node += 1)
      narrator.logs([{ id: idOf(10 + node), at: 100 + node }], {}, `edge-1${node}`);
    const gone = narrator.leaves.splice(0);
    const limits = { maxNodes: 2 };
    assert.deepEqual(statesOf(before, [...gone, ...lives(narrator)], limits), ['unknown', 'unknown', 'whole']);
    narrator.leaves.splice(0);
    narrator.logs([{ id: idOf(20), at: 200 }]);
    const back = narrator.leaves.splice(0);
    const later = [...gone, ...back, ...lives(narrator)];
    assert.deepEqual(statesOf(before, later, limits), ['unknown', 'unknown', 'whole']);
  });

  it('windows that are too old', () => {
    const narrator = alive().logs([call]);
    const before = narrator.lives(20, 130).leaves.splice(0);
    for (let minute = 3; minute < 6; minute += 1) narrator.logs([{ id: idOf(minute), at: minute * 60 }]);
    const limits = { maxWindows: 2 };
    assert.deepEqual(statesOf(before, [...narrator.leaves, ...lives(narrator)], limits), [
      'incomplete',
      'unknown',
      'silent',
    ]);
  });
});

/** A producer that lives to the end. */
function lives(narrator: Narrator): StoryLeaf[] {
  const own = narrator.leaves.splice(0);
  const until = narrator.lives(99_980, 100_000).leaves.splice(0);
  narrator.leaves.push(...own);
  return until;
}

/** The recorder's last life goes on, and another one keeps it covered. */
function keepsOn(): StoryLeaf[] {
  const narrator = new Narrator(1).start(-100);
  narrator.start(40);
  narrator.seq = 2;
  narrator.leaves.splice(0);
  return narrator.lives(99_980, 100_000).leaves;
}
