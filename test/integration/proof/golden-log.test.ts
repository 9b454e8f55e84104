import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkGolden } from '../../unit/proof/golden.ts';
import { writeGolden } from './write-golden.ts';

describe('a golden log written today', () => {
  it('verifies and says what it said when it was written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'affidavit-golden-test-'));
    try {
      await writeGolden(join(folder, 'log'));
      await checkGolden(join(folder, 'log'));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
