import assert from 'node:assert/strict';
import { redact } from './bodies.ts';

const FORM = 'application/x-www-form-urlencoded';

/** Bodies, what they become, and what is found in that: the same. */
const CASES: readonly (readonly [what: string, contentType: string, body: string, redacted: string])[] = [
  [
    'a number under the end of a token that looks like its name',
    'text/plain',
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJlLW9mLWl0taxId=378282246310005 lorem',
    '[redacted:jwt]=[redacted:card:0005] lorem',
  ],
  [
    'what stands in the place of a name on a contact’s card',
    'text/html',
    '<p><input name="phone" value="FN:[redacted:credential]"></p>',
    '<p><input name="phone" value="FN:[redacted:credential]"></p>',
  ],
  [
    'a number that would be the fraction of another',
    'text/plain',
    '378282246310005.378282246310005',
    '[redacted:card:0005].[redacted:card:0005]',
  ],
  [
    'groups of a number before those that an address seems to begin with',
    'text/plain',
    '26714111 1111 1111 111112.03.1984jane.roe@mail.example.com',
    '[redacted:card:1111] [redacted:email]',
  ],
  [
    'a number before one that it seems to go on in',
    'text/plain',
    '+49 151 12345678\t1 85 05 2A 006 084 35\tphone',
    '[redacted:phone]\t[redacted:fr_nir]\tphone',
  ],
  [
    'digits in the middle of which the view on what stands beside something starts',
    'text/plain',
    `4111 1111 1111 1111378282246310005${'lorem ipsum '.repeat(41)}1234 jane@mail.example.comPHONE`,
    `4111 1111 1111 1111378282246310005${'lorem ipsum '.repeat(41)}1234 [redacted:email]`,
  ],
  [
    'a marker behind a name and a space',
    FORM,
    'a=tokenBSN%3A+%5Bredacted%3Aemail%5D',
    'a=tokenBSN%3A+%5Bredacted%3Aemail%5D',
  ],
  [
    'a marker that a field starts with',
    FORM,
    'phone=%5Bredacted%3Aemail%5D+4111111111111111+lorem+',
    'phone=%5Bredacted%3Aemail%5D+%5Bredacted%3Acard%3A1111%5D+lorem+',
  ],
  [
    'a line of an event whose name stands on the line before',
    'text/event-stream',
    'data: taxId=\ndata:4111111111111111\ndata: jane.roe@mail.example.com\n\n',
    'data: taxId=\ndata:[redacted:card:1111]\ndata: [redacted:email]\n\n',
  ],
  [
    'a tag whose name has signs in it that open no value',
    'text/html',
    `<dd><eyJ0b2tlbiI6IngiLCJlbWFpbCI6ImphbmVAZXhhbXBsZS5jb20ifQ=='</dd><input name="pin" value="hunter2">`,
    `<dd><[redacted:credential]'</dd><input name="pin" value="[redacted:pin]">`,
  ],
  [
    'a tag with a quotation mark in its name',
    'text/html',
    `<token==' <input name="a" value="@"><p>jane@example.com</p>`,
    `<token=='[redacted:credential]><p>[redacted:email]</p>`,
  ],
  [
    'a quotation mark in a value without any around it',
    'text/html',
    `<input name=password value=hunter"2><b title=4111111111111111"x>`,
    `<input name=password value="[redacted:credential]"><b title="[redacted:card:1111]&quot;x">`,
  ],
  [
    'an attribute whose name ends with a value',
    'text/html',
    '<b tokeneyJ0b2tlbiI6IngiLCJlbWFpbCI6ImphbmVAZXhhbXBsZS5jb20ifQ==lorem>x</b>',
    '<b token[redacted:credential]==lorem>x</b>',
  ],
  [
    'a number behind a secret of a list in a list',
    'application/json',
    '{"token":[[["tel ",1]]]}',
    '{"token":[[["[redacted:credential]","[redacted:credential]"]]]}',
  ],
  [
    'a field behind one that holds a value in the place of a name',
    FORM,
    'name=Y2FsbCA0MTExIDExMTEgMTExMSAxMTEx+&value=A378282246310005',
    'name=%5Bredacted%3Acard%3A1111%5D+&value=A378282246310005',
  ],
  [
    'a text that begins with an element and ends with a value',
    'application/json',
    '"<pin>4321</pin>https://h/?code=SplxlOBeZQQYbYS6WxSbIA&a=1eyJ0b2tlbiI6IngiLCJlbWFpbCI6ImphbmVAZXhhbXBsZS5jb20ifQ=="',
    '"<pin>[redacted:pin]</pin>https://h/?code=SplxlOBeZQQYbYS6WxSbIA&a=1[redacted:credential]"',
  ],
  ['a sign between a name and what was replaced', 'text/plain', '(my pw)0[redacted:jwt] x', '(my pw)0[redacted:jwt] x'],
];

describe('what was redacted', () => {
  for (const [what, contentType, body, redacted] of CASES)
    it(`has nothing more in it: ${what}`, async () => {
      const once = await redact(body, contentType);
      assert.equal(once.output, redacted);
      const again = await redact(Buffer.from(once.output, 'latin1'), contentType);
      assert.equal(again.output, redacted);
      assert.deepEqual(again.outcome.counts, []);
    });
});
