import assert from 'node:assert/strict';
import { chmod, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LedgerReader } from '../../../src/ledger/index.ts';
import { decodeBase64, openLeaf, verifyLog, verifyProofFile } from '../../../src/proof/index.ts';
import type { Trust } from '../../../src/proof/index.ts';
import {
  BatchStatement,
  BODY_TYPES,
  decodeLeaf,
  encodeLeaf,
  KeyStatement,
  KIND,
  LedgerRecord,
  SignedKey,
} from '../../../src/record/index.ts';
import { nodeFiles, systemRandom } from '../../../src/runtime/index.ts';
import { KeyFolder, nodeKeyFiles } from '../../../src/seal/index.ts';
import { makeGolden, openPayloads } from '../../golden/v1/make.ts';
import type { GoldenWithPayloads } from '../../golden/v1/make.ts';
import { makeThirdGolden } from '../../golden/v3/make.ts';
import { makeClockGolden } from '../../golden/v4/make.ts';
import { makeFifthGolden } from '../../golden/v5/make.ts';
import { makeSixthGolden } from '../../golden/v6/make.ts';
import { makeSecondGolden } from '../../golden/v2/make.ts';
import { goldenReport } from '../proof/golden.ts';

const GOLDEN = join(import.meta.dirname, '../../golden');

/** Each golden log, what makes another like it, how many payload parts it has, and what its certificates come to. */
const LOGS = [
  { name: 'v1', make: makeGolden, payloadCount: 7, certified: {} },
  { name: 'v2', make: makeSecondGolden, payloadCount: 0, certified: {} },
  { name: 'v3', make: makeThirdGolden, payloadCount: 0, certified: { incomplete: 1 } },
  { name: 'v4', make: (target: string) => makeClockGolden(target, 1), payloadCount: 0, certified: { unknown: 1 } },
  { name: 'v5', make: makeFifthGolden, payloadCount: 0, certified: { whole: 1 } },
  { name: 'v6', make: makeSixthGolden, payloadCount: 0, certified: { incomplete: 1 } },
];

interface Stored {
  readonly golden: GoldenWithPayloads;
  readonly trust: Trust;
  readonly reader: LedgerReader;
}

async function read(folder: string): Promise<Stored> {
  const golden = JSON.parse(await readFile(join(folder, 'golden.json'), 'utf8')) as GoldenWithPayloads;
  const trust = { logKey: golden.logKey, rootKey: decodeBase64(golden.rootKey) };
  return { golden, trust, reader: new LedgerReader(nodeFiles, folder) };
}

async function leavesOf({ reader, golden }: Stored): Promise<Uint8Array[]> {
  const leaves: Uint8Array[] = [];
  for await (const { bytes } of reader.leaves(golden.found.size)) leaves.push(bytes);
  return leaves;
}

for (const { name, make, payloadCount, certified } of LOGS)
  describe(`the golden log ${name}`, () => {
    const source = join(GOLDEN, name);
    let stored: Stored;
    let folder = '';

    before(async () => {
      stored = await read(source);
      folder = await mkdtemp(join(tmpdir(), 'affidavit-golden-'));
    });
    after(() => rm(folder, { recursive: true }));

    it('is verified by every later version, and says what it said then', async () => {
      const report = await verifyLog(stored.reader, stored.trust);
      assert.ok(report.trusted);
      assert.deepEqual(goldenReport(report), stored.golden.found);
    });

    it('has certificates that are made again by the method that each names, to the same', async () => {
      const { certificates } = await verifyLog(stored.reader, stored.trust);
      assert.equal(certificates.recomputed, stored.golden.found.kinds['certificate'] ?? 0);
      assert.deepEqual(certificates.states, certified);
    });

    it('has proof files that every later version verifies', async () => {
      const names = await readdir(join(source, 'proofs'));
      assert.deepEqual(names.toSorted(), Object.keys(stored.golden.proofs).toSorted());
      for (const name of names) {
        const report = verifyProofFile(await readFile(join(source, 'proofs', name)), stored.trust);
        const { leafIndex: leaf, record } = report;
        assert.ok(report.trusted);
        assert.deepEqual({ leaf, kind: record.kind, seq: record.seq }, stored.golden.proofs[name]);
      }
    });

    it('holds what today’s encoder would write: decoded and encoded anew, each record has the same bytes', async () => {
      for (const bytes of await leavesOf(stored)) {
        const leaf = decodeLeaf(bytes);
        assert.deepEqual(encodeLeaf(leaf), bytes);
        assert.deepEqual(BatchStatement.encode(BatchStatement.decode(leaf.statement)), leaf.statement);
        const record = LedgerRecord.decode(leaf.record);
        assert.deepEqual(LedgerRecord.encode(record), leaf.record);
        const type = BODY_TYPES.get(record.kind);
        assert.ok(type !== undefined);
        assert.deepEqual(type.encode(type.decode(record.body) as never), record.body);
        if (record.kind !== KIND.key) continue;
        const { statement } = SignedKey.decode(record.body);
        assert.deepEqual(KeyStatement.encode(KeyStatement.decode(statement)), statement);
      }
    });

    it('has payloads that the key service of then still opens', async () => {
      await cp(join(source, 'keys'), folder, { recursive: true });
      await chmod(join(folder, 'keyservice.json'), 0o600);
      const keys = KeyFolder.open({ directory: folder, files: nodeKeyFiles, random: systemRandom });
      const payloads = await openPayloads(stored.reader, keys, stored.golden.found.size);
      assert.equal(Object.keys(payloads).length, payloadCount);
      assert.deepEqual(payloads, stored.golden.payloads);
    });

    it('is not verified under other keys', async () => {
      const rootKey = new Uint8Array(32).fill(9);
      await assert.rejects(verifyLog(stored.reader, { ...stored.trust, rootKey }), { code: 'evidence.untrusted_key' });
    });

    it('can be made again: the same kinds, and it verifies', async () => {
      const again = join(folder, 'again');
      await make(again);
      const made = await read(again);
      const report = await verifyLog(made.reader, made.trust);
      assert.ok(report.trusted);
      assert.deepEqual(report.kinds, stored.golden.found.kinds);
      assert.deepEqual(Object.keys(made.golden.payloads), Object.keys(stored.golden.payloads));
    });
  });

describe('the golden logs', () => {
  it('have a record of every kind that has a body', async () => {
    const kinds = new Set<number>();
    for (const { name } of LOGS)
      for (const bytes of await leavesOf(await read(join(GOLDEN, name)))) kinds.add(openLeaf(bytes).record.kind);
    assert.deepEqual([...kinds].toSorted(), [...BODY_TYPES.keys()].toSorted());
  });
});
