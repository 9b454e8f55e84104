import { execFileSync } from 'node:child_process';

const PROGRAM = 'mkfifo';

/** Makes a pipe with a name (FIFO): who opens it waits for the other side. */
export function makePipe(path: string): void {
  execFileSync(PROGRAM, [path]);
}
