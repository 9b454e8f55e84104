import assert from 'node:assert/strict';
import { createExplainer, createRedactor } from '../../../src/redact/index.ts';
import { EngineBody } from '../../../src/redact/body.ts';
import { makeEngine } from '../../../src/redact/redactor.ts';
import { cut, PLANTED, redactPieces } from './bodies.ts';

const TYPE = 'multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW';
const B = '------WebKitFormBoundary7MA4YWxkTrZu0gW';

const lines = (...all: string[]) => all.join('\r\n');
const part = (head: string, ...content: string[]) => lines(B, head, '', ...content);
const field = (name: string, value: string) => part(`Content-Disposition: form-data; name="${name}"`, value);
const file = (type: string, content: string, name = 'f') =>
  part(`Content-Disposition: form-data; name="${name}"; filename="a.x"\r\nContent-Type: ${type}`, content);
const form = (...parts: string[]) => lines(...parts, `${B}--`, '');

async function outputOf(content: string, contentType = TYPE): Promise<string> {
  const { output, outcome } = await redactPieces([Buffer.from(content)], { contentType });
  return outcome.state === 'withdrawn' ? outcome.reason : Buffer.from(output, 'latin1').toString();
}

describe('multipart bodies', () => {
  it('have fields redacted by their names and contents, files by their own types', async () => {
    assert.equal(
      await outputOf(
        form(
          field('email', PLANTED.email),
          field('password', 'hunter2'),
          field('cvv', '123'),
          field('note', 'two\r\nlines'),
          field('settings', '{"token":"abc"}'),
          file('application/json', '{"password":"x","n":1}'),
          file('text/csv', 'password,n\r\nx,1'),
          file('image/png', '\x89PNG\r\n\x1a\n\0\0'),
          file('text/plain', `to ${PLANTED.email}`),
        ),
      ),
      form(
        field('email', '[redacted:email]'),
        field('password', '[redacted:credential]'),
        field('cvv', '[redacted:card_code]'),
        field('note', 'two\r\nlines'),
        field('settings', '{"token":"[redacted:credential]"}'),
        file('application/json', '{"password":"[redacted:credential]","n":1}'),
        file('text/csv', 'password,n\r\n[redacted:credential],1'),
        file('image/png', '[redacted:binary:11]'),
        file('text/plain', 'to [redacted:email]'),
      ),
    );
  });

  it('have tables read by their columns that only their files’ names call so', async () => {
    const named = (filename: string, type: string, ...rows: string[]): string =>
      part(`Content-Disposition: form-data; name="f"; filename="${filename}"${type}`, ...rows);
    const table = (filename: string, type: string, [password, code]: readonly [string, string], sign: string): string =>
      named(filename, type, ['n', 'password', 'cvv'].join(sign), ['1', password, code].join(sign));
    const clean = ['[redacted:credential]', '[redacted:card_code]'] as const;
    for (const [filename, sign] of [
      ['users.csv', ','],
      ['Users.CSV', ';'],
      ['users.v2.tsv', '\t'],
    ] as const)
      for (const type of ['', '\r\nContent-Type: text/plain', '\r\nContent-Type: text/plain; charset=utf-8'])
        assert.equal(
          await outputOf(form(table(filename, type, ['tiger', '737'], sign))),
          form(table(filename, type, clean, sign)),
          `${filename}${type}`,
        );
    // A type that says what it is counts for more.
    const xml = '\r\nContent-Type: text/xml';
    assert.equal(
      await outputOf(form(named('users.csv', xml, '<a><cvv>737</cvv></a>'))),
      form(named('users.csv', xml, '<a><cvv>[redacted:card_code]</cvv></a>')),
    );
  });

  it('have parts in transfer encodings read, and written again', async () => {
    const encoded = (type: string, encoding: string, content: string): string =>
      part(`Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}`, content);
    const base64 = (text: string, width = 76): string =>
      (
        Buffer.from(text)
          .toString('base64')
          .match(new RegExp(`.{1,${width}}`, 'g')) ?? []
      ).join('\r\n');
    const long = 'lorem ipsum '.repeat(20);
    const mail = (secret: string, text: string): string =>
      form(
        encoded('application/json', 'BASE64', base64(`{"pin":${secret},"a":"${long}"}`)),
        encoded('text/plain', 'base64', base64(`${long} ${text}`, 64)),
        encoded('text/plain', 'quoted-printable', `to ${text}=20\r\n=C3=A9 =3D`),
        encoded('text/html', 'base64', `${base64('<p>nothing</p>', 8)}\r\n`),
        part('Content-Disposition: form-data; name="pin"\r\nContent-Transfer-Encoding: base64', base64(secret)),
      );
    assert.equal(
      await outputOf(mail('1234', PLANTED.email)),
      mail('"[redacted:pin]"', '[redacted:email]').replace(base64('"[redacted:pin]"'), base64('[redacted:pin]')),
    );
    const soft = encoded('text/plain', 'quoted-printable', 'jane.roe=\r\n=2Btag=40mail.example.=\r\ncom  \r\nx');
    assert.equal(await outputOf(form(soft)), form(encoded('text/plain', 'quoted-printable', '[redacted:email]\r\nx')));
    const wide = encoded('text/plain', 'quoted-printable', `${'=C3=A9'.repeat(40)} ${PLANTED.email}`);
    const output = await outputOf(form(wide));
    assert.ok(output.split('\r\n').every((line) => line.length <= 76) && output.includes('[redacted:email]'));
    assert.equal(await outputOf(output), output);
  });

  it('keep the lengths alone of parts in transfer encodings that are none, or hold what their types don’t say', async () => {
    const json = Buffer.from('{"a":').toString('base64');
    const parts = (a: string, b: string, c: string, d: string): string =>
      form(
        part('Content-Type: text/plain\r\nContent-Transfer-Encoding: base64', a),
        part('Content-Type: application/json\r\nContent-Transfer-Encoding: base64', b),
        part('Content-Type: text/plain\r\nContent-Transfer-Encoding: x-uuencode', c),
        part('Content-Type: text/plain\r\nContent-Transfer-Encoding: base64', d),
      );
    assert.equal(
      await outputOf(parts('jane@example.com', json, 'begin', 'QUJD'.repeat(20_000))),
      parts('[redacted:binary:16]', '[redacted:binary:8]', '[redacted:binary:5]', '[redacted:binary:80000]'),
    );
  });

  it('say where they found what in a transfer encoding', async () => {
    const explain = createExplainer();
    const text = `x\ty ${PLANTED.email} z`;
    const raw = Buffer.from(text).toString('base64').replace(/.{8}/g, '$&\r\n');
    const quoted = `x=09y=\r\n =6Aane.roe+tag@mail.example.com z`;
    const content = form(
      part('Content-Type: text/plain\r\nContent-Transfer-Encoding: base64', raw),
      part('Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable', quoted),
    );
    const { findings } = await explain({ part: 'request_body', contentType: TYPE }, Buffer.from(content));
    const [first = '', second] = findings.map(({ start, end }) => content.slice(start, end));
    assert.equal(second, '=6Aane.roe+tag@mail.example.com');
    const at = text.indexOf(PLANTED.email);
    const digits = Buffer.from(text)
      .toString('base64')
      .slice(Math.floor((at * 4) / 3), Math.ceil(((at + PLANTED.email.length) * 4) / 3));
    assert.equal(first.replaceAll('\r\n', ''), digits);
  });

  it('are read as curl and mail programs write them', async () => {
    const curl = lines(
      '--------------------------d74496d66958873e',
      'Content-Disposition: form-data; name="person"',
      'Content-Type: text/plain',
      '',
      PLANTED.email,
      '--------------------------d74496d66958873e--',
      '',
    );
    const type = 'multipart/form-data; boundary=------------------------d74496d66958873e';
    assert.equal(await outputOf(curl, type), curl.replace(PLANTED.email, '[redacted:email]'));
    const mixed = lines(
      '--a b',
      'Content-Type: multipart/alternative;',
      ' boundary="c"',
      '',
      '--c',
      '',
      PLANTED.email,
      '--c',
      'Content-Type: text/html',
      '',
      `<b>${PLANTED.email}</b>`,
      '--c--',
      '--a b--',
    );
    assert.equal(
      await outputOf(mixed, 'Multipart/Mixed; charset=utf-8; Boundary="a b"'),
      mixed.replaceAll(PLANTED.email, '[redacted:email]'),
    );
  });

  it('may have line feeds alone, blanks behind delimiters, empty parts, no last line end, and no parts', async () => {
    const bodies = [
      `--b\ncontent-disposition: form-data; name=password\n\nhunter2\n--b--\n`,
      `--b \t\r\ncontent-disposition: form-data; name="password"\r\n\r\nhunter2\r\n--b--\t`,
      `--b\r\n\r\n\r\n--b\r\ncontent-disposition: form-data; name="password"\r\n\r\nhunter2\r\n--b--`,
      `--b--`,
      `--b--\r\n`,
    ];
    for (const body of bodies)
      assert.equal(
        await outputOf(body, 'multipart/form-data; boundary=b'),
        body.replace('hunter2', '[redacted:credential]'),
      );
  });

  it('have what stands before and behind all parts redacted as text', async () => {
    const around = `preamble ${PLANTED.email}\r\n--b\r\n\r\ntext\r\n--b--\r\nepilogue ${PLANTED.email}`;
    assert.equal(
      await outputOf(around, 'multipart/mixed; boundary=b'),
      'preamble [redacted:email]\r\n--b\r\n\r\ntext\r\n--b--\r\nepilogue [redacted:email]',
    );
  });

  it('have no delimiters that only look like one', async () => {
    const body = lines('--b', '', 'x --b', '--bb', '--b-', '--b--x', `--b${' '.repeat(65)}`, '--b--', '');
    assert.equal(await outputOf(body, 'multipart/mixed; boundary=b'), body);
  });

  it('are withdrawn when they are broken', async () => {
    const good = form(field('a', 'b'));
    const reasons = [
      ['', 'multipart/form-data', 'kept'],
      [good, 'multipart/form-data', 'unparseable'],
      [good, 'multipart/form-data; boundary=""', 'unparseable'],
      [good, 'multipart/form-data; boundary=other', 'unparseable'],
      [good.slice(0, -6), TYPE, 'unparseable'],
      [form(file('application/json', '{"a"')), TYPE, 'unparseable'],
      [form(lines(B, 'Content-Disposition: form-data; name="a"', field('b', 'c'))), TYPE, 'unparseable'],
      [`${'x'.repeat(20_000)}\r\n${good}`, TYPE, 'unparseable'],
      [`${good}${'x'.repeat(20_000)}`, TYPE, 'unparseable'],
    ] as const;
    for (const [body, type, reason] of reasons) {
      const { outcome } = await redactPieces([Buffer.from(body)], { contentType: type });
      assert.equal(outcome.state === 'withdrawn' ? outcome.reason : 'kept', reason, body.slice(0, 60));
    }
    const early = await redactPieces([Buffer.from(good.slice(0, -6))], { contentType: TYPE }, undefined, true);
    assert.equal(early.outcome.state === 'withdrawn' && early.outcome.reason, 'ended_early');
  });

  it('within each other are followed to a limit', async () => {
    const nested = (depth: number): string => {
      let text = `content-type: text/plain\r\n\r\n${PLANTED.email}`;
      for (let level = depth; level > 0; level -= 1)
        text = `content-type: multipart/mixed; boundary=x${level}y\r\n\r\n--x${level}y\r\n${text}\r\n--x${level}y--`;
      return `--x0y\r\n${text}\r\n--x0y--\r\n`;
    };
    const type = 'multipart/mixed; boundary=x0y';
    assert.equal(await outputOf(nested(3), type), nested(3).replace(PLANTED.email, '[redacted:email]'));
    assert.equal(await outputOf(nested(4), type), 'too_deep');
  });

  it('hold little of parts of any length', async () => {
    const engine = makeEngine();
    const big = 'lorem ipsum '.repeat(50_000);
    const body = form(
      field('note', big + PLANTED.email),
      field('token', big),
      file('text/plain', `${big}\n`.repeat(3)),
    );
    const redacted = new EngineBody(engine, { part: 'request_body', contentType: TYPE }, new Uint8Array(32));
    const outputs: Uint8Array[] = [];
    let most = 0;
    for (const piece of cut(Buffer.from(body), [10_000])) {
      outputs.push(await redacted.write(piece));
      most = Math.max(most, redacted.bufferedBytes);
    }
    const outcome = await redacted.end();
    assert.ok(most < 150_000, `${most} bytes held`);
    const output = Buffer.concat([...outputs, outcome.state === 'kept' ? outcome.tail : Buffer.alloc(0)]).toString();
    assert.equal(
      output,
      form(
        field('note', `${big}[redacted:email]`),
        field('token', '[redacted:credential]'),
        file('text/plain', `${big}\n`.repeat(3)),
      ),
    );
  });

  it('say where in all of them something was found', async () => {
    const body = form(field('a', PLANTED.email), file('application/json', `{"b":"${PLANTED.email}"}`));
    const { findings } = await createExplainer()({ part: 'request_body', contentType: TYPE }, Buffer.from(body));
    assert.deepEqual(
      findings.map(({ start, end }) => body.slice(start, end)),
      [PLANTED.email, PLANTED.email],
    );
  });

  it('are the same whatever is held at a time', async () => {
    const body = Buffer.from(
      `pre ${PLANTED.email}\r\n${lines(
        B,
        '',
        '',
        field('password', 'hunter2'),
        `${B}  \t `,
        'Content-Type: application/json',
        '',
        '{"cvv":"123"}',
        field('note', `-${B}\r\n-\r\r\n${PLANTED.email}`),
        `${B}--  `,
        ` epilogue ${PLANTED.email}`,
      )}`,
    );
    const whole = await redactPieces([body], { contentType: TYPE });
    assert.equal(whole.outcome.state, 'kept');
    for (const planted of [PLANTED.email, 'hunter2', '"123"']) assert.ok(!whole.output.includes(planted));
    for (const blockBytes of [1, 2, 3, 7, 50, 113]) {
      const blocks = await redactPieces([body], { contentType: TYPE }, createRedactor({ limits: { blockBytes } }));
      assert.equal(blocks.output, whole.output, String(blockBytes));
      assert.deepEqual(blocks.outcome.commitment, whole.outcome.commitment);
    }
    assert.equal(await outputOf(whole.output), whole.output, 'twice is once');
  });
});
