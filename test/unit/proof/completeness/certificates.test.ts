import assert from 'node:assert/strict';
import { CompletenessAudit, LeafRoles } from '../../../../src/proof/completeness/index.ts';
import { verifyLog } from '../../../../src/proof/index.ts';
import {
  AccessLog,
  AccessLogEntry,
  type Attachment,
  AuditSettings,
  CallCounts,
  Certificate,
  CERTIFICATE_METHOD,
  decodeLeaf,
  ENDED,
  Exchange,
  ExchangeHead,
  KEY_ROLE,
  KIND,
  LedgerRecord,
  PRODUCER_EVENT,
} from '../../../../src/record/index.ts';
import { refused } from '../expect.ts';
import {
  epochOf,
  EpochWriter,
  keyBody,
  ledgerLeaves,
  openingLeaves,
  ORIGIN,
  pinned,
  producerBody,
  recorderKey,
  rootKey,
  sourceOf,
  TestKey,
  writeLog,
} from '../sample-log.ts';
import type { Body } from '../sample-log.ts';
import { idOf } from './story.ts';

const auditorKey = new TestKey('auditor');
const NOW = 1_700_000_000_000_000;
const settings = AuditSettings.create({ windowUs: 60_000_000, logDelayUs: 2_000_000, silentUs: 35_000_000 });
const WINDOW = Math.floor(NOW / settings.windowUs) * settings.windowUs;

function exchange(number: number): Body {
  const head = ExchangeHead.create({ exchangeId: idOf(number), startedUs: NOW });
  return { kind: KIND.exchange, body: Exchange.encode(Exchange.create({ head, ended: ENDED.complete })) };
}

function accessLog(...numbers: number[]): Body {
  const entries = numbers.map((number) =>
    AccessLogEntry.create({ exchangeId: idOf(number), startedUs: NOW, protocol: 'HTTP/2', type: 6 }),
  );
  return {
    kind: KIND.access_log,
    body: AccessLog.encode(AccessLog.create({ nodeId: 'edge', receivedUs: NOW, entries })),
  };
}

/** A log with two calls, of which one has no record; then its auditor. */
class CertifiedLog {
  readonly leaves = [
    ...openingLeaves(),
    ...ledgerLeaves(1, keyBody(auditorKey, KEY_ROLE.auditor, { name: 'auditor' })),
  ];
  readonly recorder = new EpochWriter(recorderKey, epochOf(10));
  readonly auditor = new EpochWriter(auditorKey, epochOf(11));

  constructor() {
    this.leaves.push(
      ...this.recorder.batch([producerBody(PRODUCER_EVENT.started), exchange(1), accessLog(1, 2)]).leaves,
      ...this.auditor.batch([producerBody(PRODUCER_EVENT.started)]).leaves,
    );
  }

  certify(change: Partial<Certificate> = {}, lists?: Attachment[], writer = this.auditor): this {
    const audit = new CompletenessAudit(settings, undefined, undefined, change.method);
    const roles = new LeafRoles(rootKey.publicKey, ORIGIN);
    for (const [index, leaf] of this.leaves.entries()) {
      const record = LedgerRecord.decode(decodeLeaf(leaf).record);
      audit.add(index, record, roles.take(record, index));
    }
    const judgement = audit.judge('edge', WINDOW, NOW);
    const body = Certificate.encode({ ...judgement.certificate, ...change });
    const attachments = lists ?? judgement.lists.map(({ attachment }) => attachment);
    this.leaves.push(...writer.batch([{ kind: KIND.certificate, body, attachments }]).leaves);
    return this;
  }

  verify() {
    return verifyLog(sourceOf(writeLog(this.leaves)), pinned);
  }
}

describe('certificates in a log that is verified', () => {
  it('are made again from the leaves before them', async () => {
    const { certificates, checks } = await new CertifiedLog().certify().verify();
    assert.deepEqual(certificates, { count: 1, recomputed: 1, states: { incomplete: 1 } });
    assert.match(checks.find(({ name }) => name === 'certificates')?.detail ?? '', /1 of 1 made again .* 1 incomplete/);
  });

  it('are replaced by what is known later', async () => {
    const log = new CertifiedLog().certify();
    const revisesLeafPlusOne = log.leaves.length;
    log.leaves.push(...log.recorder.batch([exchange(2)]).leaves);
    const { certificates } = await log.certify({ revision: 1, revisesLeafPlusOne }).verify();
    assert.deepEqual(certificates, { count: 2, recomputed: 2, states: { whole: 1 } });
  });

  it('hold for the leaves that they name, whatever comes after', async () => {
    const log = new CertifiedLog();
    const treeSize = log.leaves.length;
    log.certify();
    log.leaves.push(...log.recorder.batch([exchange(2), accessLog(3)]).leaves);
    assert.equal((await log.verify()).certificates.recomputed, 1);
    assert.equal(treeSize < log.leaves.length, true);
  });

  const lies: [string, Partial<Certificate>][] = [
    ['that nothing is missing', { counts: CallCounts.create({ served: 2, complete: 2 }), state: 4 }],
    ['another state', { state: 4 }],
    ['fewer leaves', { treeSize: 6 }],
    ['more leaves than there are', { treeSize: 1000 }],
    ['another node', { nodeId: 'other' }],
    ['another window', { windowEndUs: WINDOW + 1 }],
    ['that something is unknown', { unknown: [{ sinceUs: WINDOW, untilUs: 0, what: 1 }] }],
    ['that it was judged later than it was written', { judgedUs: NOW + 1_000_000 }],
    ['that it is a revision', { revision: 1, revisesLeafPlusOne: 3 }],
  ];
  for (const [what, change] of lies)
    it(`are refused when they say ${what}`, async () => {
      await assert.rejects(new CertifiedLog().certify(change).verify(), refused('evidence.certificate'));
    });

  it('are refused when their lists name other calls, or none', async () => {
    const hash = new Uint8Array(32);
    for (const lists of [[], [{ name: 1, hash, count: 1, size: 1 }]])
      await assert.rejects(new CertifiedLog().certify({}, lists).verify(), refused('evidence.certificate'));
  });

  it('are refused when a second one for a window does not say what it replaces', async () => {
    await assert.rejects(new CertifiedLog().certify().certify().verify(), refused('evidence.certificate'));
  });

  it('are refused from who records', async () => {
    const log = new CertifiedLog();
    await assert.rejects(log.certify({}, undefined, log.recorder).verify(), refused('evidence.untrusted_key'));
  });

  it('are made again by the rules of their own method, also where one revises another', async () => {
    const log = new CertifiedLog().certify({ method: 1 });
    const revisesLeafPlusOne = log.leaves.length;
    log.leaves.push(...log.recorder.batch([exchange(2)]).leaves);
    const { certificates } = await log.certify({ revision: 1, revisesLeafPlusOne }).verify();
    assert.deepEqual(certificates, { count: 2, recomputed: 2, states: { whole: 1 } });
  });

  it('are refused when they lie, by whichever method', async () => {
    await assert.rejects(new CertifiedLog().certify({ method: 1, state: 4 }).verify(), refused('evidence.certificate'));
  });

  for (const method of [0, CERTIFICATE_METHOD + 1])
    it(`are neither proven nor bad evidence when their method is not known: ${method}`, async () => {
      const { certificates, checks } = await new CertifiedLog().certify({ method, state: 4 }).verify();
      assert.deepEqual([certificates.count, certificates.recomputed], [1, 0]);
      const check = checks.find(({ name }) => name === 'certificates');
      assert.equal(check?.ok, false);
      assert.match(check.detail, /1 are of rules that this version doesn't know/);
    });
});
