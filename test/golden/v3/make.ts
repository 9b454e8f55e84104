import { LedgerReader } from '../../../src/ledger/index.ts';
import { CompletenessAudit, LeafRoles, openLeaf, readGenesis } from '../../../src/proof/index.ts';
import type { Judgement } from '../../../src/proof/index.ts';
import { AuditSettings, Certificate, KEY_ROLE, KIND } from '../../../src/record/index.ts';
import { nodeFiles } from '../../../src/runtime/index.ts';
import { enrolment, makeLog, startProducer } from '../v1/make.ts';
import type { Making } from '../v1/make.ts';
import { NODE, WINDOW_US, writeServed } from './records.ts';

const SETTINGS = AuditSettings.create({
  windowUs: 60_000_000,
  logDelayUs: 2_000_000,
  silentUs: 35_000_000,
  unrecordedRoutes: ['health'],
});

/** What the log in its folder comes to now. */
async function judge({ log, ledger, clock }: Making): Promise<Judgement> {
  const audit = new CompletenessAudit(SETTINGS);
  let roles: LeafRoles | undefined;
  for await (const { index, bytes } of new LedgerReader(nodeFiles, log).leaves(ledger.size)) {
    const { record, statement } = openLeaf(bytes);
    roles ??= new LeafRoles(readGenesis(record, statement.logOrigin, {}).rootPublicKey, statement.logOrigin);
    audit.add(index, record, roles.take(record, index));
  }
  return audit.judge(NODE, WINDOW_US, clock.nowUs());
}

/** A recorder's epoch, and an auditor's: a certificate, and one that revises it. */
async function fill(making: Making): Promise<void> {
  const { keys, clock, ledger } = making;
  const [root, recorder, auditor] = await Promise.all(
    (['root', 'recorder', 'auditor'] as const).map((name) => keys.signingKey(name)),
  );
  if (root === undefined || recorder === undefined || auditor === undefined) throw new Error('keys are missing');
  const ingest = await keys.ingestKeys(root.publicKey);
  await ledger.enrol(enrolment(root, auditor, KEY_ROLE.auditor, 'auditor'));
  const recording = await startProducer(recorder, ingest, clock, 2);
  await writeServed(recording.producer);
  await making.carry(recording.frames);
  const auditing = await startProducer(auditor, ingest, clock, 3);
  let carried = 0;
  for (const [revision, revisesLeafPlusOne] of [[0, 0], [1, ledger.size + 2]] as const) {
    const { certificate, lists } = await judge(making);
    const body = Certificate.encode({ ...certificate, revision, revisesLeafPlusOne });
    const attachments = lists.map(({ attachment: { name, count }, bytes }) => ({ name, count, bytes }));
    await auditing.producer.append({ kind: KIND.certificate, body, attachments });
    await making.carry(auditing.frames.slice(carried));
    carried = auditing.frames.length;
    await recording.producer.heartbeat();
  }
  await auditing.producer.stop();
  await making.carry(auditing.frames.slice(carried));
}

/** Makes the third golden log: `node make.ts <new folder>`. Like the others it is never changed once it is released. */
export function makeThirdGolden(target: string): Promise<void> {
  return makeLog(target, fill);
}

if (process.argv[1] === import.meta.filename) {
  const [, , target] = process.argv;
  if (target === undefined) throw new Error('usage: make.ts <new folder>');
  await makeThirdGolden(target);
}
