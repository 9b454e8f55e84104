import { KIND, type RecordWriter } from '../record/index.ts';
import type { Logger } from '../runtime/index.ts';

/** The end of an exchange that isn't recorded yet. */
export interface UnendedExchange {
  /** The encoded `exchange`. */
  readonly body: Uint8Array;
  /** Called once it is durable: a restart needs nothing of the exchange any more. */
  recorded(): void;
}

/**
 * Exchanges of which the log has a beginning, and whose record found no room: without an end they would stay open for
 * ever in a log whose epochs all end in order. Kept until they are recorded, or the next start finds them open.
 */
export class Unended {
  readonly #writer: RecordWriter;
  readonly #logger: Logger;
  readonly #waiting = new Set<UnendedExchange>();
  #writing: Promise<void> | undefined;

  constructor(writer: RecordWriter, logger: Logger) {
    this.#writer = writer;
    this.#logger = logger;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Takes one, to be recorded with the next {@link record}. */
  add(exchange: UnendedExchange): void {
    this.#waiting.add(exchange);
  }

  /** Records what waits, unless that is being done. What the writer doesn't take stays for the next time. */
  record(): Promise<void> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #write(): Promise<void> {
    for (const exchange of [...this.#waiting]) {
      try {
        await this.#writer.append({ kind: KIND.exchange, body: exchange.body });
      } catch (error) {
        this.#logger.warn({ waiting: this.#waiting.size, reason: String(error) }, 'exchanges have no recorded end yet');
        return;
      }
      this.#waiting.delete(exchange);
      exchange.recorded();
    }
  }
}
