import type { Command } from 'commander';
import type { Config } from '../config/index.ts';
import { formatConfig, referencePage } from '../config/index.ts';
import { AffidavitError } from '../record/index.ts';
import { CustomRules, describeFailure } from '../redact/index.ts';
import { loadConfig } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { checkBrokers } from './kafka-settings.ts';
import { checkEntities, customRules, descriptors } from './redaction.ts';

/** Checks what the schema can't: the bus, and the custom rules with all of their cases. @throws config.invalid, io.failed */
async function check(config: Config, isJson: boolean, context: Context): Promise<void> {
  checkBrokers(config);
  await descriptors(config);
  const settings = await customRules(config);
  checkEntities(config, settings);
  const custom = new CustomRules(settings);
  const rules = custom.rules.length;
  const cases = custom.rules.reduce((sum, { matches, ignores }) => sum + matches.length + ignores.length, 0);
  const failures = custom.failures();
  if (isJson && rules > 0)
    context.print(JSON.stringify({ valid: failures.length === 0, customRules: rules, cases, failures }));
  if (failures.length > 0) {
    const lines = failures.map((failure) => `  ${describeFailure(failure)}`);
    const count = `${failures.length} of ${cases} cases of custom rules failed`;
    throw new AffidavitError('config.invalid', `${count}:\n${lines.join('\n')}`);
  }
  if (rules === 0) context.print(isJson ? JSON.stringify({ valid: true }) : 'The configuration is valid.');
  else if (!isJson) context.print(`The configuration is valid; custom rules: ${rules}, cases: ${cases}, all passed.`);
}

/** `affidavit config check|print`. */
export function registerConfig(program: Command, context: Context): void {
  const command = program
    .command('config')
    .description('check or print the configuration')
    .addHelpText('after', '\nExample:\n  affidavit config print --config affidavit.yaml\n');
  command
    .command('check')
    .description(
      'validate the file and the environment, and run the cases of custom rules; says what is wrong, and where',
    )
    .addHelpText('after', '\nExample:\n  affidavit config check --config affidavit.yaml\n')
    .action(async (_options: unknown, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions>();
      await check(await loadConfig(context, options), options.json === true, context);
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
