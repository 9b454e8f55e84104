import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { UsageError } from '../scripts/processes.ts';

/** What {@link readOptions} gives for options so described. */
export type ValuesOf<T extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T }>
>['values'];

/** Options of `npm run bench`, or of one of its commands. @throws UsageError, in one line that says where to look them up */
export function readOptions<T extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: T,
  command = '',
): ValuesOf<T> {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (thrown) {
    const [reason = ''] = (thrown instanceof Error ? thrown.message : String(thrown)).split(/[.\n]/);
    const help = ['npm run bench --', command, '--help'].filter(Boolean).join(' ');
    throw new UsageError(`${reason}; ${help} says what there is`, { cause: thrown });
  }
}

/** The number that an option has. @throws UsageError when it is no whole one from `least` to `most` */
export function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most)
    throw new UsageError(`--${name} ${text}: a whole number from ${least} to ${most}`);
  return value;
}

/** Numbers with commas between them. @throws UsageError when one isn't above 0 and at most `most` */
export function multiples(name: string, text: string, most: number): number[] {
  const values = text.split(',').map(Number);
  if (values.some((one) => !(one > 0 && one <= most)))
    throw new UsageError(`--${name} ${text}: numbers up to ${most}, with commas between them`);
  return values;
}
