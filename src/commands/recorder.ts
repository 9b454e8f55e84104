import type { Command } from 'commander';
import { KafkaSink, Publisher } from '../bus/index.ts';
import type { Config } from '../config/index.ts';
import { encodeBase64 } from '../proof/index.ts';
import { AffidavitError } from '../record/index.ts';
import { createLogger, Pace, pause } from '../runtime/index.ts';
import type { Logger } from '../runtime/index.ts';
import { loadConfig, parseCount } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { kafkaSettings } from './kafka-settings.ts';
import { ensureRecorderKey } from './key-setup.ts';
import { LedgerAbsence } from './ledger-absence.ts';
import { positionsOf } from './ledger-client.ts';
import type { PositionsReader } from './ledger-client.ts';
import type { Ports } from './ports.ts';
import { runFleet } from './recorder-fleet.ts';
import { startRecorder } from './recorder-process.ts';
import type { RunningRecorder } from './recorder-process.ts';
import { ReleaseTracker } from './release.ts';
import { addBusMetrics } from './recorder-metrics.ts';
import { untilAsked } from './signals.ts';
import { withTelemetry } from './telemetry.ts';

const RELEASE_POLL_MS = 2_000;
/** How long a stop waits for the broker; what isn't published by then is published by the next start. */
const PUBLISH_GRACE_MS = 10_000;

/** `affidavit recorder`. */
export function registerRecorder(program: Command, context: Context, ports: Ports): void {
  program
    .command('recorder')
    .description('receive calls from Envoy, and publish what is recorded to Kafka')
    .option('--processes <n>', 'run so many, on ports in a row from capture.port; Envoy balances over them', parseCount)
    .addHelpText(
      'after',
      '\nMakes its key on the first start. Enrol it with: affidavit keys enroll <public key>; what it records before that waits.\n' +
        '\nOf several processes each is a producer of its own: number N keeps its key and its spool below recorders/N in the data\n' +
        'folder; affidavit keys producer --data <data folder>/recorders/N prints the key to enrol. While they run, SIGTTIN adds\n' +
        'one and SIGTTOU drains the last one; one that ends by itself is started again.\n\n' +
        'Example:\n  AFFIDAVIT_BUS_KAFKA_BROKERS=127.0.0.1:9092 affidavit recorder --config affidavit.yaml\n' +
        '  affidavit recorder --config affidavit.yaml --processes 4\n',
    )
    .action(async (_own: unknown, self: Command) => recorder(context, ports, self.optsWithGlobals<RecorderOptions>()));
}

interface RecorderOptions extends CommonOptions {
  processes?: number;
}

async function recorder(context: Context, ports: Ports, options: RecorderOptions): Promise<void> {
  const config = await loadConfig(context, options);
  if (config.bus.kind !== 'kafka')
    throw new AffidavitError(
      'config.invalid',
      'bus.kind is "embedded": a recorder of its own needs kafka; affidavit up is both in one',
    );
  const logger = createLogger(config.logLevel, 'recorder');
  if (options.processes !== undefined) {
    await runFleet(config, options.processes, options.config, logger);
    return;
  }
  await withTelemetry(config, 'recorder', ports, logger, (counted) => run(config, counted, logger));
}

async function run(config: Config, ports: Ports, logger: Logger): Promise<void> {
  const settings = await kafkaSettings(config, ports, logger);
  const positions = await positionsOf(config, ports, logger);
  const asked = untilAsked();
  const keys = await ensureRecorderKey(config, ports);
  const { publicKey } = await keys.signingKey('recorder');
  logger.info({ publicKey: encodeBase64(publicKey) }, 'the recorder’s public key');
  const running = await startRecorder(config, keys, ports, logger);
  const tracker = new ReleaseTracker(running.producer.keyId);
  const kafka = new KafkaSink({ settings, random: ports.random, logger });
  const sink = tracker.watch(kafka);
  const pace = new Pace(ports.clock, config.bus.kafka.lingerMs);
  const publisher = new Publisher({ spool: running.spool, sink, pace });
  addBusMetrics(ports.telemetry, running, publisher, kafka);
  try {
    await publish(positions, running, publisher, tracker, asked, logger);
  } finally {
    await sink.close();
  }
}

async function publish(
  positions: PositionsReader | undefined,
  running: RunningRecorder,
  publisher: Publisher,
  tracker: ReleaseTracker,
  asked: Promise<unknown>,
  logger: Logger,
): Promise<void> {
  const stopping = new AbortController();
  const publishing = publisher.run(stopping.signal);
  const releasing = releaseCovered(positions, running, publisher, tracker, stopping.signal, logger);
  try {
    await Promise.race([asked, running.failed, publishing, releasing]);
  } finally {
    await running.stop();
    await untilPublished(publisher, running.spool.nextFrame);
    stopping.abort();
    await Promise.allSettled([publishing, releasing]);
    await running.close();
  }
}

async function untilPublished(publisher: Publisher, end: number): Promise<void> {
  const deadline = AbortSignal.timeout(PUBLISH_GRACE_MS);
  while (publisher.published < end && !deadline.aborted) await pause(20, deadline);
}

/** Lets frames go once the ledger's signed positions cover them; without a ledger to ask, once Kafka has them. */
async function releaseCovered(
  positions: PositionsReader | undefined,
  recorder: RunningRecorder,
  publisher: Publisher,
  tracker: ReleaseTracker,
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  if (positions === undefined)
    logger.warn(
      {},
      'ledger.url and trust.logKey are not both set: frames are released once Kafka has acknowledged them, not the ledger',
    );
  const absence = new LedgerAbsence(positions?.url ?? '', logger);
  while (!signal.aborted) {
    await pause(RELEASE_POLL_MS, signal);
    const before = positions === undefined ? publisher.published : await coveredBy(positions, tracker, absence, logger);
    if (before !== undefined) await recorder.release(before);
  }
}

async function coveredBy(
  positions: PositionsReader,
  tracker: ReleaseTracker,
  absence: LedgerAbsence,
  logger: Logger,
): Promise<number | undefined> {
  try {
    const { epochs } = await positions.read();
    absence.ends();
    return tracker.covered(epochs);
  } catch (thrown) {
    const error = AffidavitError.from(thrown, 'io.failed', `ask ${positions.url} for positions`);
    // A ledger that is away is no failure of the recorder; one that signs with another key is for a person to look at.
    if (error.isEvidence) logger.error({ code: error.code }, error.message);
    else absence.begins(error.message);
    return undefined;
  }
}
