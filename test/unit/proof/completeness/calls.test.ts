import assert from 'node:assert/strict';
import { AUDIT_LIMITS, NOBODY } from '../../../../src/proof/completeness/index.ts';
import { type AccessLogEntry, BODY, CallList, ENDED, type Exchange, KEY_ROLE } from '../../../../src/record/index.ts';
import {
  auditOf,
  idOf,
  judgeNoon,
  Narrator,
  NODE,
  NOON,
  SECOND,
  stateName,
  type StoryCall,
  type StoryLeaf,
} from './story.ts';

const call: StoryCall = { id: idOf(1) };

function alive(): Narrator {
  return new Narrator(1).start(-100).lives(-90, 0);
}

function countsOf(narrator: Narrator, nodeId: string = NODE): Record<string, number> {
  const { certificate } = judgeNoon(auditOf(narrator.lives(70, 130).leaves), nodeId);
  const counts = Object.entries(certificate.counts ?? {}).filter(([, count]) => count > 0);
  return { [stateName(certificate.state)]: 1, ...Object.fromEntries(counts) };
}

describe('what becomes of a call in a certificate', () => {
  it('complete: record and entry say the same', () => {
    assert.deepEqual(countsOf(alive().records(call).logs([call])), { whole: 1, served: 1, complete: 1 });
    assert.deepEqual(countsOf(alive().logs([call]).records(call)), { whole: 1, served: 1, complete: 1 });
  });

  it('missing: no record, and the list says which it was', () => {
    const audit = auditOf(
      alive()
        .logs([call, { ...call, id: idOf(2), at: 3 }])
        .records(call)
        .lives(70, 130).leaves,
    );
    const { certificate, lists } = judgeNoon(audit);
    assert.deepEqual([certificate.counts?.missing, stateName(certificate.state)], [1, 'incomplete']);
    const [named] = CallList.decode(lists[0]?.bytes ?? new Uint8Array()).calls;
    assert.deepEqual([named?.exchangeId, named?.logLeafPlusOne, named?.reason], [idOf(2), 13, 'not recorded']);
    assert.equal(named?.endedUs, NOON + 3.1 * SECOND);
  });

  const partial: [string, Partial<Exchange>][] = [
    ['the recorder was restarted meanwhile', { ended: ENDED.recorder_restart }],
    ['the recorder gave it up', { ended: ENDED.recorder_gave_up }],
    ['Envoy broke the protocol', { ended: ENDED.protocol_error }],
  ];
  for (const [why, changes] of partial)
    it(`partial: ${why}`, () => {
      assert.deepEqual(countsOf(alive().records(call, changes).logs([call])), { incomplete: 1, served: 1, partial: 1 });
    });

  it('partial: a body was given up, or only the beginning is recorded', () => {
    const givenUp = alive().records(call, {}, { body: BODY.given_up }).logs([call]);
    assert.deepEqual(countsOf(givenUp), { incomplete: 1, served: 1, partial: 1 });
    assert.deepEqual(countsOf(alive().opens(call).logs([call])), { incomplete: 1, served: 1, partial: 1 });
  });

  it('cut: the call broke off by itself, and what there was of it is recorded', () => {
    const left = alive()
      .records(call, { ended: ENDED.response_cut })
      .logs([call], { responseFlags: ['DC'] });
    assert.deepEqual(countsOf(left), { whole: 1, served: 1, cut: 1 });
    const short = alive()
      .records({ ...call, got: 5 }, { ended: ENDED.response_cut })
      .logs([call]);
    assert.deepEqual(countsOf(short), { incomplete: 1, served: 1, partial: 1 });
  });

  it('differing: recorded whole, with other sizes than Envoy says', () => {
    const fewer = alive()
      .records({ ...call, got: 5 })
      .logs([call]);
    assert.deepEqual(countsOf(fewer), { incomplete: 1, served: 1, differing: 1 });
    const { certificate } = judgeNoon(auditOf(fewer.leaves, { ignoresBytes: true }));
    assert.equal(certificate.counts?.complete, 1);
  });

  it('complete: the client left before it had all that was recorded', () => {
    const left = alive()
      .records({ ...call, got: 500 })
      .logs([call], { responseFlags: ['DC'] });
    assert.deepEqual(countsOf(left), { whole: 1, served: 1, complete: 1 });
  });

  it('never offered: malformed requests that Envoy answers itself', () => {
    const garbage: Partial<AccessLogEntry> = { exchangeId: '', upstreamHost: '', status: 400, responseFlags: ['DPE'] };
    assert.deepEqual(countsOf(alive().logs([call], garbage)), { whole: 1, neverOffered: 1 });
  });

  it('joins a call without an id by connection and start', () => {
    const idless = alive()
      .logs([{ ...call, id: '' }])
      .records({ ...call, id: idOf(99) });
    assert.deepEqual(countsOf(idless), { whole: 1, served: 1, complete: 1 });
    const other = alive()
      .logs([{ ...call, id: '' }])
      .records({ ...call, id: idOf(99), connection: 8 });
    assert.equal(countsOf(other)['missing'], 1);
  });

  it('tells calls of one id apart by connection and start, where a client gives it twice', () => {
    const [one, other] = [
      { at: 1, connection: 7 },
      { at: 3, connection: 8 },
    ];
    const forged = idOf(9);
    const logFirst = alive()
      .logs([one, other])
      .records({ ...one, id: forged })
      .records({ ...other, id: forged });
    assert.deepEqual(countsOf(logFirst), { whole: 1, served: 2, complete: 2 });
    const recordsFirst = alive()
      .records({ ...one, id: forged })
      .records({ ...other, id: forged })
      .logs([one, other]);
    assert.deepEqual(countsOf(recordsFirst), { whole: 1, served: 2, complete: 2 });
  });

  it('misses a call whose id was given before', () => {
    const twice = alive()
      .logs([{ id: idOf(9), at: 1 }])
      .records({ id: idOf(9), at: 1 })
      .logs([{ id: idOf(9), at: 3 }]);
    assert.deepEqual(countsOf(twice), { incomplete: 1, served: 2, complete: 1, missing: 1 });
    const again = alive()
      .logs([{ id: idOf(9), at: 1 }])
      .records({ id: idOf(9), at: 1 })
      .logs([{ id: idOf(9), at: 3 }])
      .records({ id: idOf(9), at: 3 })
      .logs([{ id: idOf(9), at: 3 }])
      .records({ id: idOf(9), at: 3 });
    assert.deepEqual(countsOf(again), { whole: 1, served: 2, complete: 2, repeated: 1 });
  });

  it('says that it is unknown of which node the record is, where two have calls without ids that look the same', () => {
    const story = (records: number): StoryLeaf[] => {
      const narrator = alive()
        .logs([{ at: 1 }], {}, 'edge-1')
        .logs([{ at: 1 }], {}, 'edge-2');
      for (let number = 1; number <= records; number += 1) narrator.records({ at: 1, id: idOf(number) });
      return narrator.lives(70, 130).leaves;
    };
    const statesOf = (records: number): string[] =>
      ['edge-1', 'edge-2'].map((node) => stateName(judgeNoon(auditOf(story(records)), node).certificate.state));
    assert.deepEqual(statesOf(2), ['whole', 'whole']);
    assert.deepEqual(statesOf(1), ['unknown', 'unknown']);
    assert.deepEqual(statesOf(0), ['incomplete', 'incomplete']);
  });

  it('misses a call that Envoy answered itself when it had understood its headers, where Envoy gives no ids', () => {
    const denied: Partial<AccessLogEntry> = { exchangeId: '', upstreamHost: '', status: 403, requestHeaderBytes: 90 };
    assert.deepEqual(countsOf(alive().logs([call], denied)), { incomplete: 1, served: 1, missing: 1 });
    const withIds = alive()
      .logs([{ ...call, at: 3 }], denied)
      .records(call)
      .logs([call]);
    assert.deepEqual(countsOf(withIds), { whole: 1, served: 1, complete: 1, neverOffered: 1 });
  });

  it('unlogged: recorded, and no access log names it', () => {
    assert.deepEqual(countsOf(alive().records(call), NOBODY), { no_access_log: 1, unlogged: 1 });
    assert.deepEqual(countsOf(alive().records(call).logs([call]), NOBODY), { silent: 1 });
  });

  it('counts calls on routes that are not recorded by themselves', () => {
    const audit = auditOf(alive().logs([call]).leaves, { unrecordedRoutes: ['orders'] });
    const { certificate } = judgeNoon(audit);
    assert.deepEqual([certificate.counts?.unrecordedRoutes, certificate.counts?.served], [1, 0]);
  });

  it('counts a call once, however often a log names it, and says that it was recorded twice', () => {
    const twice = alive().records(call).logs([call]).logs([call]).records(call, { ended: ENDED.recorder_restart });
    assert.deepEqual(countsOf(twice), { whole: 1, served: 1, complete: 1, repeated: 1 });
  });

  it('passes over entries of calls that go on, and of TCP connections', () => {
    const begins = alive().logs([call], { type: 4 }).logs([call], { protocol: '', method: '', status: 0 });
    assert.deepEqual(countsOf(begins), { silent: 1 });
  });

  it('counts a call in the window in which it ended', () => {
    const long = { ...call, at: -500, seconds: 510 };
    assert.equal(countsOf(alive().records(long).logs([long]))['complete'], 1);
  });

  it('takes nothing of it from keys that do not record', () => {
    const liar = new Narrator(9, KEY_ROLE.auditor).start(0).records(call);
    const { certificate } = judgeNoon(auditOf([...alive().logs([call]).leaves, ...liar.leaves]));
    assert.equal(certificate.counts?.missing, 1);
  });
});

describe('the memory of an audit', () => {
  const limits = { ...AUDIT_LIMITS, maxSettled: 10, maxCalls: 20, maxRemembered: 1000, maxListed: 5 };
  const calls = Array.from({ length: 100 }, (_, index) => ({ id: idOf(index), at: index / 4 }));

  it('keeps the number of calls that it let go, and takes them for no others when they are told of again', () => {
    const narrator = alive();
    for (const one of calls) narrator.records(one).logs([one]);
    for (const one of calls.slice(0, 20)) narrator.logs([one]).records(one);
    const { certificate } = judgeNoon(auditOf(narrator.lives(70, 130).leaves, {}, limits));
    assert.deepEqual([certificate.counts?.complete, certificate.counts?.missing], [100, 0]);
    assert.equal(stateName(certificate.state), 'whole');
  });

  it('takes a call for another one whose id one had that it let go, where a client gives ids twice', () => {
    const narrator = alive();
    for (const one of calls) narrator.records(one).logs([one]);
    narrator.logs([{ id: idOf(0), at: 30, connection: 99 }]);
    const { certificate } = judgeNoon(auditOf(narrator.lives(70, 130).leaves, {}, limits));
    assert.deepEqual([certificate.counts?.complete, certificate.counts?.missing], [100, 1]);
  });

  it('says how many calls its lists do not name', () => {
    const few = calls.slice(0, 20);
    const { certificate, lists } = judgeNoon(auditOf(alive().logs(few).lives(70, 130).leaves, {}, limits));
    assert.deepEqual([certificate.counts?.missing, certificate.counts?.unnamed], [20, 15]);
    assert.equal(lists[0]?.attachment.count, 5);
  });

  /** What becomes of calls of which more had come from one list than is held before the other one came. */
  function late(tell: (narrator: Narrator) => void, nodeId = NODE): Record<string, number> {
    const narrator = alive();
    tell(narrator);
    const { certificate } = judgeNoon(auditOf(narrator.lives(70, 130).leaves, {}, limits), nodeId);
    const counts = Object.entries(certificate.counts ?? {}).filter(([, count]) => count > 0);
    return { [stateName(certificate.state)]: 1, ...Object.fromEntries(counts) };
  }

  it('says that it is unknown what became of calls that it let go before their records came, and misses none', () => {
    const found = late((narrator) => {
      narrator.logs(calls);
      for (const one of calls) narrator.records(one);
    });
    assert.deepEqual(found, { unknown: 1, served: 20, complete: 20, unnamed: 80 });
  });

  it('says the same of calls that it let go before the access log named them', () => {
    const tell = (narrator: Narrator): void => {
      for (const one of calls) narrator.records(one);
      narrator.logs(calls);
    };
    assert.deepEqual(late(tell), { unknown: 1, served: 20, complete: 20, unnamed: 80 });
    assert.deepEqual(late(tell, NOBODY), { unknown: 1, unnamed: 80 });
  });

  it('misses no call of any node while it may be one that it let go', () => {
    const found = late((narrator) => {
      for (const one of calls.slice(0, 21)) narrator.records(one);
      narrator.logs([{ id: idOf(500), at: 30 }]);
    });
    assert.deepEqual(found, { unknown: 1, served: 1, missing: 1 });
  });
});
