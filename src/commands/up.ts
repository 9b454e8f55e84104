import type { Command } from 'commander';
import { EmbeddedSource } from '../bus/index.ts';
import type { Config } from '../config/index.ts';
import { LedgerReader } from '../ledger/index.ts';
import { encodeBase64 } from '../proof/index.ts';
import { AffidavitError } from '../record/index.ts';
import { createLogger, nodeFiles } from '../runtime/index.ts';
import type { Logger } from '../runtime/index.ts';
import type { KeyFolder, SigningKey } from '../seal/index.ts';
import { addAuditMetrics } from './audit-metrics.ts';
import { joinAuditor, type JoinedAuditor } from './auditor-process.ts';
import { untilIngested } from './backlog.ts';
import { loadConfig, placesOf } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { enrolOwn, ensureAuditorKey, ensureLedgerKeys, ensureRecorderKey } from './key-setup.ts';
import { startLedger } from './ledger-process.ts';
import type { RunningLedger } from './ledger-process.ts';
import { ownLogKey } from './log-mark.ts';
import type { Ports } from './ports.ts';
import { startRecorder } from './recorder-process.ts';
import type { RunningProducer } from './producer-process.ts';
import { untilAsked } from './signals.ts';
import { withTelemetry } from './telemetry.ts';

/** `affidavit up`. */
export function registerUp(program: Command, context: Context, ports: Ports): void {
  program
    .command('up')
    .description('recorder, ledger and auditor in one process, without Kafka; makes its keys on the first start')
    .addHelpText(
      'after',
      '\nIn one process the part that seals payloads can also open them. Run recorder and ledger apart to avoid that.\n\n' +
        'Example:\n  affidavit up --data ./affidavit-data\n',
    )
    .action(async (_own: unknown, self: Command) => up(context, ports, self.optsWithGlobals<CommonOptions>()));
}

async function up(context: Context, ports: Ports, options: CommonOptions): Promise<void> {
  const config = await loadConfig(context, options);
  if (config.bus.kind !== 'embedded')
    throw new AffidavitError(
      'config.invalid',
      `bus.kind is "${config.bus.kind}": up uses the embedded bus; run recorder and ledger apart`,
    );
  const logger = createLogger(config.logLevel, 'affidavit');
  await withTelemetry(config, 'up', ports, logger, (counted) => run(config, counted, logger));
}

async function run(config: Config, ports: Ports, logger: Logger): Promise<void> {
  const asked = untilAsked();
  const keys = await ensureLedgerKeys(config, ports);
  await ensureRecorderKey(config, ports);
  await enrolOwn(config, keys, 'recorder', ports);
  const auditorKey = await enrolledAuditor(config, keys, ports, logger);
  logger.info({}, 'recorder, ledger and key service are one process: what seals can also open');
  const recorder = await startRecorder(config, keys, ports, logger);
  const source = new EmbeddedSource(recorder.spool, recorder.begunAt);
  const ledger = await startBehind(config, keys, ports, recorder, source, logger);
  let auditor: JoinedAuditor | undefined;
  try {
    if (auditorKey !== undefined) auditor = await auditBehind(config, keys, auditorKey, ports, recorder, logger);
    await Promise.race([asked, recorder.failed, ledger.failed]);
  } finally {
    await stopAll(recorder, auditor, source, ledger, ports, logger);
  }
}

/** The auditor's key, enrolled; `undefined` where there is to be none, or the root key that would enrol it is elsewhere. */
async function enrolledAuditor(
  config: Config,
  keys: KeyFolder,
  ports: Ports,
  logger: Logger,
): Promise<SigningKey | undefined> {
  if (!config.audit.enabled) return undefined;
  const key = await ensureAuditorKey(config, ports);
  try {
    await enrolOwn(config, keys, 'auditor', ports);
    return key;
  } catch (thrown) {
    if (!(thrown instanceof AffidavitError && thrown.code === 'key.missing')) throw thrown;
    logger.warn(
      { publicKey: encodeBase64(key.publicKey) },
      'nothing is certified: the root key is not here, and has not enrolled the auditor; affidavit keys enroll --auditor does',
    );
    return undefined;
  }
}

async function auditBehind(
  config: Config,
  keys: KeyFolder,
  key: SigningKey,
  ports: Ports,
  recorder: RunningProducer,
  logger: Logger,
): Promise<JoinedAuditor> {
  const reader = new LedgerReader(nodeFiles, placesOf(config).ledger);
  const joined = await joinAuditor(config, recorder, key, reader, await ownLogKey(config, keys), ports, logger);
  addAuditMetrics(ports.telemetry, joined.auditor);
  return joined;
}

async function startBehind(
  config: Config,
  keys: Awaited<ReturnType<typeof ensureLedgerKeys>>,
  ports: Ports,
  recorder: RunningProducer,
  source: EmbeddedSource,
  logger: Logger,
): Promise<RunningLedger> {
  try {
    return await startLedger(
      config,
      keys,
      {
        ...ports,
        source,
        onIngested: async (_ingested, next) => {
          if (next !== undefined) await recorder.release(next);
        },
      },
      logger,
    );
  } catch (thrown) {
    await recorder.stop();
    await recorder.close();
    throw thrown;
  }
}

/** The recorder first, and the ledger once it has everything that the recorder and the auditor wrote, or time is up. */
async function stopAll(
  recorder: RunningProducer,
  auditor: JoinedAuditor | undefined,
  source: EmbeddedSource,
  running: RunningLedger,
  { clock }: Ports,
  logger: Logger,
): Promise<void> {
  const { spool } = recorder;
  const waiting = new AbortController();
  try {
    await recorder.stop();
    await auditor?.stop();
    running.hurry();
    const backlog = { position: () => source.handled ?? 0, end: spool.nextFrame, ending: recorder.ending };
    const left = await Promise.race([untilIngested(backlog, clock, waiting.signal), running.failed]);
    if (left > 0)
      logger.warn({ frames: left }, 'the ledger has not taken all that is recorded: the next start goes on from there');
  } finally {
    // A ledger that has failed never gets there: who still waits for it would keep the process from ending.
    waiting.abort();
    await running.stop();
    await recorder.close();
  }
}
