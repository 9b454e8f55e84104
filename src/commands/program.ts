import { Command, CommanderError } from 'commander';
import { AffidavitError } from '../record/index.ts';
import { registerConfig } from './config.ts';
import { EXIT, exitCodeOf, Unproven } from './context.ts';
import type { Context } from './context.ts';
import { registerKeys } from './keys.ts';
import { registerLedger } from './ledger.ts';
import { registerList } from './list.ts';
import { systemPorts } from './ports.ts';
import type { Ports } from './ports.ts';
import { registerProve } from './prove.ts';
import { registerRecorder } from './recorder.ts';
import { registerShow } from './show.ts';
import { registerUp } from './up.ts';
import { registerVerify } from './verify.ts';

const EXIT_CODES = `
Exit codes:
  0  fine
  1  the evidence is bad
  2  wrong usage or configuration
  3  could not run

Example:
  affidavit up --data ./affidavit-data
`;

function buildProgram(context: Context, ports: Ports): Command {
  const program = new Command('affidavit')
    .description('records machine-to-machine calls so that the recording holds up as evidence')
    .option('-c, --config <file>', 'configuration file (YAML)')
    .option('-d, --data <folder>', 'data folder; overrides dataDir of the configuration')
    .option('--json', 'print results as JSON')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        context.print(text.trimEnd());
      },
      writeErr: (text) => {
        context.say(text.trimEnd());
      },
    });
  registerUp(program, context, ports);
  registerRecorder(program, context, ports);
  registerLedger(program, context, ports);
  registerList(program, context);
  registerShow(program, context, ports);
  registerProve(program, context);
  registerVerify(program, context);
  registerKeys(program, context, ports);
  registerConfig(program, context);
  for (const command of program.commands) inherit(command);
  return program;
}

/** commander doesn't hand these on to commands of commands. */
function inherit(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    inherit(child);
  }
}

function describe(error: AffidavitError, json: boolean): string {
  return json ? JSON.stringify({ error: { code: error.code, message: error.message } }) : `affidavit: ${error.message}`;
}

/** Runs one command. @returns the exit code */
export async function main(
  args: readonly string[],
  environment: Context['environment'],
  ports: Ports = systemPorts,
): Promise<number> {
  const context: Context = {
    environment,
    print: (text) => {
      process.stdout.write(`${text}\n`);
    },
    say: (text) => {
      process.stderr.write(`${text}\n`);
    },
  };
  try {
    await buildProgram(context, ports).parseAsync([...args], { from: 'user' });
    return EXIT.fine;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.fine : EXIT.usage;
    if (thrown instanceof Unproven) {
      context.say(`affidavit: ${thrown.message}`);
      return EXIT.failed;
    }
    const error = AffidavitError.from(thrown, 'internal', 'unexpected failure');
    context.say(describe(error, args.includes('--json')));
    if (error.code === 'internal') context.say(error.cause instanceof Error ? (error.cause.stack ?? '') : '');
    return exitCodeOf(error);
  }
}
