import assert from 'node:assert/strict';
import { KeyObject } from 'node:crypto';
import { CHUNK_BYTES, PART, PAYLOAD_CLASS } from '../../../src/record/index.ts';
import { equalBytes, keyCommitment } from '../../../src/proof/index.ts';
import { systemRandom } from '../../../src/runtime/index.ts';
import { secretKey, unwrapKey } from '../../../src/seal/aead.ts';
import { wrapContext } from '../../../src/seal/contexts.ts';
import { DataKeys } from '../../../src/seal/data-keys.ts';
import { KeyFolder, nodeKeyFiles } from '../../../src/seal/index.ts';
import { IntervalKeys } from '../../../src/seal/interval-keys.ts';
import type { FoundPart } from './fixtures.ts';
import {
  CLASSES,
  draft,
  FakeSpool,
  findParts,
  producerKeys,
  sealPart,
  startProducer,
  TestClock,
  withFolder,
} from './fixtures.ts';

async function intervalKeys(clock: TestClock): Promise<IntervalKeys> {
  const { ingestKeys, key } = await producerKeys();
  const epoch = systemRandom.bytes(16);
  const { keys } = ingestKeys;
  return new IntervalKeys({
    ingestKeys: keys,
    producerKeyId: key.keyId,
    epoch,
    clock,
    random: systemRandom,
    intervalMs: 60_000,
  });
}

describe('interval keys', () => {
  it('are one for each class, and the same for an interval that begins with their first use', async () => {
    const clock = new TestClock();
    const keys = await intervalKeys(clock);
    await keys.prepare();
    clock.advanceMs(3_600_000);
    const first = await keys.take();
    assert.deepEqual([...first.keys()].toSorted(), CLASSES);
    assert.equal(new Set([...first.values()].map(({ id }) => Buffer.from(id).toString('hex'))).size, 3);
    clock.advanceMs(59_999);
    assert.equal(await keys.take(), first);
    clock.advanceMs(1);
    const second = await keys.take();
    assert.notEqual(second, first);
    assert.equal(await keys.take(), second);
    keys.close();
    await assert.rejects(keys.take(), { code: 'spool.closed' });
  });

  it('change while recording, each batch carrying those that it uses', async () => {
    const spool = new FakeSpool();
    const clock = new TestClock();
    const producer = await startProducer(spool, { clock });
    const record = async (): Promise<string | undefined> => {
      await producer.append(draft('r'), [sealPart(producer, PAYLOAD_CLASS.index, PART.index, Buffer.from('x'))]);
      const keys = spool.batches().at(-1)?.batch.keys ?? [];
      assert.equal(keys.length, 1);
      return Buffer.from(keys[0]?.id ?? []).toString('hex');
    };
    const [first, again] = [await record(), await record()];
    clock.advanceMs(60_000);
    assert.equal(first, again);
    assert.notEqual(await record(), first);
    await producer.append(draft('without payload'));
    assert.equal(spool.batches().at(-1)?.batch.keys.length, 0);
  });
});

/** Every string of bytes that can be reached from an object, keys inside key objects included. */
function reachableBytes(root: object): Uint8Array[] {
  const found: Uint8Array[] = [];
  const seen = new Set<object>();
  const queue: object[] = [root];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (next instanceof KeyObject) {
      if (next.type === 'secret') found.push(next.export());
    } else if (ArrayBuffer.isView(next)) found.push(new Uint8Array(next.buffer, next.byteOffset, next.byteLength));
    else {
      const inside: unknown[] =
        next instanceof Map ? [...next.keys(), ...next.values()] : next instanceof Set ? [...next] : [];
      for (const key of Reflect.ownKeys(next)) inside.push(Object.getOwnPropertyDescriptor(next, key)?.value);
      for (const value of inside) if (typeof value === 'object' && value !== null) queue.push(value);
    }
  }
  return found;
}

/** Every 32 bytes in a row of something found: what a thief would try as a key. */
function* candidates(found: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const bytes of found)
    for (let at = 0; at + 32 <= Math.min(bytes.length, 4096); at++) yield bytes.subarray(at, at + 32);
}

/** How many of the parts some candidate opens, as data key or as interval key. */
function opened(parts: readonly FoundPart[], found: readonly Uint8Array[]): number {
  const open = new Set<FoundPart>();
  const zero = Buffer.alloc(32);
  for (const candidate of candidates(found)) {
    if (zero.equals(candidate)) continue;
    const commitment = keyCommitment(candidate);
    const key = secretKey(candidate);
    const made = new DataKeys(key);
    for (const part of parts) {
      const { class: payloadClass, manifestHash } = part.part;
      if (equalBytes(part.part.keyCommitment, commitment)) open.add(part);
      if (part.item.wrappedKey.length === 0) {
        if (equalBytes(part.part.keyCommitment, keyCommitment(made.key(part.item.keyNo)))) open.add(part);
        continue;
      }
      try {
        unwrapKey(key, wrapContext(payloadClass, manifestHash), part.item.wrappedKey);
        open.add(part);
      } catch {
        // Not the key: the thief goes on.
      }
    }
  }
  return open.size;
}

describe('a thief of a recorder', () => {
  it('with all its files and all that it remembers opens nothing that is older than an interval', async () => {
    await withFolder(async (directory) => {
      const files = nodeKeyFiles;
      const options = { directory, files, random: systemRandom };
      const folder = await KeyFolder.init(options, { signingKeys: ['recorder'], payloadKeys: false });
      const { ingestKeys } = await producerKeys();
      const key = await folder.signingKey('recorder');
      const spool = new FakeSpool();
      const clock = new TestClock();
      const producer = await startProducer(spool, { clock, key, ingestKeys });
      const big = producer.openPart(PAYLOAD_CLASS.content, PART.response_body);
      void big.write(new Uint8Array(CHUNK_BYTES + 5));
      const written = [
        sealPart(producer, PAYLOAD_CLASS.index, PART.index, Buffer.from('who called')),
        sealPart(producer, PAYLOAD_CLASS.unmask, PART.originals, Buffer.from('an original')),
        big.finish(),
      ];
      await producer.append(draft('r'), written);
      const parts = findParts(spool);
      assert.equal(parts.length, 3);
      const others = new Set<object>([spool, clock]);
      const memory = (): Uint8Array[] => reachableBytes([without(producer, others), ...written]);
      assert.equal(opened(parts, memory()), 3, 'within the interval the keys are there: the search works');
      clock.advanceMs(60_000);
      await producer.append(draft('later'), [
        sealPart(producer, PAYLOAD_CLASS.index, PART.index, Buffer.from('who called next')),
      ]);
      const stored = await Promise.all(
        (await files.list(directory)).map((name) => files.readFile(`${directory}/${name}`, 1e6)),
      );
      assert.ok(stored.length > 0);
      assert.equal(opened(parts, [...memory(), ...stored, ...spool.frames]), 0);
    });
  });

  it('finds no interval key in a recorder that has been idle for an interval', async () => {
    const spool = new FakeSpool();
    const clock = new TestClock();
    const keys = await intervalKeys(clock);
    await keys.prepare();
    const set = await keys.take();
    const raw = set.get(PAYLOAD_CLASS.content)?.key.export() ?? assert.fail();
    const holds = (): boolean => reachableBytes(keys).some((bytes) => raw.equals(bytes));
    assert.ok(holds());
    clock.advanceMs(60_000);
    keys.dropExpired();
    assert.ok(!holds());
    assert.equal(spool.appends, 0);
    keys.close();
  });
});

/** An object without some of what it refers to: the fake spool holds what a disk would. */
function without(root: object, others: ReadonlySet<object>): object {
  const options = (root as { options?: object }).options ?? {};
  const kept = Object.fromEntries(Object.entries(options).filter(([, value]) => !others.has(value as object)));
  return { ...root, options: kept, committer: { ...(root as { committer?: object }).committer, options: {} } };
}
