import type { Config } from '../config/index.ts';
import { socketLock } from '../ledger/index.ts';
import type { HeldLock } from '../ledger/index.ts';
import { AffidavitError } from '../record/index.ts';
import type { ClockReading } from '../record/index.ts';
import { nodeFiles, promptFiles } from '../runtime/index.ts';
import type { Logger } from '../runtime/index.ts';
import type { Producer } from '../seal/index.ts';
import { Spool } from '../spool/index.ts';
import type { DurableGroup } from '../spool/index.ts';
import { placesOf } from './context.ts';
import { endAtOnce, Ending, type EndProcess } from './ending.ts';
import { FrameAges } from './frame-ages.ts';
import { continueEpochs } from './last-epoch.ts';
import type { OpenProducer, ProducerKind } from './last-epoch.ts';
import type { Ports } from './ports.ts';
import { groupMetrics } from './recorder-metrics.ts';
import { guardedRelease } from './release.ts';

const HEARTBEAT_MS = 10_000;
const FAILURE_POLL_MS = 200;
/** Beside the wait for open calls: who checks the health of a server that drains is waited for, and what is on its way. */
const DRAIN_EXTRA_MS = 20_000;

/** A process that records. What carries the spool on is the caller's. */
export interface RunningProducer {
  readonly port: number;
  readonly spool: Spool;
  /** The spool's folder. */
  readonly directory: string;
  /** See {@link OpenProducer.begunAt}. */
  readonly begunAt: number;
  readonly producer: Producer;
  /** When its frames became durable. */
  readonly ages: FrameAges;
  /** See {@link OpenProducer.join}. */
  join(kind: ProducerKind): Promise<Producer>;
  /**
   * Lets frames before `before` go, but none that the next start would need: to end the exchanges that are open now, and to
   * know how this epoch ended. @throws what Spool.release throws
   */
  release(before: number): Promise<void>;
  /** Rejects when nothing can be recorded any more. */
  readonly failed: Promise<never>;
  /** Bounds the wait for each step of its end. */
  readonly ending: Ending;
  /** Ends in order: drains what comes in, says `stopped`, waits until that is durable. The spool stays open. */
  stop(): Promise<void>;
  /** Closes the spool and lets its folder go. */
  close(): Promise<void>;
}

/** What hands records to a producer. */
interface Server {
  readonly port: number;
  /** Oldest frame that a restart would need to end what is open now. */
  readonly oldestOpenFrame?: number | undefined;
  /** How far our clock is from those of whoever sends us something. */
  clocks?(): readonly ClockReading[];
  drain(): Promise<void>;
  /** What was lost and isn't recorded; asked once it is drained. */
  readonly hasUnrecordedLosses: boolean;
  stats(): object;
}

interface OwnedSpool {
  spool: Spool;
  lock: HeldLock;
}

/**
 * Opens the spool of a configuration, and begins an epoch with what the last one left undone.
 * @throws io.*, spool.*
 */
export async function openProducer(
  config: Config,
  kind: ProducerKind,
  ports: Ports,
  logger: Logger,
): Promise<OpenProducer> {
  const ages = new FrameAges(ports.clock);
  const { segmentBytes, maxBytes } = config.spool;
  const { spool, lock } = await openSpool(config, ports, ages, logger).catch((thrown: unknown) => {
    throw withoutDisk(thrown, segmentBytes);
  });
  const close = async (): Promise<void> => {
    await spool.close();
    await lock.release();
  };
  try {
    return await continueEpochs(config, kind, { spool, ages, close }, ports);
  } catch (thrown) {
    await close();
    if (spool.refusal === undefined && spool.bytes >= maxBytes) throw withoutRoom(thrown, spool.bytes);
    throw withoutDisk(thrown, segmentBytes);
  }
}

/** A full disk keeps a start from going on: what a crash left is written anew, and an epoch begins with a record. */
function withoutDisk(thrown: unknown, segmentBytes: number): unknown {
  if (!(thrown instanceof AffidavitError && thrown.code === 'io.full')) return thrown;
  const advice =
    'nothing that was recorded is lost, but a start needs room on the disk of the spool. ' +
    `Make room for another file of it (spool.segmentBytes, ${segmentBytes} bytes), or move its folder to a larger disk`;
  return new AffidavitError('io.full', `${thrown.message}: ${advice}`, { cause: thrown });
}

/** More than a start ever writes, with an end for each call that a crash left open. */
const ROOM_FOR_A_START_BYTES = 128 * 1024 * 1024;

/** A spool whose bound leaves no room even for a start can't be drained with that bound. */
function withoutRoom(thrown: unknown, spoolBytes: number): unknown {
  if (!(thrown instanceof AffidavitError && thrown.code === 'io.full')) return thrown;
  const advice =
    'the room that is kept for starts is used up, too; nothing of it is lost. ' +
    `Start with spool.maxBytes of ${spoolBytes + ROOM_FOR_A_START_BYTES} or more until what it holds is published, then set it back`;
  return new AffidavitError('io.full', `${thrown.message}: ${advice}`, { cause: thrown });
}

/** Ends a producer whose server did not start. */
export async function abandonProducer(open: OpenProducer, role: string, logger: Logger): Promise<void> {
  await attempt(() => open.producer.stop(), role, 'say that it has stopped', logger);
  await open.close();
}

/** A producer that runs behind a server. */
export function runProducer(
  open: OpenProducer,
  server: Server,
  role: string,
  config: Config,
  logger: Logger,
  end: EndProcess = endAtOnce,
): RunningProducer {
  const { producer, spool, begunAt, ages } = open;
  const ending = new Ending(role, config.spool.hungAfterMs, logger, end);
  const { drainTimeoutMs } = config.capture;
  const needs = { openExchanges: () => server.oldestOpenFrame, epoch: () => open.lastBatchFrame };
  const release = guardedRelease(spool, config.spool.maxBytes, needs, logger);
  const heart = startHeartbeat(producer, role, logger, () => server.clocks?.() ?? []);
  const stop = async (): Promise<void> => {
    heart.stop();
    // What can't be said any more (the spool has failed, or is full) keeps nothing else from ending in order: the next
    // epoch says that this one didn't say `stopped`.
    const draining = attempt(() => producer.drain(), role, 'say that it drains', logger);
    await ending.step('say that it drains', draining);
    await ending.step('record what is open', server.drain(), drainTimeoutMs + DRAIN_EXTRA_MS);
    // An epoch that says `stopped` has lost nothing that it doesn't say: without it, the next one declares its end cut.
    if (server.hasUnrecordedLosses)
      logger.error({}, `the ${role} does not say that it has stopped: it could not record what it has lost`);
    else {
      const stopping = attempt(() => producer.stop(), role, 'say that it has stopped', logger);
      await ending.step('say that it has stopped', stopping);
    }
    logger.info({ ...server.stats() }, `the ${role} has stopped`);
  };
  const { spool: directory } = placesOf(config);
  return {
    port: server.port,
    spool,
    directory,
    begunAt,
    producer,
    ages,
    join: (kind) => open.join(kind),
    release,
    failed: heart.failed,
    ending,
    stop,
    close: () => ending.step('close its spool', open.close()),
  };
}

async function openSpool(config: Config, ports: Ports, ages: FrameAges, logger: Logger): Promise<OwnedSpool> {
  const { clock, random, telemetry } = ports;
  const { segmentBytes, maxBytes } = config.spool;
  const directory = placesOf(config).spool;
  await nodeFiles.makeDirectory(directory);
  const lock = await socketLock.acquire(directory);
  try {
    const limits = { segmentBytes, maxBytes };
    const counted = groupMetrics(telemetry);
    const onGroup = (group: DurableGroup): void => {
      ages.note(group.nextFrame - group.frames);
      counted(group);
    };
    return { spool: await Spool.open({ directory, files: promptFiles, clock, random, logger, limits, onGroup }), lock };
  } catch (thrown) {
    await lock.release();
    throw thrown;
  }
}

/** Does what may fail: then that is logged, and nothing else. */
export async function attempt(
  work: () => Promise<unknown>,
  role: string,
  doing: string,
  logger: Logger,
): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    const { code, message } = AffidavitError.from(thrown, 'internal', doing);
    logger.error({ code, reason: message }, `the ${role} could not ${doing}`);
  }
}

/** Says every ten seconds that a producer lives; what it gives ends that. */
export function beat(
  producer: Producer,
  role: string,
  logger: Logger,
  clocks: () => readonly ClockReading[] = () => [],
): () => void {
  const heart = setInterval(() => {
    if (producer.refusal === undefined)
      void attempt(() => producer.heartbeat(clocks()), role, 'write a heartbeat', logger);
  }, HEARTBEAT_MS);
  return () => {
    clearInterval(heart);
  };
}

/** Heartbeats, and the notice that the spool has failed: then only a new epoch can go on. */
function startHeartbeat(
  producer: Producer,
  role: string,
  logger: Logger,
  clocks: () => readonly ClockReading[],
): { failed: Promise<never>; stop: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  const endHeart = beat(producer, role, logger, clocks);
  const watch = setInterval(() => {
    if (producer.refusal !== undefined) reject(producer.refusal);
  }, FAILURE_POLL_MS);
  return {
    failed: promise,
    stop: () => {
      endHeart();
      clearInterval(watch);
    },
  };
}
