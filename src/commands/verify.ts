import { join } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../config/index.ts';
import { checkPartials, HttpTileSource, LedgerReader, PayloadAudit } from '../ledger/index.ts';
import type { PayloadReport } from '../ledger/index.ts';
import { isDisclosure, MAX_DISCLOSURE_BYTES, verifyDisclosure, verifyLog, verifyProofFile } from '../proof/index.ts';
import type { Check, Checkpoint, DisclosedValue, ProofReport, Trust } from '../proof/index.ts';
import { AffidavitError } from '../record/index.ts';
import { nodeFiles } from '../runtime/index.ts';
import { loadConfig, Unproven } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { recordToJson, toJson } from './describe.ts';
import { parsePath } from './files.ts';
import { isThere } from './log-mark.ts';
import { ledgerCredentials } from './ledger-client.ts';
import { readCheckpoint } from './log-reading.ts';
import { readRemembered, remember } from './remember.ts';
import { isProofFile, isUrl, logFolder } from './sources.ts';
import { trustOf } from './trust.ts';
import type { TrustOptions } from './trust.ts';
import { formatProof, formatWhole, wholeToJson } from './verify-report.ts';
import type { WholeReport } from './verify-report.ts';

interface VerifyOptions extends CommonOptions, TrustOptions {
  remember?: string;
  caFile?: string;
  payloads: boolean;
}

/** `affidavit verify <proof file | ledger folder | URL>`. */
export function registerVerify(program: Command, context: Context): void {
  program
    .command('verify')
    .description('check a proof file or a disclosure, offline, or a whole log; trusts only the keys that you give')
    .argument('<what>', 'proof file, disclosure, ledger folder (or the data folder that it is in), or URL of a ledger')
    .option('--log-key <verifier key>', 'the log’s verifier key, from elsewhere than the evidence')
    .option('--root-key <base64>', 'the root public key, from elsewhere than the evidence')
    .option('--origin <name>', 'the origin that the log must have')
    .option(
      '--remember <file>',
      'hold the log against the checkpoint in this file, then keep the newer one in it',
      parsePath,
    )
    .option(
      '--ca-file <file>',
      'authority (PEM) of the certificate of an https ledger; default is ledger.client.caFile',
      parsePath,
    )
    .option('--no-payloads', 'check the log alone: for a copy of its tiles and entries')
    .addHelpText(
      'after',
      '\nWithout keys it uses those of the configuration or of the keys folder. With none at all it says what is\n' +
        'consistent, that nothing is proven, and exits with 3.\n\n' +
        'Only who remembers a checkpoint notices that a log was rolled back, or begun anew under the same keys: keep\n' +
        'the file of --remember where the operator of the log can’t write.\n\n' +
        'Example:\n  affidavit verify record-12.proof.json --log-key "$LOG_KEY" --root-key "$ROOT_KEY"\n' +
        '  affidavit verify https://ledger.example --log-key "$LOG_KEY" --root-key "$ROOT_KEY" --remember ledger.checkpoint\n',
    )
    .action(async (what: string, _own: unknown, self: Command) =>
      verify(context, what, self.optsWithGlobals<VerifyOptions>()),
    );
}

async function verify(context: Context, what: string, options: VerifyOptions): Promise<void> {
  const config = await loadConfig(context, options);
  const pinned = await trustOf(config, options);
  const seen = options.remember === undefined ? undefined : await readRemembered(options.remember, pinned);
  const trust: Trust = seen === undefined ? pinned : { ...pinned, seen };
  const trusted = (await isProofFile(what))
    ? await verifyFile(context, what, trust, options)
    : await verifyWhole(context, what, trust, options, config);
  if (!trusted)
    throw new Unproven(
      'consistent with itself, but nothing is proven: give --log-key and --root-key, obtained elsewhere',
    );
}

async function verifyFile(context: Context, path: string, trust: Trust, options: VerifyOptions): Promise<boolean> {
  const file = await nodeFiles.readFile(path, MAX_DISCLOSURE_BYTES);
  const disclosure = isDisclosure(file) ? verifyDisclosure(file, trust) : undefined;
  const report = disclosure?.proof ?? verifyProofFile(file, trust);
  const checks = [
    ...(disclosure === undefined ? [] : [disclosedCheck(disclosure.disclosed)]),
    ...(trust.seen === undefined ? [] : [compareWithSeen(report.checkpoint, trust.seen)]),
  ];
  context.print(options.json === true ? JSON.stringify(proofToJson(report, checks)) : formatProof(report, checks));
  // One file can't show that its log extends what was seen: it only is what to begin with.
  if (report.trusted && trust.seen === undefined) await keep(report.note, trust, options);
  return report.trusted;
}

function disclosedCheck({ entry: { part, index, entity, action, rule, version }, value }: DisclosedValue): Check {
  const text = JSON.stringify(Buffer.from(value).toString('utf8'));
  const detail = `${part}/${index} was ${text} (${entity}, ${action}, by ${rule}@${version})`;
  return { name: 'redacted value', ok: true, detail };
}

/** @throws evidence.untrusted_key for a checkpoint of another log */
function compareWithSeen({ origin, size }: Checkpoint, seen: Checkpoint): Check {
  if (origin !== seen.origin)
    throw new AffidavitError(
      'evidence.untrusted_key',
      `checkpoint: it is of ${origin}, the one seen before is of ${seen.origin}`,
    );
  const ok = size === seen.size;
  const detail = ok
    ? `the same checkpoint, of ${size} leaves`
    : `${seen.size} leaves were seen, the proof is under ${size}: only the whole log shows that one extends the other`;
  return { name: 'seen before', ok, detail };
}

function proofToJson(report: ProofReport, checks: readonly Check[]): Record<string, unknown> {
  const { note: _, ...rest } = report;
  const json = toJson(rest) as Record<string, unknown>;
  return { ...json, checks: [...report.checks, ...checks], record: recordToJson(report.record) };
}

async function verifyWhole(
  context: Context,
  what: string,
  trust: Trust,
  options: VerifyOptions,
  config: Config,
): Promise<boolean> {
  const report = isUrl(what)
    ? await verifyUrl(new HttpTileSource(what, { tls: ledgerCredentials(config, options.caFile) }), trust, options)
    : await verifyFolder(await logFolder(what), trust, options);
  context.print(options.json === true ? JSON.stringify(wholeToJson(report)) : formatWhole(report));
  const { log, payloads } = report;
  if (payloads !== undefined) await refuseFaults(payloads, what);
  if (log.trusted) await keep(log.note, trust, options);
  return log.trusted;
}

async function verifyUrl(source: HttpTileSource, trust: Trust, options: VerifyOptions): Promise<WholeReport> {
  // Where there is no checkpoint there is no evidence: it may just be another server's URL.
  await readCheckpoint(source);
  const log = await verifyLog(source, trust, { onProgress: progressOf(options) });
  return { log, checks: [notChecked('not served over HTTP')] };
}

async function verifyFolder(folder: string, trust: Trust, options: VerifyOptions): Promise<WholeReport> {
  const reader = new LedgerReader(nodeFiles, folder);
  const audit = options.payloads ? new PayloadAudit(reader) : undefined;
  const onProgress = progressOf(options, audit);
  const log = await verifyLog(reader, trust, {
    onProgress,
    ...(audit === undefined ? {} : { onLeaf: (leaf) => audit.take(leaf) }),
  });
  const partials = await checkPartials(nodeFiles, folder, log.checkpoint.size);
  const payloads = audit?.finish();
  const checks = [
    { name: 'partial tiles', ok: true, detail: `${partials} of the tree as it grew agree with it` },
    payloads === undefined ? notChecked('--no-payloads') : payloadCheck(payloads),
  ];
  return payloads === undefined ? { log, checks } : { log, payloads, checks };
}

function notChecked(why: string): Check {
  return { name: 'payloads', ok: false, detail: `not checked (${why})` };
}

function payloadCheck({ parts, bytes, missing, erased, faultCount }: PayloadReport): Check {
  const found = `${parts} parts and attachments (${bytes} bytes) are as their records say`;
  const declared = missing > 0 ? `, ${missing} are declared missing` : '';
  const gone = erased > 0 ? `, ${erased} were erased` : '';
  const bad = faultCount > 0 ? `, ${faultCount} are not` : '';
  return { name: 'payloads', ok: faultCount === 0, detail: `${found}${declared}${gone}${bad}` };
}

/** @throws evidence.* naming the first of the faults, and how many there are */
async function refuseFaults({ faults, faultCount }: PayloadReport, what: string): Promise<void> {
  const [first] = faults;
  if (first === undefined) return;
  const more = faultCount > 1 ? ` (and ${faultCount - 1} more)` : '';
  const hint = (await isThere(join(await logFolder(what), 'payload')))
    ? ''
    : '; there are no payloads here at all: a copy of the log alone is checked with --no-payloads';
  throw new AffidavitError(first.code, `${first.message}${more}${hint}`);
}

async function keep(note: Uint8Array, trust: Trust, { remember: path }: VerifyOptions): Promise<void> {
  if (path !== undefined) await remember(path, note, trust);
}

type Progress = (progress: { leaves: number; size: number }) => void;

/** Long work shows how far it is, on a terminal only. */
function progressOf(options: VerifyOptions, audit?: PayloadAudit): Progress {
  if (!process.stderr.isTTY || options.json === true) return () => undefined;
  return ({ leaves, size }) => {
    const payloads = audit === undefined ? '' : `, ${Math.round(audit.bytes / 1e6)} MB of payloads`;
    process.stderr.write(`\r${leaves} of ${size} records${payloads}${leaves === size ? '\n' : ''}`);
  };
}
