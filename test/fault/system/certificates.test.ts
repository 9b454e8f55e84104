import assert from 'node:assert/strict';
import { join } from 'node:path';
import { throughEnvoy } from '../../../demo/client/transport.ts';
import { runMix } from '../../../demo/client/mix.ts';
import type { System } from '../../../demo/system.ts';
import { Certificate, CERTIFICATE_STATE, CallCounts, KIND } from '../../../src/record/index.ts';
import { nodeFiles, silentLogger, systemClock, systemRandom } from '../../../src/runtime/index.ts';
import { KeyFolder, nodeKeyFiles, Producer, recoverLastEpoch } from '../../../src/seal/index.ts';
import { Spool } from '../../../src/spool/index.ts';
import { CERTIFYING, certificatesOf, stateOf, summaryOf } from '../../support/system-certificates.ts';
import { Load } from '../../support/system-load.ts';
import { LogCounts, until } from '../../support/system-log.ts';
import { Stage } from '../../support/system-stage.ts';
import { requireOrSkip } from '../../support/tools.ts';

const LIMIT_MS = 60_000;
const CALLS = 120;

/** Signs a record with the auditor's key, as who has it could, and leaves it in the spool for the next start. */
async function writeAsAuditor({ ledgerData, ledgerFolder }: System, body: Uint8Array): Promise<void> {
  const random = systemRandom;
  const key = await KeyFolder.open({ directory: join(ledgerData, 'keys'), files: nodeKeyFiles, random }).signingKey(
    'auditor',
  );
  const limits = { segmentBytes: 1 << 20, maxBytes: 1 << 28 };
  const common = { files: nodeFiles, clock: systemClock, random, logger: silentLogger };
  const spool = await Spool.open({ ...common, directory: join(ledgerFolder, '..', 'spool'), limits });
  const producer = await Producer.start({
    key,
    logOrigin: 'affidavit.local/demo/0',
    spool,
    ingestKeys: { keys: [], rootSignature: new Uint8Array(0) },
    clock: systemClock,
    random,
    environment: '',
    tenant: '',
    retentionClass: 'default',
    softwareVersion: '0',
    role: 'auditor',
    previous: (await recoverLastEpoch(spool)).lastOf.get(Buffer.from(key.keyId).toString('hex')),
    limits: { maxBatchRecords: 100, maxBacklogBytes: 1 << 20 },
  });
  await producer.append({ kind: KIND.certificate, body });
  await producer.stop();
  await spool.close();
}

describe('certificates of a system', function () {
  this.timeout(240_000);
  const stage = new Stage();

  before(async function () {
    await requireOrSkip(this, 'envoy');
  });

  afterEach(async () => {
    await stage.clear();
  });

  /** Resolves once so many calls are certified as recorded: what ends late revises what was said before. */
  async function untilServed(system: System, calls: number): Promise<void> {
    const certified = async (): Promise<boolean> => {
      const { served, bad } = summaryOf(await certificatesOf(system));
      return served >= calls && bad === 0;
    };
    assert.ok(await until(certified, LIMIT_MS), JSON.stringify(summaryOf(await certificatesOf(system))));
  }

  const call = (system: System, calls: number, seed: number) =>
    runMix({ calls, concurrency: 8, seed, target: throughEnvoy(system.ports.listener) });

  it('say that all is there, are made again by who verifies, and a forged one is evidence', async () => {
    const system = await stage.start({ profile: 'inline', kafka: false, seed: 31, settings: CERTIFYING });
    await call(system, CALLS, 31);
    await untilServed(system, CALLS);
    const certified = await certificatesOf(system);
    const { states, served, bad } = summaryOf(certified);
    assert.deepEqual([served, bad], [CALLS, 0]);
    assert.deepEqual(
      [...states].filter((state) => !['whole', 'no_traffic', 'silent'].includes(state)),
      [],
    );
    await system.envoy?.stop();
    await system.recorder?.stop();
    const verified = await system.cli(['verify', system.ledgerFolder]);
    assert.equal(verified.status, 0, verified.stderr);
    assert.match(verified.stdout, /ok {2}certificates: (\d+) of \1 made again from their leaves/);

    const target = certified.find(({ certificate }) => (certificate.counts?.served ?? 0) > 0)?.certificate;
    assert.ok(target !== undefined);
    const leaf = (await new LogCounts(system.ledgerData).update()).newestCertificate(target);
    const { served: all } = target.counts ?? CallCounts.create();
    const forged = {
      ...target,
      revision: target.revision + 1,
      revisesLeafPlusOne: leaf + 1,
      judgedUs: systemClock.nowUs(),
      treeSize: leaf + 1,
      counts: CallCounts.create({ served: all + 1, complete: all + 1 }),
      state: CERTIFICATE_STATE.whole,
    };
    await writeAsAuditor(system, Certificate.encode(Certificate.create(forged)));
    await system.startRecorder();
    await system.stopAffidavit();
    const refused = await system.cli(['verify', system.ledgerFolder]);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /the certificate of node .* it says served \d+, the leaves \d+/);
  });

  it('say since when nobody knows after a kill, and go on where they were', async () => {
    const system = await stage.start({ profile: 'observe', kafka: false, seed: 32, settings: CERTIFYING });
    await call(system, CALLS, 32);
    await untilServed(system, CALLS);
    const before = (await certificatesOf(system)).length;
    await system.recorder?.kill9();
    await system.startRecorder();
    await call(system, CALLS, 33);
    await untilServed(system, 2 * CALLS);
    await system.stop();
    const certified = await certificatesOf(system);
    assert.ok(certified.length > before);
    const unknown = certified.filter(({ certificate }) => stateOf(certificate) === 'unknown');
    assert.ok(unknown.length > 0);
    for (const { certificate } of unknown) for (const { sinceUs } of certificate.unknown) assert.ok(sinceUs > 0);
    const { bad } = summaryOf(certified);
    assert.equal(bad, 0);
    const verified = await system.cli(['verify', system.ledgerFolder]);
    assert.equal(verified.status, 0, verified.stderr);
  });

  it('name each call that a killed recorder did not record, where the access log is received apart', async function () {
    await requireOrSkip(this, 'kafka');
    const apart = { kafka: true, accessLog: true, audit: true } as const;
    const system = await stage.start({ profile: 'observe', ...apart, seed: 33, settings: CERTIFYING });
    const load = new Load(system, { inFlight: 8, seed: 33 });
    await load.untilAnswered(CALLS);
    await system.recorder?.kill9();
    await load.untilAnswered(CALLS);
    await system.startRecorder();
    await load.untilAnswered(CALLS);
    const answered = (await load.end()).filter(({ ok }) => ok).length;
    // Each is said to be complete, or it is named.
    const isSettled = async (): Promise<boolean> => {
      const { served, named, states } = summaryOf(await certificatesOf(system));
      return served >= answered && named > 0 && states.has('incomplete');
    };
    assert.ok(await until(isSettled, LIMIT_MS), JSON.stringify(summaryOf(await certificatesOf(system))));
    await system.recorder?.stop();
    const log = await new LogCounts(system.ledgerData).update();
    const { served, named, bad } = summaryOf(await certificatesOf(system));
    assert.deepEqual([named, served], [bad, log.logged.size]);
    await system.stop();
    const verified = await system.cli(['verify', system.ledgerFolder]);
    assert.equal(verified.status, 0, verified.stderr);
    const gaps = await system.cli(['gaps', '--since', '1h']);
    assert.match(gaps.stdout, /missing {2}.*not recorded/);
  });
});
