import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { System } from '../../demo/system.ts';
import type { SystemOptions } from '../../demo/system.ts';

/** How long recorder and ledger may take to end in order. */
const ORDERLY_END_MS = 60_000;

/** Systems of a test file, each in a folder of its own; whatever is left of them ends with {@link clear}. */
export class Stage {
  private readonly folders: string[] = [];
  private readonly systems: System[] = [];
  private readonly works: (() => Promise<void>)[] = [];

  /** Has something done by {@link clear}, before folders are removed. */
  atEnd(work: () => Promise<void>): void {
    this.works.push(work);
  }

  /** A temporary folder that is removed at the end. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'affidavit-system-'));
    this.folders.push(folder);
    return folder;
  }

  /** Starts a system, in a folder of its own where none is given. */
  async start(options: Omit<SystemOptions, 'directory'> & { directory?: string }): Promise<System> {
    const system = await System.start({ ...options, directory: options.directory ?? (await this.folder()) });
    this.systems.push(system);
    return system;
  }

  /** Ends everything that still runs, and removes the folders. */
  async clear(): Promise<void> {
    for (const system of this.systems.splice(0)) {
      for (const service of [system.recorder, system.accessLog, system.auditor, system.ledger])
        if (service?.ended() === undefined) await service?.kill9();
      await system.stop();
    }
    for (const work of this.works.splice(0)) await work();
    for (const folder of this.folders.splice(0)) await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Ends Envoy, so that its access log is handed in, and then the recorder, and who receives the log apart from it: they
 * drain and say `stopped`.
 */
export async function endRecording(system: System): Promise<void> {
  await system.envoy?.stop();
  await system.recorder?.stop(ORDERLY_END_MS);
  await system.accessLog?.stop(ORDERLY_END_MS);
}
