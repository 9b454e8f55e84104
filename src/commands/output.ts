import { AffidavitError } from '../record/index.ts';

/** Thrown when who reads the output has left (`| head -1`): they have what they wanted, and nothing is wrong. */
export class ReaderLeft extends Error {
  override readonly name = 'ReaderLeft';
}

/** What {@link Output} writes to. */
export interface OutputStream {
  write(data: string | Uint8Array, done?: (fault?: Error | null) => void): boolean;
  on(event: 'error', listener: (fault: Error) => void): unknown;
}

/** Where the results of commands go. A stream tells later, or never, that it didn't take something: here it is noticed. */
export class Output {
  readonly #stream: OutputStream;
  #fault: Error | undefined;
  #isUsed = false;

  constructor(stream: OutputStream) {
    this.#stream = stream;
    stream.on('error', (fault) => {
      this.#fault ??= fault;
    });
  }

  /** Writes a line. @throws ReaderLeft, io.* for one before it that could not be written */
  print(text: string): void {
    this.#check();
    this.#isUsed = true;
    this.#stream.write(`${text}\n`);
  }

  /** Writes bytes as they are; resolves when they are written. @throws ReaderLeft, io.* when they could not be */
  async write(bytes: Uint8Array): Promise<void> {
    this.#check();
    if (bytes.length > 0) await this.#written(bytes);
  }

  /** Resolves when all is written; a stream that was given nothing may be gone. @throws ReaderLeft, io.* when it could not be */
  async flush(): Promise<void> {
    if (this.#isUsed) await this.#written('');
  }

  async #written(data: string | Uint8Array): Promise<void> {
    this.#isUsed = true;
    const fault = await new Promise<Error | null | undefined>((done) => this.#stream.write(data, done));
    this.#fault ??= fault ?? undefined;
    this.#check();
  }

  #check(): void {
    if (this.#fault === undefined) return;
    const code = 'code' in this.#fault ? this.#fault.code : '';
    if (code === 'EPIPE') throw new ReaderLeft();
    throw AffidavitError.from(this.#fault, code === 'ENOSPC' ? 'io.full' : 'io.failed', 'write to standard output');
  }
}
