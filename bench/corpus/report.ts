import { type Column, tableLines } from '../table.ts';
import { barsOf, ENTITIES } from './entities.ts';
import { type Miss, precisionOf, recallOf, type Score, type Tally } from './score.ts';

/** Characters that are shown on either side of what was missed. */
const AROUND = 60;
/** Characters that are shown of what was missed. */
const SHOWN = 90;

type Row = readonly [name: string, tally: Tally];

/** Whether an entity's recall and precision reach its bars; precision does where nothing was found under its name. */
export function isMet(name: string, tally: Tally): boolean {
  const entity = ENTITIES.find((known) => known === name);
  if (entity === undefined) return false;
  const bars = barsOf(entity);
  return (recallOf(tally) ?? 0) >= bars.recall && (precisionOf(tally) ?? 1) >= bars.precision;
}

function share(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(4);
}

const COUNTS: readonly Column<Row>[] = [
  { heading: 'positives', cell: ([, tally]) => String(tally.positives) },
  { heading: 'found', cell: ([, tally]) => String(tally.found) },
  { heading: 'recall', cell: ([, tally]) => share(recallOf(tally)) },
  { heading: 'negatives', cell: ([, tally]) => String(tally.negatives) },
  { heading: 'alarmed', cell: ([, tally]) => String(tally.alarmed) },
  { heading: 'false alarms', cell: ([, tally]) => String(tally.falseAlarms) },
  { heading: 'wrong names', cell: ([, tally]) => String(tally.wrongNames) },
  { heading: 'precision', cell: ([, tally]) => share(precisionOf(tally)) },
];

function nameColumn(heading: string): Column<Row> {
  return { heading, cell: ([name]) => name };
}

const MET: Column<Row> = {
  heading: 'bars',
  cell: ([name, tally]) =>
    tally.positives === 0
      ? 'unknown name'
      : isMet(name, tally)
        ? 'met'
        : tally.positives === tally.found
          ? 'precision not met'
          : 'not met',
};

/** The tables: by entity with its bars, by media type, by format. `entity` leaves one row of the first alone. */
export function scoreLines(score: Score, entity?: string): string[] {
  const rows = [...score.byEntity].filter(([name]) => entity === undefined || name === entity);
  const lines = tableLines([nameColumn('entity'), ...COUNTS, MET], rows);
  if (entity !== undefined) return lines;
  const known = rows.filter(([, tally]) => tally.positives > 0);
  const met = known.filter(([name, tally]) => isMet(name, tally)).length;
  return [
    ...lines,
    '',
    `${String(met)} of ${String(known.length)} entities meet their bars`,
    '',
    ...tableLines([nameColumn('media type'), ...COUNTS], [...score.byType].sort()),
    '',
    ...tableLines([nameColumn('made as'), ...COUNTS], [...score.byFormat].sort()),
    '',
    ...tableLines([nameColumn('style'), ...COUNTS], [...score.byStyle].sort()),
    '',
    withdrawnLine(score),
  ];
}

function withdrawnLine({ withdrawn }: Score): string {
  const reasons = [...withdrawn].map(([reason, count]) => `${reason} ${String(count)}`);
  return `bodies of which nothing was kept: ${reasons.length === 0 ? 'none' : reasons.join(', ')}`;
}

const BARE: readonly Column<Row>[] = [
  { heading: 'values', cell: ([, tally]) => String(tally.positives) },
  { heading: 'found', cell: ([, tally]) => String(tally.found) },
  { heading: 'share', cell: ([, tally]) => share(recallOf(tally)) },
  { heading: 'wrong names', cell: ([, tally]) => String(tally.wrongNames) },
];

/** The table of values without context, which has no bars. */
export function bareLines(score: Score, entity?: string): string[] {
  const rows = [...score.byEntity].filter(([name]) => entity === undefined || name === entity);
  return ['Without any context:', '', ...tableLines([nameColumn('entity'), ...BARE], rows)];
}

/** What `miss` is, with the text around it, on one line. */
export function missLine({ kind, entity, start, end, body }: Miss): string {
  const { text } = body;
  const value = end - start > SHOWN ? `${text.slice(start, start + SHOWN)}…` : text.slice(start, end);
  const around = `${text.slice(Math.max(0, start - AROUND), start)}⟦${value}⟧${text.slice(end, end + AROUND)}`;
  return `${kind} ${entity} in body ${String(body.id)} (${body.format}, ${body.contentType}): ${around.replace(/[\s\p{Cc}]/gu, ' ')}`;
}

/** Lines of up to `most` misses of each kind and entity. */
export function missLines(misses: readonly Miss[], most: number, entity?: string): string[] {
  const counts = new Map<string, number>();
  const shown = misses.filter((miss) => {
    if (entity !== undefined && miss.entity !== entity) return false;
    const key = `${miss.entity} ${miss.kind}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= most;
  });
  return shown.sort((left, right) => left.entity.localeCompare(right.entity)).map(missLine);
}

/** The same as one object for machines. */
export function scoreJson(score: Score, bare: Score): Record<string, unknown> {
  const rows = (tallies: ReadonlyMap<string, Tally>): unknown[] =>
    [...tallies].map(([name, tally]) => ({ name, ...tally, recall: recallOf(tally), precision: precisionOf(tally) }));
  return {
    entities: [...score.byEntity].map(([name, tally]) => ({
      entity: name,
      ...tally,
      recall: recallOf(tally),
      precision: precisionOf(tally),
      met: isMet(name, tally),
    })),
    mediaTypes: rows(score.byType),
    formats: rows(score.byFormat),
    styles: rows(score.byStyle),
    withdrawn: Object.fromEntries(score.withdrawn),
    withoutContext: rows(bare.byEntity),
  };
}
