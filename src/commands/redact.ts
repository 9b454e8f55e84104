import { type Command, Option } from 'commander';
import { AffidavitError } from '../record/index.ts';
import {
  createExplainer,
  type ExplainedFinding,
  type PartName,
  PRESET_NAMES,
  type PresetName,
  type RedactContext,
  type Redactor,
} from '../redact/index.ts';
import { GivenUp, loadConfig } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { printable } from './describe.ts';
import { parsePath } from './files.ts';
import type { Ports } from './ports.ts';
import { type Input, openInput } from './redact-input.ts';
import { findingsTable } from './redact-table.ts';
import { inputType } from './redact-type.ts';
import { redactorOptions } from './redaction.ts';

/** Redacted content up to here is held until it is known that none of it is given up. */
const MAX_HELD_BYTES = 1_048_576;
/** Most bytes of an input whose findings are told: all of it is held. */
const MAX_EXPLAINED_BYTES = 134_217_728;

interface RedactOptions extends CommonOptions {
  type?: string;
  encoding?: string;
  rules?: string[];
  preset?: PresetName[];
  route?: string;
  identity?: string;
  part: PartName;
  path?: string;
  explain?: boolean;
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, parsePath(value)];

function collectPreset(value: string, before: readonly PresetName[] = []): PresetName[] {
  const preset = PRESET_NAMES.find((name) => name === value);
  if (preset === undefined)
    throw new AffidavitError('usage', `there is no preset ${value.slice(0, 80)}: ${PRESET_NAMES.join(', ')}`);
  return [...before, preset];
}

/** `affidavit redact [files…]`. */
export function registerRedact(program: Command, context: Context, ports: Ports): void {
  program
    .command('redact')
    .description('print content as it would be recorded: what is personal or secret in it is replaced')
    .argument('[files...]', 'files; without any, standard input')
    .option('-t, --type <content type>', 'what it is; guessed by name or content unless said')
    .option('--encoding <content encoding>', 'how it is compressed: gzip, deflate, br, zstd')
    .option('-r, --rules <file>', 'custom rules (YAML) besides those of the configuration; may be given again', collect)
    .option(
      '-p, --preset <preset>',
      'gdpr, hipaa or pci, besides those of the configuration; may be given again',
      collectPreset,
    )
    .option('--route <name>', 'the route whose settings hold')
    .option('--identity <name>', 'the identity whose settings hold')
    .addOption(
      new Option('--part <part>', 'the part of a call that it is')
        .choices(['request_body', 'response_body'])
        .default('request_body'),
    )
    .option('--path <path>', 'the path of its call; of gRPC the method: /package.Service/Method')
    .option('--explain', 'tell on standard error what was found where, by which rule and why; values are never shown')
    .addHelpText(
      'after',
      '\nWith --json: the findings instead of the content, with places in UTF-16 code units of the decoded content.\n' +
        'Exit code 1: something could not be judged, and was given up.\n' +
        '\nExample:\n  affidavit redact --explain order.json\n',
    )
    .action(async (files: string[], _own: unknown, self: Command) =>
      redactAll(context, ports, files, self.optsWithGlobals<RedactOptions>()),
    );
}

async function redactAll(
  context: Context,
  ports: Ports,
  files: readonly string[],
  options: RedactOptions,
): Promise<void> {
  const { preset = [], rules = [] } = options;
  const setup = await redactorOptions(await loadConfig(context, options), { presets: preset, ruleFiles: rules });
  const paths = files.length === 0 ? [undefined] : files.map((file) => (file === '-' ? undefined : file));
  const givenUp: string[] = [];
  const told: object[] = [];
  const isTold = options.json === true || options.explain === true;
  const explain = isTold ? createExplainer(setup) : undefined;
  const redactor = ports.createRedactor(setup);
  for (const path of paths) {
    const input = await openInput(path);
    const what = contextOf(input, options, context);
    const reason =
      explain === undefined
        ? await stream(input, what, redactor, ports, context)
        : await tell(input, what, explain, options, context, (found) =>
            told.push(paths.length > 1 ? { file: input.name, ...found } : found),
          );
    if (reason !== undefined) givenUp.push(`${printable(input.name)} (${reason})`);
  }
  if (options.json === true) context.print(JSON.stringify(told));
  if (givenUp.length > 0) throw new GivenUp(`given up, since it could not be judged: ${givenUp.join(', ')}`);
}

/** What is known of an input; what was guessed is said. @throws AffidavitError usage when nothing tells its type */
function contextOf(input: Input, options: RedactOptions, context: Context): RedactContext {
  const { type, encoding, part, path, route, identity } = options;
  const taken = inputType({ type, encoding }, input.path, input.head);
  const name = printable(input.name);
  if (taken === undefined)
    throw new AffidavitError('usage', `${name} is compressed, and nothing tells what is in it: say so with --type`);
  const { contentType, contentEncoding, guessedBy } = taken;
  const packed = contentEncoding === '' ? '' : `, ${contentEncoding}`;
  if (guessedBy !== undefined && options.json !== true)
    context.say(`affidavit: ${name} is taken for ${contentType}${packed} by its ${guessedBy}; --type says otherwise`);
  return { part, path, route, identity, contentType, contentEncoding };
}

/** Redacts an input as it comes. @returns why it was given up; undefined when it wasn't */
async function stream(
  input: Input,
  what: RedactContext,
  redactor: Redactor,
  { random }: Ports,
  context: Context,
): Promise<string | undefined> {
  const body = redactor.body(what, random.bytes(32));
  let held: Uint8Array[] | undefined = [];
  let heldBytes = 0;
  for await (const chunk of input.chunks) {
    const redacted = await body.write(chunk);
    if (held === undefined) await context.write(redacted);
    else {
      held.push(redacted);
      heldBytes += redacted.length;
      if (heldBytes > MAX_HELD_BYTES) {
        for (const each of held) await context.write(each);
        held = undefined;
      }
    }
  }
  const outcome = await body.end();
  if (outcome.state === 'withdrawn')
    return held === undefined ? `${outcome.reason}; nothing of what was printed may be kept` : outcome.reason;
  for (const each of held ?? []) await context.write(each);
  await context.write(outcome.tail);
  return undefined;
}

/** All of an input. @throws AffidavitError limit.exceeded */
async function readWhole(input: Input): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of input.chunks) {
    bytes += chunk.length;
    if (bytes > MAX_EXPLAINED_BYTES)
      throw new AffidavitError(
        'limit.exceeded',
        `${input.name} has over ${MAX_EXPLAINED_BYTES} bytes: findings of so much aren’t told; leave --json and --explain away`,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Redacts an input as a whole and tells what was found. @returns why it was given up; undefined when it wasn't */
async function tell(
  input: Input,
  what: RedactContext,
  explain: ReturnType<typeof createExplainer>,
  options: RedactOptions,
  context: Context,
  take: (found: Omit<ExplainedFinding, 'ownScore'>) => void,
): Promise<string | undefined> {
  const explanation = await explain(what, await readWhole(input));
  const { outcome, redacted, findings } = explanation;
  if (options.json === true)
    for (const { part, entity, start, end, score, rule, action } of findings)
      take({ part, entity, start, end, score, rule, action });
  else await context.write(redacted);
  if (options.explain === true && outcome.state === 'kept')
    for (const line of findingsTable(explanation)) context.say(line);
  return outcome.state === 'withdrawn' ? outcome.reason : undefined;
}
