import type { Command } from 'commander';
import { AffidavitError } from '../record/index.ts';
import { createLogger } from '../runtime/index.ts';
import { accessLogConfig, startAccessLog } from './accesslog-process.ts';
import { loadConfig } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { runToKafka } from './kafka-producer.ts';
import type { Ports } from './ports.ts';
import { withTelemetry } from './telemetry.ts';

/** `affidavit accesslog`. */
export function registerAccessLog(program: Command, context: Context, ports: Ports): void {
  program
    .command('accesslog')
    .description('receive Envoy’s access log and counters apart from the recorder, and publish them to Kafka')
    .addHelpText(
      'after',
      '\nWhat is recorded and the list of what there was don’t end in one crash then. Envoy’s cluster affidavit-access-log names its\n' +
        'port (accessLog.port, 7071 by default) instead of the recorder’s. It is a producer of its own: its key and its spool stand\n' +
        'in accesslog/ of the data folder; it needs no other key. Enrol its key: affidavit keys producer --accesslog prints it.\n\n' +
        'Example:\n  AFFIDAVIT_BUS_KAFKA_BROKERS=127.0.0.1:9092 affidavit accesslog --config affidavit.yaml\n',
    )
    .action(async (_own: unknown, self: Command) => accessLog(context, ports, self.optsWithGlobals<CommonOptions>()));
}

async function accessLog(context: Context, ports: Ports, options: CommonOptions): Promise<void> {
  const config = accessLogConfig(await loadConfig(context, options));
  if (config.bus.kind !== 'kafka')
    throw new AffidavitError(
      'config.invalid',
      'bus.kind is "embedded": an access log received apart needs kafka; affidavit up receives it itself',
    );
  const logger = createLogger(config.logLevel, 'accesslog');
  await withTelemetry(config, 'accesslog', ports, logger, (counted) =>
    runToKafka(startAccessLog, 'the access log', config, counted, logger),
  );
}
