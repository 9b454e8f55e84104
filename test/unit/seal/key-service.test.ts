import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { AffidavitError, CHUNK_BYTES, PART, PAYLOAD_CLASS } from '../../../src/record/index.ts';
import { checkManifest } from '../../../src/proof/index.ts';
import { systemRandom } from '../../../src/runtime/index.ts';
import { decryptPart, KeyFolder, LocalKeyService, nodeKeyFiles } from '../../../src/seal/index.ts';
import type { KeyFileSystem, PeriodWrap, RewrapItem, RewrapResult } from '../../../src/seal/index.ts';
import { draft, FakeSpool, findParts, sealPart, startProducer, TestClock, withFolder } from './fixtures.ts';
import type { FoundPart } from './fixtures.ts';

interface Setting {
  path: string;
  clock: TestClock;
  service: LocalKeyService;
  parts: FoundPart[];
  open: (files?: KeyFileSystem) => Promise<LocalKeyService>;
}

const TEXTS = ['who called', 'what they said', 'an original'];

/** A key service, and three parts on their way to it, one of each class, the second larger than a chunk. */
async function withService(work: (setting: Setting) => Promise<void>): Promise<void> {
  await withFolder(async (directory) => {
    const folder = await KeyFolder.init({ directory, files: nodeKeyFiles, random: systemRandom });
    const spool = new FakeSpool();
    const [key, ingestKeys] = [await folder.signingKey('recorder'), await folder.ingestKeys()];
    const producer = await startProducer(spool, { key, ingestKeys });
    const [index = '', content = '', original = ''] = TEXTS;
    await producer.append(draft('r'), [
      sealPart(producer, PAYLOAD_CLASS.index, PART.index, Buffer.from(index)),
      sealPart(producer, PAYLOAD_CLASS.content, PART.request_body, Buffer.from(content.padEnd(CHUNK_BYTES + 9))),
      sealPart(producer, PAYLOAD_CLASS.unmask, PART.originals, Buffer.from(original)),
    ]);
    const clock = new TestClock();
    const path = folder.path('keyservice.json');
    const open = (files: KeyFileSystem = nodeKeyFiles): Promise<LocalKeyService> =>
      LocalKeyService.open({ path, files, random: systemRandom, clock });
    await work({ path, clock, service: await open(), parts: findParts(spool), open });
  });
}

function wrapOf(result: RewrapResult | undefined): PeriodWrap {
  if (result === undefined) assert.fail('no result');
  if (result.failure !== undefined) throw result.failure;
  return result;
}

async function read(service: LocalKeyService, { part, item, chunks }: FoundPart, wrap: PeriodWrap): Promise<string> {
  const dataKey = await service.openPart({ ...part, ...wrap });
  return Buffer.from(decryptPart(dataKey, checkManifest(item.manifest, part), chunks))
    .toString()
    .trimEnd();
}

const rewraps = (parts: readonly FoundPart[]): RewrapItem[] => parts.map(({ rewrap }) => rewrap);

describe('the local key service', () => {
  it('opens what a recorder sealed, after re-wrapping, also after a restart', async () => {
    await withService(async ({ service, parts, open }) => {
      const results = await service.rewrap(rewraps(parts));
      for (const one of [service, await open()]) {
        const texts = await Promise.all(parts.map((part, index) => read(one, part, wrapOf(results[index]))));
        assert.deepEqual(texts, TEXTS);
      }
    });
  });

  it('has a key for each class, retention class and month', async () => {
    await withService(async ({ service, parts, clock }) => {
      const ids = async (items: RewrapItem[]): Promise<string[]> =>
        (await service.rewrap(items)).map((result) => Buffer.from(wrapOf(result).periodKeyId).toString('hex'));
      const items = rewraps(parts);
      const first = await ids(items);
      assert.deepEqual(await ids(items), first);
      const other = await ids(items.map((item) => ({ ...item, retentionClass: 'short' })));
      clock.advanceMs(32 * 24 * 3_600_000);
      const later = await ids(items);
      assert.equal(new Set([...first, ...other, ...later]).size, 9);
    });
  });

  it('wraps what is late under the key of its own month, and makes none for a month that has none', async () => {
    await withService(async ({ service, parts, clock }) => {
      const items = rewraps(parts);
      const month = new Date(clock.nowUs() / 1000).toISOString().slice(0, 7);
      const first = await service.rewrap(items);
      clock.advanceMs(32 * 24 * 3_600_000);
      const late = await service.rewrap(items.map((item) => ({ ...item, month })));
      assert.deepEqual(
        late.map((result) => wrapOf(result).periodKeyId),
        first.map((result) => wrapOf(result).periodKeyId),
      );
      const never = await service.rewrap(items.map((item) => ({ ...item, month: '1999-12' })));
      assert.deepEqual(
        never.map(({ failure }) => failure?.code),
        ['not_found', 'not_found', 'not_found'],
      );
    });
  });

  it('makes a period key durable before it is used, in a file for its owner only', async () => {
    await withService(async ({ path, parts, open }) => {
      let renamed = 0;
      let answered = false;
      const gate = Promise.withResolvers<undefined>();
      const files: KeyFileSystem = {
        ...nodeKeyFiles,
        rename: async (from, to) => {
          await gate.promise;
          renamed++;
          await nodeKeyFiles.rename(from, to);
        },
      };
      const service = await open(files);
      const rewrapping = service.rewrap(rewraps(parts)).then((results) => {
        answered = true;
        return results;
      });
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(answered, false);
      gate.resolve(undefined);
      const results = await rewrapping;
      assert.equal(renamed, 1);
      const stored = JSON.parse(await readFile(path, 'utf8')) as { periods: { id: string }[] };
      assert.deepEqual(
        stored.periods.map(({ id }) => id).toSorted(),
        results.map((result) => Buffer.from(wrapOf(result).periodKeyId).toString('hex')).toSorted(),
      );
      assert.equal((await stat(path)).mode & 0o777, 0o600);
    });
  });

  it('rejects the whole call when it cannot store a key, and can be asked again', async () => {
    await withService(async ({ parts, open }) => {
      let failing = true;
      const files: KeyFileSystem = {
        ...nodeKeyFiles,
        rename: (from, to) =>
          failing ? Promise.reject(new AffidavitError('io.full', 'full')) : nodeKeyFiles.rename(from, to),
      };
      const service = await open(files);
      await assert.rejects(service.rewrap(rewraps(parts)), { code: 'io.full' });
      failing = false;
      const results = await service.rewrap(rewraps(parts));
      assert.equal(await read(await open(), parts[0] ?? assert.fail(), wrapOf(results[0])), TEXTS[0]);
    });
  });

  it('loses no period key that another process made meanwhile', async () => {
    await withService(async ({ service, parts, open }) => {
      const other = await open();
      const [first] = parts;
      if (first === undefined) assert.fail();
      const one = wrapOf((await service.rewrap([first.rewrap]))[0]);
      const two = wrapOf((await other.rewrap([{ ...first.rewrap, retentionClass: 'short' }]))[0]);
      for (const reader of [await open(), service])
        for (const wrap of [one, two]) assert.equal(await read(reader, first, wrap), TEXTS[0]);
    });
  });

  it('looks into its file again when an ingest key is not known', async () => {
    await withService(async ({ path, parts, open }) => {
      const whole = await readFile(path, 'utf8');
      const { ingest, ...others } = JSON.parse(whole) as { ingest: object[] };
      await writeFile(path, JSON.stringify({ ...others, check: undefined, ingest: ingest.slice(1) }));
      let reads = 0;
      const readFileOf: KeyFileSystem['readFile'] = (...named) => {
        reads++;
        return nodeKeyFiles.readFile(...named);
      };
      const service = await open({ ...nodeKeyFiles, readFile: readFileOf });
      const [first] = rewraps(parts);
      if (first === undefined) assert.fail();
      reads = 0;
      const failed = await service.rewrap([first, first, first]);
      assert.deepEqual(
        failed.map(({ failure }) => failure?.code),
        ['not_found', 'not_found', 'not_found'],
      );
      assert.equal(reads, 1);
      await writeFile(path, whole);
      assert.equal((await service.rewrap([first]))[0]?.failure, undefined);
    });
  });

  it('fails for each item alone that would need more period keys than there may be', async () => {
    await withService(async ({ path, parts, open }) => {
      const service = await open();
      const [first] = rewraps(parts);
      if (first === undefined) assert.fail();
      await service.rewrap([first]);
      const store = JSON.parse(await readFile(path, 'utf8')) as { periods: { id: string }[] };
      const [there] = store.periods;
      const more = Array.from({ length: 19_998 }, (_, i) => ({
        ...there,
        id: String(i).padStart(32, '0'),
        retentionClass: `x${i}`,
      }));
      await writeFile(path, JSON.stringify({ ...store, check: undefined, periods: [there, ...more] }));
      const full = await open();
      const results = await full.rewrap(
        ['one', 'two', first.retentionClass].map((retentionClass) => ({ ...first, retentionClass })),
      );
      assert.deepEqual(
        results.map(({ failure }) => failure?.code),
        [undefined, 'limit.exceeded', undefined],
      );
    });
  });

  it('fails for each bad item alone, and says why', async () => {
    await withService(async ({ service, parts }) => {
      const [made, wrapped] = rewraps(parts);
      if (made === undefined || wrapped === undefined) assert.fail();
      const [good, second] = [wrapped, made];
      const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte, at) => (at === 20 ? byte ^ 1 : byte));
      const { sealedKey } = good;
      const bad: [Partial<RewrapItem>, string][] = [
        [{ keyCommitment: flip(good.keyCommitment) }, 'evidence.hash'],
        [{ keyCommitment: new Uint8Array(0) }, 'evidence.hash'],
        [{ manifestHash: flip(good.manifestHash) }, 'evidence.hash'],
        [{ manifestHash: new Uint8Array(0) }, 'evidence.malformed'],
        [{ wrappedKey: flip(good.wrappedKey) }, 'evidence.hash'],
        [{ wrappedKey: good.wrappedKey.subarray(1) }, 'evidence.malformed'],
        [{ wrappedKey: new Uint8Array(0) }, 'evidence.hash'],
        [{ epoch: flip(systemRandom.bytes(21)).subarray(5) }, 'evidence.hash'],
        [{ epoch: new Uint8Array(0) }, 'evidence.malformed'],
        [{ producerKeyId: flip(good.producerKeyId) }, 'evidence.hash'],
        [{ class: PAYLOAD_CLASS.index }, 'evidence.malformed'],
        [{ class: 999 }, 'evidence.malformed'],
        [{ sealedKey: second.sealedKey }, 'evidence.malformed'],
        [{ sealedKey: { ...sealedKey, id: new Uint8Array(16) } }, 'evidence.hash'],
        [{ sealedKey: { ...sealedKey, ciphertext: flip(sealedKey.ciphertext) } }, 'evidence.hash'],
        [{ sealedKey: { ...sealedKey, encapsulated: new Uint8Array(3) } }, 'evidence.malformed'],
        [{ sealedKey: { ...sealedKey, ingestKeyId: new Uint8Array(16) } }, 'not_found'],
        [{ retentionClass: '../../etc' }, 'limit.exceeded'],
        [{ ...made, keyNo: made.keyNo + 1 }, 'evidence.hash'],
        [{ ...made, keyNo: -1 }, 'evidence.malformed'],
        [{ ...made, keyNo: 2 ** 53 }, 'evidence.malformed'],
        [{ ...made, wrappedKey: good.wrappedKey }, 'evidence.hash'],
      ];
      const items = bad.map(([fields]) => ({ ...good, ...fields }));
      const results = await service.rewrap([good, ...items, made]);
      assert.deepEqual(
        results.map((result) => result.failure?.code),
        [undefined, ...bad.map(([, code]) => code), undefined],
      );
    });
  });

  it('gives no data key that is not the one committed to, nor for another part, class or period', async () => {
    await withService(async ({ service, parts }) => {
      const [first, second] = parts;
      const [one, two] = await service.rewrap(rewraps(parts));
      if (first === undefined || second === undefined) assert.fail();
      const request = { ...first.part, ...wrapOf(one) };
      await service.openPart(request);
      const { keyCommitment, manifestHash } = second.part;
      const evidence = { code: 'evidence.hash' };
      await assert.rejects(service.openPart({ ...request, keyCommitment }), evidence);
      await assert.rejects(service.openPart({ ...request, manifestHash }), evidence);
      await assert.rejects(service.openPart({ ...request, wrappedKey: wrapOf(two).wrappedKey }), evidence);
      await assert.rejects(service.openPart({ ...request, ...wrapOf(two) }), { code: 'not_found' });
      await assert.rejects(service.openPart({ ...request, periodKeyId: new Uint8Array(16) }), { code: 'not_found' });
      await assert.rejects(service.openPart({ ...request, class: PAYLOAD_CLASS.content }), { code: 'not_found' });
    });
  });

  it('refuses a damaged file with an error that names it', async () => {
    await withService(async ({ path, open }) => {
      const good = JSON.parse(await readFile(path, 'utf8')) as { ingest: object[] };
      const period = { id: '00'.repeat(16), class: 'index', retentionClass: 'a', month: '2026-01', key: '' };
      for (const text of [
        '',
        '{}',
        JSON.stringify({ ...good, periods: [period] }),
        JSON.stringify({
          ...good,
          periods: [{ ...period, month: '2026-13', key: Buffer.alloc(32).toString('base64') }],
        }),
        JSON.stringify({ ...good, ingest: [{ ...good.ingest[0], privateKey: 'c2VjcmV0' }] }),
      ]) {
        await writeFile(path, text);
        await assert.rejects(open(), (thrown: AffidavitError) => {
          assert.equal(thrown.code, 'key.malformed');
          assert.ok(thrown.message.includes(path) && !thrown.message.includes('c2VjcmV0'));
          return true;
        });
      }
    });
  });
});
