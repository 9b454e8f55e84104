import type { BusSource } from '../bus/index.ts';
import type { Ingested, Ledger } from '../ledger/index.ts';
import type { Clock, Reading, Telemetry } from '../runtime/index.ts';
import { gauge } from './recorder-metrics.ts';

const COMMIT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

type Counted = Exclude<keyof Ingested, 'size'>;

const COUNTED: Readonly<Record<Counted, string>> = {
  leaves: 'Leaves appended, the ledger’s own included',
  batches: 'Batches appended',
  chunks: 'Payload chunks that came ahead of their records',
  duplicates: 'Batches that the log had already',
  gaps: 'Gap records written: something is missing, or has arrived',
  quarantined: 'Messages that could not be accepted',
  forks: 'Of these, those that contradict a batch which was accepted: evidence',
  notKept: 'Of these, those whose bytes found no room',
  notWaiting: 'Of these, batches of unknown keys that do not wait for their key',
  payloadsMissing: 'Payload parts that are missing of the leaves appended',
  payloadsArrived: 'Payload parts that were missing, and have arrived',
};

/** Counts what a ledger takes in. */
export interface LedgerMetrics {
  /** An ingestion begins; call what it gives with its result. */
  begin(): (ingested: Ingested) => void;
}

/** Adds the metrics of a ledger, and what keeps it from being ready. */
export function addLedgerMetrics(
  telemetry: Telemetry,
  ledger: Ledger,
  source: BusSource,
  clock: Clock,
  isReady: () => boolean,
): LedgerMetrics {
  const totals = new Map<Counted, number>();
  const seconds = telemetry.distribution(
    'affidavit_ledger_ingest_seconds',
    'Time from a lot of messages to its published checkpoint',
    COMMIT_SECONDS,
  );
  telemetry.add([
    ...(Object.keys(COUNTED) as Counted[]).map((name): Reading => ({
      name: `affidavit_ledger_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_total`,
      help: COUNTED[name],
      kind: 'counter',
      read: () => totals.get(name) ?? 0,
    })),
    gauge('affidavit_ledger_size', 'Leaves in the log', () => ledger.size),
    gauge('affidavit_ledger_position', 'Position on the bus of the next message', () => ledger.position),
    gauge('affidavit_ledger_lag', 'Messages on the bus that are not in the log yet', () =>
      source.end === undefined ? undefined : Math.max(0, source.end - (ledger.position ?? 0)),
    ),
  ]);
  telemetry.addCheck('ledger', () => (isReady() && ledger.isOpen ? undefined : 'it takes nothing: see its log'));
  return {
    begin: () => {
      const startUs = clock.monotonicUs();
      return (ingested) => {
        seconds.record((clock.monotonicUs() - startUs) / 1_000_000);
        for (const name of Object.keys(COUNTED) as Counted[])
          totals.set(name, (totals.get(name) ?? 0) + ingested[name]);
      };
    },
  };
}
