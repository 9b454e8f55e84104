import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { checkHoweverCut, redact } from './bodies.ts';

const redactor = createRedactor();
const SECRET = '%5Bredacted%3Acredential%5D';
const FORM = 'application/x-www-form-urlencoded';

describe('a path by which somebody signs in', () => {
  it('ends with a password behind the word for it', () => {
    for (const path of ['/login/password/', '/v1/login/anna/password/', '/auth/basic/pass/', '/sign-in/pwd/'])
      assert.equal(redactor.target(`${path}tiger`).path, path + SECRET);
  });

  it('says what is done with a password', () => {
    for (const path of [
      '/login/password/reset',
      '/login/password/step2',
      '/login/password/',
      '/login/password/{password}',
      '/login/password/policy/tiger',
      '/users/password/tiger',
      '/login/tiger',
    ])
      assert.equal(redactor.target(path).path, path);
  });
});

function asUtf16(text: string, isBig: boolean, mark: string): string {
  const bytes = Buffer.from(mark + text, 'utf16le');
  return Array.from(isBig ? bytes.swap16() : bytes, (byte) =>
    /[A-Za-z0-9]/.test(String.fromCharCode(byte)) && byte < 128
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

function decodeLatin1(field: string): string {
  return field.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

function fromUtf16(field: string, isBig: boolean): string {
  const bytes = Buffer.from(decodeLatin1(field.slice(field.indexOf('=') + 1)), 'latin1');
  return (isBig ? bytes.swap16() : bytes).toString('utf16le');
}

describe('a field of a form in UTF-16', () => {
  for (const isBig of [false, true])
    for (const mark of ['', '\ufeff'])
      it(`is read and written as it is: ${isBig ? 'big' : 'little'} end first, ${mark === '' ? 'no mark' : 'marked'}`, async () => {
        for (const [name, text, redacted] of [
          ['note', 'mail jane@example.com now', 'mail [redacted:email] now'],
          ['password', 'tiger lily', '[redacted:credential]'],
          ['note', 'nothing in it', 'nothing in it'],
        ] as const) {
          const { output } = await redact(`${name}=${asUtf16(text, isBig, mark)}`, FORM);
          const left = fromUtf16(output, isBig);
          assert.equal(left.replace(/^\ufeff/, ''), redacted);
        }
      });

  it('is none when its bytes are others', async () => {
    for (const field of ['a=%00%00%00%00%00%00%00%00', 'a=ab%00cd%00ef%00gh', 'a=%01%00%02%03%04%05%06%07'])
      await checkHoweverCut(`${field}&b=1`, FORM);
  });
});
