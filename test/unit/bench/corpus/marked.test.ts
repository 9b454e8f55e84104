import assert from 'node:assert/strict';
import {
  base64,
  concat,
  encode,
  fill,
  jsonText,
  type Marked,
  marked,
  percent,
  xmlText,
} from '../../../../bench/corpus/marked.ts';

function cut({ text, marks }: Marked): string[] {
  return marks.map(({ start, end }) => text.slice(start, end));
}

describe('marked text', () => {
  const name = marked('positive', 'person_name', 'Zoë "Z" & Co\n');

  it('keeps what is marked when texts are put together', () => {
    const text = fill('a {} b', concat('[', name, ']'));
    assert.equal(text.text, 'a [Zoë "Z" & Co\n] b');
    assert.deepEqual(cut(text), ['Zoë "Z" & Co\n']);
  });

  it('moves the marks with what an encoding makes longer', () => {
    const source = concat('"\n&', name, '%"');
    assert.deepEqual(cut(jsonText(source)), ['Zoë \\"Z\\" & Co\\n']);
    assert.deepEqual(cut(jsonText(source, true)), ['Zo\\u00eb \\"Z\\" & Co\\n']);
    assert.deepEqual(cut(percent(source, true)), ['Zo%C3%AB+%22Z%22+%26+Co%0A']);
    assert.deepEqual(cut(xmlText(source)), ['Zoë &quot;Z&quot; &amp; Co\n']);
    assert.deepEqual(cut(jsonText(jsonText(concat('\\', name)))), ['Zoë \\\\\\"Z\\\\\\" & Co\\\\n']);
  });

  it('marks the characters of base64 that have a bit of the value', () => {
    const text = base64(concat('a', marked('positive', 'email', 'bcd'), 'efgh'));
    assert.equal(text.text, 'YWJjZGVmZ2g=');
    assert.deepEqual(cut(text), ['WJjZG']);
    assert.deepEqual(
      text.marks.map((mark) => mark.encoded),
      [true],
    );
  });

  it('can have a mark of nothing at its end', () => {
    const empty: Marked = {
      text: 'ab',
      marks: [{ kind: 'optional', entity: 'email', start: 2, end: 2, encoded: false }],
    };
    assert.deepEqual(encode(empty, (text) => text.repeat(2)).marks, [{ ...empty.marks[0], start: 4, end: 4 }]);
  });

  it('has a place for what is filled in', () => {
    assert.throws(() => fill('no place', name), RangeError);
  });
});
