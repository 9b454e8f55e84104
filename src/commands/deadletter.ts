import type { Command } from 'commander';
import { LedgerReader } from '../ledger/index.ts';
import { encodeHex } from '../proof/index.ts';
import { AffidavitError, QUARANTINE_REASON } from '../record/index.ts';
import { nodeFiles } from '../runtime/index.ts';
import { loadConfig, parseCount, placesOf } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { bytesOf, openDeadLetter, readDeadLetters } from './dead-letters.ts';
import type { DeadLetter } from './dead-letters.ts';
import { formatTime, nameIn, printable } from './describe.ts';
import { awaitRetry, requestRetry } from './retries.ts';

interface ListOptions extends CommonOptions {
  reason?: string;
  all?: boolean;
}

interface RetryOptions extends ListOptions {
  wait: number;
}

function example(...commands: readonly string[]): string {
  return `\nExample:\n${commands.map((command) => `  affidavit deadletter ${command}\n`).join('')}`;
}

/** `affidavit deadletter list|show|retry`. */
export function registerDeadLetter(program: Command, context: Context): void {
  const deadletter = program
    .command('deadletter')
    .description('messages that the ledger could not accept: what they are, and another try')
    .addHelpText('after', example('list', 'retry --all --reason unknown_key'));
  deadletter
    .command('list')
    .description('list them, the latest last')
    .option('-r, --reason <reason>', 'only those quarantined for this reason')
    .option('-a, --all', 'also those that the log has by now')
    .addHelpText('after', example('list --reason fork'))
    .action(async (_own: unknown, self: Command) => list(context, self.optsWithGlobals<ListOptions>()));
  deadletter
    .command('show')
    .description('show one, and what it says of itself: nobody has vouched for that')
    .argument('<hash>', 'its hash, or how that begins, or the number of the leaf that names it')
    .option('--raw', 'write its bytes to standard output instead')
    .addHelpText('after', example('show 3fb2a9'))
    .action(async (id: string, _own: unknown, self: Command) =>
      show(context, id, self.optsWithGlobals<CommonOptions & { raw?: boolean }>()),
    );
  deadletter
    .command('retry')
    .description('have the ledger judge one again, or all: it appends what it can accept now')
    .argument('[hash]', 'as for show')
    .option('-r, --reason <reason>', 'only those quarantined for this reason')
    .option('-a, --all', 'all whose bytes are kept and that the log has not')
    .option('-w, --wait <seconds>', 'how long to wait for the answer of the ledger', parseCount, 10)
    .addHelpText('after', example('retry 3fb2a9', 'retry --all'))
    .action(async (id: string | undefined, _own: unknown, self: Command) =>
      retry(context, id, self.optsWithGlobals<RetryOptions>()),
    );
}

async function openReader(context: Context, options: CommonOptions): Promise<{ reader: LedgerReader; folder: string }> {
  const folder = placesOf(await loadConfig(context, options)).ledger;
  return { reader: new LedgerReader(nodeFiles, folder), folder };
}

/** @throws usage */
function checkReason(reason: string | undefined): void {
  if (reason === undefined || Object.hasOwn(QUARANTINE_REASON, reason)) return;
  throw new AffidavitError(
    'usage',
    `there is no reason ${JSON.stringify(reason.slice(0, 80))}; reasons are ${Object.keys(QUARANTINE_REASON).join(', ')}`,
  );
}

const hasReason =
  (reason: string | undefined) =>
  ({ said }: DeadLetter): boolean =>
    reason === undefined || nameIn(QUARANTINE_REASON, said.reason) === reason;

async function list(context: Context, options: ListOptions): Promise<void> {
  checkReason(options.reason);
  const { reader } = await openReader(context, options);
  const letters = (await readDeadLetters(reader)).filter(hasReason(options.reason));
  const shown = options.all === true ? letters : letters.filter(({ state }) => state !== 'appended');
  for (const letter of shown) context.print(options.json === true ? JSON.stringify(factsOf(letter)) : lineOf(letter));
  if (options.json !== true) context.say(`${shown.length} of ${letters.length} quarantined messages`);
}

function lineOf({ leaf, timeUs, said, hash, state, appendedAt }: DeadLetter): string {
  const standing = state === 'appended' ? `appended at ${appendedAt ?? ''}` : state;
  const reason = nameIn(QUARANTINE_REASON, said.reason);
  return printable(
    `${String(leaf).padStart(8)}  ${formatTime(timeUs)}  ${hash.slice(0, 16)}  ${standing.padEnd(8)}  ${reason} ${said.size} B ${said.detail}`,
  );
}

function factsOf({ leaf, timeUs, said, hash, state, times, appendedAt }: DeadLetter): Record<string, unknown> {
  return {
    leaf,
    time: formatTime(timeUs),
    hash,
    state,
    appendedAt,
    times,
    reason: nameIn(QUARANTINE_REASON, said.reason),
    detail: said.detail,
    size: said.size,
    source: said.source,
    position: said.position,
    keyId: encodeHex(said.keyId) || undefined,
  };
}

/** The one that an id means. @throws usage, not_found */
function find(letters: readonly DeadLetter[], id: string): DeadLetter {
  const byLeaf = letters.filter(({ leaf }) => String(leaf) === id);
  const found =
    byLeaf.length > 0 ? byLeaf : letters.filter(({ hash }) => id !== '' && hash.startsWith(id.toLowerCase()));
  const [letter] = found;
  if (letter === undefined)
    throw new AffidavitError(
      'not_found',
      `no quarantined message ${JSON.stringify(id.slice(0, 80))}: affidavit deadletter list --all shows which there are`,
    );
  if (found.length > 1)
    throw new AffidavitError('usage', `${found.length} quarantined messages begin with ${id}: give more of the hash`);
  return letter;
}

async function show(context: Context, id: string, options: CommonOptions & { raw?: boolean }): Promise<void> {
  const { reader } = await openReader(context, options);
  const letter = find(await readDeadLetters(reader), id);
  const bytes = await bytesOf(reader, letter.said.hash);
  if (options.raw === true) {
    if (bytes === undefined) throw new AffidavitError('not_found', `the bytes of ${letter.hash} are not kept`);
    await context.write(bytes);
    return;
  }
  const shown = { ...factsOf(letter), says: bytes === undefined ? undefined : wordsOf(bytes) };
  const text = JSON.stringify(shown, null, options.json === true ? undefined : 2);
  context.print(text.split('\n').map(printable).join('\n'));
}

/** What a message says of itself. */
function wordsOf(bytes: Uint8Array): Record<string, unknown> {
  const opened = openDeadLetter(bytes);
  if (opened === undefined) return { type: 'unreadable' };
  if (opened.type === 'chunk') return { ...opened };
  const { statement, kinds } = opened;
  const counts = Object.fromEntries(
    [...Map.groupBy(kinds, (kind) => kind)].map(([kind, group]) => [kind, group.length] as const),
  );
  return {
    type: 'batch',
    logOrigin: statement.logOrigin,
    keyId: encodeHex(statement.keyId),
    epoch: encodeHex(statement.epoch),
    batchNo: statement.batchNo,
    firstSeq: statement.firstSeq,
    count: statement.count,
    records: counts,
  };
}

async function retry(context: Context, id: string | undefined, options: RetryOptions): Promise<void> {
  checkReason(options.reason);
  if ((id === undefined) === (options.all !== true))
    throw new AffidavitError('usage', 'give the hash of one message, or --all');
  const { reader, folder } = await openReader(context, options);
  const letters = await readDeadLetters(reader);
  const wanted = id === undefined ? letters.filter(hasReason(options.reason)) : [find(letters, id)];
  const open = wanted.filter(({ state }) => state === 'kept');
  if (id !== undefined && open.length === 0) throw closed(wanted[0]);
  for (const { hash, said } of open) await requestRetry(folder, hash, said.position);
  const failed: string[] = [];
  for (const { hash } of open) {
    const answer = await awaitRetry(folder, hash, failed.length === 0 ? options.wait * 1000 : 0);
    if (answer === undefined) failed.push(hash);
    const shown = answer ?? { outcome: 'asked', detail: 'no ledger has answered: it is judged when one runs here' };
    context.print(
      options.json === true
        ? JSON.stringify({ hash, ...shown })
        : printable(`${hash.slice(0, 16)}  ${shown.outcome}  ${shown.detail}`.trimEnd()),
    );
  }
  if (options.json !== true && open.length === 0) context.say('there is no message to judge again');
}

function closed(letter: DeadLetter | undefined): AffidavitError {
  return letter?.state === 'appended'
    ? new AffidavitError('not_found', `the log has that message: see affidavit show ${letter.appendedAt ?? ''}`)
    : new AffidavitError(
        'not_found',
        `the bytes of ${letter?.hash ?? ''} are not kept: there is nothing to judge again`,
      );
}
