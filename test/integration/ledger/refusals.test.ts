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
import {
  enrolment,
  exchange,
  type FakeKeyService,
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
