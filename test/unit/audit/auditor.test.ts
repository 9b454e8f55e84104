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
import type { TileSource } from '../../../src/proof/index.ts';
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
const DAY = 86_400_000_000;
const TURNS = 5;
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
    ...new EpochWriter(auditorKey, epochOf(11)).batch([
      producerBody(PRODUCER_EVENT.started),
      producerBody(PRODUCER_EVENT.heartbeat),
    ]).leaves,
  ];
}

function logOf(): TileSource {
  return sourceOf(writeLog(leavesOf()));
}

const unused = (): never => {
  throw new Error('certificates have no payload');
};

/** An auditor of that log, that hands its certificates to `append`. */
function start(append: (draft: RecordDraft) => number, nowUs: () => number, source: TileSource = logOf()): Auditor {
  return Auditor.start({
    source,
    logKey: logVerifierKey,
    writer: {
      backlogBytes: 0,
      openBytes: 0,
      openPart: unused,
      append: (draft) => Promise.resolve({ epoch: epochOf(11), seq: append(draft), frame: 1 }),
    },
    keyId: auditorKey.keyId,
    epoch: epochOf(11),
    settings,
    timing: { graceUs: 1_000_000, unloggedGraceUs: 1_000_000 },
    intervalMs: 1,
    clock: { nowUs, monotonicUs: () => performance.now() * 1000 },
    logger: silentLogger,
  });
}

describe('an auditor', () => {
  it('writes certificates with the time at which it judged, however its clock goes meanwhile', async () => {
    let nowUs = LATER;
    const written = Promise.withResolvers<RecordDraft>();
    const append = (draft: RecordDraft): number => {
      written.resolve(draft);
      return 2;
    };
    // Each reading is earlier than the one before.
    const auditor = start(append, () => (nowUs -= 1_000));
    const { kind, body, timeUs } = await written.promise;
    await auditor.stop();
    assert.equal(kind, KIND.certificate);
    assert.equal(timeUs, Certificate.decode(body).judgedUs);
  });

  it('certifies no window twice while the first is on its way, though its clock is set forward meanwhile', async () => {
    let nowUs = LATER;
    const written: number[] = [];
    const turned = Promise.withResolvers<undefined>();
    let turns = 0;
    const log = logOf();
    const source: TileSource = {
      readTile: (...place) => log.readTile(...place),
      readEntries: (...place) => log.readEntries(...place),
      readCheckpoint: () => {
        turns += 1;
        if (turns === TURNS) turned.resolve(undefined);
        return log.readCheckpoint();
      },
    };
    const append = ({ body }: RecordDraft): number => {
      written.push(Certificate.decode(body).windowStartUs);
      nowUs = LATER + DAY;
      // The log has a record of its that was written after it.
      return 0;
    };
    const auditor = start(append, () => nowUs, source);
    await turned.promise;
    await auditor.stop();
    assert.ok(written.length > 0);
    assert.equal(new Set(written).size, written.length);
  });
});
