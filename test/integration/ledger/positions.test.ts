import assert from 'node:assert/strict';
import { encodeHex, parseVerifierKey } from '../../../src/proof/index.ts';
import { verifyPositions } from '../../../src/ledger/index.ts';
import {
  exchange,
  gapsOf,
  logVerifierKey,
  messages,
  openLedger,
  readLog,
  status,
  TestEpoch,
} from '../../support/ledger.ts';
import type { TestBatch } from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

/** One batch, unless it says otherwise. */
function one(name: string): string {
  return name.length === 1 ? `${name}1` : name;
}

function frames(...batches: TestBatch[]): Uint8Array[] {
  return batches.map(({ frame }) => frame);
}

describe('ledger: which epochs its positions list', () => {
  let disk = new SimulatedDisk(1);
  beforeEach(() => {
    disk = new SimulatedDisk(1);
  });

  it('lists the newest epochs of a key, and each older one until it is settled', async () => {
    const ledger = await openLedger(disk.files());
    let position = 0;
    const send = async (...batches: TestBatch[]): Promise<string[]> => {
      await ledger.ingest(messages(frames(...batches), position));
      position += batches.length;
      const { epochs } = verifyPositions(ledger.positions(), parseVerifierKey(logVerifierKey));
      return epochs.map(({ epoch, batches: count }) => `${names.get(epoch) ?? '?'}${count}`);
    };
    const names = new Map<string, string>();
    const begin = (name: string): TestEpoch => {
      const epoch = new TestEpoch(name);
      names.set(encodeHex(epoch.epoch), name);
      return epoch;
    };
    const whole = (name: string, previous?: { epoch: Uint8Array; batches: number }): TestBatch =>
      begin(name).batch([status('started', previous), status('stopped')]);
    const [gap, end, cut, silent] = [begin('gap'), begin('end'), begin('cut'), begin('silent')];
    const [g0, g1, g2] = [gap.batch([exchange('0')]), gap.batch([exchange('1')]), gap.batch([status('stopped')])];
    const [e0, e1] = [end.batch([status('started', { epoch: gap.epoch, batches: 3 })]), end.batch([exchange('1')])];
    const c0 = cut.batch([status('started', { epoch: end.epoch, batches: 2 })]);
    const s0 = silent.batch([status('started', { epoch: cut.epoch, batches: 1 })]);
    // Nobody counts the batches of `silent`: a record of `x` is there, and none that says `started`.
    const x = begin('x').batch([exchange('x')]);
    const later = ['1', '2', '3', '4', '5'].map((name) => whole(name, { epoch: new Uint8Array(16), batches: 0 }));
    assert.deepEqual(await send(g0, g2, e0, c0, s0, x), ['gap1', 'end1', 'cut1', 'silent1', 'x1']);
    assert.deepEqual(await send(...later), ['gap1', 'end1', 'silent1', 'x1', '2', '3', '4', '5'].map(one));
    assert.deepEqual(await send(e1), ['gap1', 'silent1', 'x1', '2', '3', '4', '5'].map(one));
    assert.deepEqual(await send(g1), ['silent1', 'x1', '2', '3', '4', '5'].map(one));
    await ledger.close();
    const { epochs } = verifyPositions((await openLedger(disk.files())).positions(), parseVerifierKey(logVerifierKey));
    assert.equal(epochs.length, 6);
    assert.deepEqual((await readLog(disk.files())).report.missing, []);
  });

  it('says how far an epoch goes beyond what is missing, and how often the bus went on elsewhere', async () => {
    const ledger = await openLedger(disk.files());
    const epoch = new TestEpoch('a');
    const batches = ['0', '1', '2', '3'].map((text) => epoch.batch([exchange(text)]));
    const [first, , ...later] = frames(...batches);
    const said = (opened = ledger): [number, number | undefined, number | undefined] => {
      const { jumps, epochs } = verifyPositions(opened.positions(), parseVerifierKey(logVerifierKey));
      return [jumps, epochs[0]?.batches, epochs[0]?.next];
    };
    await ledger.ingest(messages([first ?? new Uint8Array(0)]));
    assert.deepEqual(said(), [0, 1, 1]);
    await ledger.ingest(messages(later, 2));
    assert.deepEqual(said(), [1, 1, 4]);
    await ledger.ingest(messages(frames(...batches)));
    assert.deepEqual(said(), [2, 4, 4]);
    await ledger.close();
    assert.deepEqual(said(await openLedger(disk.files())), [2, 4, 4]);
    const details = gapsOf(await readLog(disk.files())).map(({ detail }) => detail);
    assert.ok(
      details.some((detail) => detail.endsWith('went on at 0, expected was 4: it was cut or made anew')),
      details.join(),
    );
  });

  it('lets go of an epoch that was cut when the next one knows of none before', async () => {
    const ledger = await openLedger(disk.files());
    const epochs = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => new TestEpoch(name));
    await ledger.ingest(messages(epochs.map((epoch) => epoch.batch([status('started')]).frame)));
    const listed = verifyPositions(ledger.positions(), parseVerifierKey(logVerifierKey)).epochs;
    assert.deepEqual(
      listed.map(({ epoch }) => epoch),
      epochs.slice(2).map(({ epoch }) => encodeHex(epoch)),
    );
  });
});
