import { KafkaSink, Publisher } from '../bus/index.ts';
import type { KafkaSettings } from '../bus/index.ts';
import { AffidavitError } from '../record/index.ts';
import { Pace, pause } from '../runtime/index.ts';
import type { Logger } from '../runtime/index.ts';
import { LedgerAbsence } from './ledger-absence.ts';
import type { PositionsReader } from './ledger-client.ts';
import type { Ports } from './ports.ts';
import type { RunningProducer } from './producer-process.ts';
import { addBusMetrics } from './recorder-metrics.ts';
import { ReleaseTracker } from './release.ts';

const RELEASE_POLL_MS = 2_000;
/** How long a stop waits for the broker; what isn't published by then is published by the next start. */
const PUBLISH_GRACE_MS = 10_000;

/** Where a spool is published to, and who says what may be let go of it. */
export interface PublishingOptions {
  readonly settings: KafkaSettings;
  readonly positions: PositionsReader | undefined;
  readonly lingerMs: number;
}

/**
 * Publishes what a producer writes until `asked` resolves or something fails; then ends the producer in order, and its spool
 * once all is published or the broker isn't there.
 */
export async function publishUntil(
  asked: Promise<unknown>,
  running: RunningProducer,
  { settings, positions, lingerMs }: PublishingOptions,
  ports: Ports,
  logger: Logger,
): Promise<void> {
  const tracker = new ReleaseTracker(running.producer.keyId);
  const kafka = new KafkaSink({ settings, random: ports.random, logger });
  const sink = tracker.watch(kafka);
  const publisher = new Publisher({ spool: running.spool, sink, pace: new Pace(ports.clock, lingerMs) });
  addBusMetrics(ports.telemetry, running, publisher, kafka);
  try {
    await publish(positions, running, publisher, tracker, asked, logger);
  } finally {
    await sink.close();
  }
}

async function publish(
  positions: PositionsReader | undefined,
  running: RunningProducer,
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
  running: RunningProducer,
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
    if (before !== undefined) await running.release(before);
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
