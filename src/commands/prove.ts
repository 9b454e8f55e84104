import type { Command } from 'commander';
import { buildProofFile } from '../proof/index.ts';
import { KIND } from '../record/index.ts';
import { loadConfig } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { parsePath, writeResult } from './files.ts';
import { findEntries } from './log-reading.ts';
import { openSource } from './sources.ts';

interface ProveOptions extends CommonOptions {
  out?: string;
  log?: string;
}

/** `affidavit prove <id>`. */
export function registerProve(program: Command, context: Context): void {
  program
    .command('prove')
    .description('make one self-contained proof file of a record')
    .argument('<id>', 'number of a record, or an exchange id')
    .option('-o, --out <file>', 'where to write it; default is standard output', parsePath)
    .option('-l, --log <folder or URL>', 'the log; default is the ledger of the data folder', parsePath)
    .addHelpText('after', '\nExample:\n  affidavit prove 12 --out record-12.proof.json\n')
    .action(async (id: string, _own: unknown, self: Command) =>
      prove(context, id, self.optsWithGlobals<ProveOptions>()),
    );
}

async function prove(context: Context, id: string, options: ProveOptions): Promise<void> {
  const config = await loadConfig(context, options);
  const source = openSource(options.log, config);
  const entries = await findEntries(source, id);
  // Of all that is said about an exchange, its `exchange` record is what one wants proven.
  const entry = entries.find(({ record }) => record.kind === KIND.exchange) ?? entries[0];
  const file = await buildProofFile(source, entry?.index ?? 0);
  if (options.out === undefined) {
    context.print(file.trimEnd());
    return;
  }
  await writeResult(options.out, file);
  const result = { index: entry?.index ?? 0, file: options.out };
  context.print(
    options.json === true ? JSON.stringify(result) : `Wrote the proof of record ${result.index} to ${result.file}.`,
  );
}
