import type { Logger } from '../runtime/index.ts';

/**
 * Says once that the ledger can't be asked, and once that it can again: nothing is wrong with the recorder meanwhile, but
 * its spool grows, since no frame is released.
 */
export class LedgerAbsence {
  readonly #url: string;
  readonly #logger: Logger;
  #isAway = false;

  constructor(url: string, logger: Logger) {
    this.#url = url;
    this.#logger = logger;
  }

  /** It could not be asked, for a reason in words. */
  begins(reason: string): void {
    const level = this.#isAway ? 'debug' : 'warn';
    this.#isAway = true;
    this.#logger[level](
      { url: this.#url, reason },
      'the ledger is away: until it answers nothing of the spool is released',
    );
  }

  /** It has answered. */
  ends(): void {
    if (this.#isAway) this.#logger.info({ url: this.#url }, 'the ledger is back');
    this.#isAway = false;
  }
}
