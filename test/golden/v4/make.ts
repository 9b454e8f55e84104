import { LedgerReader } from '../../../src/ledger/index.ts';
import { CompletenessAudit, LeafRoles, openLeaf, readGenesis } from '../../../src/proof/index.ts';
import type { Judgement } from '../../../src/proof/index.ts';
import { AuditSettings, Certificate, KEY_ROLE, KIND } from '../../../src/record/index.ts';
import { nodeFiles } from '../../../src/runtime/index.ts';
import { enrolment, makeLog, startProducer } from '../v1/make.ts';
import type { Making } from '../v1/make.ts';
import { NODE, WINDOW_US } from '../v3/records.ts';
import { writeClockBack } from './records.ts';

const SETTINGS = AuditSettings.create({ windowUs: 60_000_000, logDelayUs: 2_000_000, silentUs: 35_000_000 });

/** What the log in its folder comes to now, by the rules of a method. */
async function judge({ log, ledger, clock }: Making, method: number): Promise<Judgement> {
  const audit = new CompletenessAudit(SETTINGS, undefined, undefined, method);
  let roles: LeafRoles | undefined;
  for await (const { index, bytes } of new LedgerReader(nodeFiles, log).leaves(ledger.size)) {
    const { record, statement } = openLeaf(bytes);
    roles ??= new LeafRoles(readGenesis(record, statement.logOrigin, {}).rootPublicKey, statement.logOrigin);
    audit.add(index, record, roles.take(record, index));
  }
  return audit.judge(NODE, WINDOW_US, clock.nowUs());
}

/** A recorder's epoch, and an auditor's with one certificate. */
async function fill(making: Making, method: number): Promise<void> {
  const { keys, clock, ledger } = making;
  const [root, recorder, auditor] = await Promise.all(
    (['root', 'recorder', 'auditor'] as const).map((name) => keys.signingKey(name)),
  );
  if (root === undefined || recorder === undefined || auditor === undefined) throw new Error('keys are missing');
  const ingest = await keys.ingestKeys(root.publicKey);
  await ledger.enrol(enrolment(root, auditor, KEY_ROLE.auditor, 'auditor'));
  const recording = await startProducer(recorder, ingest, clock, 2);
  await writeClockBack(recording.producer);
  await making.carry(recording.frames);
  const auditing = await startProducer(auditor, ingest, clock, 3);
  const { certificate, lists } = await judge(making, method);
  const attachments = lists.map(({ attachment: { name, count }, bytes }) => ({ name, count, bytes }));
  await auditing.producer.append({ kind: KIND.certificate, body: Certificate.encode(certificate), attachments });
  await auditing.producer.stop();
  await making.carry(auditing.frames);
}

/**
 * Makes a log whose certificate says something else by each method: `node make.ts <new folder> <method>`. The fourth
 * golden log is that of method 1, written by the last version that knew no other. Like all of them it is never changed.
 */
export function makeClockGolden(target: string, method: number): Promise<void> {
  return makeLog(target, (making) => fill(making, method));
}

if (process.argv[1] === import.meta.filename) {
  const [, , target, method] = process.argv;
  if (target === undefined || method === undefined) throw new Error('usage: make.ts <new folder> <method>');
  await makeClockGolden(target, Number(method));
}
