import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { EngineRedactor, makeEngine } from '../../../src/redact/redactor.ts';

const redactor = createRedactor();

function valueOf(name: string, value: string): string | undefined {
  return redactor.headers('request_headers', [{ name, value }]).fields[0]?.value;
}

describe('headers', () => {
  it('keep the scheme of a credential and nothing else', () => {
    assert.equal(valueOf('authorization', 'Bearer abc'), 'Bearer [redacted:credential]');
    assert.equal(valueOf('Proxy-Authorization', 'Basic dTpw'), 'Basic [redacted:credential]');
    assert.equal(
      valueOf('authorization', 'AWS4-HMAC-SHA256 Credential=a, Signature=b'),
      'AWS4-HMAC-SHA256 [redacted:credential]',
    );
    assert.equal(valueOf('authorization', 'hunter2 hunter3'), '[redacted:credential]');
    assert.equal(valueOf('authorization', 'Bearer'), '[redacted:credential]');
    assert.equal(valueOf('authorization', ''), '');
  });

  it('keep the names of cookies and the attributes of set-cookie', () => {
    assert.equal(
      valueOf('cookie', 'a=1; b=x=y; c'),
      'a=[redacted:credential]; b=[redacted:credential]; [redacted:credential]',
    );
    assert.equal(
      valueOf('set-cookie', 'sid=abc; Path=/; Max-Age=5; HttpOnly'),
      'sid=[redacted:credential]; Path=/; Max-Age=5; HttpOnly',
    );
    assert.equal(valueOf('set-cookie', 'abc'), '[redacted:credential]');
  });

  it('lose values of credential fields and what other values give away', () => {
    assert.equal(valueOf('x-api-key', 'k'), '[redacted:credential]');
    assert.equal(valueOf('x-user', 'jane@example.com'), '[redacted:email]');
    assert.equal(valueOf('x-context', '{"password":"p","n":1}'), '{"password":"[redacted:credential]","n":1}');
    assert.equal(valueOf('user-agent', 'curl/8.5.0'), 'curl/8.5.0');
    assert.equal(valueOf('www-authenticate', 'Bearer realm="x"'), 'Bearer realm="x"');
  });

  it('are still looked into where credentials are left as they are', () => {
    const keeping = createRedactor({ policy: { entities: { credential: { action: 'keep' } } } });
    const fields = Object.entries({
      authorization: 'Basic jane@example.com',
      cookie: 'sid=abc; who=jane@example.com; cvv=737',
      'set-cookie': 'who=jane@example.com; Path=/',
      host: 'jane@example.com:x@h',
    }).map(([name, value]) => ({ name, value }));
    assert.deepEqual(
      keeping.headers('request_headers', fields).fields.map(({ value }) => value),
      [
        'Basic [redacted:email]',
        'sid=abc; who=[redacted:email]; cvv=[redacted:card_code]',
        'who=[redacted:email]; Path=/',
        '[redacted:email]:x@h',
      ],
    );
  });

  it('tell erasure whom a credential names, and nothing else of it', () => {
    const key = { version: 1, key: new Uint8Array(32).fill(7) };
    const naming = createRedactor({ tokenKey: key });
    const tokensOf = (name: string, value: string): string[] => {
      const { subjectTokens = [] } = naming.headers('request_headers', [{ name, value }]);
      return subjectTokens.map((token) => Buffer.from(token).toString('hex'));
    };
    const jane = tokensOf('x-user', 'jane@example.com');
    assert.equal(jane.length, 1);
    const basic = Buffer.from('jane@example.com:hunter2').toString('base64');
    for (const [name, value] of [
      ['authorization', `Basic ${basic}`],
      ['cookie', 'theme=dark; who=jane%40example.com'],
      ['set-cookie', 'who=Jane@example.com; Path=/'],
      ['host', 'jane%40example.com:hunter2@h'],
    ] as const) {
      assert.deepEqual(tokensOf(name, value), jane, name);
      const { counts, values } = naming.headers('request_headers', [{ name, value }]);
      assert.ok(!JSON.stringify([counts, values]).includes('email'), name);
    }
    assert.deepEqual(tokensOf('cookie', 'sid=c29tZSB0ZXh0IGhlcmU='), []);
  });

  it('that hold URLs are redacted like targets', () => {
    assert.equal(
      valueOf('referer', 'https://h/u/jane%40example.com?token=a&q=1#access_token=b&x=2'),
      'https://h/u/%5Bredacted%3Aemail%5D?token=%5Bredacted%3Acredential%5D&q=1#access_token=%5Bredacted%3Acredential%5D&x=2',
    );
    assert.equal(valueOf('x-original-uri', '/cb?cvv=12&n=1'), '/cb?cvv=%5Bredacted%3Acard_code%5D&n=1');
    assert.equal(valueOf(':path', '/a?b=c'), '/a?b=c');
    assert.equal(valueOf('location', '/a?'), '/a?');
  });

  it('that name whom a proxy lets in lose the names of persons', () => {
    for (const name of ['x-user', 'x-user-name', 'x-remote-user', 'x-forwarded-user'])
      for (const value of ['Anna Smith', 'Anna%20Smith', 'Anna'])
        assert.equal(valueOf(name, value), '[redacted:person_name]', `${name} ${value}`);
    for (const value of ['admin', 'svc-orders', '42', 'Billing Service', 'anna_s'])
      assert.equal(valueOf('x-user', value), value);
    assert.equal(
      valueOf('x-forwarded-client-cert', 'Hash=ab;Subject="CN=Anna Smith,OU=Shop";URI=spiffe://a/b'),
      'Hash=ab;Subject="CN=[redacted:person_name],OU=Shop";URI=spiffe://a/b',
    );
    const subject = 'Subject="CN=orders.example.com,O=Example Inc";DNS=Root CA';
    assert.equal(valueOf('x-forwarded-client-cert', subject), subject);
  });

  it('with encoded words are read as what these say', () => {
    const base64 = Buffer.from('Grüße von jane@example.com').toString('base64');
    assert.equal(
      valueOf('x-subject', `=?utf-8?B?${Buffer.from('to jane@example.com').toString('base64')}?=`),
      'to [redacted:email]',
    );
    assert.equal(valueOf('x-subject', 'Re: =?iso-8859-1?Q?jane=40example.com?='), 'Re: [redacted:email]');
    const again = valueOf('x-subject', `=?UTF-8?b?${base64}?=`) ?? '';
    assert.equal(Buffer.from(again.slice(10, -2), 'base64').toString(), 'Grüße von [redacted:email]');
    assert.equal(valueOf('from', '=?utf-8?Q?Ren=C3=A9_M=C3=BCller?= <r@example.com>')?.includes('M=C3'), false);
    for (const value of ['=?utf-8?B?R3LDvMOfZQ==?=', '=?x?', 'a=?b', '=?no-such?Q?a?='])
      assert.equal(valueOf('x-subject', value), value);
  });

  it('keep their order and repeat, and are counted by rule', () => {
    const { fields, counts } = redactor.headers('response_headers', [
      { name: 'x-a', value: 'a@b.example' },
      { name: 'x-b', value: 'ok' },
      { name: 'x-a', value: 'c@d.example' },
    ]);
    assert.deepEqual(
      fields.map((field) => field.value),
      ['[redacted:email]', 'ok', '[redacted:email]'],
    );
    assert.deepEqual(counts, [{ rule: 'content.email', version: 1, entity: 'email', action: 'drop', count: 2 }]);
  });

  it('come out the same when redacted again', () => {
    const names = ['authorization', 'cookie', 'set-cookie', 'x-api-key', 'referer', 'x-user'];
    const values = ['Bearer abc', 'a=b; c=d', 'a=b; Path=/', 'k', '/u?token=x', 'jane@example.com'];
    const first = redactor.headers(
      'request_headers',
      names.map((name, i) => ({ name, value: values[i] ?? '' })),
    );
    const second = redactor.headers('request_headers', first.fields);
    assert.deepEqual(second.fields, first.fields);
    assert.deepEqual(second.counts, []);
  });
});

describe('targets', () => {
  it('are split at the first question mark', () => {
    assert.deepEqual(redactor.target('/a/b?x=1?y=2'), { path: '/a/b', query: 'x=1?y=2', counts: [] });
    assert.equal(redactor.target('/users/Anna%20Smith/orders').path, '/users/%5Bredacted%3Aperson_name%5D/orders');
    const encoded = Buffer.from('jane.roe@example.com').toString('base64url');
    assert.ok(!redactor.target(`/o/${encoded}`).path.includes(encoded));
    for (const path of [
      '/users/me',
      '/users/Anna',
      '/products/Blue%20Sofa',
      '/users/new%20user',
      '/o/aGFybWxlc3MgdGV4dCBvbmx5',
    ])
      assert.equal(redactor.target(path).path, path);
    assert.deepEqual(redactor.target('/a'), { path: '/a', query: '', counts: [] });
    assert.deepEqual(redactor.target('*'), { path: '*', query: '', counts: [] });
  });

  it('lose what they hold in plain or percent-encoded', () => {
    const { path, query } = redactor.target(
      '/u/jane%40example.com/%34111111111111111/x%20y?api_key=k&q=a%20b&card=4111+1111+1111+1111&to=a+b%40c.example',
    );
    assert.equal(path, '/u/%5Bredacted%3Aemail%5D/%5Bredacted%3Acard%3A1111%5D/x%20y');
    assert.equal(
      query,
      'api_key=%5Bredacted%3Acredential%5D&q=a%20b&card=%5Bredacted%3Acard%3A1111%5D&to=%5Bredacted%3Aemail%5D',
    );
  });

  it('see through encoded names and nested URLs', () => {
    assert.equal(redactor.target('/?pass%77ord=x').query, 'pass%77ord=%5Bredacted%3Acredential%5D');
    const nested = redactor.target('/?next=https%3A%2F%2Fh%2F%3Ftoken%3Dabc%26x%3D1').query;
    assert.equal(nested, 'next=https%3A%2F%2Fh%2F%3Ftoken%3D%5Bredacted%3Acredential%5D%26x%3D1');
    assert.ok(!redactor.target('/?e=jane%2540example.com').query.includes('jane'));
    const inner = redactor.target('/?next=https%3A%2F%2Fh%2Fcb%3Fcode%3DSplxlOBeZQQYbYS6WxSbIA%26page%3D2').query;
    assert.equal(inner, 'next=https%3A%2F%2Fh%2Fcb%3Fcode%3D%5Bredacted%3Acredential%5D%26page%3D2');
  });

  it('stand a broken percent-encoding', () => {
    assert.deepEqual(redactor.target('/%zz%4?%=%&a=%4'), { path: '/%zz%4', query: '%=%&a=%4', counts: [] });
  });
});

describe('a detector that throws', () => {
  const failing = new EngineRedactor({
    ...makeEngine(),
    detect: () => {
      throw new Error('broken detector');
    },
  });

  it('costs a header its value, never the caller', () => {
    const { fields, counts } = failing.headers('request_headers', [{ name: 'x-a', value: 'hello' }]);
    assert.deepEqual(fields, [{ name: 'x-a', value: '[redacted:engine_failed]' }]);
    assert.deepEqual(
      counts.map((count) => count.rule),
      ['engine.failed'],
    );
  });

  it('costs a target and a text everything', () => {
    assert.equal(failing.target('/hello?x=world').path, '[redacted:engine_failed]');
    assert.equal(failing.target('/hello?x=world').query, '');
    assert.equal(failing.text('hello').text, '[redacted:engine_failed]');
  });

  it('withdraws a body', async () => {
    const body = failing.body({ part: 'request_body', contentType: 'text/plain' }, new Uint8Array(32));
    assert.equal((await body.write(Buffer.alloc(100_000, 'a'))).length, 0);
    const outcome = await body.end();
    assert.equal(outcome.state === 'withdrawn' && outcome.reason, 'engine_failed');
    assert.equal(outcome.originalBytes, 100_000);
  });

  it('says what kind of thing it threw, and not a word of its message', async () => {
    const throwing = (thrown: unknown): EngineRedactor =>
      new EngineRedactor({
        ...makeEngine(),
        detect: () => {
          throw thrown;
        },
      });
    const cases: [unknown, string][] = [
      [new TypeError('broken at jane.doe@example.org'), 'TypeError'],
      [Object.assign(new Error('jane.doe@example.org'), { code: 'ERR_BROKEN' }), 'Error ERR_BROKEN'],
      [Object.assign(new Error('x'), { name: 'jane.doe@example.org', code: 'jane.doe@example.org' }), 'Error'],
      ['jane.doe@example.org', 'string'],
    ];
    for (const [thrown, expected] of cases) {
      const redactor = throwing(thrown);
      const body = redactor.body({ part: 'request_body', contentType: 'text/plain' }, new Uint8Array(32));
      await body.write(Buffer.from('jane.doe@example.org'));
      const results = [
        await body.end(),
        redactor.headers('request_headers', [{ name: 'x-a', value: 'hello' }]),
        redactor.target('/hello?x=world'),
        redactor.text('hello'),
      ];
      for (const { failures } of results) assert.deepEqual(failures, [expected]);
    }
    assert.equal('failures' in createRedactor().text('hello'), false);
  });

  it('is told of also when not even the policy of a call can be made', async () => {
    const redactor = new EngineRedactor({
      ...makeEngine(),
      policyFor: () => {
        throw new RangeError('no policy');
      },
    });
    const body = redactor.body({ part: 'request_body', contentType: 'text/plain' }, new Uint8Array(32));
    await body.write(Buffer.from('hello'));
    const outcome = await body.end();
    assert.equal(outcome.state === 'withdrawn' && outcome.reason, 'engine_failed');
    const fields = redactor.headers('request_headers', [{ name: 'x-a', value: 'hello' }]);
    for (const { failures } of [outcome, fields, redactor.target('/a'), redactor.text('a')])
      assert.deepEqual(failures, ['RangeError']);
  });
});

describe('header values that are remembered as clean', () => {
  it('are those of fields about transfer alone, never what names a person or opens a door', () => {
    const redactor = createRedactor();
    const redact = (name: string, value: string): string | undefined =>
      redactor.headers('request_headers', [{ name, value }]).fields[0]?.value;
    for (let round = 0; round < 3; round++) {
      assert.equal(redact('content-type', 'application/json'), 'application/json');
      assert.equal(redact('content-type', 'a jane.doe@example.com'), 'a [redacted:email]');
      assert.equal(redact('Content-Type', 'b jane.doe@example.com'), 'b [redacted:email]');
      assert.equal(redact('authorization', 'application/json'), '[redacted:credential]');
    }
  });

  it('stay the same when more come than are remembered', () => {
    const redactor = createRedactor();
    for (let at = 0; at < 10_000; at++) {
      const fields = [{ name: 'accept', value: `text/x-${at}` }];
      assert.deepEqual(redactor.headers('request_headers', fields).fields, fields);
    }
  });
});
