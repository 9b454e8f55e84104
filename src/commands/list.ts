import type { Command } from 'commander';
import { openSource } from './sources.ts';
import { TILE_WIDTH } from '../proof/index.ts';
import type { TileSource } from '../proof/index.ts';
import { AffidavitError, KIND, kindName } from '../record/index.ts';
import { exchangeIdOf, formatTime, summarize } from './describe.ts';
import { loadConfig, parseCount } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { parsePath } from './files.ts';
import { readCheckpoint, readEntries } from './log-reading.ts';
import type { LogEntry } from './log-reading.ts';

interface ListOptions extends CommonOptions {
  kind?: string;
  last: number;
  log?: string;
}

/** `affidavit list`. */
export function registerList(program: Command, context: Context): void {
  program
    .command('list')
    .description('list records of the log, the latest last')
    .option('-k, --kind <name>', 'only records of this kind (exchange, access_log, gap …)')
    .option('-n, --last <count>', 'how many of the latest such records', parseCount, 50)
    .option('-l, --log <folder or URL>', 'the log; default is the ledger of the data folder', parsePath)
    .addHelpText('after', '\nExample:\n  affidavit list --kind gap --last 1000\n')
    .action(async (_own: unknown, self: Command) => list(context, self.optsWithGlobals<ListOptions>()));
}

async function list(context: Context, options: ListOptions): Promise<void> {
  const { kind, last } = options;
  if (kind !== undefined) checkKind(kind);
  const config = await loadConfig(context, options);
  const source = openSource(options.log, config);
  const { size } = await readCheckpoint(source);
  const isWanted = ({ record }: LogEntry): boolean => kind === undefined || kindName(record.kind) === kind;
  const from = kind === undefined ? Math.max(0, size - last) : await firstOfLast(source, size, last, isWanted);
  for await (const entry of readEntries(source, size, from)) {
    if (!isWanted(entry)) continue;
    const { index, record } = entry;
    const time = formatTime(record.timeUs);
    const line =
      options.json === true
        ? JSON.stringify({ index, time, kind: kindName(record.kind), exchangeId: exchangeIdOf(record) || undefined })
        : `${String(index).padStart(8)}  ${time}  ${summarize(record)}`;
    context.print(line);
  }
}

/** Kinds of later versions go by their number. @throws usage */
function checkKind(kind: string): void {
  if (Object.hasOwn(KIND, kind) || /^kind-[0-9]{1,15}$/.test(kind)) return;
  throw new AffidavitError(
    'usage',
    `there is no kind ${JSON.stringify(kind.slice(0, 80))}; kinds are ${Object.keys(KIND).join(', ')}`,
  );
}

/** Index of the first of the `count` latest entries that are wanted, looked for from the log's end; 0 when there are fewer. */
async function firstOfLast(
  source: TileSource,
  size: number,
  count: number,
  isWanted: (entry: LogEntry) => boolean,
): Promise<number> {
  if (count === 0) return size;
  let left = count;
  for (let end = size; end > 0;) {
    const start = Math.floor((end - 1) / TILE_WIDTH) * TILE_WIDTH;
    const found: number[] = [];
    for await (const entry of readEntries(source, size, start, end)) if (isWanted(entry)) found.push(entry.index);
    if (found.length >= left) return found.at(-left) ?? start;
    left -= found.length;
    end = start;
  }
  return 0;
}
