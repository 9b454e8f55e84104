import { cp, mkdtemp, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FolderTileSource } from '../src/ledger/index.ts';
import { encodeBase64, decodeBase64, verifyLog } from '../src/proof/index.ts';
import type { LogReport } from '../src/proof/index.ts';
import { AffidavitError } from '../src/record/index.ts';
import { nodeFiles } from '../src/runtime/index.ts';
import { ROOT, runCommand } from '../scripts/processes.ts';
import type { CallResult } from './client/kinds.ts';
import { compare, countDifferences, searchLeaks } from './findings.ts';
import type { Comparison, LeakSearch, ServiceCounts } from './findings.ts';
import { RecordedLog } from './recorded.ts';
import { ENVIRONMENT } from './system.ts';
import type { System } from './system.ts';

/** Where the demo tells what it does. */
export type Say = (text: string) => void;

/** What a log comes to. */
export interface Totals {
  exchanges: number;
  records: number;
  verified: number;
  /** Calls of the client's list without a single whole record. */
  missing: number;
  trusted: boolean;
}

const RECORDED_TIMEOUT_MS = 30_000;
const POLL_MS = 200;

/** Waits until every call has its record and its line in the access log, or time runs out: then that is the finding. */
export async function untilRecorded(system: System, results: readonly CallResult[]): Promise<Comparison> {
  const deadline = Date.now() + RECORDED_TIMEOUT_MS;
  const log = await RecordedLog.open(system.ledgerData);
  for (;;) {
    const comparison = compare(results, await log.exchanges(), serviceCounts(system));
    const entries = await log.accessLogEntries();
    if ((comparison.missing.length === 0 && entries >= results.length) || Date.now() > deadline) return comparison;
    await delay(POLL_MS);
  }
}

function serviceCounts({ orders, payments }: System): ServiceCounts {
  return { orders: orders.stats().operations, payments: payments.stats().operations };
}

/** Step 1: what was recorded, beside the client's own list and the services' own counts. */
export async function showRecorded(
  system: System,
  results: readonly CallResult[],
  comparison: Comparison,
  say: Say,
): Promise<{ missing: number; failed: number; differences: number }> {
  const log = await RecordedLog.open(system.ledgerData);
  const accessLogEntries = await log.accessLogEntries();
  const exchanges = (await log.exchanges()).length;
  const services = serviceCounts(system);
  say(`  ${'call'.padEnd(12)}   client  answered  recorded  seen whole  counted by the service, as`);
  for (const { kind, service, operation, client, counted, ok, recorded, complete } of comparison.rows) {
    const columns = [client, ok, recorded, complete].map((count) => String(count).padStart(9)).join(' ');
    const left = kind === 'gives-up' ? '   (the client leaves half-way)' : '';
    say(`  ${kind.padEnd(12)}${columns}   ${String(counted).padStart(9)}  ${service} ${operation}${left}`);
  }
  const { orders, payments } = system;
  say(`  all: client ${results.length}, orders ${orders.stats().total} and payments ${payments.stats().total},`);
  say(`       Envoy’s access log ${accessLogEntries}, exchange records ${exchanges}`);
  const differences = countDifferences(results, { services, accessLogEntries, exchanges });
  for (const difference of differences) say(`  differs: ${difference}`);
  for (const key of comparison.missing.slice(0, 10)) say(`  no single whole record of ${key}`);
  const failed = results.filter(({ ok }) => !ok);
  for (const { kind, call, error } of failed.slice(0, 10))
    say(`  call ${call} (${kind}) was not answered as it should be: ${error}`);
  return { missing: comparison.missing.length, failed: failed.length, differences: differences.length };
}

/** What is in the log as it is now, of calls that somebody else made, too. */
export async function countAll(system: System, results: readonly CallResult[]): Promise<Totals> {
  const exchanges = await (await RecordedLog.open(system.ledgerData)).exchanges();
  const { missing } = compare(results, exchanges, serviceCounts(system));
  const { logKey, rootKey } = system.keys;
  const source = new FolderTileSource(nodeFiles, system.ledgerFolder);
  const { kinds, checkpoint, trusted } = await verifyLog(source, { logKey, rootKey: decodeBase64(rootKey) });
  const verified = Object.values(kinds).reduce((sum, count) => sum + count, 0);
  return { exchanges: exchanges.length, records: checkpoint.size, verified, missing: missing.length, trusted };
}

/**
 * Step 2: tree and checkpoint, the whole log verified, and one record proven from one file by a process without data.
 * @param scratch folder for what isn't kept
 */
export async function showProof(
  system: System,
  index: number,
  scratch: string,
  say: Say,
): Promise<{ report: LogReport; proven: boolean }> {
  const source = new FolderTileSource(nodeFiles, system.ledgerFolder);
  const { logKey, rootKey } = system.keys;
  const report = await verifyLog(source, { logKey, rootKey: decodeBase64(rootKey) });
  say(`  tree of ${report.checkpoint.size} records, root ${encodeBase64(report.checkpoint.root)}`);
  say('  signed checkpoint:');
  for (const line of new TextDecoder()
    .decode(await source.readCheckpoint())
    .trimEnd()
    .split('\n'))
    say(`    ${line}`);
  for (const { ok, name, detail } of report.checks) say(`  ${ok ? 'ok' : '--'} ${name}: ${detail}`);
  const proof = join(system.options.directory, `record-${index}.proof.json`);
  await system.cli(['prove', String(index), '--out', proof]);
  const away = await mkdtemp(join(scratch, 'away-'));
  say(`  $ affidavit verify record-${index}.proof.json --log-key … --root-key …   (elsewhere, offline)`);
  const trust = ['--log-key', logKey, '--root-key', rootKey];
  const args = [join(ROOT, 'src', 'cli.ts'), 'verify', proof, ...trust, '--data', away];
  const { stdout, stderr, status } = await runCommand(process.execPath, args);
  for (const line of (stdout + stderr).trimEnd().split('\n')) say(`    ${line}`);
  return { report, proven: status === 0 };
}

/** Places of planted values, in what is stored now. */
export async function countLeaks(system: System, results: readonly CallResult[], seed: number): Promise<number> {
  const log = await RecordedLog.open(system.ledgerData);
  return (await searchLeaks(system.options.directory, log, seed, results, ENVIRONMENT)).leaks.length;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Step 3: no planted value anywhere, and the harmless markers where they must be. */
export async function showLeaks(
  system: System,
  results: readonly CallResult[],
  seed: number,
  say: Say,
): Promise<LeakSearch> {
  const log = await RecordedLog.open(system.ledgerData);
  const search = await searchLeaks(system.options.directory, log, seed, results, ENVIRONMENT);
  say(
    `  ${search.values} planted values in ${search.forms} forms (plain, base64, percent-encoded, JSON-escaped, hex; compressed)`,
  );
  say(`  stored bytes: ${search.files} files, ${megabytes(search.fileBytes)}`);
  say(
    `  “${ENVIRONMENT}”, which every record has in clear, found in ${search.controlFiles} files, so the search works`,
  );
  say(`  payloads after unsealing: ${search.payloads} parts, ${megabytes(search.payloadBytes)}`);
  say(
    `  harmless markers found in payloads: ${search.markersFound} of ${search.markersExpected} calls, so the search works`,
  );
  say(`  planted values found: ${search.leaks.length}`);
  for (const leak of search.leaks.slice(0, 10)) say(`    LEAK ${leak}`);
  return search;
}

async function firstTile(folder: string): Promise<string> {
  const level = join('tile', '0');
  const names = (await readdir(join(folder, level), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted((a, b) => widthOf(b) - widthOf(a));
  return names[0] ?? join(folder, level, '000');
}

/** A full tile has no width in its name. */
function widthOf(path: string): number {
  return Number(/\.p\/(\d+)$/.exec(path)?.[1] ?? 256);
}

/** Step 4: one flipped byte in a copy of the log, in `scratch`; verification must fail and name the place. */
export async function showTampering(system: System, scratch: string, say: Say): Promise<boolean> {
  const copy = await mkdtemp(join(scratch, 'copy-'));
  try {
    await cp(system.ledgerFolder, copy, { recursive: true });
    const tile = await firstTile(copy);
    const handle = await open(tile, 'r+');
    const byte = Buffer.alloc(1);
    const offset = 100;
    await handle.read(byte, 0, 1, offset);
    byte[0] = (byte[0] ?? 0) ^ 1;
    await handle.write(byte, 0, 1, offset);
    await handle.close();
    const place = tile.slice(copy.length + 1);
    say(`  flipped one bit of byte ${offset} of ${place}, in a copy`);
    const { logKey, rootKey } = system.keys;
    await verifyLog(new FolderTileSource(nodeFiles, copy), { logKey, rootKey: decodeBase64(rootKey) });
    say('  NOT NOTICED');
    return false;
  } catch (thrown) {
    if (!(thrown instanceof AffidavitError && thrown.isEvidence)) throw thrown;
    say(`  noticed: ${thrown.message} (${thrown.code})`);
    return true;
  }
}
