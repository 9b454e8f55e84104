import { mkdtemp, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gap, GAP_REASON, KIND, AccessLog, ExchangeOpened, ExchangePart } from '../../../src/record/index.ts';
import { buildProofFile, encodeBase64, verifyLog, verifyProofFile } from '../../../src/proof/index.ts';
import { LedgerReader } from '../../../src/ledger/index.ts';
import { nodeFiles } from '../../../src/runtime/index.ts';
import {
  enrolment,
  exchange,
  messages,
  openLedger,
  status,
  TestEpoch,
  testPart,
  trust,
  rootKey,
} from '../../support/ledger.ts';
import { SigningKey } from '../../../src/seal/index.ts';
import { goldenReport } from '../../unit/proof/golden.ts';
import type { Golden } from '../../unit/proof/golden.ts';

/** A log with every kind that has a body, a kind that nobody knows, holes, a late batch and two epochs. */
async function writeLedger(folder: string): Promise<void> {
  const ledger = await openLedger(nodeFiles, { directory: folder });
  const first = new TestEpoch('golden 1');
  const opening = [
    first.batch([
      status('started'),
      exchange('the first call', [testPart(new Uint8Array(40).fill(1))]),
      { kind: KIND.exchange_opened, body: ExchangeOpened.encode(ExchangeOpened.create()) },
      { kind: KIND.exchange_part, body: ExchangePart.encode(ExchangePart.create({ partNo: 1 })) },
      { kind: KIND.access_log, body: AccessLog.encode(AccessLog.create({ nodeId: 'node' })) },
      { kind: KIND.gap, body: Gap.encode(Gap.create({ reason: GAP_REASON.exchanges_lost, count: 3 })) },
      { kind: 4711, body: Uint8Array.of(0xff) },
    ]),
    first.batch([exchange('missing for ever')]),
    first.batch([exchange('late')]),
    first.batch(Array.from({ length: 11 }, (_, i) => exchange(`call ${i}`))),
  ];
  const [begin, , late, rest] = opening.map(({ frame }) => frame);
  if (begin === undefined || late === undefined || rest === undefined) throw new Error('the batches were not made');
  const garbage = new TextEncoder().encode('not a frame');
  await ledger.ingest(messages([begin, rest, garbage], 0));
  await ledger.ingest(messages([late, begin], 3));
  const second = new TestEpoch('golden 2');
  await ledger.ingest(
    messages([second.batch([status('started', { epoch: first.epoch, batches: 5 }), status('heartbeat')]).frame], 5),
  );
  await ledger.enrol(enrolment(SigningKey.fromSeed(new Uint8Array(32).fill(7))));
  const calls = Array.from({ length: 236 }, (_, i) => exchange(`call ${i}`));
  await ledger.ingest(messages([second.batch([...calls, status('draining'), status('stopped')]).frame], 6));
  await ledger.close();
}

/**
 * Writes a golden log into a new folder. Done once for each format that a release writes, as
 * `node test/integration/proof/write-golden.ts test/golden/<name>`; what was written is never changed, and every later
 * version must verify it.
 */
export async function writeGolden(log: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'affidavit-golden-'));
  try {
    await writeLedger(folder);
    await copyGolden(folder, log);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function copyGolden(folder: string, log: string): Promise<void> {
  const reader = new LedgerReader(nodeFiles, folder);
  const report = await verifyLog(reader, trust);
  const proofs: Golden['proofs'] = {};
  await mkdir(join(log, 'proofs'), { recursive: true });
  for (const leaf of [0, 1, 3, 9, report.checkpoint.size - 1]) {
    const text = await buildProofFile(reader, leaf);
    await writeFile(join(log, 'proofs', `${leaf}.json`), text);
    const { record } = verifyProofFile(text, trust);
    proofs[`${leaf}.json`] = { leaf, kind: record.kind, seq: record.seq };
  }
  for (const path of ['checkpoint', 'tile']) await cp(join(folder, path), join(log, path), { recursive: true });
  const golden: Golden = {
    logKey: trust.logKey,
    rootKey: encodeBase64(rootKey.publicKey),
    found: goldenReport(report),
    proofs,
  };
  await writeFile(join(log, 'golden.json'), `${JSON.stringify(golden, undefined, 2)}\n`);
}

if (process.argv[1] === import.meta.filename) {
  const [, , target] = process.argv;
  if (target === undefined) throw new Error('usage: write-golden.ts <new folder>');
  await writeGolden(target);
}
