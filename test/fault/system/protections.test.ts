import assert from 'node:assert/strict';
import { FULL_VARIABLE } from '../../../scripts/suites.ts';
import { checkMutation, failuresWith } from '../../support/mutant.ts';
import { PROTECTIONS } from '../../support/faults/protections.ts';

const isFull = process.env[FULL_VARIABLE] === '1';
/** Each takes seconds; in every run some of them have their turn. */
const OF_A_RUN = isFull ? PROTECTIONS.length : 4;

describe('a protection that is switched off', function () {
  this.timeout(120_000);

  it('is still where the list says', async () => {
    for (const { off } of PROTECTIONS) await checkMutation(off);
  });

  for (const { name, off, test, grep } of PROTECTIONS.slice(0, OF_A_RUN))
    it(`makes a test fail: ${name}`, async () => {
      assert.ok((await failuresWith(off, test, grep)) > 0, `${test} passes without it`);
    });
});
