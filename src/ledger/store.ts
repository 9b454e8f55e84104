import { AffidavitError } from '../record/index.ts';
import type { FolderSet, LedgerDisk } from './disk.ts';
import { below, parseVersion, STATE_FOLDER, statePath, TEMPORARY_FOLDER } from './layout.ts';
import { decodeState, encodeState, MAX_STATE_BYTES } from './state.ts';
import type { LedgerState } from './state.ts';

const KEPT_VERSIONS = 2;

/**
 * The shard's state: one file a version, each made by a link, which fails when the name is taken. That is the commit,
 * and the fence against an owner who was replaced.
 */
export class StateStore {
  private readonly disk: LedgerDisk;

  constructor(disk: LedgerDisk) {
    this.disk = disk;
  }

  /** The state of the highest version; `undefined` for a ledger that was never begun. @throws ledger.damaged */
  async load(): Promise<LedgerState | undefined> {
    const version = await this.highest();
    if (version === undefined) return undefined;
    const path = statePath(version);
    const bytes = await this.disk.readIfThere(path, MAX_STATE_BYTES);
    // An owner who goes on while we look removes what it has replaced.
    if (bytes === undefined) throw this.fenced(version);
    const state = decodeState(bytes, below(this.disk.directory, path));
    if (state.version !== version)
      throw new AffidavitError('ledger.damaged', `${path} holds version ${state.version} of the state`);
    return state;
  }

  /**
   * Commits a state in place of the version before it. Durable when it resolves; when it rejects with anything but
   * `ledger.fenced` the outcome is open, and only {@link load} tells. @throws ledger.fenced when somebody else was faster
   */
  async swap(state: LedgerState): Promise<void> {
    const path = statePath(state.version);
    const folders: FolderSet = new Set();
    await this.disk.makeFolderOf(path, folders);
    const temporary = await this.disk.writeTemporary(encodeState(state), 'state');
    const linked = await this.disk.link(temporary, path);
    await this.disk.remove(temporary);
    if (!linked) throw this.fenced(state.version);
    await this.disk.syncFolders(folders);
    const highest = await this.highest();
    if (highest === state.version) return;
    // Whoever is ahead by more than the versions kept has removed the name that we took.
    await this.disk.remove(path);
    throw this.fenced(state.version);
  }

  /** @throws ledger.fenced unless `version` is the highest */
  async checkCurrent(version: number): Promise<void> {
    if ((await this.highest()) !== version) throw this.fenced(version);
  }

  /** What a failure after `version` really was: once another owner goes on, nothing is as this one left it. */
  async explain(thrown: unknown, version: number): Promise<unknown> {
    // A disk on which not even this can be read fails for the reason that was thrown.
    const highest = await this.highest().catch(() => undefined);
    return highest !== undefined && highest > version ? this.fenced(version, thrown) : thrown;
  }

  /** Removes the versions that nobody needs any more. */
  async removeOld(current: number): Promise<void> {
    for (const name of await this.disk.list(STATE_FOLDER)) {
      const version = parseVersion(name);
      if (version !== undefined && version <= current - KEPT_VERSIONS) await this.disk.remove(statePath(version));
    }
  }

  /**
   * Removes what earlier owners wrote and hadn't given its name: after a swap, none of them can publish over what the
   * new owner publishes, since each makes its file, then checks that it is current, then renames.
   */
  async removeTemporaries(): Promise<void> {
    for (const name of await this.disk.list(TEMPORARY_FOLDER)) await this.disk.remove(`${TEMPORARY_FOLDER}/${name}`);
  }

  private async highest(): Promise<number | undefined> {
    const names = await this.disk.list(STATE_FOLDER);
    const versions = names.map(parseVersion).filter((version) => version !== undefined);
    return versions.length === 0 ? undefined : Math.max(...versions);
  }

  private fenced(version: number, cause?: unknown): AffidavitError {
    return new AffidavitError(
      'ledger.fenced',
      `another process took over the ledger in ${this.disk.directory} (it is past version ${version})`,
      { cause },
    );
  }
}
