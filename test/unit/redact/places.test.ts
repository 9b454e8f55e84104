import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { EngineRedactor, makeEngine } from '../../../src/redact/redactor.ts';
import { hmac, redact, redactJsonValue, redactPieces } from './bodies.ts';

const CREDENTIAL = '[redacted:credential]';
const redactor = createRedactor();

function valueOf(name: string, value: string): string | undefined {
  return redactor.headers('request_headers', [{ name, value }]).fields[0]?.value;
}

async function outputOf(content: string, contentType: string): Promise<string> {
  const { output, outcome } = await redact(content, contentType);
  return outcome.state === 'kept' ? Buffer.from(output, 'latin1').toString() : outcome.reason;
}

function textOf(text: string): string {
  return redactor.text(text).text;
}

describe('header fields', () => {
  it('of binary metadata keep their length only', () => {
    const value = Buffer.from('jane@example.com').toString('base64');
    for (const name of ['x-user-bin', 'grpc-status-details-bin', 'Grpc-Trace-Bin'])
      for (const part of ['request_headers', 'response_headers', 'request_trailers', 'response_trailers'] as const)
        assert.equal(redactor.headers(part, [{ name, value }]).fields[0]?.value, `[redacted:binary:${value.length}]`);
    assert.equal(valueOf('x-token-bin', value), CREDENTIAL);
    assert.equal(valueOf('cid-bin', value), `[redacted:binary:${value.length}]`);
    assert.equal(valueOf('x-user-bin', ''), '');
    assert.equal(valueOf('x-user-bin', '[redacted:binary:24]'), '[redacted:binary:24]');
  });

  it('of gRPC messages are read through their encoding', () => {
    assert.equal(valueOf('grpc-message', 'card 4111%201111%201111%201111'), 'card %5Bredacted%3Acard%3A1111%5D');
  });

  it('that name a host lose what stands before it', () => {
    for (const name of [':authority', 'host', 'x-forwarded-host'])
      for (const userinfo of ['alice:pw', 'jane@example.com', 'alice', 'a:b@c'])
        assert.equal(valueOf(name, `${userinfo}@orders:80`), `${CREDENTIAL}@orders:80`);
    assert.equal(valueOf(':authority', 'orders.example:80'), 'orders.example:80');
    assert.equal(
      redactor.target('http://alice:p@ss@orders/x').path,
      'http://alice:%5Bredacted%3Acredential%5D@orders/x',
    );
    for (const [text, entity] of [
      ['amqp://jane@example.com:«hunter2»@broker', 'connection_string'],
      ['smtp://jane%40example.com:«hunter2»@mail:25', 'connection_string'],
      ['//jane@example.com:«hunter2»@orders.example/x', 'credential'],
    ] as const)
      assert.equal(
        textOf(text.replace(/[«»]/g, '')),
        text
          .replace(/jane(?:@|%40)example.com/, '[redacted:email]')
          .replace(/«.*»(@orders\.example)?/, `[redacted:${entity}]`),
      );
    assert.equal(redactor.target('//alice:pw@orders/x').path, '//alice:%5Bredacted%3Acredential%5D@orders/x');
  });

  it('with several cookies in one value lose them all', () => {
    assert.equal(
      valueOf('set-cookie', 'a=1; Path=/; Expires=Wed, 21 Oct 2015 07:28:00 GMT, sess=T; HttpOnly, lone; Odd=x'),
      `a=${CREDENTIAL}; Path=/; Expires=Wed, 21 Oct 2015 07:28:00 GMT, sess=${CREDENTIAL}; HttpOnly,` +
        ` ${CREDENTIAL}; Odd=${CREDENTIAL}`,
    );
  });

  it('of ids lose those that hide a card or text', () => {
    for (const hex of ['4111111111111111aaaaaaaaaaaaaaaa', Buffer.from('jane@example.com').toString('hex')])
      assert.equal(valueOf('traceparent', `00-${hex}-00f067aa0ba902b7-01`), '00-[redacted:id]-00f067aa0ba902b7-01');
    assert.equal(valueOf('x-affidavit-parent-id', '00000000-4111-1111-1111-111100000000'), '[redacted:id]');
    const harmless = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    assert.equal(valueOf('traceparent', harmless), harmless);
  });

  it('of subprotocols lose tokens among them', () => {
    assert.equal(valueOf('sec-websocket-protocol', 'graphql-transport-ws, mqtt'), 'graphql-transport-ws, mqtt');
    assert.equal(valueOf('sec-websocket-protocol', 'base64url.bearer.authorization.k8s.io.QwDKuZ'), CREDENTIAL);
  });
});

describe('named values in JSON', () => {
  it('are known by the name beside them, before or behind', async () => {
    const list = [
      { name: 'Authorization', value: 'abc' },
      { value: 'abc', enabled: true, name: 'X-Api-Key' },
      { key: 'password', value: { stringValue: 'abc', intValue: 5 } },
      { Value: 17, Key: 'pin' },
      { name: 'color', value: 'red' },
      { value: 'red', name: 'color' },
      { value: 'x' },
    ];
    assert.deepEqual(await redactJsonValue(list), [
      { name: 'Authorization', value: CREDENTIAL },
      { value: CREDENTIAL, enabled: true, name: 'X-Api-Key' },
      { key: 'password', value: { stringValue: CREDENTIAL, intValue: CREDENTIAL } },
      { Value: '[redacted:pin]', Key: 'pin' },
      ...list.slice(4),
    ]);
  });

  it('that wait for their name are bounded', async () => {
    const body = new EngineRedactor(makeEngine({ limits: { maxValueBytes: 64, blockBytes: 16 } })).body(
      { part: 'request_body', contentType: 'application/json' },
      new Uint8Array(32),
    );
    await body.write(Buffer.from(`{"value":"x"${',"a":"b"'.repeat(5000)}`));
    assert.ok(body.bufferedBytes < 1000);
    assert.equal((await body.end(true)).state, 'withdrawn');
  });
});

describe('URLs in JSON', () => {
  it('lose what their parameters are named for', async () => {
    const code = 'SplxlOBeZQQYbYS6WxSbIA';
    assert.deepEqual(
      await redactJsonValue([
        `https://h/cb?code=${code}&page=2#state=${code}`,
        `/cb?a=1&k%65y=${code}`,
        `myapp://cb#x=1&nonce=${code}`,
        `https://h/login?next=https://h/?ticket=${code}`,
        `https://h/cb?code=${code} was called`,
      ]),
      [
        `https://h/cb?code=${CREDENTIAL}&page=2#state=${CREDENTIAL}`,
        `/cb?a=1&k%65y=${CREDENTIAL}`,
        `myapp://cb#x=1&nonce=${CREDENTIAL}`,
        `https://h/login?next=https://h/?ticket=${CREDENTIAL}`,
        `https://h/cb?code=${CREDENTIAL} was called`,
      ],
    );
    const harmless = [
      ...[
        'https://h/p?code=DE&state=CA&key=name',
        `see https://h/?code=${code}`,
        `a/b?code=${code}`,
        '/a/b?',
        '//x y?',
      ],
      ...[`https://h/code=${code}/x`, 'https://h/?', 'https://h/?q=a+b&sort=asc#top', `code=${code}`],
    ];
    assert.deepEqual(await redactJsonValue(harmless), harmless);
  });

  it('are committed to without what may never be kept', async () => {
    const { outcome } = await redact('["https://h/?cvv=12&a=1"]', 'application/json');
    assert.equal(Buffer.from(outcome.commitment).toString('hex'), hmac('["https://h/?cvv=&a=1"]'));
  });
});

describe('JSON that can’t be followed', () => {
  it('is replaced where it is nested too deep', async () => {
    let value: unknown = { password: 'hunter2', e: 'jane\u0040example.com' };
    for (let i = 0; i < 6; i += 1) value = { p: JSON.stringify(value) };
    const output = JSON.stringify(await redactJsonValue(value));
    assert.ok(!output.includes('hunter2') && output.includes('[redacted:over_limit]'));
    const small = createRedactor({ limits: { maxNestedJson: 1, maxValueBytes: 100 } });
    const long = JSON.stringify([JSON.stringify([JSON.stringify({ cvv: 123, filler: 'x'.repeat(200) })])]);
    const { output: cut } = await redactPieces([Buffer.from(long)], { contentType: 'application/json' }, small);
    assert.deepEqual(JSON.parse((JSON.parse(cut) as string[])[0] ?? ''), ['[redacted:over_limit]']);
  });

  it('isn’t what begins with a marker, however deep it is nested', async () => {
    const text = '[redacted:credential]"csc": [\n[redacted:card_code]]';
    const nested = JSON.stringify({ p: JSON.stringify({ phone: text }) });
    const value = Buffer.from(nested).toString('base64');
    assert.equal(await redactJsonValue(value), value);
  });

  it('is followed in strings over the size limit, and read as text where it turns out to be none', async () => {
    const filler = 'lorem '.repeat(12_000);
    const inner = JSON.stringify({ filler, secret: { value: 'hidden' }, list: [{ name: 'cookie', value: 'c' }] });
    const { a } = (await redactJsonValue({ a: inner })) as { a: string };
    assert.deepEqual(JSON.parse(a), {
      ...{ filler, secret: { value: CREDENTIAL }, list: [{ name: 'cookie', value: CREDENTIAL }] },
    });
    const form = await outputOf(`a=${encodeURIComponent(inner)}`, 'application/x-www-form-urlencoded');
    assert.ok(!form.includes('hidden'));
    const broken = (await redactJsonValue({ a: `[INFO] ${filler} jane@example.com {"token":"x"}` })) as { a: string };
    assert.equal(broken.a, `[INFO] ${filler} [redacted:email] {"token":"${CREDENTIAL}"}`);
  });

  it('comes out the same however it was cut', async () => {
    const inner = JSON.stringify({ a: 'x'.repeat(200), pin: 1234, b: '{"token":"t"}', value: 's', name: 'token' });
    for (const text of [inner, inner.slice(0, 150), `${inner.slice(0, 260)}]]`, `[1, 2, x ${inner}`]) {
      const content = Buffer.from(JSON.stringify({ in: text }));
      const run = (blockBytes: number) =>
        redactPieces(
          [content],
          { contentType: 'application/json' },
          createRedactor({ limits: { blockBytes, maxValueBytes: 64 } }),
        );
      const whole = await run(100_000);
      for (const size of [1, 2, 3, 7, 50]) assert.deepEqual((await run(size)).output, whole.output, text);
    }
  });
});

describe('escapes', () => {
  it('of JSON, programs, HTML and URLs are seen through in running text', () => {
    const at = [
      '\\u0040',
      '\\\\\\u0040',
      '\\x40',
      '&#64;',
      '&#x40;',
      '&#0064',
      '&commat;',
      '&amp;#64;',
      '%40',
      '%2540',
    ];
    for (const escape of [...at, '%252540', '%u0040'])
      assert.equal(textOf(`to <jane${escape}example.com>`), 'to <[redacted:email]>', escape);
    assert.equal(
      textOf('payload: {\\"pass\\u0077ord\\":\\"x\\"}'),
      `payload: {\\"pass\\u0077ord\\":\\"${CREDENTIAL}\\"}`,
    );
    assert.equal(textOf('4111&nbsp;1111&nbsp;1111&nbsp;1111'), '[redacted:card:1111]');
    for (const harmless of ['a\\u0041b', '&amp; &lt;b&gt;', '100%25', 'C:\\users\\x', '&#64;'])
      assert.equal(textOf(harmless), harmless);
  });
});

describe('server-sent events', () => {
  const type = 'text/event-stream';

  it('are read whatever ends their lines, and behind a byte order mark', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const stream = ['\ufeffdata: {"a":"j\\u0040d.example"}', 'id: 7', '', 'data:  ["j\\u0040d.example"]', ''].join(
        end,
      );
      const expected = stream.replaceAll('j\\u0040d.example', '[redacted:email]');
      const whole = await redact(stream, type);
      assert.equal(Buffer.from(whole.output, 'latin1').toString(), expected);
      for (let cut = 1; cut < stream.length; cut += 1) {
        const bytes = Buffer.from(stream);
        const { output } = await redactPieces([bytes.subarray(0, cut), bytes.subarray(cut)], { contentType: type });
        assert.equal(output, whole.output);
      }
    }
  });

  it('are joined over their lines of data', async () => {
    assert.equal(
      await outputOf(
        'data: {"token":\ndata:"x",\nevent: a\ndata:  "e":"j\\u0040d.example"}\n\ndata: "j\\u0040d.example"\n\n',
        type,
      ),
      `data: {"token":\ndata:"${CREDENTIAL}",\nevent: a\ndata:  "e":"[redacted:email]"}\n\ndata: "[redacted:email]"\n\n`,
    );
  });

  it('are withdrawn when JSON over several lines is too long to be held', async () => {
    assert.equal(
      await outputOf(`data: {"token":\ndata: "x",\ndata: "a":"${'x'.repeat(70_000)}"}\n\n`, type),
      'over_limit',
    );
  });
});

describe('XML', () => {
  const type = 'application/xml';

  it('loses what elements and attributes are named for, whatever is inside', async () => {
    assert.equal(
      await outputOf(
        '<?xml version="1.0"?><a b="1" pw="x"><c:password xmlns:c="u">\n p\n</c:password><token><v>q</v><w/></token><cvv><![CDATA[123]]></cvv></a>\n',
        type,
      ),
      `<?xml version="1.0"?><a b="1" pw="${CREDENTIAL}"><c:password xmlns:c="u">${CREDENTIAL}</c:password>` +
        `<token><v>${CREDENTIAL}</v><w/></token><cvv>[redacted:card_code]</cvv></a>\n`,
    );
  });

  it('loses what its text gives away through references and CDATA sections', async () => {
    assert.equal(
      await outputOf(
        '<a><b>jane&#64;example.com</b><c>jane<![CDATA[@]]>example.com &amp; co</c><!-- jane@example.com --></a>',
        type,
      ),
      '<a><b>[redacted:email]</b><c>[redacted:email] &amp; co</c><!-- [redacted:email] --></a>',
    );
  });

  it('stays as it was where nothing is found, however it is cut', async () => {
    const xml = '<?xml version="1.0"?>\n<a x=\'1 > 0\' y="é">t &lt; &#233; <![CDATA[<x>]]><!-- c --><b/></a>\n';
    for (const size of [1, 3, 1000]) {
      const small = createRedactor({ limits: { blockBytes: size } });
      const { output } = await redactPieces([Buffer.from(xml)], { contentType: type }, small);
      assert.equal(Buffer.from(output, 'latin1').toString(), xml);
    }
  });

  it('takes linear time whatever it holds', async () => {
    const pieces = ['<a>', '<', '<!', '<![CDATA[', '<a b="', "<a b='\"' ", '<a b ', '&#64;', '<!--', '<a/>', '>', '"'];
    for (const piece of pieces) assert.ok((await outputOf(piece.repeat(640_000 / piece.length), type)) !== '', piece);
  });

  it('is withdrawn when it can’t be followed', async () => {
    const broken = [
      '<a>',
      '<a></b>',
      '<a b=c/>',
      '</a>',
      '<a',
      '<a>x<![CDATA[',
      '<!DOCTYPE a [<!ENTITY x "p">]><a>&x;</a>',
    ];
    for (const xml of broken) assert.equal(await outputOf(xml, type), 'unparseable', xml);
    assert.equal(await outputOf('<a>'.repeat(600), type), 'too_deep');
    assert.equal(await outputOf(`<a>${'x'.repeat(70_000)}</a>`, type), 'over_limit');
  });
});

describe('values in running text', () => {
  it('are cards when glued to words, or in groups of any printed kind', () => {
    assert.equal(textOf('PAN4111111111111111 4111111111111111EUR'), 'PAN[redacted:card:1111] [redacted:card:1111]EUR');
    for (const separator of ['.', '/', '_', '\t', '  ', '\xc2\xa0', '\xe2\x80\x93', '\xe2\x80\x89'])
      assert.equal(
        textOf(`no 4111${separator}1111${separator}1111${separator}1111!`),
        'no [redacted:card:1111]!',
        separator,
      );
    const harmless = [
      '0af7651916cd43dd8448eb211c80319c4111111111111111',
      'e3b0c44298fc1c149afb4111111111111111b934ca495991b7852b855',
      '5105.105105105100',
      '4111/11/11/11/11/11/11/11',
    ];
    for (const text of harmless) assert.equal(textOf(text), text);
  });

  it('are addresses with every character that RFC 5322 allows', () => {
    for (const char of "!#$%&'*+/=?^_`{|}~-.")
      assert.equal(textOf(`<zqkjm${char}mail@d.example>`), '<[redacted:email]>', char);
    assert.equal(textOf('SRS0=HHH=TT=orig.example=alice@fwd.example'), '[redacted:email]');
  });

  it('are addresses without what stands around them', () => {
    for (const around of ['to=', 'user=', 'https://h/u/', '/l?x=1&email=', '`', '**', '{', "'", 'mailto:'])
      assert.equal(textOf(`${around}jane@d.example`), `${around}[redacted:email]`, around);
  });

  it('are tokens behind letters, and with white space in their header', () => {
    const token = (header: string): string =>
      `${Buffer.from(header).toString('base64url')}.${Buffer.from('{}').toString('base64url')}.abc`;
    for (const header of [
      '{"alg":"none"}',
      '{ "alg":"none"}',
      '{\n  "alg":"none"}',
      '{\r\n"typ":"JWT"}',
      '{\t"alg":"x"}',
    ])
      for (const before of ['', 'x', 'tok_', 'eyJ'])
        assert.equal(textOf(`${before}${token(header)}`), `${before}[redacted:jwt]`, header + before);
  });

  it('are account numbers behind their word, or with dots', () => {
    assert.equal(textOf('IBANDE89370400440532013000x'), 'IBAN[redacted:iban:3000]x');
    assert.equal(textOf('DE89.3704.0044.0532.0130.00'), '[redacted:iban:3000]');
  });

  it('are account numbers with any space, dash or mark between their groups', () => {
    const groups = ['DE89', '3704', '0044', '0532', '0130', '00'];
    for (const between of ['  ', '_', '/', '\xc2\xa0', '\xe2\x80\x91', '\u2009'])
      assert.equal(textOf(`to ${groups.join(between)}, x`), 'to [redacted:iban:3000], x', between);
    for (const harmless of ['DE89/3704/0044/0532/0130/01', 'DE89   3704   0044   0532   0130   00', 'a/BE68/5390/07'])
      assert.equal(textOf(harmless), harmless);
  });
});
