import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AffidavitError } from '../../../src/record/index.ts';
import { directoryOf, nodeFiles, writeFileDurably } from '../../../src/runtime/index.ts';
import { makePipe } from '../../support/pipe.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const codeOf = (code: string) => (thrown: unknown) => thrown instanceof AffidavitError && thrown.code === code;

describe('the machine’s file system', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'affidavit-files-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('writes a file durably and replaces it whole, over what an earlier crash left', async () => {
    const path = join(folder, 'a');
    const leftover = await nodeFiles.create(`${path}.tmp`);
    await leftover.write(bytes('left over and longer'), 0);
    await leftover.close();
    await writeFileDurably(nodeFiles, path, bytes('first'));
    await writeFileDurably(nodeFiles, path, bytes('2nd'));
    assert.deepEqual(await nodeFiles.readFile(path, 100), bytes('2nd'));
    assert.deepEqual(await nodeFiles.list(folder), ['a']);
  });

  it('keeps no room for a file that it could not write', async () => {
    const disk = new SimulatedDisk(1);
    const files = disk.files();
    await files.makeDirectory('/folder');
    await writeFileDurably(files, '/folder/a', bytes('before'));
    disk.onCall = ({ operation }) => (operation === 'sync' ? 'full' : 'ok');
    await assert.rejects(writeFileDurably(files, '/folder/a', bytes('after')), codeOf('io.full'));
    disk.onCall = () => 'ok';
    assert.deepEqual([await files.size('/folder/a'), await files.size('/folder/a.tmp')], [6, 0]);
  });

  it('reads no more of a device than is allowed, although it says nothing of its size', async () => {
    await assert.rejects(nodeFiles.readFile('/dev/zero', 100_000, true), codeOf('limit.exceeded'));
    assert.equal((await nodeFiles.readFile('/dev/null', 10, true)).length, 0);
  });

  it('reads a file of just the allowed size', async () => {
    const path = join(folder, 'a');
    for (const size of [0, 1, 65_536, 200_000]) {
      await writeFileDurably(nodeFiles, path, new Uint8Array(size).fill(7));
      assert.deepEqual(await nodeFiles.readFile(path, size), new Uint8Array(size).fill(7));
      if (size > 0) await assert.rejects(nodeFiles.readFile(path, size - 1), codeOf('limit.exceeded'));
    }
  });

  it('waits for no pipe, and reads no device or folder, where only a regular file will do', async () => {
    const pipe = join(folder, 'pipe');
    makePipe(pipe);
    for (const path of [pipe, folder, '/dev/zero']) {
      await assert.rejects(nodeFiles.readFile(path, 1_000_000_000), codeOf('io.failed'));
      await assert.rejects(nodeFiles.openForReading(path), codeOf('io.failed'));
    }
  });

  it('makes files that only their owner reads', async () => {
    const path = join(folder, 'sub', 'deep');
    await nodeFiles.makeDirectory(path);
    await writeFileDurably(nodeFiles, join(path, 'a'), bytes('x'));
    assert.equal((await stat(join(path, 'a'))).mode & 0o777, 0o600);
    assert.equal((await stat(path)).mode & 0o777, 0o700);
  });

  it('says where no folder can be made, and ends', async () => {
    for (const path of [
      '/proc/affidavit',
      '/proc/affidavit/deep',
      join(folder, 'file', 'deep'),
      join(folder, 'file'),
    ]) {
      await writeFileDurably(nodeFiles, join(folder, 'file'), bytes('x'));
      await assert.rejects(nodeFiles.makeDirectory(path), (thrown: Error) => {
        assert.ok(codeOf('io.failed')(thrown) && /^make folder \/\S+: /.test(thrown.message), thrown.message);
        return true;
      });
    }
  });

  it('makes a folder that several make at once', async () => {
    const path = join(folder, 'a', 'b', 'c');
    await Promise.all(Array.from({ length: 8 }, () => nodeFiles.makeDirectory(path)));
    assert.ok((await stat(path)).isDirectory());
  });

  it('opens for reading what is there, makes nothing, and writes nothing', async () => {
    const path = join(folder, 'a');
    await assert.rejects(nodeFiles.openForReading(path), codeOf('not_found'));
    assert.equal(await nodeFiles.size(path), undefined);
    await writeFileDurably(nodeFiles, path, bytes('0123'));
    const handle = await nodeFiles.openForReading(path);
    assert.deepEqual(await handle.read(1, 2), bytes('12'));
    await assert.rejects(handle.write(bytes('x'), 0), codeOf('io.failed'));
    await handle.close();
  });

  it('links only to a name that is free', async () => {
    await writeFileDurably(nodeFiles, join(folder, 'a'), bytes('a'));
    await writeFileDurably(nodeFiles, join(folder, 'b'), bytes('b'));
    assert.equal(await nodeFiles.link(join(folder, 'a'), join(folder, 'c')), true);
    assert.equal(await nodeFiles.link(join(folder, 'b'), join(folder, 'c')), false);
    assert.deepEqual(await nodeFiles.readFile(join(folder, 'c'), 10), bytes('a'));
  });

  it('tells absence, size limits and other failures apart', async () => {
    const path = join(folder, 'a');
    assert.equal(await nodeFiles.size(path), undefined);
    assert.deepEqual(await nodeFiles.list(path), []);
    await nodeFiles.remove(path);
    await assert.rejects(nodeFiles.readFile(path, 10), codeOf('not_found'));
    await writeFileDurably(nodeFiles, path, bytes('0123456789'));
    await assert.rejects(nodeFiles.readFile(path, 9), codeOf('limit.exceeded'));
    await assert.rejects(nodeFiles.create(path), codeOf('io.exists'));
    await assert.rejects(nodeFiles.list(path), codeOf('io.failed'));
  });

  it('reads fewer bytes only at the end of a file', async () => {
    const handle = await nodeFiles.create(join(folder, 'a'));
    try {
      await handle.write(bytes('0123456789'), 0);
      assert.deepEqual(await handle.read(8, 10), bytes('89'));
      await handle.truncate(4);
      assert.equal(await handle.size(), 4);
    } finally {
      await handle.close();
    }
    await chmod(folder, 0o700);
  });

  it('finds the folder of a path', () => {
    assert.deepEqual(['/a/b', '/a', 'a', 'a/b'].map(directoryOf), ['/a', '/', '.', 'a']);
  });
});
