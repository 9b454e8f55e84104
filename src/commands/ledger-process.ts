import type { BusHandler, BusMessage, BusSource } from '../bus/index.ts';
import type { Config } from '../config/index.ts';
import { Ledger, LedgerReader, serveLedger } from '../ledger/index.ts';
import type { Endpoint, EndpointTls, Ingested } from '../ledger/index.ts';
import { AffidavitError, MAX_LOT_MESSAGES } from '../record/index.ts';
import type { SignedKey } from '../record/index.ts';
import { Certificates, nodeFiles, Pace, pause } from '../runtime/index.ts';
import type { Logger } from '../runtime/index.ts';
import type { KeyFolder } from '../seal/index.ts';
import { placesOf, shardOrigin } from './context.ts';
import { Ending } from './ending.ts';
import { EnrolmentFolder } from './enrolments.ts';
import { addLedgerMetrics } from './ledger-metrics.ts';
import type { LedgerMetrics } from './ledger-metrics.ts';
import { markLog } from './log-mark.ts';
import { pinnedKeys } from './pinned.ts';
import { takeRetries } from './retries.ts';
import type { Ports } from './ports.ts';

const REQUEST_POLL_MS = 1_000;
/** A consumer that leaves a broker which is away doesn't do so at once. */
const LEAVE_BUS_MS = 60_000;
/** Beside evidence, how the ledger refuses a statement of the root key: it would retire the ledger's own, or is one too many. */
const REFUSES: ReadonlySet<string> = new Set(['usage', 'limit.exceeded']);
/** A lot of so many messages or bytes is followed by the next one at once: more wait. */
const LARGE_LOT = { messages: MAX_LOT_MESSAGES / 2, bytes: 1024 * 1024 };

function isLarge(messages: readonly BusMessage[]): boolean {
  return (
    messages.length >= LARGE_LOT.messages ||
    messages.reduce((sum, { value }) => sum + value.length, 0) >= LARGE_LOT.bytes
  );
}

/** A ledger that runs: bus → ledger → HTTP endpoint. */
export interface RunningLedger {
  readonly url: string;
  readonly ledger: Ledger;
  /** Rejects when nothing can be taken any more. */
  readonly failed: Promise<never>;
  /** From now on each message is taken as soon as it can be: somebody waits for the last one. */
  hurry(): void;
  /** Takes no more messages and lets the folder go. */
  stop(): Promise<void>;
}

/** What {@link startLedger} needs beside the configuration. */
export interface LedgerPorts extends Ports {
  readonly source: BusSource;
  /** Called after each ingestion, when its checkpoint is published. */
  readonly onIngested?: (ingested: Ingested, next: number | undefined) => Promise<void>;
}

function logIngested(logger: Logger, ingested: Ingested): void {
  const { leaves, duplicates, quarantined, forks, size } = ingested;
  logger.debug({ leaves, duplicates, size }, 'committed');
  if (forks > 0)
    logger.error({ forks, size }, 'a producer signed two different batches with one number: see affidavit list');
  else if (quarantined > 0) logger.warn({ quarantined, size }, 'messages were quarantined: see affidavit list');
}

async function openLedger(
  config: Config,
  keys: KeyFolder,
  enrolments: ReadonlyMap<string, SignedKey>,
  ports: LedgerPorts,
  logger: Logger,
): Promise<Ledger> {
  const directory = placesOf(config).ledger;
  const { environment, tenant, retentionClass, shard, shardCount } = config;
  const { maxCommitLeaves, maxWaiting, maxDeadLetterBytes, maxUnclaimedDays } = config.ledger;
  const { rootKey } = await pinnedKeys(config);
  const rootPublicKey = rootKey ?? (await keys.signingKey('root')).publicKey;
  return Ledger.open({
    directory,
    files: nodeFiles,
    clock: ports.clock,
    random: ports.random,
    logger,
    origin: shardOrigin(config),
    shard,
    shardCount,
    shardOrigins: Array.from({ length: shardCount }, (_, index) => shardOrigin(config, index)),
    logKey: await keys.signingKey('log'),
    ledgerKey: await keys.signingKey('ledger'),
    rootPublicKey,
    enrolments: [...enrolments.values()],
    keyService: await keys.keyService(ports.clock),
    sourceId: ports.source.id,
    environment,
    tenant,
    retentionClass,
    limits: { maxLeaves: maxCommitLeaves, maxWaiting },
    storage: { maxDeadLetterBytes, maxUnclaimedDays },
  });
}

/** From here on the keys folder knows that this log was begun: before anyone sees it, and before it takes anything. */
async function openMarked(...[config, keys, ...rest]: Parameters<typeof openLedger>): Promise<Ledger> {
  const ledger = await openLedger(config, keys, ...rest);
  try {
    await markLog(config, keys);
    return ledger;
  } catch (thrown) {
    await ledger.close();
    throw thrown;
  }
}

async function endpointTls({ ledger }: Config, { clock }: Ports, logger: Logger): Promise<EndpointTls | undefined> {
  const { certFile, keyFile, clientCaFile: caFile } = ledger.tls;
  if (certFile === '') return undefined;
  const names = { certFile, keyFile, caFile };
  return { certificates: await Certificates.open({ names, files: nodeFiles, clock, logger }), clock };
}

async function serveOrClose(
  config: Config,
  ledger: Ledger,
  isReady: () => boolean,
  common: Ports,
  logger: Logger,
): Promise<Endpoint> {
  const reader = new LedgerReader(nodeFiles, placesOf(config).ledger);
  const ports = {
    source: reader,
    attachment: (hash: Uint8Array) => reader.readAttachment(hash),
    positions: (keyId?: string) => ledger.positions(keyId),
    enrol: (signed: SignedKey) => ledger.enrol(signed),
    isReady,
    logger,
  };
  try {
    const { host, port } = config.ledger;
    return await serveLedger(ports, host, port, await endpointTls(config, common, logger));
  } catch (thrown) {
    await ledger.close();
    throw thrown;
  }
}

/**
 * Starts a ledger with its endpoint, and reads the bus from the ledger's own position on.
 * @throws key.*, io.*, ledger.*, evidence.*, port.in_use
 */
export async function startLedger(
  config: Config,
  keys: KeyFolder,
  ports: LedgerPorts,
  logger: Logger,
): Promise<RunningLedger> {
  const enrolments = new EnrolmentFolder(placesOf(config).ledger, logger);
  const ledger = await openMarked(config, keys, await enrolments.next(), ports, logger);
  const ending = new Ending('ledger', config.spool.hungAfterMs, logger);
  const stopping = new AbortController();
  const hurrying = new AbortController();
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  let ready = true;
  const fail = (thrown: unknown): void => {
    ready = false;
    reject(AffidavitError.from(thrown, 'internal', 'the ledger stopped'));
  };
  const endpoint = await serveOrClose(config, ledger, () => ready, ports, logger);
  logger.info({ url: endpoint.url, origin: shardOrigin(config), size: ledger.size }, 'the ledger is open');
  const metrics = addLedgerMetrics(ports.telemetry, ledger, ports.source, ports.clock, () => ready);
  const take = taking(config, ledger, ports, metrics, hurrying.signal, logger);
  const consuming = ports.source.run(ledger.position, take, stopping.signal).catch(fail);
  const watching = watchRequests(enrolments, placesOf(config).ledger, ledger, logger, stopping.signal).catch(fail);
  const stop = async (): Promise<void> => {
    ready = false;
    hurrying.abort();
    stopping.abort();
    await ending.step('read what was asked of it', watching);
    await ending.step('commit what it has taken', consuming, LEAVE_BUS_MS);
    await endpoint.close();
    await ending.step('close the log', ledger.close());
    logger.info({ size: ledger.size }, 'the ledger is closed');
  };
  const hurry = (): void => {
    hurrying.abort();
  };
  return { url: endpoint.url, ledger, failed, hurry, stop };
}

/** What is done with each lot of messages; until `hurry` comes, time is left for others to share the next one. */
function taking(
  config: Config,
  ledger: Ledger,
  ports: LedgerPorts,
  metrics: LedgerMetrics,
  hurry: AbortSignal,
  logger: Logger,
): BusHandler {
  const pace = new Pace(ports.clock, config.ledger.commitIntervalMs);
  return async (messages) => {
    pace.begin();
    const count = metrics.begin();
    const ingested = await ledger.ingest(messages);
    count(ingested);
    logIngested(logger, ingested);
    await ports.onIngested?.(ingested, ledger.position);
    if (!isLarge(messages)) await pace.rest(hurry);
  };
}

/** Takes enrolments, and requests to judge a message again, that are put into the folder while the ledger runs. */
async function watchRequests(
  enrolments: EnrolmentFolder,
  directory: string,
  ledger: Ledger,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await pause(REQUEST_POLL_MS, signal);
    if (signal.aborted) return;
    await takeRetries(directory, ledger, logger);
    for (const [name, signed] of await enrolments.next())
      try {
        const { keyId } = await ledger.enrol(signed);
        logger.info({ keyId }, 'enrolled a key');
      } catch (thrown) {
        if (!(thrown instanceof AffidavitError && (thrown.isEvidence || REFUSES.has(thrown.code)))) throw thrown;
        logger.error({ file: name, code: thrown.code }, `an enrolment was refused: ${thrown.message}`);
      }
  }
}
