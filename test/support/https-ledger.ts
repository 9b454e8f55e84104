import { Certificates, nodeFiles, systemClock } from '../../src/runtime/index.ts';
import { LedgerReader, serveLedger } from '../../src/ledger/index.ts';
import type { Endpoint, Ledger } from '../../src/ledger/index.ts';
import { exchange, LEDGER_DIRECTORY, messages, openLedger, TestEpoch } from './ledger.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import { keptLog } from './tls-client.ts';
import type { TlsFolder } from './tls-folder.ts';

/** A ledger of a few records behind an endpoint with TLS. */
export interface HttpsLedger {
  readonly endpoint: Endpoint;
  /** Lines of its log. */
  readonly lines: readonly string[];
}

/**
 * Serves one with `ledger.crt` and `ledger.key` of a folder; with `asksClients` only to those with a certificate of the
 * authority in `clients.crt`.
 */
export async function serveHttpsLedger(folder: TlsFolder, asksClients: boolean): Promise<HttpsLedger> {
  const files = new SimulatedDisk(1).files();
  const ledger = await openLedger(files);
  await ledger.ingest(messages([new TestEpoch('a').batch([exchange('1'), exchange('2')]).frame]));
  const { lines, logger } = keptLog();
  const own = { certFile: folder.file('ledger.crt'), keyFile: folder.file('ledger.key') };
  const names = { ...own, caFile: asksClients ? folder.file('clients.crt') : '' };
  const common = { files: nodeFiles, clock: systemClock, logger };
  const certificates = await Certificates.open({ names, ...common, pollMs: 10 });
  const reader = new LedgerReader(files, LEDGER_DIRECTORY);
  const ports = {
    source: reader,
    attachment: (hash: Uint8Array) => reader.readAttachment(hash),
    positions: (keyId?: string) => ledger.positions(keyId),
    enrol: (signed: Parameters<Ledger['enrol']>[0]) => ledger.enrol(signed),
    isReady: () => ledger.isOpen,
    logger,
  };
  return { endpoint: await serveLedger(ports, '127.0.0.1', 0, { certificates, clock: systemClock }), lines };
}
