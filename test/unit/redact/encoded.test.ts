import assert from 'node:assert/strict';
import { createExplainer, createRedactor } from '../../../src/redact/index.ts';
import { PLANTED, redactPieces } from './bodies.ts';

async function outputOf(content: string, contentType = 'text/plain'): Promise<string> {
  const { output, outcome } = await redactPieces([Buffer.from(content)], { contentType });
  return outcome.state === 'withdrawn' ? outcome.reason : Buffer.from(output, 'latin1').toString();
}

const base64 = (text: string, encoding: BufferEncoding = 'base64'): string => Buffer.from(text).toString(encoding);
const wrapped = (text: string, end: string, width = 76): string =>
  base64(text).replace(new RegExp(`.{${width}}`, 'g'), `$&${end}`);

const SECRET = '{"user":"x","password":"hunter2~~~???"}';

describe('encoded texts within others', () => {
  it('are replaced when something is found in them, in base64 of either alphabet and in hexadecimal digits', async () => {
    for (const encoded of [
      base64(SECRET),
      base64(SECRET).replace(/=+$/, ''),
      base64(SECRET, 'base64url'),
      base64(base64(SECRET)),
      base64(SECRET, 'hex'),
      base64(SECRET, 'hex').toUpperCase(),
    ])
      for (const [before, after] of [
        ['state ', ' was sent'],
        ['(', ')'],
        ['/callback/', '?page=2'],
        ['state=', ';'],
        ['=?utf-8?B?', '?='],
      ] as const) {
        const clean = `${before}[redacted:credential]${after}`;
        assert.equal(await outputOf(before + encoded + after), clean, encoded);
        assert.equal(await outputOf(clean), clean);
      }
    assert.equal(await outputOf(`<a>\n  ${base64(SECRET)}\n</a>`, 'text/xml'), '<a>\n  [redacted:credential]\n</a>');
    const { path } = createRedactor().target(`/callback/${base64(SECRET, 'base64url')}`);
    assert.equal(decodeURIComponent(path), '/callback/[redacted:credential]');
  });

  it('are replaced in hexadecimal digits that are a value of their own', async () => {
    const body = JSON.stringify({
      a: base64(`mail ${PLANTED.email}`, 'hex'),
      b: base64('nothing to be found here', 'hex'),
    });
    const result = JSON.parse(await outputOf(body, 'application/json')) as Record<string, string>;
    assert.deepEqual(result, { a: '[redacted:email]', b: base64('nothing to be found here', 'hex') });
  });

  it('are replaced over several lines, as MIME and PEM write them', async () => {
    const text = `${'lorem ipsum dolor sit amet '.repeat(9)}mail ${PLANTED.email} ${'consetetur '.repeat(9)}`;
    for (const end of ['\r\n', '\n'])
      for (const width of [64, 76]) {
        const encoded = wrapped(text, end, width);
        assert.equal(await outputOf(`see:${end}${encoded}${end}--${end}`), `see:${end}[redacted:email]${end}--${end}`);
        const json = await outputOf(JSON.stringify({ a: encoded }), 'application/json');
        assert.deepEqual(JSON.parse(json), { a: '[redacted:email]' });
      }
  });

  it('are replaced in UTF-16, as UTF-7 and command lines have them', async () => {
    const command = Buffer.from(`mail ${PLANTED.email}`, 'utf16le').toString('base64');
    assert.equal(await outputOf(`powershell -enc ${command} -x`), 'powershell -enc [redacted:email] -x');
    const big = Buffer.from(PLANTED.email, 'utf16le').swap16().toString('base64').replace(/=+$/, '');
    assert.equal(await outputOf(`mail +${big}-`), 'mail +[redacted:email]-');
  });

  it('are replaced right behind other findings, before dots, and behind web tokens', async () => {
    const encoded = base64(SECRET);
    const clean = {
      [`${PLANTED.email}+${encoded} x`]: '[redacted:email]+[redacted:credential] x',
      [`see ${encoded.replace(/=+$/, '')}. x`]: 'see [redacted:credential]. x',
      [`www.${encoded} x`]: 'www.[redacted:credential] x',
      [`${base64(`to ${PLANTED.email},`, 'hex')}:${PLANTED.amex} x`]: '[redacted:email]:[redacted:card:0005] x',
      [`${base64(`to ${PLANTED.email}`, 'hex')}+x`]: '[redacted:email]+x',
      [`${PLANTED.jwt}${'x'.repeat(44)}\n${encoded}\n`]: '[redacted:jwt]\n[redacted:credential]\n',
    };
    for (const [text, expected] of Object.entries(clean)) assert.equal(await outputOf(text), expected);
  });

  it('have the token of what was found in them, and its place', async () => {
    const options = { tokenKey: { version: 1, key: new Uint8Array(32) } };
    const mail = (text: string): string => createRedactor(options).text(text).text;
    const token = mail(PLANTED.email);
    assert.ok(token.startsWith('[redacted:email:t1.'));
    assert.equal(mail(`a ${base64(`to ${PLANTED.email}`)} b`), `a ${token} b`);
    const text = `a ${base64(`to ${PLANTED.email}`)} b`;
    const { findings } = await createExplainer()(
      { part: 'request_body', contentType: 'text/plain' },
      Buffer.from(text),
    );
    assert.deepEqual(
      findings.map(({ start, end }) => [start, end]),
      [[2, text.length - 2]],
    );
  });

  it('stay when nothing is found in them, or they are no text', async () => {
    const png = Buffer.from(Array.from({ length: 90 }, (_, i) => (i * 37) % 256)).toString('base64');
    const texts = [
      `state ${base64('nothing to be found here')} was sent`,
      `image ${png}`,
      'commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      '/api/v1/customers/cus_9s6XKzkNRiz8i3/internationalization',
      'QUJD'.repeat(5000),
    ];
    for (const text of texts) assert.equal(await outputOf(text), text);
  });

  it('take linear time', async () => {
    const started = process.hrtime.bigint();
    for (const piece of [
      'bWFpbCB0byBhYW5u/',
      'YWFh',
      '616e6e61',
      'a/',
      `${'YWFh'.repeat(19)}\n`,
      'YWFhYWFhYWFhYWFhYWFhYWFhYWFh/\u00ff',
    ])
      await outputOf(piece.repeat(Math.ceil(1_000_000 / piece.length)));
    assert.ok(process.hrtime.bigint() - started < 20_000_000_000n);
  });
});
