import type { Command } from 'commander';
import { LedgerReader } from '../ledger/index.ts';
import { buildProofFile, encodeUtf8, formatDisclosure, redactedPath, saltOfValue } from '../proof/index.ts';
import { valuesLabel, verifyDisclosedValue, verifyDisclosure } from '../proof/index.ts';
import type { DisclosedValue } from '../proof/index.ts';
import { AffidavitError, ExchangeContent, ExchangeUnmask, KIND, PART } from '../record/index.ts';
import type { RedactedEntry } from '../record/index.ts';
import { nodeFiles } from '../runtime/index.ts';
import { partSecret } from '../seal/index.ts';
import type { KeyService } from '../seal/index.ts';
import { loadConfig, placesOf } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { printable } from './describe.ts';
import { parsePath, writeResult } from './files.ts';
import { findEntries } from './log-reading.ts';
import type { LogEntry } from './log-reading.ts';
import { collect, openParts, partDataKey } from './payload.ts';
import type { Ports } from './ports.ts';
import { openSource } from './sources.ts';
import { keyFolder } from './trust.ts';

const MAX_LIST_BYTES = 16 * 1024 * 1024;
/** Originals can be longer than what is shown. */
const MAX_ORIGINALS_BYTES = 256 * 1024 * 1024;
const MAX_VALUE_BYTES = 4 * 1024 * 1024;

interface DiscloseOptions extends CommonOptions {
  out?: string;
  value?: string;
}

/** Where a record's payload is opened. */
interface Opened {
  readonly reader: LedgerReader;
  readonly keyService: KeyService;
  readonly entry: LogEntry;
}

/** `affidavit disclose <id> [value]`. */
export function registerDisclose(program: Command, context: Context, ports: Ports): void {
  program
    .command('disclose')
    .description('list the values that were redacted in an exchange, or prove one of them without showing the others')
    .argument('<id>', 'number of an exchange record, or an exchange id')
    .argument('[value]', 'which of them, as the list names it: request_body/0')
    .option('--value <file>', 'the value, where no original is kept; - reads standard input', parsePath)
    .option('-o, --out <file>', 'where to write the disclosure; default is standard output', parsePath)
    .addHelpText(
      'after',
      '\nA disclosure holds the value in clear, with a proof that redaction replaced it at that place of that exchange:\n' +
        'affidavit verify checks it, offline. It takes the key service of the data folder, and the original: one that a rule\n' +
        'sealed is opened; any other has to be given, and is compared with what the record commits to.\n\n' +
        'Example:\n  affidavit disclose 12\n' +
        '  printf %s jane@example.com | affidavit disclose 12 request_body/0 --value - --out jane.disclosure.json\n' +
        '  affidavit verify jane.disclosure.json --log-key "$LOG_KEY" --root-key "$ROOT_KEY"\n',
    )
    .action(async (id: string, value: string | undefined, _own: unknown, self: Command) =>
      disclose(context, ports, id, value, self.optsWithGlobals<DiscloseOptions>()),
    );
}

async function disclose(
  context: Context,
  ports: Ports,
  id: string,
  name: string | undefined,
  options: DiscloseOptions,
): Promise<void> {
  const config = await loadConfig(context, options);
  const places = placesOf(config);
  const source = openSource(undefined, config);
  const entry = (await findEntries(source, id)).find(({ record }) => record.kind === KIND.exchange);
  if (entry === undefined) throw new AffidavitError('not_found', `record ${id} is not of an exchange that has ended`);
  const keyService = await keyFolder(places).keyService(ports.clock);
  const opened = { reader: new LedgerReader(nodeFiles, places.ledger), keyService, entry };
  const entries = await readList(opened);
  if (name === undefined) {
    for (const line of entries.map((item) => describeEntry(item, options.json === true))) context.print(line);
    return;
  }
  const place = entries.findIndex((item) => nameOf(item) === name);
  const wanted = entries[place];
  if (wanted === undefined)
    throw new AffidavitError(
      'not_found',
      `record ${entry.index} lists no value ${name}: affidavit disclose ${id} lists them`,
    );
  const salt = await saltOf(opened, wanted);
  const value = await valueOf(opened, wanted, options.value);
  const base = { place, entry: wanted, path: redactedPath(entries, place), salt };
  const disclosed = checked(entry, base, value);
  const file = formatDisclosure(await buildProofFile(source, entry.index), disclosed);
  verifyDisclosure(encodeUtf8(file), {});
  await write(context, file, name, options);
}

function nameOf({ part, index }: RedactedEntry): string {
  return `${part}/${index}`;
}

function describeEntry(entry: RedactedEntry, json: boolean): string {
  const { part, index, rule, version, entity, action, commitment } = entry;
  const isCommitted = commitment.length > 0;
  if (json) return JSON.stringify({ value: nameOf(entry), part, index, rule, version, entity, action, isCommitted });
  const note = isCommitted ? '' : '  nothing was committed to';
  return printable(`${nameOf(entry).padEnd(24)} ${entity.padEnd(20)} ${action.padEnd(6)} ${rule}@${version}${note}`);
}

async function readList({ reader, keyService, entry }: Opened): Promise<RedactedEntry[]> {
  const { index, record } = entry;
  const [message] = await openParts(reader, keyService, index, record, undefined, (name) => name === PART.message);
  if (message?.chunks === undefined)
    throw new AffidavitError('not_found', `the ledger has no content of record ${index} any more`);
  return ExchangeContent.decode(await collect(message.chunks, MAX_LIST_BYTES)).redacted;
}

async function saltOf({ reader, keyService, entry }: Opened, { part, index, commitment }: RedactedEntry) {
  if (commitment.length === 0)
    throw new AffidavitError('not_found', 'nothing was committed to of this value: it can be shown to nobody');
  const dataKey = await partDataKey(reader, keyService, entry.index, entry.record, PART.originals);
  return saltOfValue(partSecret(dataKey, valuesLabel(part)), index);
}

async function valueOf(opened: Opened, wanted: RedactedEntry, given: string | undefined): Promise<Uint8Array> {
  if (given === '-') return collect(process.stdin, MAX_VALUE_BYTES);
  if (given !== undefined) return nodeFiles.readFile(given, MAX_VALUE_BYTES, true);
  const { reader, keyService, entry } = opened;
  if (wanted.action === 'seal') {
    const isOriginals = (name: number): boolean => name === PART.originals;
    const [part] = await openParts(reader, keyService, entry.index, entry.record, undefined, isOriginals);
    const plain = part?.chunks === undefined ? undefined : await collect(part.chunks, MAX_ORIGINALS_BYTES);
    const kept = plain && ExchangeUnmask.decode(plain).originals.find(({ name }) => name === nameOf(wanted));
    if (kept !== undefined) return kept.value;
  }
  throw new AffidavitError('usage', `no original of ${nameOf(wanted)} is kept: give it with --value`);
}

/** The value as it was given, or without the line end that a shell puts behind it. @throws usage when it is neither */
function checked(entry: LogEntry, base: Omit<DisclosedValue, 'value'>, value: Uint8Array): DisclosedValue {
  const short = value.at(-1) === 0x0a ? [value.subarray(0, -1)] : [];
  for (const candidate of [value, ...short]) {
    const disclosed = { ...base, value: candidate };
    try {
      verifyDisclosedValue(entry.record, disclosed);
      return disclosed;
    } catch (thrown) {
      if (!(thrown instanceof AffidavitError && thrown.code === 'evidence.hash')) throw thrown;
    }
  }
  throw new AffidavitError('usage', `the value given is not the one that was redacted at ${nameOf(base.entry)}`);
}

async function write(context: Context, file: string, name: string, options: DiscloseOptions): Promise<void> {
  if (options.out === undefined) {
    context.print(file.trimEnd());
    return;
  }
  await writeResult(options.out, file);
  const result = { value: name, file: options.out };
  context.print(options.json === true ? JSON.stringify(result) : `Wrote the disclosure of ${name} to ${options.out}.`);
}
