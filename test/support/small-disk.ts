import assert from 'node:assert/strict';
import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommandResult, runCommand } from '../../scripts/processes.ts';

const SQUEEZE_ATTEMPTS = 50;

/** A small file system of its own; only root may mount one. */
export class SmallDisk {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async mount(size: string): Promise<boolean> {
    await mkdir(this.path, { recursive: true });
    const { status } = await runCommand('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', this.path]);
    return status === 0;
  }

  async resize(size: string): Promise<void> {
    const { status, stderr } = await this.remount(size);
    assert.equal(status, 0, stderr);
  }

  async unmount(): Promise<void> {
    await runCommand('umount', ['-l', this.path]);
  }

  /** Leaves no byte free. */
  async fill(): Promise<void> {
    const { status } = await runCommand('dd', ['if=/dev/zero', `of=${join(this.path, 'filler')}`, 'bs=4k']);
    assert.notEqual(status, 0, 'dd ends when nothing is free');
  }

  /** Leaves as good as nothing free, without writing anything. It can't become smaller than what is on it, and that grows. */
  async squeeze(): Promise<void> {
    for (let attempt = 0; attempt < SQUEEZE_ATTEMPTS; attempt += 1) {
      const { blocks, bfree, bsize } = await statfs(this.path);
      const size = (blocks - bfree + attempt) * bsize;
      if ((await this.remount(`${size}`)).status === 0) return;
    }
    throw new Error(`${this.path} can't be made as small as what is on it`);
  }

  private remount(size: string): Promise<CommandResult> {
    return runCommand('mount', ['-o', `remount,size=${size}`, this.path]);
  }
}
