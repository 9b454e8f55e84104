import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { AffidavitError } from '../record/index.ts';

/** Held for as long as a ledger is open. */
export interface HeldLock {
  /** Lets go. */
  release(): Promise<void>;
}

/**
 * Keeps two processes from opening one folder: for a clear message. What keeps data safe is the swap of the ledger's state,
 * and the owner of a spool (spool/owner.ts).
 */
export interface FolderLock {
  /** @throws io.locked naming who holds the folder. */
  acquire(directory: string): Promise<HeldLock>;
}

const ANSWER_MS = 1000;
const MAX_ANSWER_BYTES = 32;

/**
 * A lock by an abstract Unix socket (Linux): it ends with its process, whatever way that ends, and needs no file. Who
 * connects is told the holder's process id. Processes in different network namespaces don't see each other.
 */
export const socketLock: FolderLock = {
  async acquire(directory) {
    const path = await realpath(directory).catch((thrown: unknown) => {
      throw AffidavitError.from(thrown, 'io.failed', `find ${directory}`);
    });
    const name = `\0affidavit-${createHash('sha256').update(path).digest('hex').slice(0, 40)}`;
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(`${process.pid}\n`);
    });
    if (!(await listen(server, name))) {
      const holder = await askHolder(name);
      throw new AffidavitError(
        'io.locked',
        `${directory} is in use by ${holder}; stop it first, or use another folder`,
      );
    }
    server.unref();
    return {
      release: () =>
        new Promise((resolve) => {
          server.close(() => {
            resolve();
          });
        }),
    };
  },
};

/** For simulated file systems, whose paths nobody else sees. */
export const noLock: FolderLock = { acquire: () => Promise.resolve({ release: () => Promise.resolve() }) };

function listen(server: Server, name: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'EADDRINUSE') resolve(false);
      else reject(AffidavitError.from(thrown, 'io.failed', 'lock the ledger folder'));
    });
    server.listen({ path: name }, () => {
      resolve(true);
    });
  });
}

/** Anyone may have taken the name, so what it answers is read with bounds and only shown. */
function askHolder(name: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ path: name });
    const done = (): void => {
      socket.destroy();
      resolve(/^[0-9]{1,10}\n$/.test(answer) ? `process ${answer.trim()}` : 'another process');
    };
    socket.setTimeout(ANSWER_MS, done);
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1');
      if (answer.length > MAX_ANSWER_BYTES) done();
    });
    socket.on('error', done);
    socket.on('end', done);
  });
}
