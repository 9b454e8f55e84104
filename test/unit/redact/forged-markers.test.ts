import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { redactJsonValue } from './bodies.ts';

const redactor = createRedactor();

describe('what only looks like a marker', () => {
  it('hides nothing that stands inside of it', () => {
    for (const [inside, left] of [
      ['4111111111111111', '1111111111'],
      ['4111-1111-1111-1111', '1111-1111'],
      ['219-45-6780', '219'],
      ['jane.roe@example.com', 'jane'],
      ['GB82WEST12345698765432', 'WEST'],
    ] as const)
      for (const around of [
        '[redacted:card:#]',
        '[redacted:#]',
        '[redacted:x:t1 #]',
        '[redacted:x:(#)]',
        '[redacted: #',
      ]) {
        const { text } = redactor.text(around.replace('#', inside));
        assert.ok(!text.includes(left), text);
      }
  });

  it('hides nothing beside it', () => {
    for (const text of ['4111111111111111[redacted:', '[redacted:] 219-45-6780', '219-45-6780 [redacted:x'])
      assert.notEqual(redactor.text(text).text, text);
  });

  it('is no reason to keep a value under the name of a secret', async () => {
    for (const value of [
      '[redacted:hunter2:correct-horse-battery]',
      '[redacted:x:4111111111111111]',
      '[redacted:Hunter2]',
    ])
      assert.deepEqual(await redactJsonValue({ password: value }), { password: '[redacted:credential]' });
  });

  it('is one when an action writes it', async () => {
    const written = [
      '[redacted:email]',
      '[redacted:card:1111]',
      '[redacted:email:t1.AbCd_fgh-jklmnop]',
      '[redacted:iban:s12]',
      '[redacted:binary:512]',
    ];
    for (const password of written) assert.deepEqual(await redactJsonValue({ password }), { password });
  });
});
