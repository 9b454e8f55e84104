import type { PartWriter, SealedPart } from '../record/index.ts';
import type { BodyOutcome, BodyRedactor } from '../redact/index.ts';

/** What is left of a body at its end. */
export interface CapturedBody {
  readonly outcome: BodyOutcome;
  /** Bytes of a small one. */
  readonly small: Uint8Array | undefined;
  /** A larger one; neither is there when the body was withdrawn. */
  readonly part: SealedPart | undefined;
}

/** Bodies up to this size stand in the part `message`: a part of their own would cost more than to seal them. */
const MAX_SMALL_BYTES = 16 * 1024;

/** Redacts and seals one body as it comes. What is sealed is provisional until the redactor says that it is clean. */
export class BodyCapture {
  readonly #redactor: BodyRedactor;
  readonly #part: PartWriter;
  #over = false;

  constructor(redactor: BodyRedactor, part: PartWriter) {
    this.#redactor = redactor;
    this.#part = part;
  }

  /** Takes the next bytes. When a promise is returned, nothing else may be called until it has settled. */
  write(bytes: Uint8Array): Promise<void> | undefined {
    const redacted = this.#redactor.write(bytes);
    if (redacted instanceof Promise) return redacted.then((output) => this.#seal(output));
    return this.#seal(redacted);
  }

  /** The body is over; `early` says that it was cut off. */
  async end(early: boolean): Promise<CapturedBody> {
    const outcome = await this.#redactor.end(early);
    if (outcome.state === 'withdrawn') {
      this.#over = true;
      this.#part.withdraw();
      return { outcome, small: undefined, part: undefined };
    }
    await this.#seal(outcome.tail);
    this.#over = true;
    const small = this.#part.reclaim(MAX_SMALL_BYTES);
    return { outcome, small, part: small === undefined ? this.#part.finish() : undefined };
  }

  /** Throws away what there is, unless {@link end} has. */
  drop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#redactor.abort();
    this.#part.withdraw();
  }

  #seal(bytes: Uint8Array): Promise<void> | undefined {
    return bytes.length === 0 ? undefined : this.#part.write(bytes);
  }
}
