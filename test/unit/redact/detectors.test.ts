import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { PLANTED, redact } from './bodies.ts';

const redactor = createRedactor();

function check(cases: readonly (readonly [text: string, redacted: string])[]): void {
  for (const [text, redacted] of cases) assert.equal(redactor.text(text).text, redacted);
}

function untouched(texts: readonly string[]): void {
  for (const text of texts) assert.deepEqual(redactor.text(text), { text, counts: [] });
}

describe('detectors', () => {
  it('find email addresses wherever they stand', () => {
    check([
      ['jane@example.com', '[redacted:email]'],
      ['Mail <jane.roe+x@a.b.example.co.uk>, please.', 'Mail <[redacted:email]>, please.'],
      ["'o.brien@example.org'", "'[redacted:email]'"],
      ['"jane roe"@example.org', '[redacted:email]'],
      ['to=jane%40example.com!', 'to=[redacted:email]!'],
      ['j\xc3\xb6rg@m\xc3\xbcller.example', '[redacted:email]'],
    ]);
  });

  it('leave what only has an at sign', () => {
    untouched(['@scope/package', 'package@1.2.3', 'a @ b', 'user@localhost', '@@@@', 'at 12@3.50 each']);
  });

  it('find addresses at hosts that have a number, or an underscore', () => {
    for (const domain of ['[192.0.2.1]', '192.0.2.1', '[IPv6:2001:db8::1]', 'mail_gw.example.com', '10.0.0.255'])
      for (const at of ['@', '%40'])
        assert.equal(redactor.text(`to <jane.roe${at}${domain}>, x`).text, 'to <[redacted:email]>, x', domain);
    untouched([
      'pkg@1.2.3.4.5',
      'pkg@1.2.3.4-beta',
      'pkg@1.2.300.4',
      'pkg@1.2.3',
      'a@[1]',
      'at 12@3.50 each',
      'x@[a.b]',
    ]);
  });

  it('leave nothing of a local part that is longer than it may be', () => {
    check([
      [`<${'a'.repeat(100)}@example.com>`, '<[redacted:email]>'],
      [`to=${'jane.'.repeat(60)}roe@example.com`, '[redacted:email]'],
      [`${'a'.repeat(1000)}@example.com`, `${'a'.repeat(520)}[redacted:email]`],
      [`https://h/${'path/'.repeat(20)}jane@example.com`, `https://h/${'path/'.repeat(20)}[redacted:email]`],
      [
        `https://h/${'path/'.repeat(20)}?email=jane@example.com`,
        `https://h/${'path/'.repeat(20)}?email=[redacted:email]`,
      ],
    ]);
  });

  it('never begin in the line before', () => {
    check([['"x"\n"@jane@example.com', '"x"\n"@[redacted:email]']]);
  });

  it('never cut a UTF-8 sequence', () => {
    const text = `${'\xe4\xbd\xa0'.repeat(40)}@example.com`;
    const redacted = Buffer.from(redactor.text(text).text, 'latin1').toString();
    assert.ok(!redacted.includes('\ufffd'));
    assert.ok(redacted.endsWith('[redacted:email]'));
  });

  it('find payment cards of every issuer and keep the last four digits', () => {
    check([
      ['4111111111111111', '[redacted:card:1111]'],
      ['Visa 4111 1111 1111 1111.', 'Visa [redacted:card:1111].'],
      ['5555-5555-5555-4444', '[redacted:card:4444]'],
      ['2223003122003222', '[redacted:card:3222]'],
      ['3782 822463 10005', '[redacted:card:0005]'],
      ['30569309025904', '[redacted:card:5904]'],
      ['6011111111111117', '[redacted:card:1117]'],
      ['3530111333300000', '[redacted:card:0000]'],
      ['6200000000000005', '[redacted:card:0005]'],
      ['4222222222222', '[redacted:card:2222]'],
      ['4111 1111 1111 1111 12/29', '[redacted:card:1111] 12/29'],
      ['no 17 4111 1111 1111 1111 2030', 'no 17 [redacted:card:1111] 2030'],
    ]);
  });

  it('leave digits that are no card', () => {
    untouched([
      '4111111111111112',
      '1234567890123452',
      '1700000000000 1700000000000000',
      '550e8400-e29b-41d4-a716-446655440000',
      '0.4111111111111111',
      '41111111111111114111111111111111',
      '41 11 11 11 11 11 11 11',
      '2024-01-15 10 20 30 40',
    ]);
  });

  it('find IBANs of any grouping and leave those whose check fails', () => {
    check([
      ['DE89370400440532013000', '[redacted:iban:3000]'],
      ['pay GB82 WEST 1234 5698 7654 32 now', 'pay [redacted:iban:5432] now'],
      ['fr1420041010050500013m02606', '[redacted:iban:2606]'],
      ['NO93-8601-1117-947', '[redacted:iban:7947]'],
    ]);
    untouched(['DE89370400440532013001', 'XX89370400440532013000', 'DE8937040044053201300', 'DE893704004405320130000']);
  });

  it('find dashed social security numbers in valid ranges only', () => {
    check([['id 219-45-6780, ok', 'id [redacted:us_ssn], ok']]);
    untouched(['000-12-3456', '666-12-3456', '900-12-3456', '123-00-4567', '123-45-0000']);
    untouched(['1-219-45-6780', '219-45-6780-1', '219456780', '219-456-780']);
  });

  it('find JSON web tokens and leave what only starts like one', () => {
    check([
      [PLANTED.jwt, '[redacted:jwt]'],
      [`see ${PLANTED.jwt}, then`, 'see [redacted:jwt], then'],
    ]);
    untouched([
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9',
      'eyJub3RoaW5nIjoxfQ.c29tZXRoaW5n.abc',
      'eyJub3RoaW5nIjoxfQ.eyJ',
      'eyJub3RoaW5nIjoxfQ. eyJub3RoaW5nIjoxfQ',
    ]);
  });

  it('find bearer and basic credentials and keep the scheme', () => {
    check([
      ['sent Bearer abcdef0123456789 to it', 'sent Bearer [redacted:credential] to it'],
      ['basic dXNlcjpwYXNzd29yZA== used', 'basic [redacted:credential] used'],
    ]);
    untouched(['the bearer token was wrong', 'Basic authentication', 'basic knowledge of things']);
  });

  it('find passwords in URLs', () => {
    check([['postgres://app:s3cr3t@db/main', 'postgres://app:[redacted:connection_string]@db/main']]);
    untouched(['https://host:8080/path']);
  });

  it('find values beside the name of a credential in text, code and markup', () => {
    check([
      ['password=hunter2 ok', 'password=[redacted:credential] ok'],
      ['db_password: "hun ter", x', 'db_password: "[redacted:credential]", x'],
      ['user[password]=abc&x=1', 'user[password]=[redacted:credential]&x=1'],
      [`x["password"] = 'abc'`, `x["password"] = '[redacted:credential]'`],
      ['{\\"api_key\\":\\"abc\\"}', '{\\"api_key\\":\\"[redacted:credential]\\"}'],
      [`{'secret' => 'abc'}`, `{'secret' => '[redacted:credential]'}`],
      ['<w:Password Type="t">abc</w:Password>', '<w:Password Type="t">[redacted:credential]</w:Password>'],
      ['<token><![CDATA[abc]]></token>', '<token>[redacted:credential]</token>'],
      ['Authorization: Digest username="x", response="y"', 'Authorization: [redacted:credential]'],
      ["curl -H 'Cookie: a=b; c=d' url", "curl -H 'Cookie: [redacted:credential]' url"],
      ['cvv=123, pin: 4321', 'cvv=[redacted:card_code], pin: [redacted:pin]'],
    ]);
    untouched(['password: required', 'session: started', 'pin: see map', 'token=', '<password/>', 'tokens=12']);
  });

  it('make one marker of findings that overlap', () => {
    check([['token=jane@example.com', 'token=[redacted:credential]']]);
    assert.deepEqual(
      redactor.text('token=jane@example.com').counts.map((c) => [c.rule, c.count]),
      [['name.credential', 1]],
    );
  });

  it('find nothing in what they have written', () => {
    const markers = ['email', 'card:1111', 'iban', 'us_ssn', 'jwt', 'credential', 'card_code', 'pin'];
    untouched(markers.map((marker) => `[redacted:${marker}]`));
    untouched(['password=[redacted:credential]', 'Bearer [redacted:credential]', 'x://a:[redacted:credential]@h']);
  });

  it('replace a text over the limit wholly', () => {
    const small = createRedactor({ limits: { maxHeaderValueBytes: 10 } });
    assert.equal(small.text('harmless but long').text, '[redacted:over_limit]');
    assert.equal(small.target('/harmless/but/long?x').path, '[redacted:over_limit]');
    assert.equal(
      small.headers('request_headers', [{ name: 'x', value: 'harmless but long' }]).fields[0]?.value,
      '[redacted:over_limit]',
    );
  });
});

describe('hostile text', () => {
  const pieces = [
    'a',
    '4',
    '@',
    'a@',
    '4111 ',
    'cookie=',
    'password="',
    'cvv=',
    'eyJ.',
    'eyJhbGciOi',
    'DE89 ',
    'basic ',
  ];
  const escapes = ['\\u0040', '\\', '&#64;', '&amp;', '%2525', '\t4111', '4111.', 'a=', '/', 'ewo', 'tok_eyA'];
  const more = [
    ...escapes,
    '<password ',
    '://a:b',
    '"@',
    ': ',
    '\\',
    '%40',
    'authorization: ',
    '<![CDATA[',
    '\n',
    '{',
    '[',
    '"',
    ...[
      'a%40',
      '&=%40',
      '/%40',
      'mail=%40',
      'id=a%40',
      '1.',
      '@1.',
      'code:',
      'no #:',
      'cvv:\n',
      ':\n',
      'cvv [',
      'security code ',
      ...[
        '+1 ',
        '+491511',
        '415-555-2671 ',
        '(415) ',
        'phone 1234567 ',
        'nhs 9434765919 ',
        '123-45-6789 ',
        '12.ABC.345/',
        'verification code for a ',
        '482913 is your ',
        'insert into a (',
        'insert into a (id1, password) values (',
        'insert into a\n',
        ';Pwd=a b c;Server=a ',
        'a://b:#@a.',
        'password: |\n a\n',
        '- name: password\n  value: a\n',
        '4111111111111111|12|2027|',
      ],
      ...[
        'born ',
        'dob=1984-03-12 ',
        '1.1.1984 ',
        '12 March ',
        'PID|',
        '~^',
        '1 85 05 2A ',
        '000-',
        '1234 5678 ',
        'order 4 ',
      ],
    ],
  ];
  for (const piece of [...pieces, ...more])
    // A quadratic detector takes far longer than the time that a test may take.
    it(`is scanned in linear time: 640,000 characters of ${JSON.stringify(piece)}`, () => {
      const large = createRedactor({ limits: { maxHeaderValueBytes: 1_000_000 } });
      assert.equal(typeof large.text(piece.repeat(640_000 / piece.length)).text, 'string');
    });
  it('is walked in linear time as a body too', async () => {
    for (const piece of [...pieces, ...more]) await redact(piece.repeat(160_000 / piece.length), 'text/plain');
  });
});
