import { join } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../config/index.ts';
import { decodeBase64, encodeBase64, encodeHex, keyIdOf } from '../proof/index.ts';
import { AffidavitError, KEY_ROLE } from '../record/index.ts';
import { httpRequest, nodeFiles } from '../runtime/index.ts';
import { formatIngestKeys, KeyFolder, nodeKeyFiles, TOKENS_FILE } from '../seal/index.ts';
import type { SigningKeyName } from '../seal/index.ts';
import { accessLogConfig } from './accesslog-process.ts';
import { auditorConfig } from './auditor-process.ts';
import { loadConfig, placesOf } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { formatEnrolment, putEnrolment } from './enrolments.ts';
import { parsePath, writeResult } from './files.ts';
import { ensureAuditorKey, ensureLedgerKeys, ensureRecorderKey, signEnrolment } from './key-setup.ts';
import { ledgerCredentials } from './ledger-client.ts';
import { checkMarkedOrigin, ownLogKey } from './log-mark.ts';
import type { Ports } from './ports.ts';
import { keyFolder } from './trust.ts';

const REQUEST_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;

interface EnrollOptions {
  name?: string;
  auditor?: boolean;
  url?: string;
}

interface KeyRow {
  name: SigningKeyName;
  keyId: string;
  publicKey: string;
}

/** `affidavit keys`, and its commands. */
export function registerKeys(program: Command, context: Context, ports: Ports): void {
  const command = program
    .command('keys')
    .description('list the keys of the keys folder, and print what a verifier pins')
    .addHelpText('after', '\nExample:\n  affidavit keys --data ./affidavit-data\n')
    .action(async (_own: unknown, self: Command) => listKeys(context, self.optsWithGlobals<CommonOptions>()));
  command
    .command('init')
    .description('make the ledger’s keys (root, log, ledger, payload keys); changes nothing when they are there')
    .addHelpText('after', '\nExample:\n  affidavit keys init --data ./ledger\n')
    .action(async (_own: unknown, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions>();
      await ensureLedgerKeys(await loadConfig(context, options), ports);
      await listKeys(context, options);
    });
  command
    .command('producer')
    .description('make the recorder’s key when it isn’t there, and print its public key')
    .option('--accesslog', 'that of affidavit accesslog instead')
    .option('--auditor', 'that of affidavit audit instead')
    .addHelpText(
      'after',
      '\nExample:\n  affidavit keys producer --data ./recorder\n  affidavit keys producer --accesslog --data ./recorder\n',
    )
    .action(async (own: { accesslog?: boolean; auditor?: boolean }, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions>();
      const publicKey = encodeBase64(await producerKey(await loadConfig(context, options), own, ports));
      context.print(options.json === true ? JSON.stringify({ publicKey }) : publicKey);
    });
  registerEnroll(command, context, ports);
  command
    .command('tokens')
    .description('make a new token key: recorders use it from their next start, and values get other tokens')
    .addHelpText(
      'after',
      '\nEvery recorder needs the same tokens.json in its keys folder. It is secret: who has it can test guesses of values.\n' +
        'Older keys stay in it, to find the calls of a person that were recorded under them.\n\n' +
        'Example:\n  affidavit keys tokens --data ./ledger\n',
    )
    .action(async (_own: unknown, self: Command) => addTokenKey(context, ports, self.optsWithGlobals<CommonOptions>()));
  command
    .command('export')
    .description('write what recorders and verifiers need, nothing of it secret: ingest.json, log.vkey, root.pub')
    .requiredOption('--to <folder>', 'where to write them', parsePath)
    .addHelpText('after', '\nExample:\n  affidavit keys export --data ./ledger --to ./public\n')
    .action(async (own: { to: string }, self: Command) =>
      exportKeys(context, self.optsWithGlobals<CommonOptions>(), own.to),
    );
}

async function producerKey(
  config: Config,
  { accesslog = false, auditor = false }: { accesslog?: boolean; auditor?: boolean },
  ports: Ports,
): Promise<Uint8Array> {
  if (accesslog && auditor) throw new AffidavitError('usage', 'either --accesslog or --auditor');
  if (auditor) return (await ensureAuditorKey(auditorConfig(config), ports)).publicKey;
  const folder = await ensureRecorderKey(accesslog ? accessLogConfig(config) : config, ports);
  return (await folder.signingKey('recorder')).publicKey;
}

async function addTokenKey(context: Context, ports: Ports, options: CommonOptions): Promise<void> {
  const directory = placesOf(await loadConfig(context, options)).keys;
  await nodeFiles.makeDirectory(directory);
  const folder = KeyFolder.open({ directory, files: nodeKeyFiles, random: ports.random });
  const version = (await folder.addTokenKey()).at(-1)?.version ?? 0;
  const file = folder.path(TOKENS_FILE);
  context.print(
    options.json === true
      ? JSON.stringify({ version, file })
      : `Token key ${version} is in ${file}: copy it to every recorder's keys folder, and start them anew.`,
  );
}

function registerEnroll(command: Command, context: Context, ports: Ports): void {
  command
    .command('enroll')
    .description('sign a producer’s public key with the root key, so that the ledger takes its records')
    .argument('<public key>', 'in base64, as affidavit keys producer prints it')
    .option('--name <name>', 'what the key is called in the log; recorder or auditor when not given')
    .option('--auditor', 'it may sign certificates, and nothing that is recorded')
    .option('--url <url>', 'hand it to a ledger that runs there; default is the ledger’s folder')
    .addHelpText(
      'after',
      '\nExample:\n  affidavit keys enroll "$(affidavit keys producer -d ./recorder)" --data ./ledger\n',
    )
    .action(async (publicKey: string, own: EnrollOptions, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions>();
      await enroll(context, ports, await loadConfig(context, options), publicKey, own, options.json === true);
    });
}

async function enroll(
  context: Context,
  ports: Ports,
  config: Config,
  text: string,
  { auditor = false, name = auditor ? 'auditor' : 'recorder', url }: EnrollOptions,
  json: boolean,
): Promise<void> {
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text))
    throw new AffidavitError('usage', `not a public key (32 bytes in base64): ${text.slice(0, 80)}`);
  if (!/^[\x21-\x7e]{1,64}$/.test(name)) throw new AffidavitError('usage', `not a name: ${name.slice(0, 80)}`);
  const publicKey = decodeBase64(text);
  const places = placesOf(config);
  const folder = keyFolder(places);
  await checkMarkedOrigin(config);
  const role = auditor ? KEY_ROLE.auditor : KEY_ROLE.producer;
  const sign = () => signEnrolment(config, folder, publicKey, role, name, ports.clock.nowUs());
  const to =
    url === undefined
      ? await putEnrolment(places.ledger, sign, publicKey)
      : await post(url, formatEnrolment(await sign()), config);
  const keyId = encodeHex(keyIdOf(publicKey));
  context.print(json ? JSON.stringify({ keyId, name, to }) : `Enrolled ${name} ${keyId} (${to}).`);
}

async function post(url: string, body: string, config: Config): Promise<string> {
  const target = `${url.replace(/\/+$/, '')}/v1/enrolments`;
  const tls = await ledgerCredentials(config)();
  const limits = { timeoutMs: REQUEST_TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES };
  try {
    const answer = await httpRequest({ url: target, body, tls, ...limits });
    if (answer.status !== 200)
      throw new AffidavitError(
        'io.failed',
        `${target} answered ${answer.status}: ${Buffer.from(answer.body).toString()}`,
      );
    return target;
  } catch (thrown) {
    throw AffidavitError.from(thrown, 'io.failed', `hand the enrolment to ${target}`);
  }
}

async function rowsOf(folder: KeyFolder): Promise<KeyRow[]> {
  const names = await folder.signingKeyNames();
  return Promise.all(
    names.map(async (name) => {
      const { publicKey, keyId } = await folder.signingKey(name);
      return { name, keyId: encodeHex(keyId), publicKey: encodeBase64(publicKey) };
    }),
  );
}

async function listKeys(context: Context, options: CommonOptions): Promise<void> {
  const config = await loadConfig(context, options);
  const folder = keyFolder(placesOf(config));
  const rows = await rowsOf(folder);
  if (rows.length === 0)
    throw new AffidavitError(
      'key.missing',
      `there are no keys in ${placesOf(config).keys}: affidavit keys init makes them`,
    );
  const logKey = rows.some(({ name }) => name === 'log') ? await ownLogKey(config, folder) : undefined;
  const rootKey = rows.find(({ name }) => name === 'root')?.publicKey;
  if (options.json === true) {
    context.print(JSON.stringify({ keys: rows, logKey, rootKey }));
    return;
  }
  for (const { name, keyId, publicKey } of rows)
    context.print(`${name.padEnd(9)} ${publicKey}  id ${keyId.slice(0, 16)}`);
  if (logKey !== undefined) context.print(`\nlog key   ${logKey}`);
  if (rootKey !== undefined) context.print(`root key  ${rootKey}`);
}

async function exportKeys(context: Context, options: CommonOptions, to: string): Promise<void> {
  const config = await loadConfig(context, options);
  const folder = keyFolder(placesOf(config));
  const root = await folder.signingKey('root');
  const files: Record<string, string> = {
    'ingest.json': formatIngestKeys(await folder.ingestKeys(root.publicKey)),
    'log.vkey': `${await ownLogKey(config, folder)}\n`,
    'root.pub': `${encodeBase64(root.publicKey)}\n`,
  };
  await nodeFiles.makeDirectory(to);
  for (const [name, text] of Object.entries(files)) await writeResult(join(to, name), text);
  context.print(
    options.json === true
      ? JSON.stringify({ to, files: Object.keys(files) })
      : `Wrote ${Object.keys(files).join(', ')} to ${to}.`,
  );
}
