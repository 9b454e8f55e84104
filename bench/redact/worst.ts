import { createRedactor, type Redactor } from '../../src/redact/index.ts';
import type { Column } from '../table.ts';
import { FLOOR_MB_PER_S } from './compare.ts';
import { cpuUs } from './measure.ts';
import { type Input, type WorstCase, worstCases } from './worst-cases.ts';

/** At eight times the size so many times the linear extrapolation may be needed. */
const MOST_TIMES_LINEAR = 2;
const STEPS = [1, 2, 4, 8] as const;
/** One sample works for at least this long, so that the clock's steps don't matter. */
const SAMPLE_US = 2_000;
/** Once more than allowed, and this long, larger sizes say nothing new. */
const ENOUGH_US = 1_000_000;
const SALT = new Uint8Array(32).fill(7);

/** What came out for one case and ladder. */
export interface WorstRow {
  readonly name: string;
  /** Size at the first step, and bytes there. */
  readonly firstSize: number;
  readonly firstBytes: number;
  /** Time at n, 2n, 4n, 8n; fewer when it was clear before. */
  readonly us: readonly number[];
  /** Time at the last of them over the linear extrapolation from n. */
  readonly timesLinear: number;
  /** At the last of them. */
  readonly mbPerS: number;
  readonly isMet: boolean;
}

async function redactBody(redactor: Redactor, input: Input, contentType: string): Promise<void> {
  const { content, contentEncoding, upgrade, pieceBytes = content.length } = input;
  const context = {
    part: 'request_body',
    contentType,
    ...(contentEncoding && { contentEncoding }),
    ...(upgrade && { upgrade }),
  } as const;
  const body = redactor.body(context, SALT);
  for (let at = 0; at < content.length; at += pieceBytes) {
    const written = body.write(content.subarray(at, at + pieceBytes));
    if (written instanceof Promise) await written;
  }
  const outcome = body.end();
  if (outcome instanceof Promise) await outcome;
}

async function redactInput(redactor: Redactor, input: Input): Promise<void> {
  if (input.contentType !== undefined) return redactBody(redactor, input, input.contentType);
  if (input.upgrade !== undefined) return redactBody(redactor, input, '');
  const value = Buffer.from(input.content).toString('latin1');
  redactor.headers('request_headers', [{ name: 'x-note', value }]);
}

/**
 * Has the engine look at another value: it remembers what it found in the last one, and who measures the same again and again
 * would see what a value costs that was found before.
 */
function forgetLast(redactor: Redactor): void {
  redactor.text('someone@example.com');
}

/**
 * Runs `repeats` times; the time of one, without that of forgetting the one before. Each sample has an engine of its own: it
 * remembers so many names, and those of a small input would cost nothing but in the first sample, those of a large one always.
 */
async function sample(input: Input, repeats: number): Promise<number> {
  const redactor = createRedactor();
  const start = cpuUs();
  for (let i = 0; i < repeats; i += 1) forgetLast(redactor);
  const between = cpuUs();
  for (let i = 0; i < repeats; i += 1) {
    forgetLast(redactor);
    await redactInput(redactor, input);
  }
  return (cpuUs() - between - (between - start)) / repeats;
}

/** The shortest of some samples. */
async function leastUs(input: Input, samples: number): Promise<number> {
  let least = Math.max(1, await sample(input, 1));
  for (let i = 1; i < samples && least < ENOUGH_US; i += 1)
    least = Math.min(least, await sample(input, Math.max(1, Math.ceil(SAMPLE_US / least))));
  return Math.max(1, least);
}

async function climb(one: WorstCase, firstSize: number, samples: number): Promise<WorstRow> {
  const us: number[] = [];
  let [firstBytes, timesLinear, mbPerS] = [0, 0, 0];
  for (const step of STEPS) {
    const input = one.make(firstSize * step);
    const least = await leastUs(input, samples);
    us.push(least);
    if (step === 1) firstBytes = input.content.length;
    timesLinear = least / (step * (us[0] ?? least));
    mbPerS = input.content.length / least;
    if (timesLinear > MOST_TIMES_LINEAR && least > ENOUGH_US) break;
  }
  // What is slower than extrapolated, and still as fast as any content has to be, is no worst case.
  const isMet = timesLinear <= MOST_TIMES_LINEAR || mbPerS >= FLOOR_MB_PER_S;
  return { name: one.name, firstSize, firstBytes, us, timesLinear, mbPerS, isMet };
}

/** Measures all cases that have `only` in their names. One that seems too slow is measured again before it is said. */
export async function judgeWorst(options: { only: string | undefined; isQuick: boolean }): Promise<WorstRow[]> {
  const { only, isQuick } = options;
  const samples = isQuick ? 4 : 8;
  const rows: WorstRow[] = [];
  for (const one of worstCases()) {
    if (only !== undefined && !one.name.includes(only)) continue;
    const firsts = isQuick ? one.firsts.slice(-1) : one.firsts;
    for (const first of firsts) {
      const row = await climb(one, first, samples);
      rows.push(row.isMet ? row : await climb(one, first, 2 * samples));
    }
  }
  return rows;
}

/** How the results are shown. */
export const WORST_COLUMNS: readonly Column<WorstRow>[] = [
  { heading: 'case', cell: ({ name }) => name },
  { heading: 'bytes', cell: ({ firstBytes }) => String(firstBytes) },
  ...STEPS.map((step, index) => ({
    heading: step === 1 ? 'µs' : `${step}n`,
    cell: ({ us }: WorstRow) => us[index]?.toFixed(0) ?? '–',
  })),
  { heading: 'times linear', cell: ({ timesLinear }) => timesLinear.toFixed(2) },
  { heading: 'MB/s', cell: ({ mbPerS }) => mbPerS.toFixed(1) },
  { heading: 'met', cell: ({ isMet }) => (isMet ? 'yes' : 'no') },
];
