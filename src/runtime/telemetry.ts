/** Names and values that tell the series of one metric apart; values come from closed lists, never from a call. */
export type Labels = Readonly<Record<string, string>>;

/** A number that is read when somebody looks. */
export interface Reading {
  /** As Prometheus names metrics: `affidavit_…`, base units, `_total` for a counter. */
  readonly name: string;
  readonly help: string;
  /** A counter only grows while the process lives. */
  readonly kind: 'counter' | 'gauge';
  /** The value, or one for each series; `undefined` when there's none now. */
  read(): number | undefined | readonly (readonly [Labels, number])[];
}

/** How values are distributed. */
export interface Distribution {
  record(value: number): void;
}

/** Where the parts of a process say how they are. */
export interface Telemetry {
  /** Adds metrics. A name may be added once. */
  add(readings: readonly Reading[]): void;
  /** A histogram with upper bounds of its buckets. */
  distribution(name: string, help: string, bounds: readonly number[]): Distribution;
  /** The process is ready while each check gives `undefined`; else it is what keeps it from its work, in words. */
  addCheck(name: string, check: () => string | undefined): void;
  /** Stops answering. */
  close(): Promise<void>;
}

/** Nobody looks. */
export const noTelemetry: Telemetry = {
  add: () => undefined,
  distribution: () => ({ record: () => undefined }),
  addCheck: () => undefined,
  close: () => Promise.resolve(),
};
