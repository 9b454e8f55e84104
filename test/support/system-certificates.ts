import { RecordedLog } from '../../demo/recorded.ts';
import type { System } from '../../demo/system.ts';
import { LedgerReader } from '../../src/ledger/index.ts';
import { CallList, Certificate, CERTIFICATE_LIST, CERTIFICATE_STATE, KIND } from '../../src/record/index.ts';
import type { ListedCall } from '../../src/record/index.ts';
import { nodeFiles } from '../../src/runtime/index.ts';

/** Short windows, judged soon. */
export const CERTIFYING = {
  AFFIDAVIT_AUDIT_WINDOW_MS: '2000',
  AFFIDAVIT_AUDIT_GRACE_MS: '3000',
  AFFIDAVIT_AUDIT_UNLOGGED_GRACE_MS: '20000',
  AFFIDAVIT_AUDIT_INTERVAL_MS: '500',
};

/** The newest certificate of a window, with its lists by name. */
export interface Certified {
  readonly certificate: Certificate;
  readonly lists: ReadonlyMap<string, readonly ListedCall[]>;
}

/** What certificates come to. */
export interface Summary {
  readonly states: ReadonlySet<string>;
  readonly served: number;
  /** Calls that are not as they should be, and how many of them lists name. */
  readonly bad: number;
  readonly named: number;
}

const LIST_NAMES = new Map<number, string>(Object.entries(CERTIFICATE_LIST).map(([name, number]) => [number, name]));

/** The newest certificate of each window in a system's log. */
export async function certificatesOf(system: System): Promise<Certified[]> {
  const log = await RecordedLog.open(system.ledgerData);
  const reader = new LedgerReader(nodeFiles, system.ledgerFolder);
  const newest = new Map<string, Certified>();
  for await (const { record } of log.records()) {
    if (record.kind !== KIND.certificate) continue;
    const certificate = Certificate.decode(record.body);
    const lists = new Map<string, readonly ListedCall[]>();
    for (const { name, hash } of record.attachments)
      lists.set(LIST_NAMES.get(name) ?? String(name), CallList.decode(await reader.readAttachment(hash)).calls);
    newest.set(`${certificate.nodeId} ${certificate.windowStartUs}`, { certificate, lists });
  }
  return [...newest.values()];
}

/** The name of a certificate's state. */
export function stateOf({ state }: Certificate): string {
  return Object.entries(CERTIFICATE_STATE).find(([, number]) => number === state)?.[0] ?? String(state);
}

/** Certified windows by what they say, and calls by what became of them. */
export function summaryOf(certified: readonly Certified[]): Summary {
  const states = new Set<string>();
  const named = new Set<string>();
  let served = 0;
  let bad = 0;
  for (const { certificate, lists } of certified) {
    states.add(stateOf(certificate));
    served += certificate.counts?.served ?? 0;
    const { missing = 0, partial = 0, differing = 0, unlogged = 0 } = certificate.counts ?? {};
    bad += missing + partial + differing + unlogged;
    for (const list of ['missing', 'partial', 'differing', 'unlogged'])
      for (const { exchangeId } of lists.get(list) ?? []) named.add(exchangeId);
  }
  return { states, served, bad, named: named.size };
}
