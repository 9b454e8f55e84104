import assert from 'node:assert/strict';
import { AffidavitError, EVIDENCE_CODES, FAILURE_CODES } from '../../../src/record/index.ts';

describe('AffidavitError', () => {
  it('tells bad evidence from failure', () => {
    for (const code of EVIDENCE_CODES) assert.ok(new AffidavitError(code, 'x').isEvidence);
    for (const code of FAILURE_CODES) assert.ok(!new AffidavitError(code, 'x').isEvidence);
  });

  it('keeps an AffidavitError as it is and wraps anything else with its cause', () => {
    const evidence = new AffidavitError('evidence.hash', 'bad');
    assert.equal(AffidavitError.from(evidence, 'io.failed', 'read'), evidence);
    const cause = new Error('no');
    const wrapped = AffidavitError.from(cause, 'io.failed', 'read x');
    assert.deepEqual([wrapped.code, wrapped.message, wrapped.cause], ['io.failed', 'read x: no', cause]);
    assert.equal(AffidavitError.from('text', 'internal', 'do').message, 'do: text');
  });
});
