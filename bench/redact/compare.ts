import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Column, median } from '../table.ts';
import { type BodySet, makeSet, SETS, type SetSpec } from './bodies.ts';
import { type Contender, megabytesPerSecond } from './measure.ts';
import { ours } from './ours.ts';
import { startPeers } from './peers.ts';

/** What is wanted on JSON with {@link USUAL_SETS}, megabytes of decoded content a second of one core. */
export const GOAL_MB_PER_S = 150;
export const FLOOR_MB_PER_S = 60;
const USUAL_SETS: ReadonlySet<string> = new Set(['json-1k', 'json-64k', 'json-1m']);
/** What the peers are given too: they take JSON for text, so other formats say nothing new. */
const PEER_SETS: ReadonlySet<string> = new Set(['json-64k', 'json-64k-dense', 'text-64k']);
/** A peer gets one body of each set, since one takes a hundred times as long as ours. */
const PEER_BODIES = 1;

/** How a run goes. */
export interface SpeedOptions {
  readonly seed: number;
  readonly rounds: number;
  /** Time of each measurement. */
  readonly leastUs: number;
  /** Time of work before the first. */
  readonly warmUpUs: number;
  readonly only: string | undefined;
  readonly peers: boolean;
}

/** What came out for one set and contender. */
export interface Speed {
  readonly set: string;
  readonly contender: string;
  readonly bodies: number;
  readonly bytes: number;
  /** The middle of the rounds, and the best. */
  readonly mbPerS: number;
  readonly bestMbPerS: number;
  /** Values that were planted; of them those that the result has no more; and what the engine says that it replaced. */
  readonly planted: number;
  readonly gone: number;
  readonly counted: number | undefined;
}

/** So many sets are made at a time, outside of what is measured. */
const SETS_AT_ONCE = 4;

/** One contender and one kind of bodies. Each body is redacted once: services have the same names all the time, not the same values. */
class Entry {
  readonly #name: string;
  readonly #spec: SetSpec;
  readonly #contender: Contender;
  /** Of the set whose result is looked at. */
  readonly #bodies: BodySet['bodies'];
  /** How many of each set. */
  readonly #count: number;
  #seed: number;
  readonly #rounds: number[] = [];

  constructor(name: string, spec: SetSpec, seed: number, contender: Contender, most = Infinity) {
    this.#name = name;
    this.#spec = spec;
    this.#contender = contender;
    this.#seed = seed;
    this.#bodies = makeSet(name, spec, seed).bodies.slice(0, most);
    this.#count = this.#bodies.length;
  }

  #next(): Uint8Array[] {
    return Array.from({ length: SETS_AT_ONCE }, () => {
      this.#seed = (this.#seed + 1) >>> 0;
      return makeSet(this.#name, this.#spec, this.#seed).bodies.slice(0, this.#count);
    }).flatMap((bodies) => bodies.map(({ bytes }) => bytes));
  }

  async turn(leastUs: number): Promise<number> {
    return megabytesPerSecond(this.#contender, () => this.#next(), leastUs);
  }

  async measure(leastUs: number): Promise<void> {
    this.#rounds.push(await this.turn(leastUs));
  }

  async result(): Promise<Speed> {
    let [planted, gone, counted] = [0, 0, 0];
    let counts = true;
    for (const { bytes, plants } of this.#bodies) {
      const redacted = await this.#contender.redact(bytes);
      planted += plants.length;
      gone += plants.filter(({ value }) => !redacted.text.includes(value)).length;
      counts &&= redacted.counted !== undefined;
      counted += redacted.counted ?? 0;
    }
    return {
      ...{ set: this.#name, contender: this.#contender.name, bodies: this.#bodies.length },
      bytes: this.#bodies.reduce((sum, { bytes }) => sum + bytes.length, 0),
      ...{ mbPerS: median(this.#rounds), bestMbPerS: Math.max(...this.#rounds) },
      ...{ planted, gone, counted: counts ? counted : undefined },
    };
  }
}

function entriesOf(options: SpeedOptions, peers: readonly Contender[]): Entry[] {
  const names = [...SETS].filter(([name]) => options.only === undefined || name.includes(options.only));
  return names.flatMap(([name, spec]) => {
    const { contentType } = makeSet(name, spec, options.seed);
    const entries = [new Entry(name, spec, options.seed, ours(contentType))];
    if (PEER_SETS.has(name))
      entries.push(...peers.map((peer) => new Entry(name, spec, options.seed, peer, PEER_BODIES)));
    return entries;
  });
}

/** Measures all sets in turns, ours and the peers'. What can't be had is told to `warn`. */
export async function measureSpeed(options: SpeedOptions, warn: (line: string) => void): Promise<Speed[]> {
  const directory = await mkdtemp(join(tmpdir(), 'affidavit-bench-redact-'));
  const peers = options.peers ? await startPeers(directory, warn) : [];
  try {
    const entries = entriesOf(options, peers);
    // All before the first measurement: code that has met one format only is not what runs in a recorder.
    for (const entry of entries) await entry.turn(options.warmUpUs);
    for (let round = 1; round <= options.rounds; round += 1)
      for (const entry of entries) await entry.measure(options.leastUs);
    const results: Speed[] = [];
    for (const entry of entries) results.push(await entry.result());
    return results;
  } finally {
    for (const peer of peers) peer.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function perMegabyte(count: number | undefined, { bytes }: Speed): string {
  return count === undefined ? '–' : ((count / bytes) * 1e6).toFixed(0);
}

/** How the results are shown. */
export const SPEED_COLUMNS: readonly Column<Speed>[] = [
  { heading: 'bodies', cell: ({ set }) => set },
  { heading: 'by', cell: ({ contender }) => contender },
  { heading: 'bytes', cell: ({ bytes, bodies }) => (bytes / bodies).toFixed(0) },
  { heading: 'MB/s', cell: ({ mbPerS }) => mbPerS.toFixed(mbPerS < 10 ? 2 : 1) },
  { heading: 'best', cell: ({ bestMbPerS }) => bestMbPerS.toFixed(bestMbPerS < 10 ? 2 : 1) },
  { heading: 'planted/MB', cell: (speed) => perMegabyte(speed.planted, speed) },
  { heading: 'gone/MB', cell: (speed) => perMegabyte(speed.gone, speed) },
  { heading: 'counted/MB', cell: (speed) => perMegabyte(speed.counted, speed) },
];

/** What is wanted, and whether it came out. */
export interface Verdict {
  readonly wanted: string;
  readonly measured: string;
  readonly isMet: boolean;
}

/** Goal and floor, judged by the slowest of the usual sets that were measured; none when none was. */
export function verdicts(speeds: readonly Speed[]): Verdict[] {
  const usual = speeds.filter(({ set, contender }) => USUAL_SETS.has(set) && contender === 'affidavit');
  if (usual.length === 0) return [];
  const measured = usual.map(({ set, mbPerS }) => `${set} ${mbPerS.toFixed(1)}`).join(', ');
  const least = Math.min(...usual.map(({ mbPerS }) => mbPerS));
  return [['goal', GOAL_MB_PER_S] as const, ['floor', FLOOR_MB_PER_S] as const].map(([name, bound]) => ({
    wanted: `${name}: JSON with 100 findings a MB at ${bound} MB/s`,
    measured,
    isMet: least >= bound,
  }));
}
