import { readFileSync } from 'node:fs';
import { ROOT, isMain, runMain, UsageError } from '../scripts/processes.ts';

/** What is used here of a `.cpuprofile` (Chrome DevTools Protocol, Profiler.Profile). */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds between samples. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

const NOT_WORK = new Set(['(idle)', '(program)', '(root)']);

/** Time of a profile by function: its own, and with all that it called. Functions are named with file and line. */
export function timesOf(profile: CpuProfile): { busyUs: number; own: Map<string, number>; total: Map<string, number> } {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));
  const ownById = new Map<number, number>();
  profile.samples.forEach((id, index) => {
    ownById.set(id, (ownById.get(id) ?? 0) + (profile.timeDeltas[index] ?? 0));
  });
  const own = new Map<string, number>();
  const total = new Map<string, number>();
  let busyUs = 0;
  for (const [id, us] of ownById) {
    const name = nameOf(nodes.get(id));
    if (NOT_WORK.has(name)) continue;
    busyUs += us;
    own.set(name, (own.get(name) ?? 0) + us);
    // A function that calls itself counts once.
    const onStack = new Set<string>();
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) onStack.add(nameOf(nodes.get(at)));
    for (const frame of onStack) if (!NOT_WORK.has(frame)) total.set(frame, (total.get(frame) ?? 0) + us);
  }
  return { busyUs, own, total };
}

function nameOf(node: ProfileNode | undefined): string {
  if (node === undefined) return '(root)';
  const { functionName, url, lineNumber } = node.callFrame;
  if (url === '') return functionName || '(native)';
  return `${functionName || '(anonymous)'} ${url.replace(`file://${ROOT}/`, '')}:${lineNumber + 1}`;
}

function top(title: string, times: ReadonlyMap<string, number>, busyUs: number, count: number): void {
  console.log(`\n${title}`);
  const rows = [...times].sort(([, a], [, b]) => b - a).slice(0, count);
  for (const [name, us] of rows) console.log(`${((us / busyUs) * 100).toFixed(1).padStart(6)} %  ${name}`);
}

if (isMain(import.meta.url)) {
  await runMain('profile', () => {
    const [file, count = '10'] = process.argv.slice(2);
    if (file === undefined) throw new UsageError('usage: node bench/profile.ts FILE.cpuprofile [rows]');
    const { busyUs, own, total } = timesOf(JSON.parse(readFileSync(file, 'utf8')) as CpuProfile);
    console.log(`${(busyUs / 1e6).toFixed(2)} s of work`);
    top('by itself', own, busyUs, Number(count));
    top('with all that it called', total, busyUs, Number(count));
    return Promise.resolve();
  });
}
