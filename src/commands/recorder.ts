import type { Command } from 'commander';
import { AffidavitError } from '../record/index.ts';
import { createLogger } from '../runtime/index.ts';
import { loadConfig, parseCount } from './context.ts';
import type { CommonOptions, Context } from './context.ts';
import { runToKafka } from './kafka-producer.ts';
import type { Ports } from './ports.ts';
import { registerResend } from './resend.ts';
import { runFleet } from './recorder-fleet.ts';
import { startRecorder } from './recorder-process.ts';
import { withTelemetry } from './telemetry.ts';

/** `affidavit recorder`. */
export function registerRecorder(program: Command, context: Context, ports: Ports): void {
  const command = program
    .command('recorder')
    .description('receive calls from Envoy, and publish what is recorded to Kafka')
    .option('--processes <n>', 'run so many, on ports in a row from capture.port; Envoy balances over them', parseCount)
    .addHelpText(
      'after',
      '\nMakes its key on the first start. Enrol it with: affidavit keys enroll <public key>; what it records before that waits.\n' +
        '\nOf several processes each is a producer of its own: number N keeps its key and its spool below recorders/N in the data\n' +
        'folder; affidavit keys producer --data <data folder>/recorders/N prints the key to enrol. While they run, SIGTTIN adds\n' +
        'one and SIGTTOU drains the last one; one that ends by itself is started again.\n\n' +
        'Example:\n  AFFIDAVIT_BUS_KAFKA_BROKERS=127.0.0.1:9092 affidavit recorder --config affidavit.yaml\n' +
        '  affidavit recorder --config affidavit.yaml --processes 4\n',
    )
    .action(async (_own: unknown, self: Command) => recorder(context, ports, self.optsWithGlobals<RecorderOptions>()));
  registerResend(command, context, ports);
}

interface RecorderOptions extends CommonOptions {
  processes?: number;
}

async function recorder(context: Context, ports: Ports, options: RecorderOptions): Promise<void> {
  const config = await loadConfig(context, options);
  if (config.bus.kind !== 'kafka')
    throw new AffidavitError(
      'config.invalid',
      'bus.kind is "embedded": a recorder of its own needs kafka; affidavit up is both in one',
    );
  const logger = createLogger(config.logLevel, 'recorder');
  if (options.processes !== undefined) {
    await runFleet(config, options.processes, options.config, logger);
    return;
  }
  await withTelemetry(config, 'recorder', ports, logger, (counted) =>
    runToKafka(startRecorder, 'the recorder', config, counted, logger),
  );
}
