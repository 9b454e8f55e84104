import assert from 'node:assert/strict';
import {
  AffidavitError,
  Gap,
  KEY_ACTION,
  KEY_ROLE,
  KeyStatement,
  KIND,
  Quarantined,
} from '../../../src/record/index.ts';
import { silentLogger } from '../../../src/runtime/index.ts';
import { SigningKey, signKeyStatement } from '../../../src/seal/index.ts';
import { sha256 } from '../../../src/proof/index.ts';
import { LedgerReader } from '../../../src/ledger/index.ts';
import {
  assertOnce,
  enrolment,
  exchange,
  type FakeKeyService,
  LEDGER_DIRECTORY,
  ledgerKey,
  messages,
  openLedger,
  readLog,
  recorderKey,
  rootKey,
  TestEpoch,
  testPart,
} from '../../support/ledger.ts';
import type { WholeLog } from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

function gaps(log: WholeLog): Gap[] {
  return log.leaves.flatMap(({ record }) => (record.kind === KIND.gap ? [Gap.decode(record.body)] : []));
}

function quarantined(log: WholeLog): Quarantined[] {
  return log.leaves.flatMap(({ record }) =>
    record.kind === KIND.quarantined ? [Quarantined.decode(record.body)] : [],
  );
}

describe('ledger: what it refuses', () => {
  let disk = new SimulatedDisk(1);
  beforeEach(() => {
    disk = new SimulatedDisk(1);
  });

  it('starts although an enrolment is wrong, logs it, and takes the others', async () => {
    const lines: string[] = [];
    const logger = { ...silentLogger, error: (_: object, message: string) => lines.push(message) };
    const stranger = SigningKey.fromSeed(sha256(Buffer.from('stranger')));
    const forged = { ...enrolment(stranger), signature: new Uint8Array(64) };
    const garbage = { statement: Uint8Array.of(0xff), signature: new Uint8Array(64) };
    const never = enrolment(stranger, KEY_ROLE.producer, KEY_ACTION.retired);
    const foreign = signKeyStatement(rootKey, {
      ...KeyStatement.decode(enrolment(stranger).statement),
      logOrigin: 'other.example/log',
    });
    const wrong = [forged, garbage, never, foreign];
    const enrolments = [...wrong, enrolment(ledgerKey, KEY_ROLE.ledger), enrolment(recorderKey)];
    const ledger = await openLedger(disk.files(), { enrolments, logger });
    assert.equal(ledger.size, 3);
    assert.equal(lines.length, wrong.length);
    await ledger.close();
    const again = await openLedger(disk.files(), { enrolments, logger });
    assert.deepEqual([again.size, lines.length], [3, 2 * wrong.length]);
    await again.close();
    const empty = new SimulatedDisk(2).files();
    await assert.rejects(openLedger(empty, { enrolments: [...wrong, enrolment(recorderKey)] }), {
      code: 'key.missing',
    });
  });

  it('says of each batch of an unknown key whether it waits, and lets none go silently', async () => {
    const lines: { messages?: number }[] = [];
    const logger = { ...silentLogger, error: (fields: object) => lines.push(fields) };
    const stranger = SigningKey.fromSeed(sha256(Buffer.from('stranger')));
    const epoch = new TestEpoch('a', stranger);
    const sent = ['0', '1', '2', '3', '4'].map((text) => epoch.batch([exchange(text)]));
    const ledger = await openLedger(disk.files(), { logger, limits: { maxWaiting: 3 } });
    const result = await ledger.ingest(messages(sent.map(({ frame }) => frame)));
    assert.deepEqual([result.quarantined, result.notWaiting], [5, 2]);
    assert.deepEqual(
      lines.map(({ messages: count }) => count),
      [2],
    );
    await ledger.enrol(enrolment(stranger));
    const log = await readLog(disk.files());
    assertOnce(log, sent.slice(0, 3));
    const said = quarantined(log);
    assert.deepEqual(
      said.map(({ detail }) => detail.includes('at most 3 messages wait: this one does not')),
      [false, false, false, true, true],
    );
    const reader = new LedgerReader(disk.files(), LEDGER_DIRECTORY);
    for (const [i, { hash }] of said.entries()) assert.deepEqual(await reader.readDeadLetter(hash), sent[i]?.frame);
    // What did not wait and comes again is appended like anything that comes late.
    await ledger.ingest(
      messages(
        sent.slice(3).map(({ frame }) => frame),
        5,
      ),
    );
    assertOnce(await readLog(disk.files()), sent);
  });

  it('says nothing of a refused message in the words of the message', async () => {
    const ledger = await openLedger(disk.files());
    const secret = 'a-secret-of-somebody';
    const foreign = new TestEpoch('b', recorderKey, secret).batch([exchange('0')]);
    const part = testPart(new Uint8Array(50).fill(1));
    part.item.manifest = Buffer.from(secret);
    const rewrap: FakeKeyService['rewrap'] = (items) =>
      Promise.resolve(items.map(() => ({ failure: new AffidavitError('not_found', secret) })));
    const batch = new TestEpoch('c').batch([
      exchange('0', [part]),
      exchange('1', [testPart(new Uint8Array(50).fill(2))]),
    ]);
    const bad = new TestEpoch('d').batch([exchange('0'), { kind: KIND.exchange, body: Uint8Array.of(0xff) }]);
    await ledger.close();
    const other = await openLedger(disk.files(), { keyService: { rewrap } });
    await other.ingest(messages([foreign.frame, batch.frame, bad.frame]));
    const log = await readLog(disk.files());
    assert.deepEqual(
      quarantined(log).map(({ detail }) => detail),
      ['a batch for another log', 'record 1 of batch 0 is wrong: evidence.malformed'],
    );
    assert.deepEqual(
      gaps(log).map(({ detail }) => detail),
      ['its manifest does not hold: evidence.hash', 'its data key does not open: not_found'],
    );
    for (const { record } of log.leaves) assert.ok(!Buffer.from(record.body).includes(secret));
  });
});
