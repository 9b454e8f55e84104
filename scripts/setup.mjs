// Runs before every npm script, under whatever Node the machine has: no dependency, no syntax newer than Node 14, and
// built-in modules without the node: prefix, so that an old Node still gets as far as the line that refuses it.
import { spawnSync } from 'child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'fs';
import { basename, delimiter, dirname, join, sep } from 'path';
import { fileURLToPath } from 'url';

/** Oldest Node that can install the dependencies. */
const OLDEST_STARTING_NODE = 18;
/** Oldest Node that runs the product: type stripping, and a limit on HTTP/2 resets that can be lifted. */
const OLDEST_RUNNING_NODE = 24;
/** Oldest npm that reads the lockfile's format. */
const OLDEST_NPM = 8;
/** How long one set-up waits for another in the same checkout. */
const LOCK_WAIT_MS = 10 * 60 * 1000;

/** A condition that the user can mend; its message is one line and all that is printed. */
export class SetupError extends Error {}

/** Major version in `v24.21.0` or `24.21.0`; 0 when there is none. */
export function majorOf(version) {
  const match = /^v?(\d+)\./.exec(version);
  return match === null ? 0 : Number(match[1]);
}

function matches(wanted, actual) {
  return wanted === undefined || [].concat(wanted).includes(actual);
}

/** Whether a locked package may be absent here: an optional one for another platform, or one that npm chose to leave out. */
function mayBeAbsent(entry, platform) {
  if (entry.optional !== true) return false;
  const forPlatforms = entry.os !== undefined && entry.cpu !== undefined && entry.libc === undefined;
  return !(forPlatforms && matches(entry.os, platform.os) && matches(entry.cpu, platform.cpu));
}

/**
 * Whether node_modules holds what the lockfile says.
 *
 * @param {{packages?: Record<string, object>}} locked package-lock.json
 * @param {{packages?: Record<string, object>}} installed npm's own node_modules/.package-lock.json, written last by an
 *   installation that ran to its end
 * @param {{os: string, cpu: string}} platform as in process.platform and process.arch
 */
export function isInstalled(locked, installed, platform) {
  const wanted = locked.packages || {};
  const present = installed.packages || {};
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const other = present[path];
    if (other === undefined) {
      if (!mayBeAbsent(entry, platform)) return false;
    } else if (other.version !== entry.version || other.integrity !== entry.integrity) return false;
  }
  return Object.keys(present).every((path) => wanted[path] !== undefined);
}

function isLocal(path) {
  return path.split(sep).includes('node_modules');
}

/** PATH without any node_modules/.bin: what npm starts must not run on the node that npm is about to replace. */
export function withoutLocalBins(path) {
  return path
    .split(delimiter)
    .filter((folder) => !isLocal(folder))
    .join(delimiter);
}

/** The line of npm's output that says what went wrong. */
export function npmFailure(output) {
  const lines = output
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim())
    .filter((line) => line !== '' && !/^(code|syscall|errno|path|dest|A complete log)\b/.test(line));
  return lines[0] || 'it gave no reason';
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return {};
    throw error;
  }
}

function readLockfile(root) {
  const lockfile = readJson(join(root, 'package-lock.json'));
  if (lockfile.packages === undefined) throw new SetupError(`package-lock.json is missing or damaged in ${root}`);
  return lockfile;
}

function upToDate(root) {
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'));
  return isInstalled(readLockfile(root), installed, { os: process.platform, cpu: process.arch });
}

function checkStartingVersions() {
  if (majorOf(process.version) < OLDEST_STARTING_NODE) {
    throw new SetupError(`Node ${OLDEST_STARTING_NODE} or later is needed to start with; this is ${process.version}`);
  }
  const agent = /npm\/(\S+)/.exec(process.env.npm_config_user_agent || '');
  if (agent !== null && majorOf(agent[1]) < OLDEST_NPM) {
    throw new SetupError(`npm ${OLDEST_NPM} or later is needed; this is ${agent[1]}`);
  }
}

/** Runs `npm ci` in a folder: with the npm that started this script, or the one on the PATH, on the given node. */
function npmCi(folder, node) {
  const path = dirname(node) + delimiter + withoutLocalBins(process.env.PATH || '');
  const npm = process.env.npm_execpath || '';
  const command = basename(npm) === 'npm-cli.js' ? [node, npm] : ['npm'];
  // Development and optional packages hold the checks and Node 24; nothing here needs a package's install script.
  const flags = [
    '--include=dev',
    '--include=optional',
    '--engine-strict=false',
    '--ignore-scripts',
    '--loglevel=error',
  ];
  const result = spawnSync(command[0], command.slice(1).concat(['ci', '--prefix', folder], flags), {
    cwd: folder,
    env: Object.assign({}, process.env, { PATH: path }),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error !== undefined) {
    const missing = result.error.code === 'ENOENT';
    throw new SetupError(missing ? 'npm is missing: install npm' : `npm could not run: ${result.error.message}`);
  }
  if (result.status !== 0) throw new SetupError(`npm ci failed: ${npmFailure(result.stderr || result.stdout)}`);
}

function packagedNodeName() {
  return `node-${process.platform}-${process.arch}`;
}

/**
 * A project of one package: the packaged Node of this platform, with the version and checksum that the lockfile says.
 * Undefined when there is none for this platform.
 */
export function nodeProject(lockfile, name) {
  const entry = (lockfile.packages || {})[`node_modules/${name}`];
  if (entry === undefined) return undefined;
  const dependencies = { [name]: entry.version };
  const locked = Object.assign({}, entry, { optional: undefined });
  return {
    manifest: { name: 'node', version: '1.0.0', private: true, dependencies },
    lockfile: {
      name: 'node',
      version: '1.0.0',
      lockfileVersion: 3,
      requires: true,
      packages: { '': { name: 'node', version: '1.0.0', dependencies }, [`node_modules/${name}`]: locked },
    },
  };
}

function missingNode() {
  return new SetupError(
    `there is no packaged Node for ${process.platform} on ${process.arch} (only Linux on x64 and arm64): install ` +
      `Node ${OLDEST_RUNNING_NODE} or later; this is ${process.version}`,
  );
}

/**
 * Installs what is locked, under the Node that will run it: npm silently leaves out optional packages that an older Node
 * can't run, and one that runs from node_modules would lose its own binary half-way.
 */
function install(root) {
  const isFit = majorOf(process.version) >= OLDEST_RUNNING_NODE && !isLocal(process.execPath);
  const name = packagedNodeName();
  const project = isFit ? undefined : nodeProject(readLockfile(root), name);
  if (!isFit && project === undefined) throw missingNode();
  process.stderr.write('setup: installing the locked dependencies (npm ci), about half a minute\n');
  if (project === undefined) return npmCi(root, process.execPath);
  const folder = join(root, '.cache', 'node');
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify(project.manifest));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(project.lockfile));
    npmCi(folder, process.execPath);
    npmCi(root, join(folder, 'node_modules', name, 'bin', 'node'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Takes the lock file, or returns false while a living process holds it. */
function takeLock(lock) {
  try {
    const file = openSync(lock, 'wx');
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const holder = Number(readFileSync(lock, 'utf8'));
  if (holder > 0 && !isAlive(holder)) rmSync(lock, { force: true });
  return false;
}

/** Runs `work` while no other set-up of this checkout runs its own: two that install at once destroy each other's. */
function locked(root, work) {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const lock = join(root, '.cache', 'setup.lock');
  const deadline = Date.now() + LOCK_WAIT_MS;
  while (!takeLock(lock)) {
    if (Date.now() > deadline) throw new SetupError(`another set-up does not end; remove ${lock} when there is none`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** npm puts node_modules/.bin first on the PATH, so the scripts that follow run on the node there, when there is one. */
function checkRunningNode(root) {
  const link = join(root, 'node_modules', '.bin', 'node');
  const target = join('..', packagedNodeName(), 'bin', 'node');
  if (!existsSync(link) && existsSync(join(dirname(link), target))) {
    // npm 9 removes the link again, together with the package of the other platform.
    rmSync(link, { force: true });
    symlinkSync(target, link);
  }
  if (!existsSync(link)) {
    if (majorOf(process.version) >= OLDEST_RUNNING_NODE) return;
    throw missingNode();
  }
  const result = spawnSync(link, ['--version'], { encoding: 'utf8' });
  if (result.status !== 0) {
    throw new SetupError('the packaged Node does not run here: it needs Linux with glibc 2.28 or later');
  }
  if (majorOf(result.stdout) < OLDEST_RUNNING_NODE) {
    throw new SetupError(`node_modules holds Node ${result.stdout.trim()}: remove node_modules and start again`);
  }
}

/** Installs what the lockfile says when it isn't installed, and makes sure that Node 24 runs what follows. */
export function setup(root) {
  checkStartingVersions();
  if (!upToDate(root)) {
    locked(root, () => {
      if (!upToDate(root)) install(root);
    });
  }
  checkRunningNode(root);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    setup(dirname(dirname(fileURLToPath(import.meta.url))));
  } catch (error) {
    // Anything else that goes wrong here (a full disk, a read-only folder) is also the user's to mend: no stack.
    process.stderr.write(`setup: ${error.message}\n`);
    process.exitCode = 3;
  }
}
