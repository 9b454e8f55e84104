/** What npm's lockfiles say of one package, as far as it is looked at. */
export interface LockedPackage {
  version?: string;
  integrity?: string;
  optional?: boolean;
  os?: string | string[];
  cpu?: string | string[];
  libc?: string | string[];
}

/** npm's package-lock.json, or node_modules/.package-lock.json. */
export interface Lockfile {
  packages?: Record<string, LockedPackage>;
}

/** A condition that the user can mend; its message is one line and all that is printed. */
export class SetupError extends Error {}

/** Major version in `v24.21.0` or `24.21.0`; 0 when there is none. */
export function majorOf(version: string): number;

/** Whether node_modules holds what the lockfile says, on a platform as in process.platform and process.arch. */
export function isInstalled(locked: Lockfile, installed: Lockfile, platform: { os: string; cpu: string }): boolean;

/** PATH without any node_modules/.bin. */
export function withoutLocalBins(path: string): string;

/** The line of npm's output that says what went wrong. */
export function npmFailure(output: string): string;

/** A project of one package: the packaged Node `name`, locked as in `lockfile`; undefined when that has none. */
export function nodeProject(
  lockfile: Lockfile,
  name: string,
): { manifest: { dependencies: Record<string, string | undefined> }; lockfile: Lockfile } | undefined;

/** Installs what the lockfile says in `root` when it isn't installed, and makes sure that Node 24 runs what follows. */
export function setup(root: string): void;
