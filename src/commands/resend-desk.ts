import { AffidavitError } from '../record/index.ts';
import type { Logger } from '../runtime/index.ts';
import type { Spool } from '../spool/index.ts';
import { answerResend, resendRequest } from './resend-requests.ts';
import type { ResendAnswer } from './resend-requests.ts';

/** What a {@link ResendDesk} needs. */
export interface ResendDeskOptions {
  /** The spool's folder. */
  readonly directory: string;
  readonly spool: Pick<Spool, 'nextFrame' | 'firstFrame' | 'bytesFrom'>;
  readonly publisher: { readonly published: number };
  readonly keeper: { sendAgain(from: number): number };
  readonly logger: Logger;
}

/** Takes the requests of `affidavit recorder resend` in the process that has the spool open, one at a time. */
export class ResendDesk {
  readonly #options: ResendDeskOptions;
  #underWay: ResendAnswer | undefined;

  constructor(options: ResendDeskOptions) {
    this.#options = options;
  }

  /** Looks for a request, or says how far the last one is. What can't be read or written is logged, and tried again. */
  async look(): Promise<void> {
    try {
      await (this.#underWay === undefined ? this.#take() : this.#goOn(this.#underWay));
    } catch (thrown) {
      const { message } = AffidavitError.from(thrown, 'io.failed', 'answer a request to send again');
      this.#options.logger.warn({ directory: this.#options.directory }, message);
    }
  }

  async #take(): Promise<void> {
    const { directory, spool, publisher, keeper } = this.#options;
    const request = await resendRequest(directory);
    if (request === undefined) return;
    const { id, from, dryRun } = request;
    const firstFrame = Math.min(Math.max(from, spool.firstFrame), spool.nextFrame);
    const endFrame = spool.nextFrame;
    const answer = { id, firstFrame, endFrame, bytes: spool.bytesFrom(firstFrame), published: publisher.published };
    if (dryRun) {
      await answerResend(directory, answer, true);
      return;
    }
    keeper.sendAgain(firstFrame);
    this.#underWay = { ...answer, published: publisher.published };
    await this.#goOn(this.#underWay);
  }

  async #goOn(answer: ResendAnswer): Promise<void> {
    const { directory, publisher } = this.#options;
    const { published } = publisher;
    const isLast = published >= answer.endFrame;
    await answerResend(directory, { ...answer, published }, isLast);
    if (isLast) this.#underWay = undefined;
  }
}
