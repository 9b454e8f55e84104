import assert from 'node:assert/strict';
import { redact } from './bodies.ts';

const CODE = '4821';
const JSON_WITH_CODE = JSON.stringify({ number: 'x', cvv: CODE });
const FORM = 'application/x-www-form-urlencoded';

/** How `&` and what else markup escapes may be written. */
const WRITERS: Readonly<Record<string, (text: string) => string>> = {
  'by number': (text) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`),
  'in hexadecimal': (text) => text.replace(/[&<>"']/g, (char) => `&#x${char.charCodeAt(0).toString(16)};`),
  'by name': (text) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
};

/** JSON in as many elements in one another as there are names. */
function nested(names: readonly string[], escape: (text: string) => string): string {
  return names.reduce((text, name) => `<r><${name}>${escape(text)}</${name}></r>`, JSON_WITH_CODE);
}

describe('what is escaped again and again', () => {
  for (const [how, escape] of Object.entries(WRITERS)) {
    for (const names of [['note'], ['name', 'address'], ['name', 'note', 'data']]) {
      it(`gives a card code in a field of a form away: ${how}, ${names.length} times`, async () => {
        const { output } = await redact(`data=${encodeURIComponent(nested(names, escape))}`, FORM);
        assert.doesNotMatch(decodeURIComponent(output), /4821/);
      });
    }

    it(`gives a card code in a line of text away: ${how}`, async () => {
      const line = `it said: ${escape(escape(escape(JSON_WITH_CODE)))} and ended`;
      assert.doesNotMatch((await redact(line, 'text/plain')).output, /4821/);
    });
  }

  it('keeps markup in a field of a form valid, named values redacted by their elements', async () => {
    const { output } = await redact(
      `more=1&data=${encodeURIComponent('<login><password>hunter2x</password></login>')}`,
      FORM,
    );
    assert.equal(decodeURIComponent(output), 'more=1&data=<login><password>[redacted:credential]</password></login>');
  });

  it('leaves markup without anything in it as it was written', async () => {
    const body = 'data=%3Clist%3e+%3Citem%3Eblue%3C%2fitem%3E%3C/list%3E&b=2';
    assert.equal((await redact(body, FORM)).output, body);
  });
});
