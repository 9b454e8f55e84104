import type { Config } from '../config/index.ts';
import { explainFetchFailure, verifyPositions } from '../ledger/index.ts';
import type { LedgerPositions } from '../ledger/index.ts';
import { MAX_NOTE_BYTES, parseVerifierKey } from '../proof/index.ts';
import { AffidavitError } from '../record/index.ts';
import { Certificates, httpRequest, nodeFiles, silentLogger, systemClock } from '../runtime/index.ts';
import type { Credentials, Logger } from '../runtime/index.ts';
import { pinnedKeys } from './pinned.ts';
import type { Ports } from './ports.ts';

const POSITIONS_TIMEOUT_MS = 5_000;
const MAX_POSITIONS_BYTES = MAX_NOTE_BYTES;

/**
 * What a command shows to a ledger that is read over https, and whom it believes; the files are read when they are first
 * needed. Rejects with what Certificates.open throws.
 * @param caFile instead of ledger.client.caFile
 */
export function ledgerCredentials(config: Config, caFile?: string): () => Promise<Credentials> {
  const names = caFile === undefined ? config.ledger.client : { ...config.ledger.client, caFile };
  let opened: Promise<Certificates> | undefined;
  return async () => {
    opened ??= Certificates.open({ names, files: nodeFiles, clock: systemClock, logger: silentLogger });
    return (await opened).current;
  };
}

/**
 * The same for a process that goes on: the files are read now, and again when they change.
 * @throws config.invalid, not_found, io.failed for files that can't be used
 */
export async function watchedCredentials(
  { ledger }: Config,
  { clock }: Pick<Ports, 'clock'>,
  logger: Logger,
): Promise<() => Credentials> {
  const certificates = await Certificates.open({ names: ledger.client, files: nodeFiles, clock, logger });
  certificates.watch();
  return () => certificates.current;
}

/** Asks a ledger how far it has what producers wrote. */
export interface PositionsReader {
  /** The ledger's. */
  readonly url: string;
  /** Asks now for those of one key (hex). @throws io.failed that says why, evidence.* */
  read(keyId: string): Promise<LedgerPositions>;
}

/**
 * Reads signed positions from ledger.url, its TLS files read anew when they change; undefined when that or the log's key
 * isn't set. @throws config.invalid, not_found, io.failed for TLS files that can't be used
 */
export async function positionsOf(config: Config, ports: Ports, logger: Logger): Promise<PositionsReader | undefined> {
  const { url } = config.ledger;
  const { logKey } = await pinnedKeys(config);
  if (url === '' || logKey === undefined) return undefined;
  const credentials = await watchedCredentials(config, ports, logger);
  const key = parseVerifierKey(logKey);
  const target = `${url.replace(/\/+$/, '')}/v1/positions`;
  return {
    url,
    read: async (keyId) => verifyPositions(await readPositions(`${target}/${keyId}`, credentials()), key),
  };
}

async function readPositions(url: string, tls: Credentials): Promise<Uint8Array> {
  const limits = { timeoutMs: POSITIONS_TIMEOUT_MS, maxBytes: MAX_POSITIONS_BYTES };
  try {
    const { status, body } = await httpRequest({ url, tls, ...limits });
    if (status !== 200) throw new AffidavitError('io.failed', `${url} answered with status ${status}`);
    return body;
  } catch (thrown) {
    throw explainFetchFailure(url, thrown, POSITIONS_TIMEOUT_MS);
  }
}
