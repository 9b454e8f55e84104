import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Children, Interrupted, Interruption } from '../demo/interruption.ts';
import { requireTools } from '../scripts/tools.ts';
import { buildPeer, type PeerServer, startPeer } from './peer.ts';

/** What all measurements share: the Go program, the service that is called, and a folder. */
export interface Stage {
  readonly peer: string;
  readonly upstream: PeerServer;
  readonly directory: string;
}

/**
 * Sets up a stage for `work`, and takes it down again. What is written goes into `data`, or is removed at the end. A
 * signal ends the process with 130 or 143, once everything that it had started has ended.
 */
export async function withStage<T>(data: string | undefined, work: (stage: Stage) => Promise<T>): Promise<T> {
  const children = new Children();
  const interruption = new Interruption(children);
  let scratch: string | undefined;
  const run = async (): Promise<T> => {
    await requireTools(['go', 'python']);
    const peer = await buildPeer();
    const directory = data ?? (scratch = await mkdtemp(join(tmpdir(), 'affidavit-bench-')));
    const upstream = await startPeer(peer, 'upstream', directory);
    try {
      return await work({ peer, upstream, directory });
    } finally {
      await upstream.service.stop();
    }
  };
  const takeDown = async (): Promise<void> => {
    // A process that has just been told to end may still write something.
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    return await interruption.orCut(run());
  } catch (thrown) {
    if (thrown instanceof Interrupted) {
      console.error('bench: stopping …');
      await children.end();
      await takeDown();
      console.error(`bench: ${thrown.message}`);
      // What was cut short is still waiting for something.
      process.exit(thrown.exitCode);
    }
    throw thrown;
  } finally {
    await takeDown();
  }
}
