import type { Command } from 'commander';
import { checkTopic, KafkaSource } from '../bus/index.ts';
import type { Config } from '../config/index.ts';
import { AffidavitError } from '../record/index.ts';
import { createLogger } from '../runtime/index.ts';
import type { Logger } from '../runtime/index.ts';
import { loadConfig } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { kafkaSettings } from './kafka-settings.ts';
import { ensureLedgerKeys } from './key-setup.ts';
import { startLedger } from './ledger-process.ts';
import type { Ports } from './ports.ts';
import { untilAsked } from './signals.ts';
import { withTelemetry } from './telemetry.ts';

/** `affidavit ledger`. */
export function registerLedger(program: Command, context: Context, ports: Ports): void {
  program
    .command('ledger')
    .description('consume records from Kafka into the Merkle log, and serve it over HTTP')
    .addHelpText(
      'after',
      '\nMakes its keys on the first start (affidavit keys init does only that).\n\n' +
        'Example:\n  AFFIDAVIT_BUS_KAFKA_BROKERS=127.0.0.1:9092 affidavit ledger --config affidavit.yaml\n',
    )
    .action(async (_own: unknown, self: Command) => ledger(context, ports, self.optsWithGlobals<CommonOptions>()));
}

async function ledger(context: Context, ports: Ports, options: CommonOptions): Promise<void> {
  const config = await loadConfig(context, options);
  if (config.bus.kind !== 'kafka')
    throw new AffidavitError(
      'config.invalid',
      'bus.kind is "embedded": a ledger of its own needs kafka; affidavit up is both in one',
    );
  const logger = createLogger(config.logLevel, 'ledger');
  await withTelemetry(config, 'ledger', ports, logger, (counted) => run(config, counted, logger));
}

async function run(config: Config, ports: Ports, logger: Logger): Promise<void> {
  const settings = await kafkaSettings(config, ports, logger);
  const asked = untilAsked();
  const keys = await ensureLedgerKeys(config, ports);
  // A broker that answers nothing is no reason to stay.
  const topic = await Promise.race([checkTopic(settings, logger), asked.then(() => undefined)]);
  if (topic === undefined) return;
  const groupPrefix = config.bus.kafka.groupId;
  const source = new KafkaSource({ settings, topic, groupPrefix, random: ports.random, logger });
  const running = await startLedger(config, keys, { ...ports, source }, logger);
  try {
    await Promise.race([asked, running.failed]);
  } finally {
    await running.stop();
  }
}
