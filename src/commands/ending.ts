import type { Logger } from '../runtime/index.ts';
import { EXIT } from './context.ts';

/** Ends this process with an exit code. */
export type EndProcess = (code: number) => void;

/**
 * Ends this process at once, whatever its disk is doing: `process.exit` waits for calls to the file system that never come
 * back. Another program in its place doesn't, and gives the exit code.
 */
export const endAtOnce: EndProcess = (code) => {
  // It is said to be experimental on standard error, where only log lines are to stand.
  process.removeAllListeners('warning');
  try {
    process.execve?.(process.execPath, [process.execPath, '--eval', `process.exit(${code})`], process.env);
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
};

/** Bounds what a process waits for while it ends. */
export class Ending {
  readonly #role: string;
  readonly #hungAfterMs: number;
  readonly #logger: Logger;
  readonly #end: EndProcess;

  /** @param hungAfterMs how long a disk may take over what an end in order writes */
  constructor(role: string, hungAfterMs: number, logger: Logger, end: EndProcess = endAtOnce) {
    this.#role = role;
    this.#hungAfterMs = hungAfterMs;
    this.#logger = logger;
    this.#end = end;
  }

  /**
   * Waits for a step. When that takes longer than it may by itself (`ownMs`) and its disk on top, the process ends where
   * it is: nobody could tell a disk that never answers from one that will, and a supervisor kills who waits with no word.
   */
  async step<T>(doing: string, work: Promise<T>, ownMs = 0): Promise<T> {
    const allowedMs = ownMs + this.#hungAfterMs;
    const timer = setTimeout(() => {
      this.#logger.error(
        { doing, waitedMs: allowedMs, exitCode: EXIT.failed },
        `the ${this.#role} ends without having stopped in order: its disk does not answer (spool.hungAfterMs); what is durable stays, the next start goes on from it`,
      );
      this.#end(EXIT.failed);
    }, allowedMs);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
    }
  }
}
