import type { Command } from 'commander';
import { formatConfig, referencePage } from '../config/index.ts';
import { loadConfig } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { checkBrokers } from './kafka-settings.ts';

/** `affidavit config check|print`. */
export function registerConfig(program: Command, context: Context): void {
  const command = program
    .command('config')
    .description('check or print the configuration')
    .addHelpText('after', '\nExample:\n  affidavit config print --config affidavit.yaml\n');
  command
    .command('check')
    .description('validate the file and the environment; says what is wrong, where, and what is allowed')
    .addHelpText('after', '\nExample:\n  affidavit config check --config affidavit.yaml\n')
    .action(async (_options: unknown, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions>();
      checkBrokers(await loadConfig(context, options));
      context.print(options.json === true ? JSON.stringify({ valid: true }) : 'The configuration is valid.');
    });
  command
    .command('print')
    .description('print every setting as it will be used, or the reference page')
    .option('--reference', 'print the reference page (Markdown) instead')
    .addHelpText('after', '\nExample:\n  AFFIDAVIT_LEDGER_PORT=9000 affidavit config print\n')
    .action(async (own: { reference?: boolean }, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions>();
      if (own.reference === true) {
        const reference = referencePage();
        context.print(options.json === true ? JSON.stringify({ reference }) : reference.trimEnd());
        return;
      }
      const config = await loadConfig(context, options);
      context.print(options.json === true ? JSON.stringify(config) : formatConfig(config).trimEnd());
    });
}
