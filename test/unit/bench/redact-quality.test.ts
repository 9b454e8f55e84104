import assert from 'node:assert/strict';
import { HOLDOUT_SEED } from '../../../bench/corpus/generate.ts';
import { redactQuality } from '../../../bench/redact-quality.ts';
import { UsageError } from '../../../scripts/processes.ts';

describe('redact-quality', () => {
  const refused: readonly (readonly string[])[] = [
    ['--holdout', '--misses', '5'],
    ['--holdout', '--seed', '3'],
    ['--seed', String(HOLDOUT_SEED)],
    ['--seed', '-1'],
    ['--entity', 'e-mail'],
    ['--misses', 'all'],
    ['--what'],
  ];
  for (const args of refused)
    it(`refuses ${args.join(' ')}`, async () => {
      await assert.rejects(redactQuality(args), UsageError);
    });
});
