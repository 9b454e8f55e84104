import assert from 'node:assert/strict';
import { documentOf } from '../../../../bench/corpus/interfaces/documents.ts';
import { readShapes, type Shape } from '../../../../bench/corpus/interfaces/shapes.ts';
import { pieces } from '../../../../bench/corpus/interfaces/template.ts';
import { Random } from '../../../../bench/corpus/random.ts';

function marksOf(template: string): string[] {
  const { text, marks } = pieces(new Random(1), template);
  return marks.map(({ kind, entity, start, end }) => `${kind} ${entity} ${text.slice(start, end)}`);
}

describe('templates', () => {
  it('mark what the places say, or what they say themselves', () => {
    assert.match(marksOf('a {email} b').join(), /^positive email \S+@\S+$/);
    assert.match(marksOf('{~us_ssn=number9}').join(), /^negative us_ssn \d{9}$/);
    assert.match(marksOf('{?person_name=given}').join(), /^optional person_name /);
    assert.match(marksOf('{!credential=hex32}').join(), /^positive credential [0-9a-f]{32}$/);
    assert.deepEqual(marksOf('{hex32} {id}'), []);
  });

  it('choose, keep braces that are none of theirs, and refuse names that nobody knows', () => {
    assert.match(pieces(new Random(1), '{one|two}').text, /^(one|two)$/);
    assert.equal(pieces(new Random(1), '{{SSHA}{ "a": {} }').text, '{SSHA}{ "a": {} }');
    assert.throws(() => pieces(new Random(1), '{nothing}'), RangeError);
    assert.throws(() => pieces(new Random(1), '{~nothing=id}'), RangeError);
  });
});

describe('shapes of interfaces', () => {
  const shapes = readShapes();
  const random = new Random(2);

  function documents(pattern: RegExp): [Shape, ReturnType<typeof documentOf>][] {
    return shapes
      .filter(({ contentType }) => pattern.test(contentType))
      .flatMap((shape) => Array.from({ length: 6 }, () => [shape, documentOf(random, shape)] as const))
      .map(([shape, made]) => [shape, made]);
  }

  it('have names that are theirs alone', () => {
    assert.equal(new Set(shapes.map(({ name }) => name)).size, shapes.length);
  });

  it('stay JSON in all that they are wrapped in', () => {
    const made = documents(/^application\/(\S+\+)?json$/);
    assert.ok(made.length > 300);
    for (const [{ name }, { contentType, content }] of made) {
      const documents = contentType.includes('ndjson')
        ? content.text.trimEnd().split('\n')
        : [contentType === 'text/event-stream' ? content.text.replace(/^[^]*?data: /, '') : content.text];
      for (const document of documents) assert.doesNotThrow(() => void JSON.parse(document), name);
    }
  });

  it('are forms whose values are encoded', () => {
    for (const [{ name }, { content }] of documents(/urlencoded/)) {
      assert.doesNotMatch(content.text, /[\s<>"{}]/, name);
      for (const { start, end, entity } of content.marks.filter((mark) => mark.entity === 'email' && !mark.encoded))
        assert.match(decodeURIComponent(content.text.slice(start, end)), /^\S+@\S+$/, entity);
    }
  });

  it('have lines that end as their format wants it', () => {
    for (const [, { contentType, content }] of documents(/vcard|calendar/)) {
      assert.doesNotMatch(content.text, /[^\r]\n/, contentType);
      assert.ok(content.text.endsWith('\r\n'));
    }
  });
});
