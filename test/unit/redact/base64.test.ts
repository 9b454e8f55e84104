import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { base64Text } from '../../../src/redact/base64.ts';
import { createExplainer, createRedactor } from '../../../src/redact/index.ts';
import { hmac, PLANTED, redact, redactJsonValue } from './bodies.ts';

type Encoding = 'base64' | 'base64url';

const encode = (text: string, encoding: Encoding = 'base64') => Buffer.from(text).toString(encoding);
const decode = (text: unknown) => Buffer.from(String(text), 'base64').toString();

describe('base64 as a value', () => {
  it('has its text redacted and is written again in the same alphabet and padding', async () => {
    const plain = `Grüße >>> von ${PLANTED.email} ???`;
    for (const lead of ['', 'x', 'xx']) {
      const text = `${lead}Grüße >>> von [redacted:email] ???`;
      const [padded, unpadded] = [encode(lead + plain), encode(lead + plain, 'base64url')];
      const cases = [
        [padded, encode(text)],
        [unpadded, encode(text, 'base64url')],
      ];
      if (padded.endsWith('=')) cases.push([padded.replace(/=+$/, ''), encode(text).replace(/=+$/, '')]);
      for (const [data, expected] of cases) {
        const redacted = await redactJsonValue({ data });
        assert.deepEqual(redacted, { data: expected });
        assert.deepEqual(await redactJsonValue(redacted), redacted, 'twice is once');
      }
    }
  });

  it('is walked as what it is: JSON by its names, a URL by its parameters, base64 again', async () => {
    const inner = encode(JSON.stringify({ password: 'hunter2', note: encode(`mail ${PLANTED.email}`) }));
    const redacted = (await redactJsonValue({ data: inner })) as { data: string };
    const object = JSON.parse(decode(redacted.data)) as Record<string, string>;
    assert.equal(object['password'], '[redacted:credential]');
    assert.equal(decode(object['note']), 'mail [redacted:email]');
    const url = (await redactJsonValue([encode('https://h.example/?token=abcdef&page=2')])) as string[];
    assert.equal(decode(url[0]), 'https://h.example/?token=[redacted:credential]&page=2');
  });

  it('is replaced wholly where it is nested too deep to be followed', async () => {
    let data = `write to ${PLANTED.email}`;
    for (let i = 0; i < 5; i += 1) data = encode(data);
    let redacted: unknown = ((await redactJsonValue({ data })) as { data: unknown }).data;
    for (let i = 0; i < 3; i += 1) redacted = decode(redacted);
    assert.equal(redacted, '[redacted:over_limit]');
  });

  it('is found in forms, queries, headers, CSV and XML', async () => {
    const data = encode(`{"user":"${PLANTED.email}"}`);
    const clean = encode('{"user":"[redacted:email]"}');
    const form = await redact(`data=${encodeURIComponent(data)}&x=1`, 'application/x-www-form-urlencoded');
    assert.equal(decodeURIComponent(form.output), `data=${clean}&x=1`);
    const redactor = createRedactor();
    assert.equal(decodeURIComponent(redactor.target(`/cb?data=${data}&x=1`).query), `data=${clean}&x=1`);
    const { fields } = redactor.headers('request_headers', [{ name: 'x-userinfo', value: data }]);
    assert.equal(fields[0]?.value, clean);
    assert.equal((await redact(`id,data\n1,${data}\n`, 'text/csv')).output, `id,data\n1,${clean}\n`);
    assert.equal((await redact(`<a><b>${data}</b></a>`, 'application/xml')).output, `<a><b>${clean}</b></a>`);
  });

  it('in a form may hold a plus that nobody encoded', async () => {
    const data = encode(`>>>>>> ${PLANTED.email}`);
    assert.ok(data.includes('+'));
    const { output } = await redact(`data=${data}`, 'application/x-www-form-urlencoded');
    assert.equal(decode(decodeURIComponent(output).slice(5)), '>>>>>> [redacted:email]');
  });

  it('is that of a data URL of a type of text', async () => {
    const html = encode(`<p>${PLANTED.email}</p>`);
    const clean = encode('<p>[redacted:email]</p>');
    for (const prefix of ['data:text/html;base64,', 'data:application/json;charset=utf-8;base64,', 'data:;base64,'])
      assert.deepEqual(await redactJsonValue([`${prefix}${html}`]), [`${prefix}${clean}`]);
    // What another type calls itself is replaced whole when it is text with something in it.
    const image = 'data:image/svg;base64,';
    assert.deepEqual(await redactJsonValue([`${image}${html}`]), [`${image}[redacted:email]`]);
  });

  it('is committed to as it came, but without what may never be kept', async () => {
    const data = encode('{"note":"a text","cvv":"123"}');
    const body = `{"data":"${data}"}`;
    const { outcome } = await redact(body, 'application/json');
    const kept = `{"data":"${encode('{"note":"a text","cvv":""}')}"}`;
    assert.equal(Buffer.from(outcome.commitment).toString('hex'), hmac(kept));
    const plain = `{"data":"${encode(`to ${PLANTED.email}`)}"}`;
    assert.equal(
      Buffer.from((await redact(plain, 'application/json')).outcome.commitment).toString('hex'),
      hmac(plain),
    );
  });

  it('is replaced wholly when what would be left of it looks like a secret under its name', async () => {
    const redacted = await redactJsonValue({ d: [encode(`"${PLANTED.email}@529.982.247-25"`)] });
    assert.deepEqual(redacted, { d: ['[redacted:private_key]'] });
  });

  it('says which of its characters hold what was found', async () => {
    const body = JSON.stringify({ data: encode(`{"a":"${PLANTED.email}"}`) });
    const context = { part: 'request_body', contentType: 'application/json' } as const;
    const { findings } = await createExplainer()(context, Buffer.from(body));
    const [found] = findings;
    assert.ok(found !== undefined && findings.length === 1);
    const from = body.indexOf('"', 8) + 1;
    const inside = decode(body.slice(from + Math.floor((found.start - from) / 4) * 4, found.end));
    assert.ok(inside.includes(PLANTED.email.slice(0, -2)), inside);
    assert.ok(found.end - found.start <= Math.ceil((PLANTED.email.length * 4) / 3) + 1);
  });
});

describe('base64 of an object without anything to be found', () => {
  it('is no web token, however long it is', async () => {
    const data = encode(JSON.stringify({ list: 'harmless words '.repeat(300) }));
    assert.deepEqual(await redactJsonValue({ data }), { data });
    const form = await redact(`data=${data}`, 'application/x-www-form-urlencoded');
    assert.equal(form.output, `data=${data}`);
  });
});

describe('what is no base64 of text', () => {
  it('stays as it is', () => {
    const others = [
      ...[
        '123e4567-e89b-42d3-a456-426614174000',
        '0123456789abcdef0123456789abcdef',
        'createdTimestampUtc',
        '1'.repeat(24),
      ],
      ...['AAAAAAAAAAAAAAAAAAAA', 'ThisIsAnIdentifierOfAThing', 'application/octet-stream', 'aGVsbG8gd29ybGQ', ''],
      // Letters that are no base64, too many of them, a padding that doesn't fit, bits that are set and mustn't be.
      ...['aGVsbG8gd29ybGQsIGhlbGxv!', 'aGVsbG8gd29ybGQsIGhlbGxvIQ', 'aGVsbG8gd29ybGQsIGhlbGxvI'].map((text) =>
        text.endsWith('Q') ? `${text}=` : text,
      ),
      'aGVsbG8gd29ybGQsIGhlbGxvIR==',
      ...['aGVsbG8gd29y_bGQsIGhlbGxv+w==', encode('hello, \0 binary world')],
      ...Array.from({ length: 50 }, () => randomBytes(40).toString('base64')),
    ];
    for (const text of others) assert.equal(base64Text(text), undefined, text);
    assert.equal(base64Text('aGVsbG8gd29ybGQsIGhlbGxvIQ==')?.text, 'hello world, hello!');
  });
});
