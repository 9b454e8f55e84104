import { type CounterValue, COUNTER_BASIS, type Counters } from '../../record/index.ts';

/** What Envoy's counters said at one time. */
export interface Reading {
  /** By Envoy's clock. */
  readonly takenUs: number;
  readonly begun: number;
  /** Calls that are over; `undefined` where no counter tells. */
  readonly byRequests: number | undefined;
  readonly byLog: number | undefined;
  readonly bypassed: number;
}

const OWN = /^http\.(?:admin|async-client)\./;

/** Reads what a `counters` record says of calls. */
export function readingOf(counters: Counters): Reading {
  const values = counters.values.filter(({ name }) => !OWN.test(name));
  const begun = ofListeners(values, 'downstream_rq_total');
  const active = ofListeners(values, 'downstream_rq_active');
  const hasActive = values.some(({ name }) => name.endsWith('.downstream_rq_active'));
  const written = values.filter(({ name }) => /^access_logs\.grpc_access_log\.logs_(?:written|dropped)$/.test(name));
  return {
    takenUs: counters.takenUs > 0 ? counters.takenUs : counters.receivedUs,
    begun,
    byRequests: hasActive ? Math.max(0, begun - active) : ifNothing(begun),
    byLog: written.length > 0 && sum(written) <= begun ? sum(written) : ifNothing(begun),
    bypassed: sum(values.filter(({ name }) => /^http\..+\.ext_proc\..*failure_mode_allowed$/.test(name))),
  };
}

/** Envoy leaves out what has counted nothing. More entries than calls are those of another log, too. */
function ifNothing(begun: number): number | undefined {
  return begun === 0 ? 0 : undefined;
}

function sum(values: readonly CounterValue[]): number {
  return values.reduce((total, { value }) => total + value, 0);
}

/** Over the listeners that record, as their counters of the recording filter show; over all when none does. */
function ofListeners(values: readonly CounterValue[], name: string): number {
  const suffix = `.${name}`;
  const found = values.filter((value) => value.name.startsWith('http.') && value.name.endsWith(suffix));
  const recording = found.filter((value) => {
    const prefix = `${value.name.slice(0, -suffix.length)}.ext_proc.`;
    return values.some((other) => other.name.startsWith(prefix));
  });
  return sum(recording.length > 0 ? recording : found);
}

/** What two readings can be compared by. */
export function basisOf(base: Reading, reading: Reading): number {
  if (base.byRequests !== undefined && reading.byRequests !== undefined) return COUNTER_BASIS.requests;
  if (base.byLog !== undefined && reading.byLog !== undefined) return COUNTER_BASIS.log_entries;
  return COUNTER_BASIS.none;
}

/** Calls that are over, by a basis. */
export function finished({ byRequests = 0, byLog = 0 }: Reading, basis: number): number {
  return basis === COUNTER_BASIS.requests ? byRequests : basis === COUNTER_BASIS.log_entries ? byLog : 0;
}
