import assert from 'node:assert/strict';
import { createExplainer, createRedactor } from '../../../src/redact/index.ts';
import { cut, PLANTED, redactPieces } from './bodies.ts';

type Order = 'le' | 'be';

function encode(text: string, order: Order): Buffer {
  const bytes = Buffer.from(text, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
}

function decode(binary: string, order: Order): string {
  const bytes = Buffer.from(binary, 'latin1');
  return (order === 'le' ? bytes : bytes.swap16()).toString('utf16le');
}

const MARK = '\ufeff';
const ORDERS = ['le', 'be'] as const;
const TEXT = `Grüße 😀 an ${PLANTED.email}, 日本`;
const CLEAN = 'Grüße 😀 an [redacted:email], 日本';

async function outputOf(bytes: Buffer, contentType: string): Promise<string> {
  const { output, outcome } = await redactPieces([bytes], { contentType });
  return outcome.state === 'withdrawn' ? outcome.reason : output;
}

describe('content in UTF-16', () => {
  it('is read as its type or its first bytes say, and stays in it', async () => {
    for (const order of ORDERS)
      for (const [charset, mark] of [
        [`utf-16${order}`, ''],
        [`"UTF-16${order.toUpperCase()}"`, MARK],
        ['utf-16', MARK],
        ['utf-16', ''],
      ] as const) {
        const output = await outputOf(encode(mark + TEXT, order), `text/plain; charset=${charset}`);
        assert.equal(decode(output, order), mark + CLEAN, `${charset} ${order}`);
      }
    for (const order of ORDERS)
      assert.equal(decode(await outputOf(encode(MARK + TEXT, order), 'text/plain'), order), MARK + CLEAN);
  });

  it('is walked by its format', async () => {
    const bodies = [
      ['application/json', '{"password":"hunter2","n":1}', '{"password":"[redacted:credential]","n":1}'],
      ['application/xml', '<a><cvv>123</cvv></a>', '<a><cvv>[redacted:card_code]</cvv></a>'],
      ['text/csv', 'password,n\r\nhunter2,1\r\n', 'password,n\r\n[redacted:credential],1\r\n'],
      ['text/html', `<p>${PLANTED.email}</p>`, '<p>[redacted:email]</p>'],
    ] as const;
    for (const [type, text, expected] of bodies)
      for (const order of ORDERS)
        assert.equal(decode(await outputOf(encode(text, order), `${type};charset=utf-16${order}`), order), expected);
  });

  it('is the same however it is cut, and twice is once', async () => {
    const text = encode(MARK + `${TEXT}\n`.repeat(50), 'be');
    const contentType = 'text/plain; charset=utf-16';
    const whole = await redactPieces([text], { contentType });
    for (const sizes of [[1], [3, 1], [777]]) {
      const pieces = await redactPieces(cut(text, sizes), { contentType });
      assert.equal(pieces.output, whole.output);
      assert.deepEqual(pieces.outcome.commitment, whole.outcome.commitment);
    }
    for (const blockBytes of [1, 5, 100]) {
      const blocks = await redactPieces([text], { contentType }, createRedactor({ limits: { blockBytes } }));
      assert.equal(blocks.output, whole.output);
      assert.deepEqual(blocks.outcome.commitment, whole.outcome.commitment);
    }
    assert.equal(await outputOf(Buffer.from(whole.output, 'latin1'), contentType), whole.output);
  });

  it('is withdrawn when it is none', async () => {
    const type = 'text/plain; charset=utf-16le';
    assert.equal(await outputOf(Buffer.from([0x00, 0xd8, 0x41, 0x00]), type), 'undecodable');
    assert.equal(await outputOf(Buffer.from([0x41]), type), 'undecodable');
    assert.equal(await outputOf(encode('a\0b', 'le'), type), 'undecodable');
    // UTF-32 starts like it.
    const utf32 = Buffer.from([0xff, 0xfe, 0, 0, 0x41, 0, 0, 0]);
    assert.equal(await outputOf(utf32, 'text/plain'), 'undecodable');
    assert.equal(await outputOf(encode('{', 'le'), 'application/json; charset=utf-16le'), 'unparseable');
  });

  it('is withdrawn when it is ASCII or UTF-8 that says so', async () => {
    const texts = [
      PLANTED.email,
      `${'x'.repeat(7)}\n`,
      `Grüße an ${PLANTED.email}`,
      `почта: ${PLANTED.email}`,
      MARK + PLANTED.email,
    ];
    for (const text of texts)
      for (const end of ['', ' '])
        for (const charset of ['utf-16', 'utf-16le', 'utf-16be'])
          for (const type of [
            'text/plain',
            'text/csv',
            'text/html',
            'application/xml',
            'application/x-www-form-urlencoded',
          ]) {
            const output = await outputOf(Buffer.from(text + end), `${type}; charset=${charset}`);
            assert.ok(['undecodable', 'unparseable'].includes(output), `${text} as ${type} in ${charset}: ${output}`);
          }
    // Also behind what is UTF-16, wherever it is cut.
    const mixed = Buffer.concat([
      encode('日本語のテキスト\n', 'le'),
      Buffer.from(`mail ${PLANTED.email} and some words\n`),
    ]);
    for (const blockBytes of [1, 7, 64]) {
      const contentType = 'text/plain; charset=utf-16le';
      const { outcome } = await redactPieces([mixed], { contentType }, createRedactor({ limits: { blockBytes } }));
      assert.equal(outcome.state === 'withdrawn' && outcome.reason, 'undecodable');
    }
  });

  it('is kept when it only looks a little like ASCII', async () => {
    // 0x4f60 0x597d and 0x6587 0x672c: letters and digits all.
    for (const text of ['你好', '你好你', '日本語の文書です。価格は百円', '你好'.repeat(3) + '。', 'ab', 'Привет'])
      for (const order of ORDERS)
        assert.equal(decode(await outputOf(encode(text, order), `text/plain; charset=utf-16${order}`), order), text);
  });

  it('is that of a part of a form alone', async () => {
    const head =
      '--b\r\ncontent-disposition: form-data; name=f; filename=f\r\ncontent-type: text/plain; charset=utf-16le\r\n\r\n';
    const body = Buffer.concat([Buffer.from(head), encode(TEXT, 'le'), Buffer.from('\r\n--b--\r\n')]);
    const output = await outputOf(body, 'multipart/form-data; boundary=b');
    assert.equal(decode(output.slice(head.length, -9), 'le'), CLEAN);
  });

  it('says where something was found in its own units', async () => {
    for (const [mark, contentType] of [
      ['', 'text/plain; charset=utf-16be'],
      [MARK, 'text/plain'],
    ] as const) {
      const text = `${mark}one\n${TEXT}`;
      const context = { part: 'request_body', contentType } as const;
      const { findings, lineStarts } = await createExplainer()(context, encode(text, 'be'));
      assert.deepEqual(
        findings.map(({ start, end }) => text.slice(start, end)),
        [PLANTED.email],
      );
      assert.deepEqual(lineStarts, [0, text.indexOf('\n') + 1]);
    }
  });
});
