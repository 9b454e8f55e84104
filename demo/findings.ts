import { expectedCounts, KINDS, type CallResult, type Kind } from './client/kinds.ts';
import { Needles, searchDeep, searchTree, type Place } from './client/leaks.ts';
import { markerOf, secretsOf } from './client/planted.ts';
import type { RecordedExchange, RecordedLog } from './recorded.ts';

/** Calls and records of one kind. */
export interface KindRow {
  kind: Kind;
  /** The service that it goes to, and what that counts it as. */
  service: 'orders' | 'payments';
  operation: string;
  /** Calls that the client made. */
  client: number;
  /** Calls that the service counted. */
  counted: number;
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

/** What each service has counted, by operation. */
export type ServiceCounts = Record<'orders' | 'payments', Readonly<Record<string, number>>>;

/** Holds the client's own list of calls against the services' counts and the `exchange` records. */
export function compare(
  results: readonly CallResult[],
  exchanges: readonly RecordedExchange[],
  counts: ServiceCounts,
): Comparison {
  const byCall = Map.groupBy(exchanges, ({ call }) => call);
  const rows = new Map<Kind, KindRow>();
  const missing: string[] = [];
  for (const result of results) {
    const row = rows.get(result.kind) ?? newRow(result.kind, counts);
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

function newRow(kind: Kind, counts: ServiceCounts): KindRow {
  const { service, operation } = KINDS[kind];
  const counted = counts[service][operation] ?? 0;
  return { kind, service, operation, client: 0, counted, ok: 0, recorded: 0, complete: 0 };
}

/** What was counted of the calls, by whom. */
export interface Counts {
  services: ServiceCounts;
  /** Entries of Envoy's access log. */
  accessLogEntries: number;
  /** `exchange` records. */
  exchanges: number;
}

/** How the counts differ from the client's own list, in words; none when all agree. */
export function countDifferences(results: readonly CallResult[], counts: Counts): string[] {
  const expected = expectedCounts(results);
  const calls = results.length;
  const ofServices = (['orders', 'payments'] as const).flatMap((service) => {
    const [made, counted] = [expected[service], counts.services[service]];
    return [...new Set([...Object.keys(made), ...Object.keys(counted)])]
      .filter((name) => (made[name] ?? 0) !== (counted[name] ?? 0))
      .map((name) => `${service} ${name}: client ${made[name] ?? 0}, service ${counted[name] ?? 0}`);
  });
  const { accessLogEntries, exchanges } = counts;
  if (accessLogEntries !== calls) ofServices.push(`Envoy’s access log: client ${calls}, entries ${accessLogEntries}`);
  // Fewer are said call by call.
  if (exchanges > calls) ofServices.push(`exchange records: client ${calls}, records ${exchanges}`);
  return ofServices;
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
  /** Files in which the search finds what must stand there in clear. None: then it finds nothing at all. */
  controlFiles: number;
}

/** What the demo's verdict depends on. */
export interface Findings {
  /** Calls without a single whole record. */
  missing: number;
  /** Calls that were not answered as they should be. */
  failed: number;
  /** Counts that disagree, see {@link countDifferences}. */
  differences: number;
  search: LeakSearch;
  /** One record was proven from one file. */
  proven: boolean;
  /** The whole log was verified under the pinned keys. */
  trusted: boolean;
  /** A flipped byte was noticed. */
  noticed: boolean;
}

/** What is not as promised, a line each; none when all is. */
export function brokenPromises(findings: Findings): string[] {
  const { search } = findings;
  const { missing, failed, differences, proven, trusted, noticed } = findings;
  const broken: [isBroken: boolean, what: string][] = [
    [missing > 0, `${missing} calls have no single whole record`],
    [failed > 0, `${failed} calls were not answered as they should be`],
    [differences > 0, `${differences} counts disagree with the client’s list`],
    [search.leaks.length > 0, `${search.leaks.length} planted values were found`],
    [search.markersFound < search.markersExpected, 'the search of payloads does not find what is there'],
    [search.controlFiles === 0, 'the search of stored bytes does not find what is there'],
    [!proven, 'the proof of one record was not accepted'],
    [!trusted, 'the log is not proven by the pinned keys'],
    [!noticed, 'a flipped byte went unnoticed'],
  ];
  return broken.filter(([isBroken]) => isBroken).map(([, what]) => what);
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

/** Files below a folder in which a search for planted values would find `value`. */
export async function filesWith(directory: string, value: string): Promise<number> {
  const { places } = await searchTree(directory, new Needles([{ label: 'control', value }]));
  return new Set(places.map(({ file }) => file)).size;
}

/**
 * Looks for every planted value below a folder and in every unsealed payload; and, to know that the search works, for the
 * harmless markers in these and for what stands in clear in the files.
 * @param control what must be found in the files
 */
export async function searchLeaks(
  directory: string,
  log: RecordedLog,
  seed: number,
  results: readonly CallResult[],
  control: string,
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
    controlFiles: await filesWith(directory, control),
  };
}
