import assert from 'node:assert/strict';
import { keyClassifier } from '../../../src/redact/words/keys.ts';
import { makeEngine } from '../../../src/redact/redactor.ts';
import { TRAIT, traitsOf } from '../../../src/redact/traits/traits.ts';

const engine = makeEngine();

/** What is found when nothing is believed to be told by the digits alone. */
function foundByAll(text: string): unknown {
  return engine.detect(text, true, undefined, traitsOf(text) | TRAIT.alone, { has: () => true });
}

describe('numbers that no word speaks for', () => {
  const WRITTEN = {
    'in one group': '44051401359',
    'in two groups': '440514-01359',
    'in two groups of an employer': '12-3456789',
    'with a plus': '+4930 123456',
    'with two zeros': '0049 30 123456',
    'behind the letter of Corsica': '1 80 05 2A104123 17',
    'of a card': '4111 1111 1111 1111',
  };
  for (const [how, text] of Object.entries(WRITTEN))
    it(`are found ${how}`, () => {
      const found = engine.detect(text, true);
      assert.notEqual(found.length, 0);
      assert.deepEqual(found, foundByAll(text));
    });

  it('are looked for where accents may hide the word', () => {
    const text = Buffer.from('móvil 6123456').toString('latin1');
    assert.notEqual(traitsOf(text) & TRAIT.alone, 0);
  });

  it('are no cards under the name of an identifier', () => {
    const under = (name: string): number => {
      const { hints } = keyClassifier()(name) ?? {};
      return engine.detect('340592247006211', true, hints).filter(({ score = 1 }) => score >= 0.5).length;
    };
    assert.equal(under('number'), 1);
    for (const name of ['loan_id', 'LoanIdentifier', 'identifier']) assert.equal(under(name), 0, name);
  });

  it('are not looked for in the number of an order', () => {
    assert.equal(traitsOf('SO-2026-004824') & (TRAIT.number | TRAIT.alone), TRAIT.number);
  });
});
