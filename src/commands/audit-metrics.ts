import type { Auditor, AuditorStats } from '../audit/index.ts';
import type { Reading, Telemetry } from '../runtime/index.ts';
import { gauge } from './recorder-metrics.ts';

type Numbers = Exclude<keyof AuditorStats, 'states' | 'producers' | 'certificates' | 'revisions'>;

const GAUGED: readonly (readonly [stat: Numbers, name: string, help: string])[] = [
  ['leaves', 'leaves', 'Leaves of the log that were taken'],
  ['behind', 'lag_leaves', 'Leaves of the log that were not taken yet'],
  ['lagSeconds', 'lag_seconds', 'Since when not all that was due is judged'],
  ['open', 'open_windows', 'Windows whose newest certificate says that something is missing or can’t be known'],
  ['unmatched', 'unmatched_calls', 'Calls of which the access log or the record is lacking, or that differ'],
];

/** Adds the metrics of an auditor. */
export function addAuditMetrics(telemetry: Telemetry, auditor: Pick<Auditor, 'stats' | 'fault'>): void {
  const revisions: Reading = {
    name: 'affidavit_audit_revisions_total',
    help: 'Certificates that revise one',
    kind: 'counter',
    read: () => auditor.stats().revisions,
  };
  const certificates: Reading = {
    name: 'affidavit_audit_certificates_total',
    help: 'Certificates written (windows judged, and judged anew) by the state that they tell of',
    kind: 'counter',
    read: () => Object.entries(auditor.stats().states).map(([state, count]) => [{ state }, count] as const),
  };
  telemetry.add([
    certificates,
    revisions,
    ...GAUGED.map(([stat, name, help]) => gauge(`affidavit_audit_${name}`, help, () => auditor.stats()[stat])),
    gauge('affidavit_audit_producers', 'Producers, or epochs of them, of which something is odd', () =>
      Object.entries(auditor.stats().producers).map(([finding, count]) => [{ finding }, count] as const),
    ),
    gauge('affidavit_audit_failed', '1 once the log was not what it should be: nothing is judged any more', () =>
      auditor.fault === undefined ? 0 : 1,
    ),
  ]);
}
