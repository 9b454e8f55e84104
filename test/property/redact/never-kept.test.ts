import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HOLDERS, traceOfBody } from '../../unit/redact/never-kept.ts';

/** A text with a code in it, whatever that is. */
type Write = (code: string) => string;

/** Names under which a value is replaced as a whole, by various rules and one of a configuration, or is looked into. */
const name = fc.constantFrom(
  'token',
  'secret',
  'address',
  'blob',
  'name',
  'password',
  'session',
  'medicalRecord',
  'data',
);
const words = fc.constantFrom('', 'some words', 'anna@example.com', 'x=1', '4111 1111 1111 1111', '{', 'a1b2c3d4e5f6');

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

const holder: fc.Arbitrary<Write> = fc.constantFrom(...Object.values(HOLDERS));

/** Values within values, as far as is followed; what is shorter than 16 characters in base64 isn’t. */
const value: fc.Arbitrary<Write> = fc.letrec<{ value: Write }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    holder,
    fc.tuple(name, words, tie('value')).map(
      ([key, more, write]): Write =>
        (code) =>
          JSON.stringify({ more, [key]: write(code) }),
    ),
    fc.tuple(name, words, tie('value')).map(
      ([key, more, write]): Write =>
        (code) =>
          JSON.stringify([more, { name: key, value: write(code) }]),
    ),
    fc.tuple(name, tie('value')).map(
      ([key, write]): Write =>
        (code) =>
          `<r><${key}>${escaped(write(code))}</${key}></r>`,
    ),
    tie('value').map(
      (write): Write =>
        (code) =>
          Buffer.from(`behind words: ${write(code)}`.slice(write(code).length < 12 ? 0 : 14)).toString('base64'),
    ),
  ),
})).value;

/** A body of some type with a value in it under a name. */
const body = fc
  .tuple(name, words, value)
  .chain(([key, more, write]) =>
    fc.constantFrom<[contentType: string, write: Write]>(
      ['application/json', (code) => JSON.stringify({ more, [key]: write(code) })],
      ['application/x-www-form-urlencoded', (code) => new URLSearchParams({ more, [key]: write(code) }).toString()],
      ['application/xml', (code) => `<r><b>${escaped(more)}</b><${key}>${escaped(write(code))}</${key}></r>`],
      ['text/html', (code) => `<p>${escaped(more)}</p><dl><dt>${key}</dt><dd>${escaped(write(code))}</dd></dl>`],
      ['text/csv', (code) => `more,${key}\n"${more}","${write(code).replaceAll('"', '""')}"\n`],
      ['text/event-stream', (code) => `data: ${JSON.stringify({ more, [key]: write(code) })}\n\n`],
      [
        'multipart/form-data; boundary=cut',
        (code) => `--cut\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${write(code)}\r\n--cut--\r\n`,
      ],
    ),
  );

const codes = fc.constantFrom('4821', '7316', '9035', '1257');

describe('a card verification code or PIN in any body', () => {
  it('leaves no trace: with another code everything that is kept is the same', async () => {
    await fc.assert(
      fc.asyncProperty(body, codes, codes, async ([contentType, write], one, other) => {
        assert.equal(await traceOfBody(write(one), { contentType }), await traceOfBody(write(other), { contentType }));
      }),
      { numRuns: 1500 },
    );
  });
});
