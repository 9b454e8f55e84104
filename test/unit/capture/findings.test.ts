import assert from 'node:assert/strict';
import { Findings } from '../../../src/capture/findings.ts';

describe('what redaction found in an exchange', () => {
  const nothing = (): Findings =>
    new Findings(() => {
      throw new Error('no part is opened');
    });

  it('keeps tokens of persons also of a part in which nothing was counted', () => {
    const findings = nothing();
    const token = new Uint8Array([1, 2]);
    findings.add('request_body', { counts: [], subjectTokens: [token] });
    assert.deepEqual(findings.subjectTokens, [token]);
  });

  it('counts each part once that could not be judged, by its reason or by a rule', () => {
    const findings = nothing();
    const failed = { rule: 'engine.failed', version: 1, entity: 'failed', action: 'drop', count: 1 } as const;
    findings.add('target', { counts: [{ ...failed, rule: 'email' }] });
    assert.equal(findings.unjudgedParts, 0);
    findings.add('request_headers', { counts: [failed] });
    findings.add('request_body', { counts: [], reason: 'out_of_time' });
    findings.add('request_body', { counts: [failed], reason: 'engine_failed' });
    assert.equal(findings.unjudgedParts, 2);
    assert.deepEqual(
      findings.counts.map(({ rule, count }) => [rule, count]),
      [
        ['email', 1],
        ['engine.failed', 2],
      ],
    );
  });
});
