import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireTools } from '../scripts/tools.ts';
import { buildPeer, type PeerServer, startPeer } from './peer.ts';

/** What all measurements share: the Go program, the service that is called, and a folder. */
export interface Stage {
  readonly peer: string;
  readonly upstream: PeerServer;
  readonly directory: string;
}

/** Sets up a stage for `work`, and takes it down again. What is written goes into `data`, or is removed at the end. */
export async function withStage<T>(data: string | undefined, work: (stage: Stage) => Promise<T>): Promise<T> {
  await requireTools(['go', 'python']);
  const peer = await buildPeer();
  const directory = data ?? (await mkdtemp(join(tmpdir(), 'affidavit-bench-')));
  const upstream = await startPeer(peer, 'upstream', directory);
  try {
    return await work({ peer, upstream, directory });
  } finally {
    await upstream.service.stop();
    if (data === undefined) await rm(directory, { recursive: true, force: true });
  }
}
