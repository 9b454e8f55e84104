import type { Config } from '../config/index.ts';
import { openTelemetry } from '../runtime/index.ts';
import type { Logger } from '../runtime/index.ts';
import type { Ports } from './ports.ts';
import { checkServed } from './served-ports.ts';
import { SOFTWARE_VERSION } from './software.ts';

/**
 * Runs a process with its telemetry served and sent as the configuration says; with neither, nothing is gathered.
 * @throws port.in_use, config.invalid; what the work throws
 */
export async function withTelemetry(
  config: Config,
  role: string,
  ports: Ports,
  logger: Logger,
  work: (ports: Ports) => Promise<void>,
): Promise<void> {
  const { address, otlpUrl, otlpIntervalMs } = config.telemetry;
  checkServed(config, role);
  if (address === '' && otlpUrl === '') return work(ports);
  const version = SOFTWARE_VERSION;
  const telemetry = await openTelemetry({ address, otlpUrl, otlpIntervalMs, role, version, logger });
  try {
    await work({ ...ports, telemetry });
  } finally {
    await telemetry.close();
  }
}
