import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { decodeBase64, encodeBase64, verifyLog, verifyProofFile } from '../../../src/proof/index.ts';
import type { LogReport, Trust } from '../../../src/proof/index.ts';
import { sourceOf } from './sample-log.ts';
import type { LogFiles } from './sample-log.ts';

/** What stands in a golden log's golden.json: what the version that wrote it found in it. */
export interface Golden {
  logKey: string;
  rootKey: string;
  found: GoldenReport;
  /** By file name in `proofs/`. */
  proofs: Record<string, { leaf: number; kind: number; seq: number }>;
}

/** The part of a report that has to stay the same. */
interface GoldenReport {
  size: number;
  root: string;
  batches: number;
  kinds: Record<string, number>;
  gaps: Record<string, number>;
  epochs: LogReport['epochs'];
  missing: [firstBatch: number, lastBatch: number][];
}

export function goldenReport({ checkpoint, kinds, gaps, epochs, batches, missing }: LogReport): GoldenReport {
  const ranges = missing.map(({ firstBatch, lastBatch }): [number, number] => [firstBatch, lastBatch]);
  return { size: checkpoint.size, root: encodeBase64(checkpoint.root), batches, kinds, gaps, epochs, missing: ranges };
}

function filesOf(folder: string): LogFiles {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [relative(folder, path), Uint8Array.from(readFileSync(path))]));
}

/** Verifies a golden log and its proof files, and compares what is found with what was found then. */
export async function checkGolden(folder: string): Promise<void> {
  const files = filesOf(folder);
  const golden = JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8')) as Golden;
  const trust: Trust = { logKey: golden.logKey, rootKey: decodeBase64(golden.rootKey) };
  const report = await verifyLog(sourceOf(files), trust);
  assert.ok(report.trusted);
  assert.deepEqual(goldenReport(report), golden.found);
  assert.ok(Object.keys(golden.proofs).length > 0);
  for (const [file, { leaf, kind, seq }] of Object.entries(golden.proofs)) {
    const proof = verifyProofFile(files.get(`proofs/${file}`) ?? '', trust);
    assert.ok(proof.trusted);
    assert.deepEqual([proof.leafIndex, proof.record.kind, proof.record.seq], [leaf, kind, seq]);
  }
}
