import assert from 'node:assert/strict';
import { Agenda } from '../../../src/audit/agenda.ts';
import type { AuditTiming } from '../../../src/audit/due.ts';
import { CertificateBook, CompletenessAudit, NOBODY } from '../../../src/proof/completeness/index.ts';
import { Certificate, CERTIFICATE_METHOD, KEY_ROLE, KIND, LedgerRecord } from '../../../src/record/index.ts';
import { idOf, Narrator, NODE, NOON, SECOND, SETTINGS, stateName } from '../proof/completeness/story.ts';
import type { StoryLeaf } from '../proof/completeness/story.ts';

const timing: AuditTiming = { graceUs: 60 * SECOND, unloggedGraceUs: 600 * SECOND };
const GENESIS: StoryLeaf = {
  record: LedgerRecord.create({ kind: KIND.genesis, timeUs: NOON - 100_000 * SECOND }),
  role: KEY_ROLE.ledger,
};

/** A log with an auditor that reads it. */
class Certified {
  readonly leaves: StoryLeaf[] = [GENESIS];
  readonly auditor = new Narrator(9, KEY_ROLE.auditor);
  agenda: Agenda;
  audit: CompletenessAudit;
  /** What certificates said: node, window, revision, state. */
  readonly said: string[] = [];
  #taken = 0;

  constructor(startedAt = -100) {
    this.auditor.start(startedAt);
    this.leaves.push(...this.auditor.leaves.splice(0));
    [this.agenda, this.audit] = this.#fresh();
    this.#follow();
  }

  /** The log grows by what others wrote. */
  grow({ leaves }: Narrator): this {
    this.leaves.push(...leaves.splice(0));
    return this;
  }

  /** An auditor that was ended begins anew, with nothing but the log. */
  restart(at: number): this {
    this.auditor.start(at);
    this.grow(this.auditor);
    [this.agenda, this.audit] = this.#fresh();
    this.#taken = 0;
    return this;
  }

  /** An auditor of another version goes on: it judges by another method. */
  upgrade(at: number, method: number): this {
    this.restart(at);
    this.audit = new CompletenessAudit(SETTINGS, undefined, this.agenda.onChange, method);
    return this;
  }

  /** Certifies all that is due `at` seconds after noon; gives what that said. */
  certify(at: number, monotonic = at): string[] {
    const before = this.said.length;
    this.#follow();
    const nowUs = NOON + at * SECOND;
    const monotonicUs = monotonic * SECOND;
    for (const window of this.agenda.next(this.audit, timing, nowUs, monotonicUs)) {
      const judgement = this.audit.judge(window.nodeId, window.startUs, nowUs);
      const revision = this.agenda.revisionOf(window, judgement);
      if (revision === undefined) continue;
      this.agenda.writes(window, monotonicUs);
      this.agenda.written(window, this.auditor.seq);
      const certificate = { ...judgement.certificate, ...revision };
      const attachments = judgement.lists.map(({ attachment }) => attachment);
      this.auditor.write(at, KIND.certificate, Certificate.encode(certificate));
      const leaf = this.auditor.leaves.at(-1);
      if (leaf !== undefined) leaf.record.attachments = attachments;
      const second = (window.startUs - NOON) / SECOND;
      this.said.push(`${window.nodeId || '?'} ${second} r${revision.revision} ${stateName(certificate.state)}`);
    }
    return this.said.slice(before);
  }

  /** What was written comes into the log. */
  arrives(): this {
    this.grow(this.auditor);
    this.#follow();
    return this;
  }

  /** Makes every certificate again. @throws evidence.certificate */
  check(): number {
    const book = new CertificateBook();
    for (const [leaf, { record }] of this.leaves.entries()) book.take(leaf, record);
    book.begin();
    for (const [leaf, { record, role }] of this.leaves.entries()) book.replay(leaf, record, role);
    return book.finish(this.leaves.length).recomputed;
  }

  #fresh(): [Agenda, CompletenessAudit] {
    const agenda = new Agenda(SETTINGS, this.auditor.keyId, this.auditor.epoch.slice());
    return [agenda, new CompletenessAudit(SETTINGS, undefined, agenda.onChange)];
  }

  #follow(): void {
    for (; this.#taken < this.leaves.length; this.#taken += 1) {
      const { record, role } = this.leaves[this.#taken] ?? GENESIS;
      this.agenda.take(this.#taken, record);
      this.audit.add(this.#taken, record, role);
    }
  }
}

const call = (number: number, at: number) => ({ id: idOf(number), at });

function recorder(): Narrator {
  return new Narrator(1).start(-100).lives(-90, 0);
}

describe('what an auditor certifies', () => {
  it('is each window once, when it is due', () => {
    const told = recorder()
      .records(call(1, 1))
      .logs([call(1, 1)])
      .lives(10, 200);
    const log = new Certified().grow(told);
    assert.deepEqual(log.certify(119), []);
    assert.deepEqual(log.certify(121), [`${NODE} 0 r0 whole`]);
    assert.deepEqual(log.certify(126), [], 'it is on its way');
    assert.deepEqual(log.arrives().certify(131), []);
    assert.deepEqual(log.arrives().certify(181), [`${NODE} 60 r0 silent`]);
    assert.equal(log.arrives().check(), 2);
  });

  it('is on its way while its clock is set and while the bus holds everything up, and lost once what came after it is there', () => {
    const told = recorder()
      .records(call(1, 1))
      .logs([call(1, 1)])
      .lives(10, 130);
    const log = new Certified().grow(told);
    const first = (at: number, monotonic?: number): string[] =>
      log.certify(at, monotonic).filter((each) => each.includes(' 0 r'));
    assert.deepEqual(first(121), [`${NODE} 0 r0 whole`]);
    assert.deepEqual(first(200_000, 122), [], 'the clock was set');
    assert.deepEqual(first(200_100, 40_000), [], 'nothing has come');
    log.auditor.leaves.splice(0);
    log.auditor.lives(200_200, 200_200);
    assert.deepEqual(log.arrives().certify(200_201, 40_001).slice(0, 1), [`${NODE} 0 r0 whole`]);
  });

  it('is certified anew when something comes late, and not when nothing new does', () => {
    const producer = recorder()
      .logs([call(1, 1)])
      .lives(10, 130);
    const log = new Certified().grow(producer);
    assert.deepEqual(log.certify(121), [`${NODE} 0 r0 incomplete`]);
    assert.deepEqual(log.arrives().certify(126), []);
    log.grow(producer.lives(140, 140).records(call(1, 1)));
    assert.deepEqual(log.certify(141), [`${NODE} 0 r1 whole`]);
    log.arrives().grow(producer.lives(150, 150).logs([call(1, 1)]));
    assert.deepEqual(log.certify(151), []);
    assert.equal(log.arrives().check(), 2);
  });

  it('is what it would have been without a restart', () => {
    const producer = recorder()
      .logs([call(1, 1)])
      .lives(10, 130);
    const log = new Certified().grow(producer);
    log.certify(121);
    log.arrives().restart(135);
    assert.deepEqual(log.certify(136), []);
    log.grow(producer.lives(140, 190).records(call(1, 1)));
    assert.deepEqual(log.certify(191), [`${NODE} 0 r1 whole`, `${NODE} 60 r0 silent`]);
    assert.equal(log.arrives().check(), 3);
  });

  it('is not certified anew because another version has another method, unless that says something else', () => {
    const producer = recorder()
      .logs([call(1, 1)])
      .lives(10, 130);
    const log = new Certified().grow(producer).upgrade(115, 1);
    assert.deepEqual(log.certify(121), [`${NODE} 0 r0 incomplete`]);
    log.arrives().upgrade(135, CERTIFICATE_METHOD);
    assert.deepEqual(log.certify(136), []);
    log.grow(producer.lives(140, 150).records(call(1, 1)));
    assert.deepEqual(log.certify(151), [`${NODE} 0 r1 whole`]);
    assert.equal(log.arrives().check(), 2);
  });

  it('waits after a restart until the log has what was written before', () => {
    const log = new Certified().grow(
      recorder()
        .logs([call(1, 1)])
        .lives(10, 130),
    );
    assert.deepEqual(log.certify(121), [`${NODE} 0 r0 incomplete`]);
    const written = log.auditor.leaves.splice(0);
    log.auditor.start(125);
    const agenda = new Agenda(SETTINGS, log.auditor.keyId, log.auditor.epoch.slice());
    const audit = new CompletenessAudit(SETTINGS, undefined, agenda.onChange);
    const feed = (leaves: readonly StoryLeaf[], from: number): void => {
      for (const [index, { record, role }] of leaves.entries()) {
        agenda.take(from + index, record);
        audit.add(from + index, record, role);
      }
    };
    feed(log.leaves, 0);
    assert.deepEqual(agenda.next(audit, timing, NOON + 130 * SECOND, 130 * SECOND), []);
    feed([...written, ...log.auditor.leaves], log.leaves.length);
    const [window] = agenda.next(audit, timing, NOON + 130 * SECOND, 130 * SECOND);
    assert.ok(window !== undefined);
    assert.equal(agenda.revisionOf(window, audit.judge(NODE, NOON, NOON + 130 * SECOND)), undefined);
  });

  it('follows the newest certificate that its leaves hold, should one arrive late', () => {
    const producer = recorder()
      .logs([call(1, 1)])
      .lives(10, 130);
    const log = new Certified().grow(producer);
    log.certify(121);
    const late = log.auditor.leaves.splice(0);
    log.restart(800).grow(producer.lives(140, 800));
    assert.deepEqual(log.certify(801).slice(0, 1), [`${NODE} 0 r0 incomplete`]);
    log.leaves.push(...late);
    assert.ok(log.arrives().check() > 1);
  });

  it('are calls that no access log names only once that is sure, and what a log says of them after all', () => {
    const producer = recorder().records(call(1, 1)).lives(10, 700);
    const log = new Certified().grow(producer);
    assert.deepEqual(log.certify(600), []);
    assert.deepEqual(log.certify(661), ['? 0 r0 no_access_log']);
    log.arrives().grow(producer.logs([call(1, 1)]).lives(710, 730));
    assert.deepEqual(log.certify(731).slice(0, 2), ['? 0 r1 silent', `${NODE} 0 r0 whole`]);
    assert.ok(log.arrives().check() > 2);
    assert.equal(log.audit.windowsOf(NOBODY).length, 0);
  });

  it('is nothing that ended a day before it began', () => {
    const producer = new Narrator(1)
      .start(-100)
      .records(call(1, 1))
      .logs([call(1, 1)])
      .lives(10, 200);
    const log = new Certified(100_000).grow(producer);
    assert.deepEqual(log.certify(100_010), []);
  });

  it('leaves out the days in which a node was not there, but not its end before them', () => {
    const producer = recorder()
      .records(call(1, 1))
      .logs([call(1, 1)])
      .lives(10, 20);
    const log = new Certified().grow(producer);
    const day = 86_400;
    const back = 3 * day;
    producer
      .start(back)
      .records(call(2, back + 1))
      .logs([call(2, back + 1)]);
    log.grow(producer.lives(back + 10, back + 200)).restart(back + 100);
    const said = log.certify(back + 131);
    assert.deepEqual(said, [`${NODE} 0 r0 unknown`, `${NODE} ${back} r0 unknown`]);
    assert.equal(log.arrives().check(), 2);
  });

  it('keep what they said when what would tell of it is forgotten', () => {
    const producer = recorder()
      .records(call(1, 1))
      .logs([call(1, 1)])
      .loses(10, 12, 3, 'access_log');
    const log = new Certified().grow(producer.lives(20, 200));
    assert.equal(log.certify(131)[0], `${NODE} 0 r0 unknown`);
    for (let number = 0; number < 4_096 + 1_030; number += 1) producer.loses(300, 301, 1, 'access_log');
    log.arrives().grow(producer.lives(302, 330));
    assert.ok(log.audit.certainFrom(NODE) === 0);
    const said = log.certify(331);
    assert.ok(log.audit.certainFrom(NODE) > NOON);
    assert.deepEqual(
      said.filter((each) => each.startsWith(`${NODE} 0 `)),
      [],
    );
  });

  it('leaves out no window between the first that was certified and one that was told of late', () => {
    const producer = recorder()
      .records(call(1, 181))
      .logs([call(1, 181)])
      .lives(190, 400);
    const log = new Certified().grow(producer);
    assert.equal(log.certify(311)[0], `${NODE} 180 r0 whole`);
    log.arrives().grow(producer.records(call(2, 1)).logs([call(2, 1)]));
    assert.deepEqual(log.certify(312).toSorted(), [
      `${NODE} 0 r0 whole`,
      `${NODE} 120 r0 silent`,
      `${NODE} 60 r0 silent`,
    ]);
    assert.deepEqual(log.arrives().certify(313), []);
    assert.equal(log.check(), 4);
  });

  it('is revised where who received the access log is heard of late, and leaves something unknown', () => {
    const producer = recorder()
      .records(call(1, 1))
      .logs([call(1, 1)])
      .lives(10, 400);
    const log = new Certified().grow(producer);
    assert.deepEqual(log.certify(181), [`${NODE} 0 r0 whole`, `${NODE} 60 r0 silent`]);
    const other = new Narrator(2)
      .start(-50)
      .records(call(2, 2))
      .logs([call(2, 2)])
      .lives(10, 70)
      .start(75);
    log.arrives().grow(other);
    assert.deepEqual(log.certify(182), [`${NODE} 0 r1 whole`, `${NODE} 60 r1 unknown`]);
    assert.ok(log.arrives().check() > 2);
  });
});

describe('what an auditor certifies of an Envoy whose clock was set', () => {
  const HOUR = 3600;

  /** Calls, counters and heartbeats every five seconds, by a clock that is so much ahead of everybody's. */
  function busy(producer: Narrator, from: number, until: number, ahead: number): Narrator {
    for (let at = from; at < until; at += 5) {
      const own = call(Math.round(at + ahead + 10_000), at + ahead);
      producer.records(own).logs([own], {}, NODE, -ahead).lives(at, at);
    }
    return producer;
  }

  /** All that is certified, as far as the auditor looks every five seconds. */
  function certifyUntil(log: Certified, from: number, until: number): string[] {
    const said: string[] = [];
    for (let at = from; at <= until; at += 5) {
      said.push(...log.certify(at));
      log.arrives();
    }
    return said;
  }

  it('is no window that its clock was set forward over', () => {
    const producer = busy(recorder(), 0, 100, 0);
    const log = new Certified().grow(busy(producer, 100, 300, HOUR));
    const said = certifyUntil(log, 300, 302);
    assert.deepEqual(said, [
      ...[`${NODE} 0 r0 whole`, `${NODE} 60 r0 whole`],
      ...[3660, 3720, 3780].map((start) => `${NODE} ${start} r0 whole`),
    ]);
    assert.equal(log.check(), 5);
  });

  it('is the same after a restart', () => {
    const log = new Certified().grow(busy(busy(recorder(), 0, 100, 0), 100, 300, HOUR));
    certifyUntil(log, 300, 310);
    log.restart(315);
    assert.deepEqual(certifyUntil(log, 315, 330), []);
  });

  it('goes on after more windows than are judged at once', () => {
    const log = new Certified().grow(busy(busy(recorder(), 0, 100, 0), 100, 300, 12 * HOUR));
    const said = certifyUntil(log, 300, 320);
    assert.deepEqual(said.at(-1), `${NODE} ${12 * HOUR + 180} r0 whole`);
    assert.equal(said.length, 5);
  });

  it('is what comes in such a window after all, when it is set back', () => {
    const producer = busy(busy(recorder(), 0, 100, 0), 100, 300, HOUR);
    const log = new Certified().grow(producer);
    certifyUntil(log, 300, 305);
    log.grow(busy(producer, 305, 500, 0));
    assert.deepEqual(
      certifyUntil(log, 500, 505).filter((each) => each.includes('whole')),
      [300, 360].map((start) => `${NODE} ${start} r0 whole`),
    );
  });

  it('is judged again when it was certified before that time came, and what was lost in it is said', () => {
    const producer = busy(busy(recorder(), 0, 100, 0), 100, 300, HOUR);
    const log = new Certified().grow(producer);
    certifyUntil(log, 300, 305);
    log.grow(busy(producer, 305, 400, 0));
    certifyUntil(log, 400, 470);
    // Nobody has received its log since, and it isn't known when anybody will again.
    const said = certifyUntil(log, 480, 700);
    assert.deepEqual(
      said,
      [360, 420, 480, 540].map((start) => `${NODE} ${start} r0 unknown`),
    );
  });
});
