import { CaptureServer } from '../capture/index.ts';
import type { Config } from '../config/index.ts';
import { encodeHex } from '../proof/index.ts';
import { AffidavitError } from '../record/index.ts';
import type { Redactor } from '../redact/index.ts';
import type { Logger } from '../runtime/index.ts';
import { nodeKeyFiles, parseIngestKeys, TOKENS_FILE } from '../seal/index.ts';
import type { IngestKeySet, KeyFolder, Producer, TokenKeyVersion } from '../seal/index.ts';
import { placesOf } from './context.ts';
import { pinnedKeys } from './pinned.ts';
import { abandonProducer, openProducer, runProducer } from './producer-process.ts';
import type { RunningProducer } from './producer-process.ts';
import { keyFolder, ownRootKey } from './trust.ts';
import type { Ports } from './ports.ts';
import { addRecorderMetrics } from './recorder-metrics.ts';
import { redactorOptions } from './redaction.ts';

const MAX_INGEST_FILE_BYTES = 65_536;
/** Of its records. */
const ROLE = 'recorder';

async function ingestKeys(config: Config): Promise<IngestKeySet> {
  const path = placesOf(config).ingestKeys;
  if ((await nodeKeyFiles.size(path)) === undefined)
    throw new AffidavitError(
      'key.missing',
      `there is no set of ingest keys ${path}: copy ingest.json from the ledger's keys folder (affidavit keys export)`,
    );
  const text = new TextDecoder().decode(await nodeKeyFiles.readFile(path, MAX_INGEST_FILE_BYTES));
  const rootKey = (await pinnedKeys(config)).rootKey ?? (await ownRootKey(config));
  if (rootKey === undefined)
    throw new AffidavitError(
      'key.missing',
      `nothing says which root key must have signed ${path}: set trust.rootKey to what affidavit keys prints at the ledger`,
    );
  return parseIngestKeys(text, path, rootKey);
}

/**
 * Starts a recorder: capture → redact → seal → spool.
 * @param keys folder that holds `recorder.key`
 * @throws key.*, config.invalid, port.in_use, io.*, spool.*
 */
export async function startRecorder(
  config: Config,
  keys: KeyFolder,
  ports: Ports,
  logger: Logger,
): Promise<RunningProducer> {
  const key = await keys.signingKey('recorder');
  const redactor = await createRedactor(config, ports, logger);
  const kind = { role: ROLE, key, ingestKeys: await ingestKeys(config), gatherMs: config.seal.gatherMs };
  const open = await openProducer(config, kind, ports, logger);
  try {
    const server = await startCapture(config, open.producer, redactor, ports, logger);
    const facts = { port: server.port, keyId: encodeHex(key.keyId), epoch: encodeHex(open.producer.epoch) };
    logger.info(facts, 'the recorder takes calls');
    addRecorderMetrics(ports.telemetry, { ...open, server }, config);
    return runProducer(open, server, ROLE, config, logger);
  } catch (thrown) {
    await abandonProducer(open, ROLE, logger);
    throw thrown;
  }
}

/** The token key in use. A recorder may do without, where nobody needs to find the calls of a person. */
async function tokenKeyOf(config: Config, logger: Logger): Promise<TokenKeyVersion | undefined> {
  const folder = keyFolder(placesOf(config));
  if (await folder.hasTokenKeys()) return (await folder.tokenKeys()).at(-1);
  logger.warn(
    { path: folder.path(TOKENS_FILE) },
    'there is no token key: what would become a token is dropped, and the calls of a person can’t be found by one; copy tokens.json from the ledger’s keys folder',
  );
  return undefined;
}

/** Before anything is opened: a rule that can't be is wrong configuration. */
async function createRedactor(config: Config, ports: Ports, logger: Logger): Promise<Redactor> {
  const options = await redactorOptions(config);
  const tokenKey = await tokenKeyOf(config, logger);
  return ports.createRedactor(tokenKey === undefined ? options : { ...options, tokenKey });
}

async function startCapture(
  config: Config,
  writer: Producer,
  redactor: Redactor,
  ports: Ports,
  logger: Logger,
): Promise<CaptureServer> {
  const { host, port, tls, defaultProfile, ...limits } = config.capture;
  return CaptureServer.start({
    host,
    port,
    ...(tls.certFile === '' ? {} : { tls }),
    writer,
    redactor,
    clock: ports.clock,
    random: ports.random,
    logger,
    limits,
    defaultProfile,
  });
}
