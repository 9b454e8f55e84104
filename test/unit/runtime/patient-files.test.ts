import assert from 'node:assert/strict';
import { patientFiles } from '../../../src/runtime/index.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

/** The nth call and those before it find no file descriptor. */
function scarce(disk: SimulatedDisk, failures: number): void {
  const from = disk.calls;
  disk.onCall = ({ index }) => (index - from < failures ? 'no_descriptors' : 'ok');
}

describe('files that wait for a file descriptor', () => {
  it('do what was asked once there is one, each thing once', async () => {
    const disk = new SimulatedDisk(1);
    const files = patientFiles(disk.files(), 60_000);
    scarce(disk, 2);
    await files.makeDirectory('/d');
    scarce(disk, 2);
    const made = await files.create('/d/a');
    await made.write(Uint8Array.of(1), 0);
    await made.close();
    scarce(disk, 2);
    await (await files.open('/d/a')).close();
    scarce(disk, 2);
    await (await files.openForReading('/d/a')).close();
    scarce(disk, 2);
    assert.deepEqual(await files.readFile('/d/a', 10), Uint8Array.of(1));
    scarce(disk, 2);
    assert.deepEqual(await files.list('/d'), ['a']);
    scarce(disk, 2);
    await files.syncDirectory('/d');
  });

  it('wait no longer than they were told to, and for nothing else', async () => {
    const disk = new SimulatedDisk(1);
    const files = patientFiles(disk.files(), 100);
    scarce(disk, Infinity);
    await assert.rejects(files.open('/a'), { code: 'io.no_descriptors' });
    assert.ok(disk.calls > 1);
    disk.onCall = () => 'not_done';
    const before = disk.calls;
    await assert.rejects(files.open('/a'), { code: 'io.failed' });
    assert.equal(disk.calls, before + 1);
  });
});
