import type { FaultRow } from './types.ts';
import type { Tally } from './reckoning.ts';

const NUMBERS: readonly (keyof Tally | 'kills')[] = [
  'kills',
  'calls',
  'answered',
  'whole',
  'part',
  'named',
  'unknown',
  'counted',
  'lost',
  'falseGaps',
];
const HEADS = ['fault', 'profile', ...NUMBERS.map((name) => (name === 'falseGaps' ? 'false gaps' : name))];

/** Rows as a table for docs/reliability.md, those of the same fault and profile added up, with their sum. */
export function faultTable(rows: readonly FaultRow[]): string {
  const groups = Map.groupBy(rows, ({ name, profile }) => `${name}\n${profile}`);
  const added = [...groups.values()].map((same) => ({
    ...sumOf(same),
    name: same[0]?.name,
    profile: same[0]?.profile,
  }));
  const lines = [...added, { ...sumOf(rows), name: 'all', profile: '' }].map(({ name, profile, ...numbers }) =>
    line([name ?? '', profile ?? '', ...NUMBERS.map((column) => String(numbers[column]))]),
  );
  const rule = line([...HEADS.map((_, index) => (index < 2 ? '---' : '--:'))]);
  return `${[line(HEADS), rule, ...lines].join('\n')}\n`;
}

function sumOf(rows: readonly FaultRow[]): Record<(typeof NUMBERS)[number], number> {
  const sums = NUMBERS.map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0)] as const);
  return Object.fromEntries(sums) as Record<(typeof NUMBERS)[number], number>;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
