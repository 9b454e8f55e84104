import assert from 'node:assert/strict';
import type { CompletenessAudit } from '../../../../src/proof/completeness/index.ts';
import type { Certificate } from '../../../../src/record/index.ts';
import { auditOf, idOf, judgeNoon, Narrator, NODE, NOON, SECOND, stateName } from './story.ts';

const LISTENER = 'http.recorded.downstream_rq_total';
const OPEN = 'http.recorded.downstream_rq_active';
const WRITTEN = 'access_logs.grpc_access_log.logs_written';
const BYPASSED = 'http.recorded.ext_proc.affidavit.failure_mode_allowed';

/** Ten calls, one a second, of which those in `lost` are in no list. */
function served(narrator: Narrator, lost: readonly number[] = []): Narrator {
  for (let index = 0; index < 10; index++) {
    const call = { id: idOf(index), at: 1 + index };
    if (!lost.includes(index)) narrator.records(call).logs([call]);
  }
  return narrator;
}

function alive(): Narrator {
  return new Narrator(1).start(-100).lives(-90, 0);
}

/** Read twice, the second time long after the window. */
function readAgain(narrator: Narrator, values: Readonly<Record<string, number>>): Narrator {
  return narrator.counts(30, values).counts(125, values);
}

function noonOf(narrator: Narrator): Certificate {
  return judgeNoon(auditOf(narrator.lives(80, 130).leaves)).certificate;
}

describe('the counters of an Envoy against its access log', () => {
  it('agree where nothing is lost', () => {
    const told = served(alive().counts(-5, { [LISTENER]: 100, [OPEN]: 0 })).counts(30, { [LISTENER]: 110, [OPEN]: 0 });
    const { state, counters } = noonOf(told.counts(62, { [LISTENER]: 110, [OPEN]: 0 }));
    assert.equal(stateName(state), 'whole');
    assert.deepEqual([counters?.begun, counters?.finished, counters?.unlogged], [10, 10, 0]);
  });

  it('show how many calls the access log lacks', () => {
    const told = served(alive().counts(-5, { [LISTENER]: 100, [OPEN]: 0 }), [3, 4, 5]);
    const { state, counters, counts } = noonOf(told.counts(30, { [LISTENER]: 110, [OPEN]: 0 }));
    assert.equal(stateName(state), 'no_access_log');
    assert.deepEqual([counters?.unlogged, counts?.served], [3, 7]);
  });

  it('are compared for hours, however seldom they are read', () => {
    const told = alive().counts(-5, { [LISTENER]: 0, [OPEN]: 0 });
    const minutes = 7 * 60;
    for (let minute = 0; minute < minutes; minute += 1) {
      const seconds = Array.from({ length: 60 }, (_, second) => minute * 60 + second);
      told.logs(seconds.map((at) => ({ id: idOf(at), at })));
      if (minute % 10 === 9) told.counts(minute * 60 + 59.5, { [LISTENER]: minute * 60 + 60, [OPEN]: 0 });
    }
    const audit = auditOf(told.leaves);
    const read = Array.from({ length: minutes / 10 }, (_, index) => NOON + (index * 10 + 9) * 60 * SECOND);
    const lost = read.map((startUs) => audit.judge(NODE, startUs, startUs).certificate.counters?.unlogged);
    assert.deepEqual(new Set(lost), new Set([0]));
  });

  it('are no reason to miss what is still open', () => {
    const told = served(alive().counts(-5, { [LISTENER]: 100, [OPEN]: 0 }), [3, 4, 5]);
    const { state, counters } = noonOf(readAgain(told, { [LISTENER]: 110, [OPEN]: 3 }));
    assert.deepEqual([stateName(state), counters?.begun, counters?.finished], ['whole', 10, 7]);
  });

  it('count what the access log wrote, where they do not tell what is open', () => {
    const before = { [LISTENER]: 100, [WRITTEN]: 90 };
    const lost = served(alive().counts(-5, before), [3, 4]).counts(30, { [LISTENER]: 112, [WRITTEN]: 100 });
    assert.deepEqual([noonOf(lost).counters?.unlogged, noonOf(lost).counters?.basis], [2, 2]);
    const whole = readAgain(served(alive().counts(-5, before)), { [LISTENER]: 112, [WRITTEN]: 100 });
    assert.equal(stateName(noonOf(whole).state), 'whole');
  });

  it('do not compare what several logs wrote', () => {
    const told = served(alive().counts(-5, { [LISTENER]: 100, [WRITTEN]: 200 }));
    const { state, counters } = noonOf(readAgain(told, { [LISTENER]: 110, [WRITTEN]: 220 }));
    assert.deepEqual([stateName(state), counters?.basis], ['whole', 0]);
  });

  it('tell a window without calls from one without an access log', () => {
    const idle = alive()
      .counts(-5, { [LISTENER]: 100 })
      .counts(62, { [LISTENER]: 100 });
    assert.equal(stateName(noonOf(idle).state), 'no_traffic');
    const unlogged = alive()
      .counts(-5, { [LISTENER]: 100 })
      .counts(30, { [LISTENER]: 105 });
    assert.equal(stateName(noonOf(unlogged).state), 'no_access_log');
    const unread = alive().logs([{ id: idOf(1), at: -50 }]);
    assert.equal(stateName(noonOf(unread).state), 'silent');
  });

  it('name a loss once, in the window in which it was read', () => {
    const told = served(alive().counts(-5, { [LISTENER]: 100, [OPEN]: 0 }), [3]);
    told.counts(30, { [LISTENER]: 110, [OPEN]: 0 }).counts(61, { [LISTENER]: 110, [OPEN]: 0 });
    const audit = auditOf(told.counts(90, { [LISTENER]: 110, [OPEN]: 0 }).lives(100, 200).leaves);
    const lost = [0, 60].map(
      (after) => audit.judge(NODE, NOON + after * SECOND, NOON + 200 * SECOND).certificate.counters,
    );
    assert.deepEqual(
      lost.map((check) => check?.unlogged),
      [1, 0],
    );
  });

  it('begin at nothing in an Envoy that began after the log', () => {
    const told = served(alive(), [0]).counts(30, { [LISTENER]: 10, [OPEN]: 0 }, -1);
    assert.equal(noonOf(told).counters?.unlogged, 1);
    const older = served(alive(), [0]).counts(30, { [LISTENER]: 10, [OPEN]: 0 }, -200_000);
    assert.equal(noonOf(older).counters, undefined);
  });

  it('leave out the admin pages, and listeners that do not record', () => {
    const others = { 'http.admin.downstream_rq_total': 50, 'http.other.downstream_rq_total': 50 };
    const first = { [LISTENER]: 100, [OPEN]: 0, [BYPASSED]: 5 };
    const told = served(alive().counts(-5, first));
    const { counters, state } = noonOf(readAgain(told, { [LISTENER]: 110, [OPEN]: 0, [BYPASSED]: 7, ...others }));
    assert.deepEqual([stateName(state), counters?.finished, counters?.bypassed], ['whole', 10, 2]);
  });

  it('tell how long it is unknown what a killed Envoy served', () => {
    const before = served(alive().counts(-5, { [LISTENER]: 100, [OPEN]: 0 })).counts(12, {
      [LISTENER]: 110,
      [OPEN]: 0,
    });
    const [open] = noonOf(before).unknown;
    assert.deepEqual([open?.sinceUs, open?.untilUs], [NOON + 12 * SECOND, 0]);
    const again = served(alive().counts(-5, { [LISTENER]: 100, [OPEN]: 0 })).counts(12, { [LISTENER]: 110, [OPEN]: 0 });
    const [closed] = noonOf(again.counts(40, { [LISTENER]: 0 }, 20).counts(125, { [LISTENER]: 0 }, 20)).unknown;
    // When it began is known to a second.
    assert.deepEqual([closed?.sinceUs, closed?.untilUs], [NOON + 12 * SECOND, NOON + 21 * SECOND]);
  });

  it('say nothing of what another thread of a killed Envoy may have held when one sent what it had', () => {
    const values = (total: number): Record<string, number> => ({ [LISTENER]: total, [OPEN]: 0 });
    const told = alive().counts(0, values(0), -50);
    told.records({ id: idOf(1) }).logs([{ id: idOf(1) }]);
    told
      .counts(5, values(1), -50)
      .records({ id: idOf(2), at: 9.9 })
      .logs([{ id: idOf(2), at: 9.9 }]);
    told.counts(17, values(0), 12).counts(125, values(0), 12).lives(126, 130);
    const spansBy = (method: number): number[][] =>
      judgeNoon(auditOf(told.leaves, {}, undefined, method)).certificate.unknown.map(({ sinceUs, untilUs }) => [
        (sinceUs - NOON) / SECOND,
        (untilUs - NOON) / SECOND,
      ]);
    assert.deepEqual(spansBy(3), [[8, 13]]);
    assert.deepEqual(spansBy(2), [[10, 12]]);
  });

  /** Ten calls a second, of which some second's are lost; read every so many seconds. */
  function steady(seconds: number, lostFrom: number, lost: number, every = 5, method?: number): CompletenessAudit {
    const audit = auditOf([], {}, undefined, method);
    const narrator = new Narrator(1).start(-100);
    let [number, left, leaf] = [0, lost, 1];
    for (let second = 0; second < seconds; second += 1) {
      const all = Array.from({ length: 10 }, (_, index) => ({ id: idOf(number + index), at: second + index / 10 }));
      const kept = second < lostFrom ? all : all.slice(Math.min(left, all.length));
      left -= all.length - kept.length;
      number += all.length;
      if (kept.length > 0) narrator.logs(kept.map((call) => ({ ...call, seconds: 0 })));
      if (second % every === 0) narrator.counts(second + 0.95, { [LISTENER]: number, [OPEN]: 0 }, -200_000);
      for (const { record, role } of narrator.leaves.splice(0)) audit.add((leaf += 1), record, role);
    }
    return audit;
  }

  function unloggedIn(audit: CompletenessAudit, seconds: number): number {
    const windows = Array.from({ length: Math.ceil(seconds / 60) }, (_, minute) => NOON + minute * 60 * SECOND);
    const lost = windows.map((startUs) => audit.judge(NODE, startUs, startUs).certificate.counters?.unlogged ?? 0);
    return lost.reduce((sum, one) => sum + one, 0);
  }

  it('name what is lost long after they were read first, but for what ends while they are read', () => {
    assert.equal(unloggedIn(steady(1200, 1100, 12), 1200), 11);
    // All that ended in the second of the first reading might be what it counts, for those that look it up.
    assert.equal(unloggedIn(steady(1200, 1100, 12, 5, 2), 1200) < 11, true);
  });

  it('name what is lost when most of their readings are summed up', () => {
    // After the last reading nothing ends that might be what it counts.
    assert.equal(unloggedIn(steady(2400, 2200, 12, 1), 2400), 12);
  });

  /** Ten calls a second, all in the log and recorded; after a while the clock of Envoy is set back by an hour. */
  function setBack(lost: readonly number[] = [], long = 0): Narrator {
    const told = alive();
    let number = 0;
    const run = (from: number, until: number, ahead: number): void => {
      for (let at = from; at < until; at += 1) {
        const call = { id: idOf((number += 1)), at: at - ahead, seconds: 0.01 };
        if (!lost.includes(number)) told.logs([call], {}, NODE, 0.2 + ahead).records(call);
        // One that was open meanwhile seems to end in the future.
        const open = { id: idOf((number += at === 100 ? long : 0)), at: 10, seconds: 90 };
        if (at === 100 && long > 0) told.logs([open], {}, NODE, 0.2).records(open);
        if (at % 5 === 4) told.counts(at - ahead + 0.5, { [LISTENER]: number, [OPEN]: 0 }, -50, NODE, ahead);
      }
    };
    run(0, 30, 0);
    run(30, 200, 3600);
    return told;
  }

  const minutes = [0, ...Array.from({ length: 6 }, (_, minute) => minute - 60)];

  it('are compared anew where the clock of Envoy was set back, and what was between is unknown', () => {
    const audit = auditOf(setBack().leaves);
    const judged = minutes.map(
      (minute) => audit.judge(NODE, NOON + minute * 60 * SECOND, NOON + 200 * SECOND).certificate,
    );
    assert.equal(
      judged.reduce((sum, { counters }) => sum + (counters?.unlogged ?? 0), 0),
      0,
    );
    assert.deepEqual(judged.map(({ state }) => stateName(state)).slice(0, 4), ['unknown', 'unknown', 'whole', 'whole']);
    const spans = judged.flatMap(({ unknown }) => unknown.map(({ sinceUs, untilUs }) => [sinceUs, untilUs]));
    const seconds = spans.map((span) => span.map((us) => (us - NOON) / SECOND));
    assert.deepEqual(seconds, [
      [29.5, 34.5],
      [-3570.5, -3565.5],
    ]);
  });

  it('take a call that was open while the clock of Envoy was set back for one that ended when that was told', () => {
    const audit = auditOf(setBack([], 1).leaves);
    const lost = minutes.map(
      (minute) => audit.judge(NODE, NOON + minute * 60 * SECOND, NOON + 200 * SECOND).certificate.counters?.unlogged,
    );
    assert.deepEqual(lost.slice(0, 4), [0, 0, 0, 0]);
  });

  it('still name what is lost after the clock of Envoy was set back, and before it', () => {
    const audit = auditOf(setBack([12, 80, 81]).leaves);
    const lost = minutes.map(
      (minute) => audit.judge(NODE, NOON + minute * 60 * SECOND, NOON + 200 * SECOND).certificate.counters?.unlogged,
    );
    assert.deepEqual(lost.slice(0, 4), [1, 0, 2, 0]);
  });

  it('go on where readings of lives before come late', () => {
    const values = (total: number): Record<string, number> => ({ [LISTENER]: total, [OPEN]: 0 });
    const late = new Narrator(2).start(-100).lives(-90, 0);
    const own = alive().counts(-5, values(0), -20);
    const before = own.leaves.splice(0);
    late.counts(-65, values(0), -70).counts(-45, values(0), -50).counts(-25, values(0), -30);
    served(own, [3]).counts(30, values(10), -20).counts(62, values(10), -20).lives(80, 130);
    const { counters, state } = judgeNoon(
      auditOf([...before, ...late.lives(5, 130).leaves, ...own.leaves]),
    ).certificate;
    assert.deepEqual([stateName(state), counters?.unlogged], ['no_access_log', 1]);
  });

  it('go on over a hot restart, which keeps start and counts', () => {
    const told = served(
      alive()
        .counts(-5, { [LISTENER]: 100, [OPEN]: 0 })
        .counts(5, { [LISTENER]: 105, [OPEN]: 1 }, -999),
    );
    const { state, counters } = noonOf(told.counts(62, { [LISTENER]: 110, [OPEN]: 0 }, -1001));
    assert.deepEqual([stateName(state), counters?.unlogged], ['whole', 0]);
  });

  it('say how many calls recorders declare lost', () => {
    const told = served(alive())
      .logs([{ id: idOf(77), at: 20 }])
      .loses(19, 21, 4)
      .loses(300, 301, 9);
    const { declaredLost, counts } = noonOf(told);
    assert.deepEqual([declaredLost, counts?.missing], [4, 1]);
  });
});
