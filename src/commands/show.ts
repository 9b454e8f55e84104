import type { Command } from 'commander';
import { LedgerReader } from '../ledger/index.ts';
import { encodeHex, leafHash } from '../proof/index.ts';
import { AffidavitError, ExchangeContent, ExchangeIndex, PART } from '../record/index.ts';
import { nodeFiles } from '../runtime/index.ts';
import type { KeyService } from '../seal/index.ts';
import { loadConfig, placesOf } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { printable, recordToJson, toJson } from './describe.ts';
import { parsePath } from './files.ts';
import { findEntries } from './log-reading.ts';
import type { LogEntry } from './log-reading.ts';
import { collect, isViewable, openParts, partName } from './payload.ts';
import type { Ports } from './ports.ts';
import { openSource } from './sources.ts';
import { keyFolder } from './trust.ts';

interface ShowOptions extends CommonOptions {
  content?: boolean;
  log?: string;
}

/** A larger part is not for a terminal. */
const MAX_SHOWN_BYTES = 16 * 1024 * 1024;

/** `affidavit show <id>`. */
export function registerShow(program: Command, context: Context, ports: Ports): void {
  program
    .command('show')
    .description('show a record, or all that is recorded of an exchange')
    .argument('<id>', 'number of a record, or an exchange id')
    .option('--content', 'open its payload (as redacted) with the key service of the data folder')
    .option('-l, --log <folder or URL>', 'the log; default is the ledger of the data folder', parsePath)
    .addHelpText('after', '\nExample:\n  affidavit show 12 --content\n')
    .action(async (id: string, _own: unknown, self: Command) =>
      show(context, ports, id, self.optsWithGlobals<ShowOptions>()),
    );
}

async function show(context: Context, ports: Ports, id: string, options: ShowOptions): Promise<void> {
  if (options.content === true && options.log !== undefined)
    throw new AffidavitError('usage', '--content opens payloads of the data folder: leave --log away');
  const config = await loadConfig(context, options);
  const entries = await findEntries(openSource(options.log, config), id);
  const places = placesOf(config);
  const reader = new LedgerReader(nodeFiles, places.ledger);
  const keyService = options.content === true ? await keyFolder(places).keyService(ports.clock) : undefined;
  for (const entry of entries) {
    const shown: Record<string, unknown> = {
      index: entry.index,
      leafHash: encodeHex(leafHash(entry.bytes)),
      ...recordToJson(entry.record),
    };
    if (keyService !== undefined) shown['content'] = await contentOf(reader, keyService, entry);
    context.print(options.json === true ? JSON.stringify(shown) : printableJson(shown));
  }
}

async function contentOf(
  reader: LedgerReader,
  keyService: KeyService,
  { index, record }: LogEntry,
): Promise<Record<string, unknown>> {
  const content: Record<string, unknown> = {};
  const missing: string[] = [];
  for (const { name, chunks } of await openParts(reader, keyService, index, record, undefined, isViewable)) {
    if (chunks === undefined) {
      missing.push(partName(name));
      continue;
    }
    const plain = await collect(chunks, MAX_SHOWN_BYTES);
    if (name === PART.index) content['index'] = toJson(ExchangeIndex.decode(plain));
    else if (name === PART.message) Object.assign(content, messageToJson(ExchangeContent.decode(plain)));
    else content[name === PART.request_body ? 'requestBody' : 'responseBody'] = Buffer.from(plain).toString('utf8');
  }
  // The record commits to them: that they aren't here is no reason to be silent about them.
  if (missing.length > 0) content['missing'] = missing;
  return content;
}

/** Headers and trailers, and what stands in the same part of the bodies. */
function messageToJson({ requestBody, responseBody, redacted, ...lists }: ExchangeContent): Record<string, unknown> {
  const message = Object.fromEntries(
    Object.entries(lists).map(([list, headers]) => [
      list,
      headers.map(({ name, value }) => `${name}: ${Buffer.from(value).toString('utf8')}`),
    ]),
  );
  const bodies = Object.entries({ requestBody, responseBody }).filter(([, body]) => body.length > 0);
  return {
    message,
    ...(redacted.length === 0 ? {} : { redacted: redacted.map((entry) => toJson(entry)) }),
    ...Object.fromEntries(bodies.map(([name, body]) => [name, Buffer.from(body).toString('utf8')])),
  };
}

/** JSON for a person; what a terminal would obey is escaped. */
function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).split('\n').map(printable).join('\n');
}
