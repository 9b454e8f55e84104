import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkGolden } from './golden.ts';

const folder = join(import.meta.dirname, '../../golden');

describe('golden logs', () => {
  const names = readdirSync(folder);

  it('are there', () => {
    assert.ok(names.length > 0);
  });

  for (const name of names) {
    it(`${name}: verifies with its proofs, and says what it said when it was written`, async () => {
      await checkGolden(join(folder, name));
    });
  }
});
