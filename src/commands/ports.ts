import { createRedactor } from '../redact/index.ts';
import type { Redactor, RedactorOptions } from '../redact/index.ts';
import { systemClock, systemRandom } from '../runtime/index.ts';
import type { Clock, Random } from '../runtime/index.ts';

/** What commands take from outside, so that a test can put something else in its place. */
export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly createRedactor: (options?: RedactorOptions) => Redactor;
}

/** The real ones. */
export const systemPorts: Ports = {
  clock: systemClock,
  random: systemRandom,
  createRedactor,
};
