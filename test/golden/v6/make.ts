import { LedgerReader } from '../../../src/ledger/index.ts';
import { CompletenessAudit, LeafRoles, openLeaf, readGenesis } from '../../../src/proof/index.ts';
import type { Judgement } from '../../../src/proof/index.ts';
import { AuditSettings, Certificate, Frame, KEY_ROLE, KIND } from '../../../src/record/index.ts';
import { nodeFiles } from '../../../src/runtime/index.ts';
import { enrolment, makeLog, startProducer } from '../v1/make.ts';
import type { Making } from '../v1/make.ts';
import { NODE, WINDOW_US } from '../v3/records.ts';
import { writeFirst, writeLast } from './records.ts';

const SETTINGS = AuditSettings.create({ windowUs: 60_000_000, logDelayUs: 2_000_000, silentUs: 35_000_000 });
const METHOD = 3;

async function judge({ log, ledger, clock }: Making): Promise<Judgement> {
  const audit = new CompletenessAudit(SETTINGS, undefined, undefined, METHOD);
  let roles: LeafRoles | undefined;
  for await (const { index, bytes } of new LedgerReader(nodeFiles, log).leaves(ledger.size)) {
    const { record, statement } = openLeaf(bytes);
    roles ??= new LeafRoles(readGenesis(record, statement.logOrigin, {}).rootPublicKey, statement.logOrigin);
    audit.add(index, record, roles.take(record, index));
  }
  return audit.judge(NODE, WINDOW_US, clock.nowUs());
}

const batchesIn = (frames: readonly Uint8Array[]): number =>
  frames.filter((frame) => Frame.decode(frame).batch !== undefined).length;

/** Three lives of a recorder, of which two are killed, and an auditor's with one certificate. */
async function fill(making: Making): Promise<void> {
  const { keys, clock, ledger } = making;
  const [root, recorder, auditor] = await Promise.all(
    (['root', 'recorder', 'auditor'] as const).map((name) => keys.signingKey(name)),
  );
  if (root === undefined || recorder === undefined || auditor === undefined) throw new Error('keys are missing');
  const ingest = await keys.ingestKeys(root.publicKey);
  await ledger.enrol(enrolment(root, auditor, KEY_ROLE.auditor, 'auditor'));
  const first = await startProducer(recorder, ingest, clock, 2);
  await writeFirst(first.producer);
  await making.carry(first.frames);
  const before = { epoch: first.producer.epoch, batches: batchesIn(first.frames) };
  const second = await startProducer(recorder, ingest, clock, 3, before);
  await second.producer.heartbeat();
  await making.carry(second.frames);
  const then = { epoch: second.producer.epoch, batches: batchesIn(second.frames) };
  const third = await startProducer(recorder, ingest, clock, 4, then);
  await writeLast(third.producer);
  await making.carry(third.frames);
  const auditing = await startProducer(auditor, ingest, clock, 5);
  const { certificate, lists } = await judge(making);
  const attachments = lists.map(({ attachment: { name, count }, bytes }) => ({ name, count, bytes }));
  await auditing.producer.append({ kind: KIND.certificate, body: Certificate.encode(certificate), attachments });
  await auditing.producer.stop();
  await making.carry(auditing.frames);
}

/** Makes the sixth golden log, of what method 3 says otherwise than those before it: `node make.ts <new folder>`. */
export function makeSixthGolden(target: string): Promise<void> {
  return makeLog(target, fill);
}

if (process.argv[1] === import.meta.filename) {
  const [, , target] = process.argv;
  if (target === undefined) throw new Error('usage: make.ts <new folder>');
  await makeSixthGolden(target);
}
