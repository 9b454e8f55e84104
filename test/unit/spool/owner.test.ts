import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AffidavitError } from '../../../src/record/index.ts';
import { type FileSystem, nodeFiles } from '../../../src/runtime/index.ts';
import { SEGMENT_HEADER_BYTES } from '../../../src/spool/format.ts';
import type { Spool } from '../../../src/spool/index.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { frameOf, openSpool, readAll } from '../../support/spool.ts';

const taken = (thrown: unknown): boolean =>
  thrown instanceof AffidavitError && /another process has opened/.test(thrown.message);

/** Appends until it is refused; gives what was acknowledged. */
async function appendUntilRefused(spool: Spool, count: number): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let at = 0; at < count; at++) {
    const text = `old ${at}`;
    try {
      await spool.append([frameOf(text)]);
    } catch (thrown) {
      assert.ok(taken(thrown), String(thrown));
      break;
    }
    acknowledged.push(text);
  }
  return acknowledged;
}

/** Files of a process that stands still from a call on, of whatever method, until it is let go on. */
class HeldFiles {
  readonly files: FileSystem;
  /** Resolves once a call is held up. */
  reached = Promise.withResolvers<true>();
  readonly #goesOn = Promise.withResolvers<undefined>();
  #left = Infinity;

  constructor(files: FileSystem) {
    this.files = this.#held(files);
  }

  /** Lets so many calls through from now on, and holds up the next one. */
  holdAfter(calls: number): void {
    this.#left = calls;
  }

  goOn(): void {
    this.#goesOn.resolve(undefined);
  }

  #held<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (_, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        if (name === 'isAt') return (path: string): unknown => Reflect.apply(method, target, [path]);
        return async (...args: unknown[]) => {
          if (this.#left-- === 0) {
            this.reached.resolve(true);
            await this.#goesOn.promise;
          }
          const result: unknown = await Reflect.apply(method, target, args);
          return typeof result === 'object' && result !== null && 'isAt' in result ? this.#held(result) : result;
        };
      },
    });
  }
}

async function segmentsOf(disk: SimulatedDisk): Promise<string[]> {
  return (await disk.files().list('/spool')).filter((name) => name.endsWith('.seg'));
}

/** Gives one file with a wrong byte in its first frame; what is on the disk is right. */
function misreading(files: FileSystem, wrongPath: string): FileSystem {
  const readFile = async (path: string, maxBytes: number): Promise<Uint8Array> => {
    const bytes = (await files.readFile(path, maxBytes)).slice();
    if (path === wrongPath) bytes[SEGMENT_HEADER_BYTES + 4] = ~(bytes[SEGMENT_HEADER_BYTES + 4] ?? 0);
    return bytes;
  };
  return { ...files, readFile };
}

async function textsOf(spool: Spool): Promise<string[]> {
  return (await readAll(spool)).map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
}

describe('spool: two processes that open one folder and see no lock of each other', () => {
  it('lose nothing that either acknowledged, at whichever call the second one comes', async () => {
    let refusals = 0;
    for (let comesAt = 0; comesAt < 60; comesAt++) {
      const disk = new SimulatedDisk(comesAt);
      const old = await openSpool(disk.files(), { segmentBytes: 200 });
      const base = disk.calls;
      let second: Promise<Spool> | undefined;
      disk.onCall = ({ index }) => {
        if (index - base === comesAt) second ??= openSpool(disk.files(), { segmentBytes: 200 });
        return 'ok';
      };
      const acknowledged = await appendUntilRefused(old, 12);
      second ??= openSpool(disk.files());
      const owner = await second;
      if (acknowledged.length < 12) refusals++;
      await owner.append([frameOf('new')]);
      await assert.rejects(old.append([frameOf('late')]), taken);
      await old.close().catch((thrown: unknown) => {
        assert.ok(taken(thrown), String(thrown));
      });
      await owner.append([frameOf('newer')]);
      await owner.close();
      const after = await openSpool(disk.files());
      const frames = (await readAll(after)).map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
      assert.deepEqual(after.damage, [], `second at call ${comesAt}`);
      assert.deepEqual(frames.slice(0, acknowledged.length), acknowledged, `second at call ${comesAt}`);
      assert.deepEqual(frames.slice(-2), ['new', 'newer'], `second at call ${comesAt}`);
    }
    assert.ok(refusals > 20, `only ${refusals} second processes came while the first wrote`);
  });

  for (const end of ['crash', 'orderly end'])
    it(`lose nothing either when the first one still opens it, after a ${end}, whichever call holds it up`, async () => {
      let wasHeld = true;
      for (let at = 0; wasHeld; at++) {
        const disk = new SimulatedDisk(at);
        const before = await openSpool(disk.files());
        await before.append([frameOf('before')]);
        if (end !== 'crash') await before.close();
        const held = new HeldFiles(disk.files());
        held.holdAfter(at);
        const opening = openSpool(held.files);
        wasHeld = await Promise.race([held.reached.promise, opening.then(() => false)]);
        const second = await openSpool(disk.files());
        for (const text of ['new', 'newer']) await second.append([frameOf(text)]);
        held.goOn();
        const first = await opening.catch((thrown: unknown) => {
          assert.ok(thrown instanceof AffidavitError, String(thrown));
          return undefined;
        });
        // The first one may have taken it after the second: then it is the owner.
        const late = first === undefined ? [] : await appendUntilRefused(first, 1);
        const after = await openSpool(disk.files());
        assert.deepEqual(after.damage, [], `held up at call ${at}`);
        assert.deepEqual(await textsOf(after), ['before', 'new', 'newer', ...late], `held up at call ${at}`);
        if (!wasHeld) assert.ok(at > 10, `only ${at} calls`);
      }
    });

  it('lose nothing either when the first one writes a file anew that failed, whichever call holds it up', async () => {
    let wasHeld = true;
    for (let at = 0; wasHeld; at++) {
      const disk = new SimulatedDisk(at);
      const held = new HeldFiles(disk.files());
      const first = await openSpool(held.files);
      await first.append([frameOf('before')]);
      let failures = 1;
      disk.onCall = ({ operation }) => (operation === 'sync' && failures-- > 0 ? 'not_done' : 'ok');
      held.holdAfter(at);
      const writing = first.append([frameOf('old')]).then(
        () => ['old'],
        (thrown: unknown) => {
          assert.ok(thrown instanceof AffidavitError, String(thrown));
          return [];
        },
      );
      wasHeld = await Promise.race([held.reached.promise, writing.then(() => false)]);
      const hasFailed = failures < 1;
      disk.onCall = () => 'ok';
      const second = await openSpool(disk.files());
      for (const text of ['new', 'newer']) await second.append([frameOf(text)]);
      held.goOn();
      const acknowledged = await writing;
      const after = await openSpool(disk.files());
      assert.deepEqual(after.damage, [], `held up at call ${at}`);
      const texts = await textsOf(after);
      assert.deepEqual(texts.slice(-2), ['new', 'newer'], `held up at call ${at}`);
      assert.deepEqual(texts.slice(0, 1 + acknowledged.length), ['before', ...acknowledged], `held up at call ${at}`);
      if (!wasHeld) assert.ok(hasFailed && at > 8, `only ${at} calls`);
    }
  });

  it('lose nothing either when the first one, in opening, reads a file wrong, and would remove it', async () => {
    const disk = new SimulatedDisk(5);
    const before = await openSpool(disk.files());
    for (const text of ['one', 'two', 'three']) await before.append([frameOf(text)]);
    const [name = ''] = await segmentsOf(disk);
    const [misread, held] = [misreading(disk.files(), `/spool/${name}`), Promise.withResolvers<undefined>()];
    const written = Promise.withResolvers<true>();
    // What it could read is in a file of its own by then; the one that it holds to be damaged is to go next.
    const syncDirectory = async (path: string): Promise<void> => {
      await misread.syncDirectory(path);
      if (!(await segmentsOf(disk)).some((each) => each !== name)) return;
      written.resolve(true);
      await held.promise;
    };
    const opening = openSpool({ ...misread, syncDirectory });
    await Promise.race([written.promise, opening]);
    const second = await openSpool(disk.files());
    await second.append([frameOf('new')]);
    held.resolve(undefined);
    await assert.rejects(opening, taken);
    assert.deepEqual(await textsOf(second), ['one', 'two', 'three', 'new']);
    const after = await openSpool(disk.files());
    assert.deepEqual([after.damage, await textsOf(after)], [[], ['one', 'two', 'three', 'new']]);
  });

  it('so that the one that lost it begins no file, writes none anew and lets none go', async () => {
    const disk = new SimulatedDisk(3);
    const old = await openSpool(disk.files(), { segmentBytes: 100 });
    for (let at = 0; at < 6; at++) await old.append([frameOf(`frame ${at}`, 60)]);
    const owner = await openSpool(disk.files(), { segmentBytes: 100 });
    const files = (): Promise<string[]> => disk.files().list('/spool');
    const before = await files();
    await assert.rejects(old.release(4), taken);
    disk.onCall = ({ operation }) => (operation === 'sync' ? 'not_done' : 'ok');
    await assert.rejects(old.append([frameOf('late')]), taken);
    disk.onCall = () => 'ok';
    assert.deepEqual(await files(), before);
    assert.equal((await readAll(owner)).length, 6);
  });

  it('on the file system of this machine', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'affidavit-test-'));
    try {
      const old = await openSpool(nodeFiles, {}, directory);
      await old.append([frameOf('old')]);
      const owner = await openSpool(nodeFiles, {}, directory);
      await assert.rejects(old.append([frameOf('late')]), taken);
      await assert.rejects(old.append([frameOf('later')]), taken);
      await owner.append([frameOf('new')]);
      const frames = (await readAll(owner)).map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
      assert.deepEqual(frames, ['old', 'new']);
      await old.close();
      await owner.close();
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
