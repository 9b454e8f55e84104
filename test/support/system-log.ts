import { setTimeout as delay } from 'node:timers/promises';
import { RecordedLog } from '../../demo/recorded.ts';
import type { System } from '../../demo/system.ts';
import { FolderTileSource } from '../../src/ledger/index.ts';
import { decodeBase64, encodeHex, verifyLog } from '../../src/proof/index.ts';
import type { LogReport } from '../../src/proof/index.ts';
import { AccessLog, Certificate, Counters, Gap, KIND, PRODUCER_EVENT, ProducerStatus } from '../../src/record/index.ts';
import type { LedgerRecord } from '../../src/record/index.ts';
import { nodeFiles } from '../../src/runtime/index.ts';

const POLL_MS = 50;

/** Resolves with true once the condition holds; with false when it doesn't within the limit: then that is the finding. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}

/** What the leaves of a log say without any payload being opened. It can be brought up to date as the log grows. */
export class LogCounts {
  /** `exchange` records. */
  exchanges = 0;
  accessLogEntries = 0;
  /** Exchange ids of these. */
  readonly logged = new Set<string>();
  /** What Envoy's processes counted, the newest last. */
  readonly counters: Counters[] = [];
  readonly gaps: Gap[] = [];
  /** Epochs (hex) that a producer began, in order. */
  readonly started: string[] = [];
  /** Epochs (hex) that said `stopped`. */
  readonly stopped = new Set<string>();
  /** The newest leaf of each certified window. */
  private readonly certified = new Map<string, number>();
  private readonly data: string;
  private next = 0;

  /** @param data data folder of the ledger */
  constructor(data: string) {
    this.data = data;
  }

  /** Reads what was appended since the last time. */
  async update(): Promise<this> {
    const log = await RecordedLog.open(this.data);
    for await (const { index, record } of log.records(this.next)) {
      this.take(record);
      if (record.kind === KIND.certificate) this.certified.set(windowOf(Certificate.decode(record.body)), index);
      this.next = index + 1;
    }
    return this;
  }

  /** Leaf of the newest certificate of the same window; -1 for none. */
  newestCertificate(certificate: Certificate): number {
    return this.certified.get(windowOf(certificate)) ?? -1;
  }

  private take({ kind, body, epoch }: LedgerRecord): void {
    if (kind === KIND.exchange) this.exchanges += 1;
    else if (kind === KIND.access_log) this.takeEntries(AccessLog.decode(body));
    else if (kind === KIND.counters) this.counters.push(Counters.decode(body));
    else if (kind === KIND.gap) this.gaps.push(Gap.decode(body));
    else if (kind === KIND.producer) {
      const { event } = ProducerStatus.decode(body);
      if (event === PRODUCER_EVENT.started) this.started.push(encodeHex(epoch));
      if (event === PRODUCER_EVENT.stopped) this.stopped.add(encodeHex(epoch));
    }
  }

  private takeEntries({ entries }: AccessLog): void {
    this.accessLogEntries += entries.length;
    for (const { exchangeId } of entries) this.logged.add(exchangeId);
  }
}

function windowOf({ nodeId, windowStartUs }: Certificate): string {
  return `${windowStartUs} ${nodeId}`;
}

/** Verifies a system's log from its folder, with the keys that were pinned when it started. */
export function verifySystem(system: System): Promise<LogReport> {
  const { logKey, rootKey } = system.keys;
  const source = new FolderTileSource(nodeFiles, system.ledgerFolder);
  return verifyLog(source, { logKey, rootKey: decodeBase64(rootKey) });
}
