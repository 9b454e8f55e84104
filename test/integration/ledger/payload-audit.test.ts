import assert from 'node:assert/strict';
import { LedgerReader, PayloadAudit } from '../../../src/ledger/index.ts';
import type { PayloadAuditOptions, PayloadReport } from '../../../src/ledger/index.ts';
import { encodeHex, sha256, verifyLog } from '../../../src/proof/index.ts';
import type { FileSystem } from '../../../src/runtime/index.ts';
import {
  altered,
  chunkFrame,
  exchange,
  LEDGER_DIRECTORY,
  messages,
  openLedger,
  recorderKey,
  status,
  TestEpoch,
  testPart,
  trust,
} from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

const SMALL = Buffer.from('a small part, sealed by hand');
const LARGE = Buffer.alloc(5000, 'a large part ');
const ATTACHMENT = Buffer.from('a list that did not fit');
const KEY_PAGE = `${LEDGER_DIRECTORY}/payload/keys/000`;

async function audit(files: FileSystem, options: PayloadAuditOptions = {}): Promise<PayloadReport> {
  const reader = new LedgerReader(files, LEDGER_DIRECTORY);
  const payloads = new PayloadAudit(reader, options);
  await verifyLog(reader, trust, { onLeaf: (leaf) => payloads.take(leaf) });
  return payloads.finish();
}

/** Every file below a folder. */
async function filesBelow(files: FileSystem, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await files.list(folder)) {
    const path = `${folder}/${name}`;
    if ((await files.size(path)) === undefined) found.push(...(await filesBelow(files, path)));
    else found.push(path);
  }
  return found;
}

describe('ledger: payloads held against their records, without a key', () => {
  let disk: SimulatedDisk;
  let files: FileSystem;
  /** Leaf of the record with a small part and one that was sent ahead, and an attachment. */
  let leaf = 0;
  let batch: Uint8Array;
  let ahead: Uint8Array;

  /** A log with that record; what its batch brings may be changed. */
  async function write(change: (frame: Uint8Array) => Uint8Array = (frame) => frame, arrive = false): Promise<void> {
    disk = new SimulatedDisk(1);
    files = disk.files();
    const [small, large] = [testPart(SMALL), testPart(LARGE, true)];
    const epoch = new TestEpoch('one');
    const record = { ...exchange('with payloads', [small, large]), attachments: [ATTACHMENT] };
    ahead = chunkFrame(recorderKey, large.chunks[0] ?? LARGE);
    batch = epoch.batch([status('started'), record]).frame;
    const ledger = await openLedger(files);
    const before = ledger.size;
    await ledger.ingest(messages([ahead, change(batch)]));
    if (arrive) await ledger.ingest(messages([batch], 2));
    await ledger.close();
    leaf = before + 1;
  }

  const packs = () => filesBelow(files, `${LEDGER_DIRECTORY}/payload/packs`);

  it('finds each part and attachment', async () => {
    await write();
    const { parts, missing, erased, faultCount, bytes } = await audit(files);
    assert.deepEqual([parts, missing, erased, faultCount], [3, 0, 0, 0]);
    assert.ok(bytes > SMALL.length + LARGE.length + ATTACHMENT.length);
  });

  it('names leaf, part and file of what was removed: all of it, a key page, a pack, a chunk, an attachment', async () => {
    const chunk = encodeHex(sha256(LARGE));
    const attachment = encodeHex(sha256(ATTACHMENT));
    const removed: [what: string, choose: () => Promise<string[]>, faults: RegExp[]][] = [
      [
        'everything',
        () => filesBelow(files, `${LEDGER_DIRECTORY}/payload`),
        [
          /^leaf \d+ part 0 \(request_body\): payload\/keys\/000 has neither/,
          /part 1 .*erased or removed/,
          /attachment 0/,
        ],
      ],
      ['the key page', () => Promise.resolve([KEY_PAGE]), [/part 0/, /part 1/]],
      ['the pack', packs, [/part 0 \(request_body\): payload\/packs\/\S+\.pack is not there/, /part 1/]],
      [
        'the chunk',
        () => Promise.resolve([`${LEDGER_DIRECTORY}/payload/chunks/${chunk.slice(0, 2)}/${chunk}`]),
        [/part 1 \(request_body\): payload\/chunks\/\S+ is not there/],
      ],
      [
        'the attachment',
        () => Promise.resolve([`${LEDGER_DIRECTORY}/payload/attachments/${attachment.slice(0, 2)}/${attachment}`]),
        [/attachment 0: its file is not there, and no gap record says so/],
      ],
    ];
    for (const [what, choose, expected] of removed) {
      await write();
      for (const path of await choose()) disk.lose(path);
      const { faults, faultCount, missing } = await audit(files);
      assert.deepEqual([faultCount, missing], [expected.length, 0], what);
      for (const [i, fault] of faults.entries()) {
        assert.equal(fault.code, 'evidence.missing', what);
        assert.equal(fault.leaf, leaf, what);
        assert.match(fault.message, expected[i] ?? /never/, what);
      }
    }
  });

  it('notices every flipped byte of packs, chunks and attachments', async () => {
    await write();
    const sealed = (await filesBelow(files, `${LEDGER_DIRECTORY}/payload`)).filter(
      (path) => path !== KEY_PAGE && !path.includes('/incoming/'),
    );
    assert.equal(sealed.length, 3);
    for (const path of sealed)
      for (let at = 0; at < ((await files.size(path)) ?? 0); at += 7) {
        disk.flip(path, at);
        const { faults } = await audit(files);
        const file = path.slice(LEDGER_DIRECTORY.length + 1);
        assert.ok(faults.length > 0, `${path} byte ${at}`);
        for (const { message } of faults) assert.ok(message.includes(`: ${file}`), message);
        disk.flip(path, at);
      }
    assert.equal((await audit(files)).faultCount, 0);
  });

  it('takes a key page for what it is, whatever stands on it: never a stray exception', async () => {
    await write();
    const size = (await files.size(KEY_PAGE)) ?? 0;
    let noticed = 0;
    for (let at = 0; at < size; at++) {
      disk.flip(KEY_PAGE, at);
      noticed += Math.min(1, (await audit(files)).faultCount);
      disk.flip(KEY_PAGE, at);
    }
    // Class, name, retention class and wrapped keys are for whoever opens the part: it is they who find them wrong.
    assert.ok(noticed > 60, `${noticed} of ${size}`);
  });

  it('counts what a gap record says is missing, and no more than that', async () => {
    await write((frame) => altered(frame, (changed) => (changed.payloads = changed.payloads.slice(1))));
    const { parts, missing, faultCount } = await audit(files);
    assert.deepEqual([parts, missing, faultCount], [2, 1, 0]);
    for (const path of await packs()) disk.lose(path);
    const later = await audit(files);
    assert.deepEqual([later.parts, later.missing, later.faultCount], [1, 1, 1]);
  });

  it('expects what arrived later', async () => {
    const withoutPayloads = (frame: Uint8Array): Uint8Array => altered(frame, (changed) => (changed.payloads = []));
    await write(withoutPayloads, true);
    const whole = await audit(files);
    assert.deepEqual([whole.parts, whole.missing, whole.faultCount], [3, 0, 0]);
    disk.lose(KEY_PAGE);
    const { missing, faultCount } = await audit(files);
    assert.deepEqual([missing, faultCount], [0, 2]);
  });

  it('believes no mark that no gap record stands behind', async () => {
    await write((frame) => altered(frame, (changed) => (changed.payloads = [])));
    const marks = await files.readFile(KEY_PAGE, 1_000_000);
    await write();
    disk.replace(KEY_PAGE, marks);
    const { faults, missing } = await audit(files);
    assert.deepEqual([faults.length, missing], [2, 0]);
    assert.match(faults[0]?.message ?? '', /payload\/keys\/000 marks it as missing, but no gap record says so$/);
  });

  it('refuses another part that is whole in itself', async () => {
    await write();
    const [path = ''] = await packs();
    const pack = await files.readFile(path, 1_000_000);
    const { item, chunks } = testPart(Buffer.from('a small part, forged by hand'));
    const forged = Buffer.concat([item.manifest, ...chunks]);
    disk.replace(path, Buffer.concat([forged, pack.subarray(forged.length)]));
    const { faults } = await audit(files);
    assert.deepEqual(
      faults.map(({ code, index }) => [code, index]),
      [['evidence.hash', 0]],
    );
  });

  it('opens no file that a key page names and that is no pack', async () => {
    await write();
    const name = ((await packs())[0] ?? '').replace(/^.*\/|\.pack$/g, '');
    const page = Buffer.from(await files.readFile(KEY_PAGE, 1_000_000));
    page.write('../../../../keys/secret'.padStart(name.length, './'), page.indexOf(name), 'latin1');
    disk.replace(KEY_PAGE, page);
    const { faults } = await audit(files);
    assert.equal(faults[0]?.code, 'evidence.malformed');
    assert.match(faults[0].message, /not the name of a pack: "[./]+keys\/secret"/);
  });

  it('takes an erased part for erased', async () => {
    await write();
    disk.lose(KEY_PAGE);
    const isErased = (index: number, part: number): boolean => index === leaf && part === 0;
    const { erased, faultCount } = await audit(files, { isErased });
    assert.deepEqual([erased, faultCount], [1, 1]);
  });
});
