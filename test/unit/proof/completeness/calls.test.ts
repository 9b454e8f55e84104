import assert from 'node:assert/strict';
import { AUDIT_LIMITS, NOBODY } from '../../../../src/proof/completeness/index.ts';
import { type AccessLogEntry, BODY, CallList, ENDED, type Exchange, KEY_ROLE } from '../../../../src/record/index.ts';
import { auditOf, idOf, judgeNoon, Narrator, NODE, NOON, SECOND, stateName, type StoryCall } from './story.ts';

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

  it('says how many calls its lists do not name', () => {
    const { certificate, lists } = judgeNoon(auditOf(alive().logs(calls).lives(70, 130).leaves, {}, limits));
    assert.deepEqual([certificate.counts?.missing, certificate.counts?.unnamed], [100, 95]);
    assert.equal(lists[0]?.attachment.count, 5);
  });
});
