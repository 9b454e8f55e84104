import { parseArgs } from 'node:util';
import { UsageError } from './processes.ts';

/**
 * The words that a script was called with, at most so many; `undefined` when its help was asked for, which is then printed.
 * @throws UsageError in one line for any other option, and for more words
 */
export function readWords(script: string, help: string, most: number, args: readonly string[]): string[] | undefined {
  const options = { help: { type: 'boolean', short: 'h' } } as const;
  const where = `npm run ${script} -- --help says what there is`;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (values.help === true) {
      console.log(help.trim());
      return undefined;
    }
    if (positionals.length <= most) return positionals;
  } catch (thrown) {
    // Its messages go on with advice for programmers after the first sentence.
    const [reason = ''] = (thrown instanceof Error ? thrown.message : String(thrown)).split(/[.\n]/);
    throw new UsageError(`${reason}; ${where}`, { cause: thrown });
  }
  throw new UsageError(`too much: ${args.slice(most).join(' ')}; ${where}`);
}
