import { AffidavitError } from '../record/index.ts';

/** Thrown when who reads the output has left (`| head -1`): they have what they wanted, and nothing is wrong. */
export class ReaderLeft extends Error {
  override readonly name = 'ReaderLeft';
}

/** What {@link Output} writes to. */
export interface OutputStream {
  write(text: string, done?: (fault?: Error | null) => void): boolean;
  on(event: 'error', listener: (fault: Error) => void): unknown;
}

/** Where the results of commands go. A stream tells later, or never, that it didn't take something: here it is noticed. */
export class Output {
  readonly #stream: OutputStream;
  #fault: Error | undefined;

  constructor(stream: OutputStream) {
    this.#stream = stream;
    stream.on('error', (fault) => {
      this.#fault ??= fault;
    });
  }

  /** Writes a line. @throws ReaderLeft, io.* for one before it that could not be written */
  print(text: string): void {
    this.#check();
    this.#stream.write(`${text}\n`);
  }

  /** Resolves when all is written. @throws ReaderLeft, io.* when it could not be */
  async flush(): Promise<void> {
    const fault = await new Promise<Error | null | undefined>((done) => this.#stream.write('', done));
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
