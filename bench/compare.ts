import { type Measurement, measure, type RunOptions } from './closed-loop.ts';
import { type Column, median, tableLines } from './table.ts';
import type { Pids, TargetName } from './target.ts';

const MEGABYTE = 1_000_000;

/** Measures each target in every round, in turns, and tells each result as it comes. */
export async function compare(
  targets: readonly TargetName[],
  rounds: number,
  options: RunOptions,
  tell: (measurement: Measurement) => void,
): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (let round = 1; round <= rounds; round += 1)
    for (const target of targets) {
      const measurement = await measure(target, round, options);
      measurements.push(measurement);
      tell(measurement);
    }
  return measurements;
}

/** The medians of each target's rounds as a table. */
export function comparisonLines(targets: readonly TargetName[], measurements: readonly Measurement[]): string[] {
  const rows = targets.map((target) => measurements.filter((one) => one.target === target));
  return tableLines(
    COLUMNS,
    rows.filter(([first]) => first !== undefined),
  );
}

type Rounds = readonly Measurement[];

const number = (heading: string, of: (one: Measurement) => number, digits = 0): Column<Rounds> => ({
  heading,
  cell: (rounds) => median(rounds.map(of)).toFixed(digits),
});
const sum = (heading: string, of: (one: Measurement) => number | undefined): Column<Rounds> => ({
  heading,
  cell: (rounds) => {
    const values = rounds.map(of).filter((value) => value !== undefined);
    return values.length === 0 ? '–' : String(values.reduce((total, value) => total + value, 0));
  },
});

function perProcess(heading: string, process: keyof Pids, of: 'cpuUsPerCall' | 'peakRssBytes'): Column<Rounds> {
  const scale = of === 'peakRssBytes' ? MEGABYTE : 1;
  return {
    heading,
    cell: (rounds) => {
      const used = rounds.flatMap(({ processes }) => processes.filter((one) => one.process === process));
      return used.length === 0 ? '–' : (median(used.map((one) => one[of])) / scale).toFixed(0);
    },
  };
}

const COLUMNS: readonly Column<Rounds>[] = [
  { heading: 'target', cell: ([first]) => first?.target ?? '' },
  number('calls/s', (one) => one.callsPerSecond),
  number('p50 ms', (one) => one.p50Us / 1000, 2),
  number('p99 ms', (one) => one.p99Us / 1000, 2),
  number('p99.9 ms', (one) => one.p999Us / 1000, 2),
  sum('calls', (one) => one.calls),
  sum('not 2xx', (one) => one.not2xx),
  sum('complete', (one) => one.complete),
  sum('let go', (one) => one.failureModeAllowed),
  perProcess('recorder µs', 'recorder', 'cpuUsPerCall'),
  perProcess('ledger µs', 'ledger', 'cpuUsPerCall'),
  perProcess('Envoy µs', 'envoy', 'cpuUsPerCall'),
  perProcess('recorder MB', 'recorder', 'peakRssBytes'),
  perProcess('ledger MB', 'ledger', 'peakRssBytes'),
  perProcess('Envoy MB', 'envoy', 'peakRssBytes'),
];
