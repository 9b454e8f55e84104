import type { Walker } from '../engine.ts';
import type { Output } from '../findings.ts';

/** Leaves content of unknown type as it is, where a policy says so. */
export class KeptContent implements Walker {
  readonly failure = undefined;
  readonly bufferedBytes = 0;
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  push(text: string): void {
    this.#output.copy(text);
  }

  end(): void {
    // What was cut off is as little looked at as the rest.
  }
}
