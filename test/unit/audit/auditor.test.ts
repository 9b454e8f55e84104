import assert from 'node:assert/strict';
import { Auditor } from '../../../src/audit/index.ts';
import {
  AccessLog,
  AccessLogEntry,
  AuditSettings,
  Certificate,
  KEY_ROLE,
  KIND,
  PRODUCER_EVENT,
} from '../../../src/record/index.ts';
import type { RecordDraft } from '../../../src/record/index.ts';
import { silentLogger } from '../../../src/runtime/index.ts';
import { idOf } from '../proof/completeness/story.ts';
import {
  epochOf,
  EpochWriter,
  keyBody,
  ledgerLeaves,
  logVerifierKey,
  openingLeaves,
  producerBody,
  recorderKey,
  sourceOf,
  TestKey,
  writeLog,
} from '../proof/sample-log.ts';

const NOW = 1_700_000_000_000_000;
const LATER = NOW + 600_000_000;
const settings = AuditSettings.create({ windowUs: 60_000_000, logDelayUs: 2_000_000, silentUs: 35_000_000 });
const auditorKey = new TestKey('auditor');

/** A log with a call that has no record, and its auditor's beginning. */
function leavesOf(): Uint8Array[] {
  const entries = [AccessLogEntry.create({ exchangeId: idOf(1), startedUs: NOW, protocol: 'HTTP/2', type: 6 })];
  const body = AccessLog.encode(AccessLog.create({ nodeId: 'edge', receivedUs: NOW, entries }));
  return [
    ...openingLeaves(),
    ...ledgerLeaves(1, keyBody(auditorKey, KEY_ROLE.auditor, { name: 'auditor' })),
    ...new EpochWriter(recorderKey, epochOf(10)).batch([
      producerBody(PRODUCER_EVENT.started),
      { kind: KIND.access_log, body },
    ]).leaves,
    ...new EpochWriter(auditorKey, epochOf(11)).batch([producerBody(PRODUCER_EVENT.started)]).leaves,
  ];
}

describe('an auditor', () => {
  it('writes certificates with the time at which it judged, however its clock goes meanwhile', async () => {
    let nowUs = LATER;
    const written = Promise.withResolvers<RecordDraft>();
    const unused = (): never => {
      throw new Error('certificates have no payload');
    };
    const auditor = Auditor.start({
      source: sourceOf(writeLog(leavesOf())),
      logKey: logVerifierKey,
      writer: {
        backlogBytes: 0,
        openBytes: 0,
        openPart: unused,
        append: (draft) => {
          written.resolve(draft);
          return Promise.resolve({ epoch: epochOf(11), seq: 1, frame: 1 });
        },
      },
      keyId: auditorKey.keyId,
      epoch: epochOf(11),
      settings,
      timing: { graceUs: 1_000_000, unloggedGraceUs: 1_000_000 },
      intervalMs: 1,
      // Each reading is earlier than the one before.
      clock: { nowUs: () => (nowUs -= 1_000), monotonicUs: () => performance.now() * 1000 },
      logger: silentLogger,
    });
    const { kind, body, timeUs } = await written.promise;
    await auditor.stop();
    assert.equal(kind, KIND.certificate);
    assert.equal(timeUs, Certificate.decode(body).judgedUs);
  });
});
