import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { ROOT } from '../../../scripts/processes.ts';
import type { Mutation } from '../../support/mutant.ts';

const HERE = import.meta.dirname;
const standIn = (name: string): string => pathToFileURL(join(HERE, name)).href;

/** What the product imports, and what it gets in a simulation. */
const STAND_INS: ReadonlyMap<string, string> = new Map([
  ['kafkajs', standIn('kafkajs.ts')],
  ['node:timers/promises', standIn('timers-promises.ts')],
  ['./hpke.ts', standIn('hpke.ts')],
  ['./grpc-listener.ts', standIn('grpc-listener.ts')],
  ['./resend-requests.ts', standIn('resend-requests.ts')],
]);
/** Bounds of the product that a schedule of seconds and of small bodies would not come to. */
const SCALED: readonly Mutation[] = [
  { file: 'src/seal/producer-options.ts', from: 'inlinePartBytes: 64 * 1024', to: 'inlinePartBytes: 512' },
  { file: 'src/commands/publishing.ts', from: 'RELEASE_POLL_MS = 2_000', to: 'RELEASE_POLL_MS = 300' },
];
const PRODUCT = pathToFileURL(join(ROOT, 'src')).href;

/**
 * From now on this thread loads the product with what stands in for what no seed can repeat, and changed as the
 * mutations say. Throws at the import of a file in which a mutation doesn't find its text exactly once.
 */
export function loadForSimulation(mutations: readonly Mutation[]): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const url = context.parentURL?.startsWith(PRODUCT) === true ? STAND_INS.get(specifier) : undefined;
      return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
    },
    load: (url, context, next) => {
      const changes = [...SCALED, ...mutations].filter(({ file }) => url === pathToFileURL(join(ROOT, file)).href);
      if (changes.length === 0) return next(url, context);
      let source = readFileSync(fileURLToPath(url), 'utf8');
      for (const { file, from, to } of changes) {
        const parts = source.split(from);
        if (parts.length !== 2) throw new Error(`${file}: found ${parts.length - 1} times, not once: ${from}`);
        source = parts.join(to);
      }
      return { format: 'module-typescript', source, shortCircuit: true };
    },
  });
}
