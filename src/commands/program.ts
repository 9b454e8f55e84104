import { Command, CommanderError } from 'commander';
import { AffidavitError } from '../record/index.ts';
import { registerAccessLog } from './accesslog.ts';
import { registerAudit } from './audit.ts';
import { registerConfig } from './config.ts';
import { EXIT, exitCodeOf, GivenUp, Unproven } from './context.ts';
import type { Context } from './context.ts';
import { parsePath } from './files.ts';
import { registerDeadLetter } from './deadletter.ts';
import { registerGaps } from './gaps.ts';
import { registerKeys } from './keys.ts';
import { registerLedger } from './ledger.ts';
import { registerList } from './list.ts';
import { Output, ReaderLeft } from './output.ts';
import { systemPorts } from './ports.ts';
import type { Ports } from './ports.ts';
import { registerDisclose } from './disclose.ts';
import { registerProve } from './prove.ts';
import { registerRecorder } from './recorder.ts';
import { registerRedact } from './redact.ts';
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

function buildProgram(context: Context, ports: Ports, isJson: boolean): Command {
  const program = new Command('affidavit')
    .description('records machine-to-machine calls so that the recording holds up as evidence')
    .option('-c, --config <file>', 'configuration file (YAML)')
    .option('-d, --data <folder>', 'data folder; overrides dataDir of the configuration', parsePath)
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
        if (!isJson) context.say(text.trimEnd());
      },
    });
  registerUp(program, context, ports);
  registerRecorder(program, context, ports);
  registerAccessLog(program, context, ports);
  registerLedger(program, context, ports);
  registerAudit(program, context, ports);
  registerList(program, context);
  registerGaps(program, context, ports);
  registerShow(program, context, ports);
  registerProve(program, context);
  registerDisclose(program, context, ports);
  registerVerify(program, context);
  registerDeadLetter(program, context);
  registerRedact(program, context, ports);
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

/** What went wrong, for a person or for a program. */
function describe(code: string, message: string, isJson: boolean): string {
  return isJson ? JSON.stringify({ error: { code, message } }) : `affidavit: ${message}`;
}

/** commander has said what is wrong to a person already, and begins with "error:". */
function describeUsage({ code, message }: CommanderError): string {
  const reason = code === 'commander.help' ? 'a command is missing; --help shows which there are' : message;
  return describe('usage', reason.replace(/^error: /, ''), true);
}

/** Says what was thrown. @returns the exit code that it stands for */
function fail(context: Context, thrown: unknown, isJson: boolean): number {
  if (thrown instanceof ReaderLeft) return EXIT.fine;
  if (thrown instanceof CommanderError) {
    if (isJson) context.say(describeUsage(thrown));
    return EXIT.usage;
  }
  if (thrown instanceof Unproven) {
    context.say(describe('unproven', thrown.message, isJson));
    return EXIT.failed;
  }
  if (thrown instanceof GivenUp) {
    context.say(describe('given_up', thrown.message, isJson));
    return EXIT.givenUp;
  }
  const error = AffidavitError.from(thrown, 'internal', 'unexpected failure');
  context.say(describe(error.code, error.message, isJson));
  const stack = error.cause instanceof Error ? error.cause.stack : undefined;
  if (error.code === 'internal' && !isJson) context.say(stack ?? '');
  return exitCodeOf(error);
}

async function run(program: Command, args: readonly string[]): Promise<void> {
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (thrown) {
    // Help that was asked for comes as an error, too.
    if (!(thrown instanceof CommanderError && thrown.exitCode === 0)) throw thrown;
  }
}

/** Runs one command. @returns the exit code */
export async function main(
  args: readonly string[],
  environment: Context['environment'],
  ports: Ports = systemPorts,
): Promise<number> {
  const isJson = args.includes('--json');
  const output = new Output(process.stdout);
  // Who listens to nothing is told nothing: that alone ends no recorder.
  process.stderr.on('error', () => undefined);
  const context: Context = {
    environment,
    print: (text) => {
      output.print(text);
    },
    write: (bytes) => output.write(bytes),
    say: (text) => {
      process.stderr.write(`${text}\n`);
    },
  };
  try {
    await run(buildProgram(context, ports, isJson), args);
    await output.flush();
    return EXIT.fine;
  } catch (thrown) {
    return fail(context, thrown, isJson);
  }
}
