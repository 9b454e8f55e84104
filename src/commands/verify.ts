import type { Command } from 'commander';
import { encodeBase64, MAX_PROOF_FILE_BYTES, verifyLog, verifyProofFile } from '../proof/index.ts';
import type { Check, Checkpoint, LogReport, ProofReport, Trust } from '../proof/index.ts';
import { nodeFiles } from '../runtime/index.ts';
import { loadConfig, Unproven } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { recordToJson, summarize, toJson } from './describe.ts';
import { isProofFile, openSource } from './sources.ts';
import { trustOf } from './trust.ts';
import type { TrustOptions } from './trust.ts';

/** `affidavit verify <proof file | ledger folder | URL>`. */
export function registerVerify(program: Command, context: Context): void {
  program
    .command('verify')
    .description('check a proof file, offline, or a whole log; trusts only the keys that you give')
    .argument('<what>', 'proof file, ledger folder, or URL of a ledger')
    .option('--log-key <verifier key>', 'the log’s verifier key, from elsewhere than the evidence')
    .option('--root-key <base64>', 'the root public key, from elsewhere than the evidence')
    .option('--origin <name>', 'the origin that the log must have')
    .addHelpText(
      'after',
      '\nWithout keys it uses those of the configuration or of the keys folder. With none at all it says what is\n' +
        'consistent, that nothing is proven, and exits with 3.\n\n' +
        'Example:\n  affidavit verify record-12.proof.json --log-key "$LOG_KEY" --root-key "$ROOT_KEY"\n',
    )
    .action(async (what: string, _own: unknown, self: Command) =>
      verify(context, what, self.optsWithGlobals<CommonOptions & TrustOptions>()),
    );
}

async function verify(context: Context, what: string, options: CommonOptions & TrustOptions): Promise<void> {
  const config = await loadConfig(context, options);
  const trust = await trustOf(config, options);
  const trusted = (await isProofFile(what))
    ? await verifyFile(context, what, trust, options)
    : await verifyWhole(context, what, trust, options);
  if (!trusted)
    throw new Unproven(
      'consistent with itself, but nothing is proven: give --log-key and --root-key, obtained elsewhere',
    );
}

async function verifyFile(context: Context, path: string, trust: Trust, options: CommonOptions): Promise<boolean> {
  const report = verifyProofFile(await nodeFiles.readFile(path, MAX_PROOF_FILE_BYTES), trust);
  if (options.json === true) context.print(JSON.stringify(proofToJson(report)));
  else {
    context.print(`Record ${report.leafIndex} of ${report.checkpoint.origin}: ${summarize(report.record)}`);
    context.print(formatChecks(report.checks));
    context.print(formatCheckpoint(report.checkpoint));
    if (report.trusted) context.print('The record is in the log, as it was signed.');
  }
  return report.trusted;
}

async function verifyWhole(context: Context, what: string, trust: Trust, options: CommonOptions): Promise<boolean> {
  const config = await loadConfig(context, options);
  const progress = process.stderr.isTTY && options.json !== true;
  const report = await verifyLog(openSource(what, config), trust, {
    onProgress: ({ leaves, size }) => {
      if (progress) process.stderr.write(`\r${leaves} of ${size} records${leaves === size ? '\n' : ''}`);
    },
  });
  context.print(options.json === true ? JSON.stringify(toJson(report)) : formatReport(report));
  return report.trusted;
}

function proofToJson(report: ProofReport): Record<string, unknown> {
  return { ...(toJson(report) as Record<string, unknown>), record: recordToJson(report.record) };
}

function formatChecks(checks: readonly Check[]): string {
  return checks.map(({ name, ok, detail }) => `  ${ok ? 'ok ' : '-- '} ${name}: ${detail}`).join('\n');
}

function formatCheckpoint(checkpoint: Checkpoint): string {
  return `Checkpoint of ${checkpoint.origin}: ${checkpoint.size} records, root ${encodeBase64(checkpoint.root)}`;
}

function formatReport(report: LogReport): string {
  const kinds = Object.entries(report.kinds).map(([name, count]) => `  ${String(count).padStart(8)}  ${name}`);
  const { stopped, cut, running } = report.epochs;
  const missing = report.missing.map((range) => `  missing, as the ledger says: ${JSON.stringify(toJson(range))}`);
  return [
    formatCheckpoint(report.checkpoint),
    formatChecks(report.checks),
    ...kinds,
    `${report.batches} signed batches; epochs: ${stopped} ended whole, ${cut} without "stopped", ${running} may still run.`,
    ...missing,
    report.trusted ? 'The log is whole, and every record in it is as it was signed.' : '',
  ]
    .filter((line) => line !== '')
    .join('\n');
}
