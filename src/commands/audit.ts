import type { Command } from 'commander';
import type { Config } from '../config/index.ts';
import { HttpTileSource } from '../ledger/index.ts';
import { encodeBase64, type TileSource } from '../proof/index.ts';
import { AffidavitError } from '../record/index.ts';
import { createLogger } from '../runtime/index.ts';
import type { Logger } from '../runtime/index.ts';
import { auditorConfig, startAuditorProcess } from './auditor-process.ts';
import { loadConfig } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { kafkaSettings } from './kafka-settings.ts';
import { ensureAuditorKey } from './key-setup.ts';
import { positionsOf, watchedCredentials } from './ledger-client.ts';
import { pinnedKeys } from './pinned.ts';
import type { Ports } from './ports.ts';
import { publishUntil } from './publishing.ts';
import { untilAsked } from './signals.ts';
import { withTelemetry } from './telemetry.ts';

/** `affidavit audit`. */
export function registerAudit(program: Command, context: Context, ports: Ports): void {
  program
    .command('audit')
    .description('certify, window by window, that what Envoys served is recorded: read a ledger, publish certificates')
    .addHelpText(
      'after',
      '\nReads the log at ledger.url, whose checkpoints must be signed with trust.logKey, and publishes its certificates to Kafka.\n' +
        'It is a producer of its own: its key and its spool stand in auditor/ of the data folder; it needs no other key. Enrol it:\n' +
        '  affidavit keys enroll --auditor "$(affidavit keys producer --auditor -d ./auditor)" --data ./ledger\n' +
        'affidavit up audits its own log (audit.enabled).\n\n' +
        'Example:\n  AFFIDAVIT_BUS_KAFKA_BROKERS=127.0.0.1:9092 affidavit audit --config affidavit.yaml\n',
    )
    .action(async (_own: unknown, self: Command) => audit(context, ports, self.optsWithGlobals<CommonOptions>()));
}

async function audit(context: Context, ports: Ports, options: CommonOptions): Promise<void> {
  const config = auditorConfig(await loadConfig(context, options));
  if (config.bus.kind !== 'kafka')
    throw new AffidavitError(
      'config.invalid',
      'bus.kind is "embedded": an auditor of its own needs kafka; affidavit up audits its own log',
    );
  const logger = createLogger(config.logLevel, 'audit');
  await withTelemetry(config, 'audit', ports, logger, (counted) => run(config, counted, logger));
}

async function run(config: Config, ports: Ports, logger: Logger): Promise<void> {
  const { logKey } = await pinnedKeys(config);
  if (config.ledger.url === '' || logKey === undefined)
    throw new AffidavitError(
      'config.invalid',
      'set ledger.url and trust.logKey: which log is to be audited, and its key',
    );
  const source = await sourceOf(config, ports, logger);
  const settings = await kafkaSettings(config, ports, logger);
  const positions = await positionsOf(config, ports, logger);
  const asked = untilAsked();
  const key = await ensureAuditorKey(config, ports);
  logger.info({ publicKey: encodeBase64(key.publicKey) }, 'the auditor’s public key');
  const { auditor, running } = await startAuditorProcess(config, key, source, logKey, ports, logger);
  const ended = Promise.race([asked, auditor.failed]);
  const options = { settings, positions, lingerMs: config.bus.kafka.lingerMs, bounds: config.spool };
  await publishUntil(ended, running, options, ports, logger);
}

/** The log at ledger.url; its TLS files are read anew when they change. */
async function sourceOf(config: Config, ports: Ports, logger: Logger): Promise<TileSource> {
  const credentials = await watchedCredentials(config, ports, logger);
  return new HttpTileSource(config.ledger.url, { tls: () => Promise.resolve(credentials()) });
}
