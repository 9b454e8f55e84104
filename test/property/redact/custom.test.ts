import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRedactor, type CustomRuleSettings } from '../../../src/redact/index.ts';
import { cut, redactPieces } from '../../unit/redact/bodies.ts';
import { pieceSizes, plainBody } from './arbitraries.ts';

const RULES: readonly CustomRuleSettings[] = [
  { name: 'plain', entity: 'own_plain', pattern: '\\blor[a-z]{2}\\b' },
  { name: 'line', entity: 'own_line', pattern: '^.{0,3}[pé]|ipsum$|\\s[a-c]' },
  {
    name: 'value',
    entity: 'own_value',
    pattern: 'lorem.{0,20}(?P<value>[a-z]{1,5}m)\\b',
    score: 0.4,
    context: ['ipsum'],
  },
  { name: 'wide', entity: 'own_wide', pattern: 'm i.{1,480}é?', literals: ['ipsum', 'é'] },
  { name: 'path', entity: 'own_path', pattern: '[^a-z]{3}', paths: ['data', '$.a.*.name'] },
  { name: 'name', entity: 'own_name', paths: ['value.key'] },
  { name: 'typed', entity: 'own_typed', pattern: '\\d{2,9}', contentTypes: ['text/*'] },
];

describe('redaction with custom rules', () => {
  it('is the same however the body is cut, and whatever the walkers hold at a time', async () => {
    const blocks = fc.integer({ min: 1, max: 60 });
    await fc.assert(
      fc.asyncProperty(plainBody, pieceSizes, blocks, async ({ content, ...context }, sizes, blockBytes) => {
        const redactor = createRedactor({ customRules: RULES });
        const whole = await redactPieces([content], context, redactor);
        if (whole.outcome.state !== 'kept') return;
        const small = createRedactor({ customRules: RULES, limits: { blockBytes } });
        for (const other of [
          await redactPieces(cut(content, sizes), context, redactor),
          await redactPieces([content], context, small),
        ]) {
          assert.equal(other.output, whole.output);
          assert.deepEqual(other.outcome.counts, whole.outcome.counts);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('finds all of a line that is longer than a window', async () => {
    const redactor = createRedactor({
      customRules: [{ name: 'id', entity: 'own_id', pattern: 'id (?P<value>[a-f]{8})é' }],
    });
    const filler = fc.integer({ min: 0, max: 3000 }).map((n) => 'x '.repeat(n));
    await fc.assert(
      fc.asyncProperty(fc.array(filler, { minLength: 5, maxLength: 30 }), pieceSizes, async (fillers, sizes) => {
        const content = Buffer.from(fillers.map((text) => `${text}id abcdefabé`).join(''));
        const { output } = await redactPieces(cut(content, sizes), { contentType: 'text/plain' }, redactor);
        const expected = fillers.map((text) => `${text}id [redacted:own_id]é`).join('');
        assert.equal(Buffer.from(output, 'latin1').toString(), expected);
      }),
      { numRuns: 60 },
    );
  });
});
