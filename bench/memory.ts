import { join } from 'node:path';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ScriptError } from '../scripts/processes.ts';
import type { RunOptions } from './closed-loop.ts';
import { runLoad } from './peer.ts';
import { type Column, tableLines } from './table.ts';
import { startTarget, type Target, type TargetName } from './target.ts';
import { usageOfAll } from './usage.ts';

/** Memory of our processes, recorder and ledger together, while something went through. */
export interface MemoryRow {
  readonly target: TargetName;
  readonly what: string;
  readonly beforeBytes: number;
  readonly mostBytes: number;
  readonly afterBytes: number;
}

const SAMPLE_MS = 250;
const GIGABYTE = 1_000_000_000;
const BLOCK = Buffer.from(
  'The parcel was left with the neighbours, who will bring it round in the evening.\n'.repeat(800),
);

/** After `warmUpCalls`: an upload and a download of 1 GB, then the calls. */
export async function measureMemory(name: TargetName, options: RunOptions): Promise<MemoryRow[]> {
  const target = await startTarget({ ...options, name, directory: join(options.directory, `memory-${name}`) });
  try {
    const load = { ...options, url: target.url };
    await runLoad(options.peer, { ...load, calls: options.warmUpCalls, ratePerSecond: 0 });
    await target.complete(options.warmUpCalls);
    const bytes = new URL('/orders/bytes', target.url);
    return [
      await during(target, name, '1 GB up', () => transfer(bytes, 'PUT')),
      await during(target, name, '1 GB down', () => transfer(new URL(`?n=${GIGABYTE}`, bytes), 'GET')),
      await during(target, name, `${options.calls} calls`, () => runLoad(options.peer, load)),
    ];
  } finally {
    await target.stop();
  }
}

/** Lines of a table, in MB. */
export function memoryLines(rows: readonly MemoryRow[]): string[] {
  const megabytes = (heading: string, of: (row: MemoryRow) => number): Column<MemoryRow> => ({
    heading,
    cell: (row) => (of(row) / 1e6).toFixed(0),
  });
  const columns: Column<MemoryRow>[] = [
    { heading: 'target', cell: ({ target }) => target },
    { heading: 'what went through', cell: ({ what }) => what },
    megabytes('MB before', (row) => row.beforeBytes),
    megabytes('most', (row) => row.mostBytes),
    megabytes('after', (row) => row.afterBytes),
    megabytes('grown by', (row) => row.mostBytes - row.beforeBytes),
  ];
  return tableLines(columns, rows);
}

function memoryOf({ pids }: Target): number {
  return [pids.recorder, pids.ledger].reduce<number>(
    (sum, pid) => sum + (pid === undefined ? 0 : usageOfAll(pid).rssBytes),
    0,
  );
}

async function during(
  target: Target,
  name: TargetName,
  what: string,
  work: () => Promise<unknown>,
): Promise<MemoryRow> {
  const beforeBytes = memoryOf(target);
  let mostBytes = beforeBytes;
  const timer = setInterval(() => (mostBytes = Math.max(mostBytes, memoryOf(target))), SAMPLE_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  const afterBytes = memoryOf(target);
  return { target: name, what, beforeBytes, mostBytes: Math.max(mostBytes, afterBytes), afterBytes };
}

function* blocks(): Generator<Buffer> {
  for (let left = GIGABYTE; left > 0; left -= BLOCK.length) yield BLOCK.subarray(0, Math.min(left, BLOCK.length));
}

async function transfer(url: URL, method: 'GET' | 'PUT'): Promise<void> {
  const headers = method === 'PUT' ? { 'content-type': 'text/plain' } : {};
  const call = request(url, { method, headers });
  const answered = new Promise<number>((resolve, reject) => {
    call.on('error', reject);
    call.on('response', (response) => {
      response.on('error', reject).on('end', () => {
        resolve(response.statusCode ?? 0);
      });
      response.resume();
    });
  });
  const [status] = await Promise.all([answered, pipeline(Readable.from(method === 'PUT' ? blocks() : []), call)]);
  if (status !== 200) throw new ScriptError(`${method} ${url.pathname} was answered ${status}`);
}
