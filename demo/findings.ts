import { KINDS, type CallResult, type Kind } from './client/kinds.ts';
import { Needles, searchDeep, searchTree, type Place } from './client/leaks.ts';
import { markerOf, secretsOf } from './client/planted.ts';
import type { RecordedExchange, RecordedLog } from './recorded.ts';

/** Calls and records of one kind. */
export interface KindRow {
  kind: Kind;
  /** Calls that the client made. */
  client: number;
  /** Of these, answered as they should be (or given up on purpose). */
  ok: number;
  /** Calls with exactly one `exchange` record. */
  recorded: number;
  /** Of these, seen whole. */
  complete: number;
}

/** The client's list held against the records. */
export interface Comparison {
  rows: KindRow[];
  /** Keys of calls without exactly one record, or with one that isn't whole though the call was. */
  missing: string[];
}

/** Holds the client's own list of calls against the `exchange` records. */
export function compare(results: readonly CallResult[], exchanges: readonly RecordedExchange[]): Comparison {
  const byCall = Map.groupBy(exchanges, ({ call }) => call);
  const rows = new Map<Kind, KindRow>();
  const missing: string[] = [];
  for (const result of results) {
    const row = rows.get(result.kind) ?? { kind: result.kind, client: 0, ok: 0, recorded: 0, complete: 0 };
    rows.set(result.kind, row);
    const records = byCall.get(result.exchangeKey) ?? [];
    const [record] = records;
    row.client++;
    if (result.ok) row.ok++;
    if (records.length === 1) row.recorded++;
    if (record?.complete === true) row.complete++;
    const whole = result.gaveUp || record?.complete === true;
    if (records.length !== 1 || !whole) missing.push(result.exchangeKey);
  }
  return { rows: [...rows.values()], missing };
}

/** How a service's own counts differ from the client's list, in words. */
export function countDifferences(
  expected: Readonly<Record<string, number>>,
  counted: Readonly<Record<string, number>>,
): string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(counted)]);
  return [...names]
    .filter((name) => (expected[name] ?? 0) !== (counted[name] ?? 0))
    .map((name) => `${name}: client ${expected[name] ?? 0}, service ${counted[name] ?? 0}`);
}

/** What a search for planted values came to. */
export interface LeakSearch {
  values: number;
  forms: number;
  files: number;
  fileBytes: number;
  payloads: number;
  payloadBytes: number;
  /** Places of planted values. */
  leaks: string[];
  /** Calls whose harmless marker is in a payload. */
  markersFound: number;
  /** Calls whose harmless marker must be. */
  markersExpected: number;
}

/** Kinds whose bodies are kept, so that a marker in them must be found after unsealing. */
function carriesMarker({ kind, gaveUp }: CallResult): boolean {
  const { requestBody, responseBody } = KINDS[kind];
  return !gaveUp && (requestBody === 'kept' || responseBody === 'kept');
}

function describe(place: Place, where: string): string {
  const within = place.within.length === 0 ? '' : ` in ${place.within.join(', ')}`;
  return `${place.label} (${place.encoding}${within}) in ${where} at ${place.offset}`;
}

/** Looks for every planted value below a folder and in every unsealed payload; and for the harmless markers in these. */
export async function searchLeaks(
  directory: string,
  log: RecordedLog,
  seed: number,
  results: readonly CallResult[],
): Promise<LeakSearch> {
  const secrets = secretsOf(seed);
  const needles = new Needles(secrets);
  const expected = results.filter(carriesMarker).map(({ call }) => ({ label: String(call), value: markerOf(call) }));
  const markers = new Needles(expected);
  const found = new Set<string>();
  const leaks: string[] = [];
  let payloads = 0;
  let payloadBytes = 0;
  for await (const { index, part, bytes } of log.payloads()) {
    payloads++;
    payloadBytes += bytes.length;
    for (const place of await searchDeep(bytes, needles))
      leaks.push(describe(place, `payload ${part} of record ${index}`));
    markers.scan(bytes, ({ label }) => found.add(label));
  }
  const tree = await searchTree(directory, needles);
  for (const place of tree.places) leaks.push(describe(place, place.file));
  return {
    values: secrets.length,
    forms: needles.count,
    files: tree.files,
    fileBytes: tree.bytes,
    payloads,
    payloadBytes,
    leaks,
    markersFound: found.size,
    markersExpected: expected.length,
  };
}
