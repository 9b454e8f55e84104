import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TRAIT, traitsOf } from '../../../../src/redact/traits/traits.ts';
import { compilePattern, MAX_MATCH_BYTES, PatternRefused } from '../../../../src/redact/custom/pattern.ts';

function reasonOf(pattern: string): string {
  try {
    compilePattern(pattern, false);
    return 'taken';
  } catch (thrown) {
    assert.ok(thrown instanceof PatternRefused, String(thrown));
    return thrown.message;
  }
}

describe('a pattern of a custom rule', () => {
  for (const [pattern, reason] of [
    ['a(?=b)', /`\(\?=`.*more than linear time/],
    ['a(?!b)', /more than linear time/],
    ['(?<=a)b', /more than linear time/],
    ['(?<!a)b', /more than linear time/],
    ['(a)\\1', /`\\1`.*more than linear time/],
    ['a{2000}', /invalid repeat count: `\{2000\}`$/],
    ['[z-a]', /invalid character class range: `z-a`$/],
    ['a+', /no longest match/],
    ['ab*c', /no longest match/],
    ['(?:ab){2,}', /no longest match/],
    ['a{0,5}', /matches the empty text/],
    ['\\b', /matches the empty text/],
    ['.{1,600}', /longest match has 2400 bytes in UTF-8: 2047 are the most/],
    ['[a-z]{1,999}\\p{Greek}{1,900}', /longest match has 4599 bytes/],
    ['.{200}(?P<value>a)', /up to 800 bytes stand before its group value: 511/],
    ['x'.repeat(5000), /5000 characters/],
    ['(?:[a-z][0-9]?){1,1000}(?:[a-z][0-9]?){1,1000}(?:[a-z][0-9]?){1,1000}', /instructions: 10000 are the most/],
  ] as const)
    it(`${pattern.slice(0, 40)}: refused with the reason`, () => {
      assert.match(reasonOf(pattern), reason);
    });

  for (const pattern of [
    'EMP-\\d{6}',
    '\\bK[Öö]\\d{4,8}\\b',
    '(?i)badge (?P<value>\\d{4})',
    '[a-z]{1,1000}',
    '.{1,500}',
  ])
    it(`${pattern}: taken`, () => {
      assert.equal(reasonOf(pattern), 'taken');
    });

  it('knows what every match starts with, and how short one is', () => {
    const { prefix, minChars } = compilePattern('\\b(?:EMP-)\\d{3,6}', false);
    assert.deepEqual([prefix, minChars], ['EMP-', 7]);
    assert.equal(compilePattern('EMP-\\d', true).prefix, '');
    assert.equal(compilePattern('(?:EMP|STAFF)-\\d', false).prefix, '');
  });

  it('knows what characters every text with a match has', () => {
    const needsOf = (pattern: string): number => compilePattern(pattern, false).needs;
    assert.equal(needsOf('\\b[A-Z]{2}\\d{6}'), TRAIT.upper | TRAIT.digit | TRAIT.digits);
    assert.equal(needsOf('[A-Z]\\d{3}'), TRAIT.upper | TRAIT.digit);
    assert.equal(needsOf('a-(?:\\d{4}|b_)'), TRAIT.lower | TRAIT.dash | TRAIT.label);
    assert.equal(needsOf('(?i)a|[a-zö]|.'), 0);
    assert.equal(compilePattern('EMP-1', true).needs, TRAIT.dash | TRAIT.label | TRAIT.digit);
  });

  it('that is taken has no match beyond the bound, and none below the least', () => {
    const atom = fc.oneof(
      fc.constantFrom('a', 'ö', '.', '\\d', '[a-cé]', '(?i:k)', '€', '\\pL', '(?:ab|c)', '(?P<x>a)?', '\\b', '^'),
      fc
        .tuple(fc.constantFrom('a', '.', '[ab]', '(?:aé|b)'), fc.constantFrom('?', '{2}', '{1,3}'))
        .map((p) => p.join('')),
    );
    const patterns = fc
      .array(atom, { minLength: 1, maxLength: 6 })
      .map((atoms) => atoms.join('').replace(/\?P<x>/g, ''));
    const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'é', 'ö', '€', '1', '\u212a', 'k', ' '), { maxLength: 30 });
    fc.assert(
      fc.property(patterns, texts, (pattern, characters) => {
        if (reasonOf(pattern) !== 'taken') return;
        const { regex, minChars, prefix, needs } = compilePattern(pattern, false);
        for (const [match] of regex.matchAll(characters.join(''))) {
          assert.ok(Buffer.byteLength(match) <= MAX_MATCH_BYTES);
          assert.ok(match.length >= minChars);
          assert.ok(match.startsWith(prefix));
          assert.equal(traitsOf(match) & needs, needs);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is bounded by what its longest match takes in UTF-8', () => {
    assert.equal(reasonOf('[a-z]{1000}[a-z]{1000}[a-z]{47}'), 'taken');
    assert.match(reasonOf('[a-z]{1000}[a-z]{1000}[a-z]{48}'), /2048 bytes/);
    assert.match(reasonOf('(?i)k{1000}'), /3000 bytes/);
  });
});
