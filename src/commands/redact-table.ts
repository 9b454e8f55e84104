import type { ExplainedFinding, Explanation } from '../redact/index.ts';

/** Why something was found, as far as that can be said without a word of what stands there. */
function whyOf({ rule, score, ownScore }: ExplainedFinding): string {
  if (rule.startsWith('name.')) return 'the name that it stands under';
  if (rule.startsWith('engine.')) return 'what can’t be judged is dropped';
  if (score > ownScore) return 'its form, and words beside it or its name speak for it';
  return score < ownScore ? 'its form, though words beside it speak against it' : 'its form';
}

/** Line and column, from 1 on, of a place in UTF-16 code units. */
function positionOf(place: number, lineStarts: readonly number[]): string {
  let [low, high] = [0, lineStarts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lineStarts[middle] ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  return `${low}:${place - (lineStarts[low - 1] ?? 0) + 1}`;
}

/** What was found where and why, a line each. No value is in it. */
export function findingsTable({ findings, lineStarts }: Pick<Explanation, 'findings' | 'lineStarts'>): string[] {
  if (findings.length === 0) return ['nothing was found'];
  const rows = findings.map((found) => {
    const place = `${positionOf(found.start, lineStarts)}-${positionOf(found.end, lineStarts)}`;
    return [place, found.entity, found.rule, found.score.toFixed(2), found.action, whyOf(found)];
  });
  const table = [['place', 'entity', 'rule', 'score', 'action', 'why'], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
