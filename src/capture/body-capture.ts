import type { PartWriter, SealedPart } from '../record/index.ts';
import type { BodyOutcome, BodyRedactor } from '../redact/index.ts';

/** What is left of a body at its end. */
export interface CapturedBody {
  readonly outcome: BodyOutcome;
  /** Absent when the body was withdrawn. */
  readonly part: SealedPart | undefined;
}

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
      return { outcome, part: undefined };
    }
    await this.#seal(outcome.tail);
    this.#over = true;
    return { outcome, part: this.#part.finish() };
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
