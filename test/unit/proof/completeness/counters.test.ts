import assert from 'node:assert/strict';
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
    assert.deepEqual([closed?.sinceUs, closed?.untilUs], [NOON + 12 * SECOND, NOON + 20 * SECOND]);
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
