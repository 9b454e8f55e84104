import assert from 'node:assert/strict';
import { checkPartials } from '../../../src/ledger/index.ts';
import { parseTilePath } from '../../../src/proof/index.ts';
import type { AffidavitError } from '../../../src/record/index.ts';
import type { FileSystem } from '../../../src/runtime/index.ts';
import { exchange, LEDGER_DIRECTORY, messages, openLedger, TestEpoch } from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

const FOLDERS = ['tile/0/000.p', 'tile/entries/000.p'];

describe('ledger: partial tiles and bundles that the tree has outgrown', () => {
  let disk: SimulatedDisk;
  let files: FileSystem;
  let size = 0;

  beforeEach(async () => {
    disk = new SimulatedDisk(1);
    files = disk.files();
    const ledger = await openLedger(files);
    const epoch = new TestEpoch('one');
    for (let i = 0; i < 4; i++) await ledger.ingest(messages([epoch.batch([exchange('x'), exchange('y')]).frame], i));
    size = ledger.size;
    await ledger.close();
  });

  const widths = async (folder: string): Promise<number[]> =>
    (await files.list(`${LEDGER_DIRECTORY}/${folder}`)).map(Number).toSorted((a, b) => a - b);

  it('are as the tree is, and counted', async () => {
    const all = (await Promise.all(FOLDERS.map(widths))).flat();
    assert.ok(all.length >= 8);
    assert.equal(await checkPartials(files, LEDGER_DIRECTORY, size), all.length);
  });

  it('are refused for each of their bytes, and the file is named', async () => {
    for (const folder of FOLDERS)
      for (const width of (await widths(folder)).filter((each) => each < size)) {
        const path = `${folder}/${width}`;
        const bytes = (await files.size(`${LEDGER_DIRECTORY}/${path}`)) ?? 0;
        for (let at = 0; at < bytes; at += 5) {
          disk.flip(`${LEDGER_DIRECTORY}/${path}`, at);
          await assert.rejects(checkPartials(files, LEDGER_DIRECTORY, size), (thrown: AffidavitError) => {
            assert.ok(thrown.isEvidence && thrown.message.startsWith(path), thrown.message);
            return true;
          });
          disk.flip(`${LEDGER_DIRECTORY}/${path}`, at);
        }
      }
  });

  it('are let be where they lie beyond the tree: its checkpoint says nothing of them', async () => {
    const [, second = 0] = await widths('tile/0/000.p');
    const wider = `${LEDGER_DIRECTORY}/tile/0/000.p/${size}`;
    assert.ok(parseTilePath(`tile/0/000.p/${second}`) !== undefined && second < size);
    disk.flip(wider, (size - 1) * 32);
    assert.ok((await checkPartials(files, LEDGER_DIRECTORY, second)) > 0);
    disk.flip(wider, 0);
    await assert.rejects(checkPartials(files, LEDGER_DIRECTORY, second), /tile\/0\/000\.p\/\d+ hash 0/);
  });
});
