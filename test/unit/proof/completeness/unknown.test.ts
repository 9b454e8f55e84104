import assert from 'node:assert/strict';
import { PRODUCER_EVENT } from '../../../../src/record/index.ts';
import { auditOf, idOf, judgeNoon, Narrator, NODE, NOON, SECOND, stateName, type StoryLeaf } from './story.ts';

const COUNTED = { 'http.recorded.downstream_rq_total': 30, 'http.recorded.downstream_rq_active': 0 };
const calls = Array.from({ length: 30 }, (_, index) => ({ id: idOf(index), at: index }));

function told(narrator: Narrator, from: number, until: number): Narrator {
  for (const call of calls.slice(from, until)) narrator.records(call).logs([call], {}, NODE, 0);
  return narrator;
}

/** What is unknown at noon, in seconds after it. */
function unknownOf(
  leaves: readonly StoryLeaf[],
  at = 130,
  method?: number,
): { state: string; spans: [number, number][] } {
  const { certificate } = judgeNoon(auditOf(leaves, {}, undefined, method), NODE, at);
  const seconds = (us: number): number => (us === 0 ? 0 : (us - NOON) / SECOND);
  const spans = certificate.unknown.map((span): [number, number] => [seconds(span.sinceUs), seconds(span.untilUs)]);
  return { state: stateName(certificate.state), spans };
}

describe('what nobody can know', () => {
  it('is nothing while those who record live', () => {
    const lives = told(new Narrator(1).start(-100).lives(-90, 0), 0, 30).lives(40, 130);
    assert.deepEqual(unknownOf(lives.leaves), { state: 'whole', spans: [] });
  });

  it('is nothing either when two that live sign with one key', () => {
    const one = told(new Narrator(1).start(-100).lives(-90, 0), 0, 15);
    const other = new Narrator(1);
    other.epoch = new Uint8Array(16).fill(9);
    told(other.status(-50, PRODUCER_EVENT.started).lives(-40, 0), 15, 30);
    const leaves = [...one.lives(40, 130).leaves, ...other.lives(40, 130).leaves];
    assert.deepEqual(unknownOf(leaves), { state: 'whole', spans: [] });
    // That one of the two is killed is as it is with keys of their own.
    const killed = [...one.leaves, ...other.leaves.slice(0, -10)];
    assert.deepEqual(unknownOf(killed).state, 'unknown');
  });

  it('is the tail of a recorder that was killed, until its next start', () => {
    const killed = told(new Narrator(1).start(-100).lives(-90, 0), 0, 10).start(20);
    const { state, spans } = unknownOf(told(killed, 20, 30).lives(40, 130).leaves);
    // Its last record is of 9.1 s; what had ended 2 s before may have been on its way, as what ends until 2 s later.
    assert.deepEqual([state, spans], ['unknown', [[7.1, 22]]]);
  });

  it('goes on while a killed recorder does not come back', () => {
    const killed = told(new Narrator(1).start(-100).lives(-90, 0), 0, 10);
    assert.deepEqual(unknownOf(killed.leaves), { state: 'unknown', spans: [[7.1, 0]] });
    assert.deepEqual(unknownOf(killed.leaves, 30), { state: 'whole', spans: [] });
  });

  it('ends with a heartbeat that does not come, when another recorder has the access log', () => {
    const other = new Narrator(2)
      .start(-100)
      .lives(-90, 0)
      .logs([{ id: idOf(500), at: -50 }], {}, NODE, 0);
    const killed = told(new Narrator(1).start(-100).lives(-90, 0), 0, 10);
    const { spans } = unknownOf([...killed.leaves, ...other.lives(10, 130).leaves]);
    assert.deepEqual(spans, [[7.1, 21.1]]);
  });

  it('is the time from an end in order to the next start, and nothing where another is there', () => {
    const stopped = told(new Narrator(1).start(-100).lives(-90, 0), 0, 10).stop(10).start(20).lives(30, 130);
    assert.deepEqual(unknownOf(stopped.leaves).spans, [[8, 22]]);
    const other = new Narrator(2)
      .start(-100)
      .lives(-90, 0)
      .logs([{ id: idOf(500), at: -50 }], {}, NODE, 0);
    assert.deepEqual(unknownOf([...stopped.leaves, ...other.lives(10, 130).leaves]).spans, []);
  });

  it('is what stands in records that are not there, until they come', () => {
    const narrator = told(new Narrator(1).start(-100).lives(-90, 0), 0, 30).lives(40, 130);
    const lost = narrator.leaves.filter(({ record }) => record.seq < 40 || record.seq > 50);
    const late = narrator.leaves.filter(({ record }) => record.seq >= 40 && record.seq <= 50);
    assert.equal(unknownOf(lost).spans.length, 1);
    assert.deepEqual(unknownOf([...lost, ...late]), { state: 'whole', spans: [] });
  });

  it('is when messages of the access log could not be recorded', () => {
    const narrator = told(new Narrator(1).start(-100).lives(-90, 0), 0, 10).loses(12, 14, 3, 'access_log');
    assert.deepEqual(unknownOf(narrator.lives(20, 130).leaves).spans, [[10, 14]]);
  });

  it('says of calls whose recorder is silent that their records may be on their way', () => {
    const list = new Narrator(2).start(-100).lives(-90, 0).logs(calls).lives(40, 130);
    const silent = new Narrator(1).start(-100).lives(-90, 0);
    for (const call of calls.slice(0, 10)) silent.records(call);
    const { certificate } = judgeNoon(auditOf([...list.leaves, ...silent.leaves]));
    assert.deepEqual([stateName(certificate.state), certificate.counts?.missing], ['unknown', 20]);
    // Once it is back, everything that its disk had has been told.
    const back = judgeNoon(auditOf([...list.leaves, ...silent.start(125).leaves])).certificate;
    assert.deepEqual([stateName(back.state), back.counts?.missing], ['incomplete', 20]);
  });

  it('is told by the clock of the Envoy, as far as its log tells it', () => {
    const ahead = new Narrator(1).start(3500).lives(3510, 3600);
    for (const call of calls.slice(0, 10)) ahead.records(call).logs([call], {}, NODE, 3600);
    const { spans } = unknownOf(ahead.start(3620).lives(3630, 3800).leaves, 3800);
    assert.deepEqual(spans, [[7.1, 22]]);
  });

  it('is nothing of an Envoy whose receiver’s clock was an hour back for a while', () => {
    const narrator = new Narrator(1).start(-100).lives(-90, 0);
    for (const call of calls.slice(0, 5)) narrator.records(call).logs([call], {}, NODE, -3600);
    told(narrator, 5, 30).counts(50, COUNTED).lives(51, 58);
    assert.deepEqual(unknownOf(narrator.leaves, 58), { state: 'whole', spans: [] });
    // What the first method says of it must come out for ever: there are certificates that say it.
    assert.deepEqual(unknownOf(narrator.leaves, 58, 1), { state: 'unknown', spans: [[50, 0]] });
  });

  it('is nothing any more once counters tell that the clock is right again, without a call', () => {
    const narrator = told(new Narrator(1).start(-100).lives(-90, 0), 0, 25);
    for (const call of calls.slice(25)) narrator.records(call).logs([call], {}, NODE, -3600);
    narrator.counts(32, COUNTED).lives(33, 58);
    assert.deepEqual(unknownOf(narrator.leaves, 58), { state: 'whole', spans: [] });
  });

  it('is the tail of a recorder that is killed again before any message was durable, where the node is heard of later', () => {
    const killed = told(new Narrator(1).start(-100).lives(-90, 0), 0, 3).lives(5, 5).start(10).lives(20, 20);
    const back = told(killed.start(26), 27, 30).lives(40, 130);
    const { state, spans } = unknownOf(back.leaves);
    assert.deepEqual(
      [state, spans],
      [
        'unknown',
        [
          [3, 12],
          [18, 28],
        ],
      ],
    );
    assert.deepEqual(unknownOf(back.leaves, 130, 2).spans, [[3, 12]]);
  });

  it('is the same when the messages from before come after the start of those that follow', () => {
    const narrator = told(new Narrator(1).start(-100).lives(-90, 0), 0, 3).lives(5, 5);
    const first = narrator.leaves.splice(0);
    told(narrator.start(10).lives(20, 20).start(26), 27, 30).lives(40, 130);
    assert.deepEqual(unknownOf([...narrator.leaves, ...first]).spans, [
      [3, 12],
      [18, 28],
    ]);
  });

  it('is nothing of a recorder that went on in order, and received no message', () => {
    const other = new Narrator(2).start(-100).lives(-90, 0);
    const own = told(new Narrator(1).start(-100).lives(-90, 0), 0, 3).stop(3).start(4).stop(5).start(6).lives(10, 20);
    told(other, 0, 30).lives(31, 130);
    assert.deepEqual(unknownOf([...own.leaves.slice(0, 11), ...other.leaves, ...own.leaves.slice(11)]).spans, []);
  });

  for (const [what, ahead] of [
    ['back', 3600],
    ['forward', -3600],
  ] as const)
    it(`ends with the next start of a recorder whose clock was set ${what} meanwhile`, () => {
      const killed = new Narrator(1).start(-100 + ahead).lives(ahead - 90, ahead);
      for (const call of calls.slice(0, 10)) killed.records(call).logs([call], {}, NODE, ahead);
      for (let beat = 0; beat < 8; beat += 1) killed.lives(ahead + 9.5, ahead + 9.5);
      const back = told(killed.start(20), 22, 30).lives(40, 130);
      assert.deepEqual(unknownOf(back.leaves).spans, [[7.5, 22]]);
      // Also where nothing but counters tells of the clock that it has now.
      const counted = { 'http.recorded.downstream_rq_total': 10, 'http.recorded.downstream_rq_active': 0 };
      const idle = new Narrator(1).start(-100 + ahead).lives(ahead - 90, ahead);
      for (const call of calls.slice(0, 10)) idle.records(call).logs([call], {}, NODE, ahead);
      for (let beat = 0; beat < 8; beat += 1) idle.lives(ahead + 9.5, ahead + 9.5);
      idle.start(20).counts(25, counted).counts(125, counted).lives(126, 130);
      assert.deepEqual(unknownOf(idle.leaves).spans, [[7.5, 22]]);
    });

  it('begins where a recorder ended whose clock had been set back while it lived', () => {
    const killed = new Narrator(1).start(3500).lives(3510, 3600);
    for (const call of calls.slice(0, 3)) killed.records(call).logs([call], {}, NODE, 3600);
    told(killed, 3, 15);
    assert.deepEqual(unknownOf(killed.leaves).spans, [[12.1, 0]]);
    assert.deepEqual(unknownOf(told(killed.start(20), 22, 30).lives(40, 130).leaves).spans, [[12.1, 22]]);
  });
});
