import type { Command } from 'commander';
import { openSource } from './sources.ts';
import { kindName } from '../record/index.ts';
import { exchangeIdOf, formatTime, summarize } from './describe.ts';
import { loadConfig, parseCount } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { readCheckpoint, readEntries } from './log-reading.ts';

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
    .option('-n, --last <count>', 'how many of the latest records to look at', parseCount, 50)
    .option('-l, --log <folder or URL>', 'the log; default is the ledger of the data folder')
    .addHelpText('after', '\nExample:\n  affidavit list --kind exchange --last 1000\n')
    .action(async (_own: unknown, self: Command) => list(context, self.optsWithGlobals<ListOptions>()));
}

async function list(context: Context, options: ListOptions): Promise<void> {
  const config = await loadConfig(context, options);
  const source = openSource(options.log, config);
  const { size } = await readCheckpoint(source);
  for await (const { index, record } of readEntries(source, size, Math.max(0, size - options.last))) {
    if (options.kind !== undefined && kindName(record.kind) !== options.kind) continue;
    const time = formatTime(record.timeUs);
    const line =
      options.json === true
        ? JSON.stringify({ index, time, kind: kindName(record.kind), exchangeId: exchangeIdOf(record) || undefined })
        : `${String(index).padStart(8)}  ${time}  ${summarize(record)}`;
    context.print(line);
  }
}
