import assert from 'node:assert/strict';
import { WordFilter } from '../../../src/redact/words/word-filter.ts';

const filter = new WordFilter(['phone', 'tel', 'telex']);
const has = (text: string): boolean => filter.mayHave(text, 0, text.length);

describe('a filter of words', () => {
  it('sees a word in any case, alone and within another one', () => {
    for (const text of ['phone', 'my PHONE', 'homePhone', 'homephone: 1', 'Tel. 1', '=tel', 'hotel'])
      assert.ok(has(text), text);
  });

  it('sees none where there is none', () => {
    for (const text of ['', 'ph', 'te l', 'phon', 'order 12', 'p-hone', '1234567890']) assert.ok(!has(text), text);
  });

  it('looks only where it is told to', () => {
    assert.ok(!filter.mayHave('phone 123', 1, 9));
    assert.ok(!filter.mayHave('phone', 0, 2));
    assert.ok(filter.mayHave('x phone', -5, 99));
  });

  it('leaves words open whose first letters have accents', () => {
    assert.ok(has('t\xc3\xa9l\xc3\xa9phone'));
    assert.ok(has('\u96fb\u8a71\u756a'));
  });
});
