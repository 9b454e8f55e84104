import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { cut, PLANTED, redact, redactJsonValue, redactPieces } from './bodies.ts';

const CREDENTIAL = '[redacted:credential]';

async function outputOf(content: string, contentType: string): Promise<string> {
  return (await redact(content, contentType)).output;
}

async function reasonOf(content: string, contentType = 'application/json'): Promise<string> {
  const { outcome } = await redact(content, contentType);
  return outcome.state === 'withdrawn' ? outcome.reason : 'kept';
}

describe('JSON bodies', () => {
  it('lose what names and contents give away, and keep everything else byte for byte', async () => {
    const input = ' {"a" : "jane@example.com",\r\n"password":"x", "n": [1, -2.5e3, true, null, "\\u00e9\\/\xe9"] }\n';
    const expected = input.replace('jane@example.com', '[redacted:email]').replace('"x"', `"${CREDENTIAL}"`);
    assert.equal((await redact(Buffer.from(input, 'latin1'), 'application/json')).output, expected);
  });

  it('lose values written with escapes', async () => {
    const output = await outputOf(
      '{"a":"jane\\u0040example\\u002ecom \\u00e9 \\ud83d\\ude00 \\"","pass\\u0077ord":"x"}',
      'application/json',
    );
    assert.deepEqual(JSON.parse(Buffer.from(output, 'latin1').toString()), {
      a: '[redacted:email] \u00e9 \u{1f600} "',
      password: CREDENTIAL,
    });
  });

  it('lose numbers, which become strings', async () => {
    assert.deepEqual(
      await redactJsonValue({ a: 4111111111111111, cvv: 123, pin: 1234, ssn: 219456780, n: 1700000000000 }),
      {
        a: '[redacted:card:1111]',
        cvv: '[redacted:card_code]',
        pin: '[redacted:pin]',
        ssn: '[redacted:us_ssn]',
        n: 1700000000000,
      },
    );
    const exotic = await outputOf(
      '[4.111111111111111e15,4111111111111111.0,-4111111111111111,4111111111111111.5,41111111111111110E-1]',
      'application/json',
    );
    assert.equal(exotic, `[${Array(5).fill('"[redacted:card:1111]"').join()}]`);
    const harmless = '[0.4111111111111111,4.111111111111111,1e400,-0,4111111111111111e3,0.4111111111111111e1]';
    assert.equal(await outputOf(harmless, 'application/json'), harmless);
  });

  it('let a name hold for all that stands under it', async () => {
    assert.deepEqual(
      await redactJsonValue({ secret: { value: 'a', list: ['b', 5, { c: 'd', yes: true }] }, passwords: ['e'] }),
      {
        secret: { value: CREDENTIAL, list: [CREDENTIAL, CREDENTIAL, { c: CREDENTIAL, yes: true }] },
        passwords: [CREDENTIAL],
      },
    );
    assert.deepEqual(await redactJsonValue({ session: { id: 'a', started: 'b' } }), {
      session: { id: 'a', started: 'b' },
    });
  });

  it('lose names of members that are values themselves', async () => {
    assert.deepEqual(await redactJsonValue({ 'jane@example.com': 1 }), { '[redacted:email]': 1 });
  });

  it('are walked inside of strings, as deep as the limit says', async () => {
    const level1 = JSON.stringify({ password: 'x', n: 1 });
    const level2 = JSON.stringify([level1]);
    const result = (await redactJsonValue({ a: level2 })) as { a: string };
    assert.deepEqual(JSON.parse((JSON.parse(result.a) as string[])[0] ?? ''), { password: CREDENTIAL, n: 1 });
    const broken = (await redactJsonValue({ a: '{"password":"hunter2",}' })) as { a: string };
    assert.equal(broken.a, `{"password":"${CREDENTIAL}",}`);
  });

  it('may be several values, one a line or not', async () => {
    for (const type of ['application/x-ndjson', 'application/json', 'application/json-seq'])
      assert.equal(
        await outputOf('{"pin":"1234"}\n{"a":1}[2]"jane@example.com" 4111111111111111', type),
        '{"pin":"[redacted:pin]"}\n{"a":1}[2]"[redacted:email]" "[redacted:card:1111]"',
      );
    assert.equal(await outputOf('\x1e{"a":1}\n\x1e2', 'application/json-seq'), '\x1e{"a":1}\n\x1e2');
    assert.equal(await outputOf('\ufeff{"a":1}', 'application/json'), '\xef\xbb\xbf{"a":1}');
  });

  it('are withdrawn when they are broken', async () => {
    const broken = [
      '{',
      '[1,]',
      '{"a"}',
      '{"a":1,}',
      '{a:1}',
      '01',
      '1.',
      '"\\x"',
      '"\\u12"',
      '"\t"',
      'nul',
      '[1}',
      ']',
      ',',
    ];
    const more = ['{"a" 1}', '[1 2]', '"abc', '"a\\', "'a'", '+1', '1e', '\xff', '\xef', ' \x00', '{"a":1', '[', ':1'];
    for (const body of [...broken, ...more]) assert.equal(await reasonOf(body), 'unparseable', body);
  });

  it('are withdrawn when they are nested too deep, or hold an endless token', async () => {
    assert.equal(await reasonOf('['.repeat(512) + ']'.repeat(512)), 'kept');
    assert.equal(await reasonOf('['.repeat(513) + ']'.repeat(513)), 'too_deep');
    assert.equal(await reasonOf('{"a":'.repeat(100_000)), 'too_deep');
    assert.equal(await reasonOf('1'.repeat(2000)), 'over_limit');
    assert.equal(await reasonOf(`{"${'a'.repeat(70_000)}":1}`), 'over_limit');
  });

  it('are scanned in bounded memory inside of long strings', async () => {
    const filler = 'lorem ipsum '.repeat(10_000);
    const long = `${filler}${PLANTED.email} \n "${filler}" \u00e9 password="${'x'.repeat(40_000)}" ${PLANTED.card} end`;
    const result = (await redactJsonValue({ a: long, b: 1 })) as { a: string; b: number };
    assert.equal(
      result.a,
      `${filler}[redacted:email] \n "${filler}" \u00e9 password="${CREDENTIAL}" [redacted:card:1111] end`,
    );
    assert.deepEqual(await redactJsonValue({ token: 'x'.repeat(100_000), b: 1 }), { token: CREDENTIAL, b: 1 });
    assert.equal(await reasonOf(`["${'a'.repeat(100_000)}\\x"]`), 'unparseable');
    assert.equal(await reasonOf(`["${'a'.repeat(100_000)}\\u12`), 'unparseable');
  });
});

describe('text bodies', () => {
  it('are scanned across windows of long lines', async () => {
    for (const value of Object.values(PLANTED))
      for (let before = 14_200; before < 14_450; before += 9) {
        const line = `${'-'.repeat(before)} ${value} ${'-'.repeat(20_000)}`;
        const { output, outcome } = await redact(line, 'text/plain');
        assert.ok(!output.includes(value) && output.startsWith('-'.repeat(before) + ' [redacted:'), value);
        assert.equal(output.replace(/\[redacted:[a-z_:0-9]*\]/, value), line);
        assert.deepEqual(
          outcome.counts.map((count) => count.count),
          [1],
        );
      }
  });

  it('lose a value of any length to its end', async () => {
    const long = 'x1'.repeat(60_000);
    assert.equal(
      await outputOf(`a Bearer ${long}, b token=${long}; c\npassword: "${long}" d`, 'text/plain'),
      `a Bearer ${CREDENTIAL}, b token=${CREDENTIAL}; c\npassword: "${CREDENTIAL}" d`,
    );
  });

  it('may be HTML and XML', async () => {
    assert.equal(
      await outputOf('<p>jane@example.com</p><cvv>123</cvv>', 'application/soap+xml; charset=utf-8'),
      '<p>[redacted:email]</p><cvv>[redacted:card_code]</cvv>',
    );
    assert.equal(
      await outputOf('<a href="mailto:jane@example.com">x</a>', 'text/html'),
      '<a href="mailto:[redacted:email]">x</a>',
    );
  });

  it('are withdrawn when they are binary, or written in another kind of charset', async () => {
    assert.equal(
      await reasonOf(Buffer.from('jane@example.com', 'utf16le').toString('latin1'), 'text/plain'),
      'undecodable',
    );
    for (const charset of ['utf-32', 'utf-7', 'iso-2022-jp', 'nonsense'])
      assert.equal(await reasonOf('hello', `text/plain; charset=${charset}`), 'undecodable');
    for (const charset of ['UTF-8', '"iso-8859-15"', 'windows-1252'])
      assert.equal(await reasonOf('hello', `text/plain; charset=${charset}`), 'kept');
  });

  it('lose their last line when they were cut off', async () => {
    const { output } = await redactPieces(
      [Buffer.from('one\ntwo jane@exa')],
      { contentType: 'text/plain' },
      undefined,
      true,
    );
    assert.equal(output, 'one\n[redacted:cut_off]');
  });
});

describe('forms', () => {
  const type = 'application/x-www-form-urlencoded';

  it('lose what names and contents give away; only that is encoded anew', async () => {
    assert.equal(
      await outputOf('a=%7e+b&email=jane%40example.com&password=x%26y&cvv=123&n=%34111+1111+1111+1111&c', type),
      'a=%7e+b&email=%5Bredacted%3Aemail%5D&password=%5Bredacted%3Acredential%5D&cvv=%5Bredacted%3Acard_code%5D' +
        '&n=%5Bredacted%3Acard%3A1111%5D&c',
    );
  });

  it('are walked into JSON values', async () => {
    const output = await outputOf(`payload=${encodeURIComponent('{"token":"x","n":1}')}`, type);
    assert.equal(decodeURIComponent(output), `payload={"token":"${CREDENTIAL}","n":1}`);
  });

  it('are scanned in bounded memory inside of long values', async () => {
    const filler = 'lorem%20ipsum%20'.repeat(6000);
    const output = await outputOf(`x=1&a=${filler}jane%40example.com%20${filler}&token=${filler}&y=2`, type);
    assert.equal(
      output,
      `x=1&a=${filler}${encodeURIComponent('[redacted:email]')}%20${filler}&token=${encodeURIComponent(CREDENTIAL)}&y=2`,
    );
  });

  it('are walked as JSON when they are JSON that nobody said was', async () => {
    const json = '{"user":"jane","password":"Tr0ub4dor&3xyz","cvv":"1&2"}';
    const redacted = `{"user":"jane","password":"${CREDENTIAL}","cvv":"[redacted:card_code]"}`;
    for (const around of ['', ' ', '\r\n\t', ' '.repeat(1000)])
      for (const sizes of [[1], [3], [1000]])
        for (const blockBytes of [1, 7, 16_384]) {
          const small = createRedactor({ limits: { blockBytes } });
          const { output } = await redactPieces(cut(Buffer.from(around + json), sizes), { contentType: type }, small);
          assert.equal(output, around + redacted);
        }
    assert.equal(await outputOf(`[${json}]`, type), `[${redacted}]`);
    assert.equal(await reasonOf('{"password":"a&b"', type), 'unparseable');
    for (const form of ['a={x}&b=[1]', ' a=1', ' '.repeat(3000), '', 'a[0]=1', '%7B%22a%22%3A1%7D'])
      assert.equal(await outputOf(form, type), form);
  });

  it('are withdrawn when a name is endless', async () => {
    assert.equal(await reasonOf('a'.repeat(100_000), type), 'over_limit');
  });

  it('lose their last field when they were cut off', async () => {
    const { output } = await redactPieces(
      [Buffer.from('a=1&email=jane%40exa')],
      { contentType: type },
      undefined,
      true,
    );
    assert.equal(output, 'a=1&%5Bredacted%3Acut_off%5D');
  });
});

describe('server-sent events', () => {
  const type = 'text/event-stream';

  it('are walked as JSON where their data is, and scanned elsewhere', async () => {
    assert.equal(
      await outputOf(
        ': jane@example.com\r\nevent: a\r\ndata: {"pin":1234,"a":"b"}\r\n\r\ndata: token=x\ndata:[4111111111111111]',
        type,
      ),
      ': [redacted:email]\r\nevent: a\r\ndata: {"pin":"[redacted:pin]","a":"b"}\r\n\r\ndata: token=[redacted:credential]\n' +
        'data:["[redacted:card:1111]"]',
    );
  });

  it('lose values that reach over lines of data', async () => {
    const encoded = Buffer.from(`${'lorem ipsum '.repeat(7)} ${PLANTED.email}`).toString('base64');
    const events = {
      'data: pay 4111 1111\ndata: 1111 1111 now\n\n': 'data: pay [redacted:card:1111] now\ndata: \n\n',
      'data: mail\nid: 7\ndata: DE89 3704 0044\ndata:0532 0130 00.\n\n':
        'data: mail\nid: 7\ndata: [redacted:iban:3000].\ndata:\n\n',
      'data: cvv:\r\ndata: 123\r\n\r\n': 'data: cvv:\r\ndata: [redacted:card_code]\r\n\r\n',
      'data: <a>\ndata: <pin>1234</pin>\ndata: </a>\n\n': 'data: <a>\ndata: <pin>[redacted:pin]</pin>\ndata: </a>\n\n',
      [`data: ${encoded.slice(0, 76)}\ndata: ${encoded.slice(76)}\n\n`]: 'data: [redacted:email]\ndata: \n\n',
    };
    for (const [text, expected] of Object.entries(events)) assert.equal(await outputOf(text, type), expected);
    const lines = 'data: 4111\ndata: a 7\n\ndata: 1111 1111\n\ndata: 1111 1111\n\n';
    assert.equal(await outputOf(lines, type), lines);
  });

  it('are scanned where their data only looks like JSON, or is too long', async () => {
    assert.equal(await outputOf('data: {"a": jane@example.com}\n\n', type), 'data: {"a": [redacted:email]}\n\n');
    const long = `data: {"a":"${'lorem '.repeat(20_000)}jane@example.com"}\n\ndata: {"pin":"12"}\n\n`;
    assert.equal(
      await outputOf(long, type),
      long.replace('jane@example.com', '[redacted:email]').replace('"12"', '"[redacted:pin]"'),
    );
  });

  it('are not too long before a line that may be the empty one at their end', async () => {
    const text = 'id: 7\r\ndata: "words"\n\r\ndata: 0';
    for (const blockBytes of [1, 16_384]) {
      const small = createRedactor({ limits: { blockBytes, maxValueBytes: 20 } });
      assert.equal((await redactPieces([Buffer.from(text)], { contentType: type }, small)).output, text);
    }
  });

  it('lose their last line when they were cut off', async () => {
    const { output } = await redactPieces(
      [Buffer.from('data: 1\n\ndata: {"a":"jane@e')],
      { contentType: type },
      undefined,
      true,
    );
    assert.equal(output, 'data: 1\n\n[redacted:cut_off]');
  });
});

describe('nested JSON', () => {
  it('in strings that all look like JSON takes linear time', async () => {
    const body = JSON.stringify(Array.from({ length: 2000 }, () => `{${'['.repeat(100)}}`));
    assert.equal(await reasonOf(body), 'kept');
  });

  it('counts nothing of an attempt that failed', async () => {
    const { outcome } = await redact(JSON.stringify({ a: '{"pin":"1234","b":jane@example.com}' }), 'application/json');
    assert.deepEqual(
      outcome.counts.map((count) => [count.rule, count.count]),
      [
        ['name.pin', 1],
        ['content.email', 1],
      ],
    );
  });

  it('is not what only ends with a marker, at whatever depth', async () => {
    const redactor = createRedactor({ limits: { maxNestedJson: 1 } });
    const body = JSON.stringify({ a: JSON.stringify({ b: '["password=hunter2' }) });
    const context = { contentType: 'application/json' };
    const { output } = await redactPieces([Buffer.from(body)], context, redactor);
    const inner = JSON.parse((JSON.parse(output) as { a: string }).a) as { b: string };
    assert.equal(inner.b, `["password=${CREDENTIAL}`);
    assert.equal((await redactPieces([Buffer.from(output)], context, redactor)).output, output);
  });

  it('is not followed beyond the limit', async () => {
    const redactor = createRedactor({ limits: { maxNestedJson: 1 } });
    const body = JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ card: 4111111111111111 }) }) });
    const { output } = await redactPieces([Buffer.from(body)], { contentType: 'application/json' }, redactor);
    assert.ok(!output.includes('4111111111111111'));
    JSON.parse((JSON.parse(output) as { a: string }).a);
  });
});
