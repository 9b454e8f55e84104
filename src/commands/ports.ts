import { createRedactor } from '../redact/index.ts';
import type { Redactor, RedactorOptions } from '../redact/index.ts';
import { noTelemetry, systemClock, systemRandom } from '../runtime/index.ts';
import type { Clock, Random, Telemetry } from '../runtime/index.ts';

/** What commands take from outside, so that a test can put something else in its place. */
export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly createRedactor: (options?: RedactorOptions) => Redactor;
  readonly telemetry: Telemetry;
}

/** The real ones. */
export const systemPorts: Ports = {
  clock: systemClock,
  random: systemRandom,
  createRedactor,
  telemetry: noTelemetry,
};
