import assert from 'node:assert/strict';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../../scripts/processes.ts';
import { hasTool } from '../../../scripts/tools.ts';

const SOURCE = join(import.meta.dirname, 'preload', 'stepped-clock.c');
const COMPILE_MS = 60_000;
const NANOS_IN_MS = 1_000_000n;
/** What ended just before the clock was set may be told of with the one time or the other. */
const BESIDE_MS = 5_000;

/** The clock of an Envoy: that of the machine, but for what it was set ahead by. */
export class EnvoyClock {
  /** What Envoy is to be started with, beside the environment; empty where there is no C compiler, and it can't be set. */
  readonly env: Readonly<Record<string, string>>;
  readonly #path: string;
  readonly #steps = [{ fromMs: 0, aheadMs: 0 }];

  private constructor(path: string, env: Readonly<Record<string, string>>) {
    this.#path = path;
    this.env = env;
  }

  /** Makes one in a folder. */
  static async make(folder: string): Promise<EnvoyClock> {
    await mkdir(folder, { recursive: true });
    const [path, library] = [join(folder, 'clock-of-envoy'), join(folder, 'stepped-clock.so')];
    if (!(await hasTool('cc'))) return new EnvoyClock(path, {});
    await writeFile(path, new Uint8Array(8));
    const args = ['-shared', '-fPIC', '-O2', '-o', library, SOURCE, '-ldl'];
    const compiled = await runCommand('cc', args, { timeoutMs: COMPILE_MS });
    assert.equal(compiled.status, 0, compiled.stderr);
    return new EnvoyClock(path, { LD_PRELOAD: library, STEPPED_CLOCK_FILE: path });
  }

  /** How much it is ahead of the machine’s now. */
  get aheadMs(): number {
    return this.#steps.at(-1)?.aheadMs ?? 0;
  }

  /** Sets it so much ahead of the machine’s. */
  set(aheadMs: number): void {
    assert.notDeepEqual(this.env, {}, 'without a C compiler Envoy’s clock can’t be set');
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(aheadMs) * NANOS_IN_MS);
    const file = openSync(this.#path, 'r+');
    try {
      writeSync(file, bytes, 0, bytes.length, 0);
    } finally {
      closeSync(file);
    }
    this.#steps.push({ fromMs: Date.now(), aheadMs });
  }

  /** What it showed at a time of the machine’s clock. */
  at(ms: number): number {
    return ms + (this.#steps.findLast(({ fromMs }) => fromMs <= ms)?.aheadMs ?? 0);
  }

  /** What it showed from one time to another: one span for each that it was set to. */
  during(sinceMs: number, untilMs: number): { readonly sinceMs: number; readonly untilMs: number }[] {
    const steps = this.#steps.map((step, index) => ({ ...step, endMs: this.#steps[index + 1]?.fromMs ?? Infinity }));
    return steps
      .filter(({ fromMs, endMs }) => fromMs - BESIDE_MS <= untilMs && endMs + BESIDE_MS >= sinceMs)
      .map(({ aheadMs }) => ({ sinceMs: sinceMs + aheadMs, untilMs: untilMs + aheadMs }));
  }
}
