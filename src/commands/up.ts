import type { Command } from 'commander';
import { EmbeddedSource } from '../bus/index.ts';
import type { Config } from '../config/index.ts';
import { AffidavitError } from '../record/index.ts';
import { createLogger, pause } from '../runtime/index.ts';
import type { Logger } from '../runtime/index.ts';
import { loadConfig } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { enrolOwnRecorder, ensureLedgerKeys, ensureRecorderKey } from './key-setup.ts';
import { startLedger } from './ledger-process.ts';
import type { RunningLedger } from './ledger-process.ts';
import type { Ports } from './ports.ts';
import { startRecorder } from './recorder-process.ts';
import type { RunningProducer } from './producer-process.ts';
import { untilAsked } from './signals.ts';
import { withTelemetry } from './telemetry.ts';

/** `affidavit up`. */
export function registerUp(program: Command, context: Context, ports: Ports): void {
  program
    .command('up')
    .description('recorder and ledger in one process, without Kafka; makes its keys on the first start')
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
  await enrolOwnRecorder(config, keys, ports);
  logger.info({}, 'recorder, ledger and key service are one process: what seals can also open');
  const recorder = await startRecorder(config, keys, ports, logger);
  const ledger = await startBehind(config, keys, ports, recorder, logger);
  try {
    await Promise.race([asked, recorder.failed, ledger.failed]);
  } finally {
    await stopBoth(recorder, ledger);
  }
}

async function startBehind(
  config: Config,
  keys: Awaited<ReturnType<typeof ensureLedgerKeys>>,
  ports: Ports,
  recorder: RunningProducer,
  logger: Logger,
): Promise<RunningLedger> {
  const { spool } = recorder;
  try {
    return await startLedger(
      config,
      keys,
      {
        ...ports,
        source: new EmbeddedSource(spool),
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

/** The recorder first, and the ledger once it has everything that the recorder wrote. */
async function stopBoth(recorder: RunningProducer, running: RunningLedger): Promise<void> {
  const { spool } = recorder;
  const { ledger, failed } = running;
  const waiting = new AbortController();
  try {
    await recorder.stop();
    running.hurry();
    await Promise.race([untilIngested(() => ledger.position ?? 0, spool.nextFrame, waiting.signal), failed]);
  } finally {
    // A ledger that has failed never gets there: who still waits for it would keep the process from ending.
    waiting.abort();
    await running.stop();
    await recorder.close();
  }
}

const POLL_MS = 20;

async function untilIngested(position: () => number, end: number, signal: AbortSignal): Promise<void> {
  while (position() < end && !signal.aborted) await pause(POLL_MS, signal);
}
