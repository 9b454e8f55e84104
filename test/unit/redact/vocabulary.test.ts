import assert from 'node:assert/strict';
import { Vocabulary } from '../../../src/redact/words/vocabulary.ts';

const vocabulary = new Vocabulary();
const anywhere = vocabulary.family('phone str.^ gr\xc3\xbc');
const whole = vocabulary.family('<pin> <Way> <dl>');
const apart = vocabulary.family('<<mr> prepared^by');

function familiesOf(text: string): number {
  const bytes = Buffer.from(`\0${text}\0`, 'latin1');
  return vocabulary.familiesIn(bytes, 1, bytes.length - 1);
}

describe('a vocabulary', () => {
  it('finds words in either case, alone and within others', () => {
    for (const text of ['phone', 'PHONE', 'homePhones', '=phone=', 'Hauptstr. 5', 'Gr\xc3\xbc\xc3\x9fe'])
      assert.equal(familiesOf(text), anywhere, text);
    for (const text of ['', 'ph', 'phon', 'p-hone', 'str.', 'gr\xc3\xb6', '1234567890'])
      assert.equal(familiesOf(text), 0, text);
  });

  it('looks at what stands beside a word that has borders', () => {
    for (const text of ['pin', 'PIN 12', '5pin', '\xc3\xa9pin', 'One Way', 'DL 1', 'dl'])
      assert.equal(familiesOf(text), whole, text);
    for (const text of ['spin', 'pins', 'Ways', 'handle', 'idl 1']) assert.equal(familiesOf(text), 0, text);
    assert.equal(familiesOf('Mr X'), apart);
    for (const text of ['5Mr X', 'xmr', 'mrs']) assert.equal(familiesOf(text), 0, text);
  });

  it('tells capitals from small letters where a word has some', () => {
    for (const text of ['one way', 'wAY']) assert.equal(familiesOf(text), 0, text);
    assert.equal(familiesOf('WAY'), whole);
  });

  it('tells all families of a text at once', () => {
    assert.equal(familiesOf('phone, pin, prepared by'), anywhere | whole | apart);
  });

  it('refuses words too short to be found', () => {
    assert.throws(() => new Vocabulary().family('a'), RangeError);
  });
});
