import type { RecordDraft, RecordWriter } from '../record/index.ts';

/** Stops and starts the reading of one stream. */
export interface LogStream {
  pause(): void;
  resume(): void;
}

/** What all streams share. */
export interface PacedWriterOptions {
  readonly writer: RecordWriter;
  /** Bytes of a stream that the writer hasn't answered: beyond it the stream is read no further. */
  readonly maxPendingBytes: number;
  /** Records that the writer hasn't answered. */
  readonly unanswered: Set<Promise<void>>;
}

/** Appends what one stream brings, and reads it no further while too much of it isn't durable. */
export class PacedWriter {
  readonly #options: PacedWriterOptions;
  readonly #stream: LogStream;
  #pendingBytes = 0;

  constructor(options: PacedWriterOptions, stream: LogStream) {
    this.#options = options;
    this.#stream = stream;
  }

  /** Appends; whoever lost the record is told by `onLost`. */
  append(draft: RecordDraft, onLost: (error: unknown) => void): void {
    const { writer, maxPendingBytes, unanswered } = this.#options;
    const { length } = draft.body;
    this.#pendingBytes += length;
    if (this.#pendingBytes > maxPendingBytes) this.#stream.pause();
    const answered = writer
      .append(draft)
      .then(() => undefined)
      .catch(onLost)
      .finally(() => {
        unanswered.delete(answered);
        this.#pendingBytes -= length;
        if (this.#pendingBytes <= maxPendingBytes) this.#stream.resume();
      });
    unanswered.add(answered);
  }
}
