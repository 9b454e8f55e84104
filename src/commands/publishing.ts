import { KafkaSink, Publisher } from '../bus/index.ts';
import type { BusSink, KafkaSettings } from '../bus/index.ts';
import type { LedgerPositions } from '../ledger/index.ts';
import { encodeHex } from '../proof/index.ts';
import { AffidavitError } from '../record/index.ts';
import { Pace, pause } from '../runtime/index.ts';
import type { Logger } from '../runtime/index.ts';
import { LedgerAbsence } from './ledger-absence.ts';
import type { PositionsReader } from './ledger-client.ts';
import type { Ports } from './ports.ts';
import type { RunningProducer } from './producer-process.ts';
import { addBusMetrics, addKeeperMetrics } from './recorder-metrics.ts';
import { ResendDesk } from './resend-desk.ts';
import { SentBatches } from './sent-batches.ts';
import { SpoolKeeper } from './spool-keeper.ts';

const RELEASE_POLL_MS = 2_000;
/** How long a stop waits for the broker; what isn't published by then is published by the next start. */
const PUBLISH_GRACE_MS = 10_000;

/** Where a spool is published to, and who says what may be let go of it. */
export interface PublishingOptions {
  readonly settings: KafkaSettings;
  readonly positions: PositionsReader | undefined;
  readonly lingerMs: number;
  /** Bounds beyond which a spool lets go of what Kafka alone has. */
  readonly bounds: { readonly maxBytes: number; readonly maxAgeDays: number };
}

/**
 * Publishes what a producer writes until `asked` resolves or something fails; then ends the producer in order, and its spool
 * once all is published or the broker isn't there.
 */
export async function publishUntil(
  asked: Promise<unknown>,
  running: RunningProducer,
  { settings, positions, lingerMs, bounds }: PublishingOptions,
  ports: Ports,
  logger: Logger,
): Promise<void> {
  const { spool, producer } = running;
  const { clock, random } = ports;
  const sent = new SentBatches(producer.keyId);
  const onCut = (): void => {
    keeper.busWasCut();
  };
  const kafka = new KafkaSink({ settings, random, logger, onCut });
  const publisher = new Publisher({ spool, sink: noting(kafka, sent), pace: new Pace(clock, lingerMs) });
  const release = (before: number): Promise<void> => running.release(before);
  const keeper = new SpoolKeeper({ spool, release, publisher, sent, clock, logger, ...bounds });
  const desk = new ResendDesk({ directory: running.directory, spool, publisher, keeper, logger });
  addBusMetrics(ports.telemetry, running, publisher, kafka);
  if (positions !== undefined) addKeeperMetrics(ports.telemetry, keeper);
  try {
    await publish(asked, running, publisher, (signal) =>
      keep({ positions, running, publisher, keeper, desk }, signal, logger),
    );
  } finally {
    await kafka.close();
  }
}

/** The sink, with what it has published noted. */
function noting(sink: BusSink, sent: SentBatches): BusSink {
  return {
    publish: async (frames, signal) => {
      await sink.publish(frames, signal);
      for (const frame of frames) sent.note(frame);
    },
    close: () => sink.close(),
  };
}

async function publish(
  asked: Promise<unknown>,
  running: RunningProducer,
  publisher: Publisher,
  keepSpool: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController();
  const publishing = publisher.run(stopping.signal);
  const keeping = keepSpool(stopping.signal);
  try {
    await Promise.race([asked, running.failed, publishing, keeping]);
  } finally {
    await running.stop();
    await untilPublished(publisher, running.spool.nextFrame);
    stopping.abort();
    await Promise.allSettled([publishing, keeping]);
    await running.close();
  }
}

async function untilPublished(publisher: Publisher, end: number): Promise<void> {
  const deadline = AbortSignal.timeout(PUBLISH_GRACE_MS);
  while (publisher.published < end && !deadline.aborted) await pause(20, deadline);
}

interface Keeping {
  readonly positions: PositionsReader | undefined;
  readonly running: RunningProducer;
  readonly publisher: Publisher;
  readonly keeper: SpoolKeeper;
  readonly desk: ResendDesk;
}

/** Lets frames go once the ledger's signed positions cover them; without a ledger to ask, once Kafka has them. */
async function keep(
  { positions, running, publisher, keeper, desk }: Keeping,
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  if (positions === undefined)
    logger.warn(
      {},
      'ledger.url and trust.logKey are not both set: frames are released once Kafka has acknowledged them, not the ledger',
    );
  const keyId = encodeHex(running.producer.keyId);
  const absence = new LedgerAbsence(positions?.url ?? '', logger);
  while (!signal.aborted) {
    await pause(RELEASE_POLL_MS, signal);
    await desk.look();
    if (positions === undefined) await running.release(publisher.published);
    else {
      const found = await ask(positions, keyId, absence, logger);
      if (found !== undefined) await keeper.take(found);
      await keeper.enforceBounds();
    }
  }
}

async function ask(
  positions: PositionsReader,
  keyId: string,
  absence: LedgerAbsence,
  logger: Logger,
): Promise<LedgerPositions | undefined> {
  try {
    const found = await positions.read(keyId);
    absence.ends();
    return found;
  } catch (thrown) {
    const error = AffidavitError.from(thrown, 'io.failed', `ask ${positions.url} for positions`);
    // A ledger that is away is no failure of the recorder; one that signs with another key is for a person to look at.
    if (error.isEvidence) logger.error({ code: error.code }, error.message);
    else absence.begins(error.message);
    return undefined;
  }
}
