import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { redact, redactPieces } from './bodies.ts';

const CREDENTIAL = '[redacted:credential]';

async function outputOf(content: string, contentType: string): Promise<string> {
  const { output, outcome } = await redact(content, contentType);
  return outcome.state === 'kept' ? Buffer.from(output, 'latin1').toString() : outcome.reason;
}

describe('HTML', () => {
  const htmlOf = (content: string) => outputOf(content, 'text/html; charset=utf-8');

  it('loses what attributes are named for, or say', async () => {
    assert.equal(
      await htmlOf(
        '<input name=password value=hunter2><input type="password" value="x y"><meta name="csrf-token" content="abc"/>' +
          '<a href="mailto:jane@example.com?subject=a">x</a><a href="/cb?token=abcdef&amp;page=2">y</a>',
      ),
      `<input name=password value="${CREDENTIAL}"><input type="password" value="${CREDENTIAL}">` +
        `<meta name="csrf-token" content="${CREDENTIAL}"/>` +
        `<a href="mailto:[redacted:email]?subject=a">x</a><a href="/cb?token=${CREDENTIAL}&amp;page=2">y</a>`,
    );
  });

  it('loses what labels, terms and columns name', async () => {
    assert.equal(
      await htmlOf('<dl><dt>Password:</dt><dd>hunter2</dd><dt>Colour</dt><dd>red</dd></dl>'),
      `<dl><dt>Password:</dt><dd>${CREDENTIAL}</dd><dt>Colour</dt><dd>red</dd></dl>`,
    );
    assert.equal(
      await htmlOf('<table><tr><th>id</th><th>PIN</th></tr><tr><td>1</td><td>4321</td></tr></table>'),
      '<table><tr><th>id</th><th>PIN</th></tr><tr><td>1</td><td>[redacted:pin]</td></tr></table>',
    );
  });

  it('keeps its scripts valid, and sees into those that are JSON', async () => {
    assert.equal(
      await htmlOf(
        '<script type="application/ld+json">{"email":"jane@example.com","a":"<b>"}</script><script>if (a<b) f("jane@example.com")</SCRIPT >',
      ),
      '<script type="application/ld+json">{"email":"[redacted:email]","a":"<b>"}</script><script>if (a<b) f("[redacted:email]")</SCRIPT >',
    );
  });

  it('keeps its character references, and sees through those in values', async () => {
    assert.equal(
      await htmlOf('<p>Jos&eacute; &quot;x&quot; &amp;lt; jane&#64;example.com &copy;</p>'),
      '<p>Jos&eacute; &quot;x&quot; &amp;lt; [redacted:email] &copy;</p>',
    );
  });

  it('loses what stands where names do', async () => {
    assert.equal(
      await htmlOf('Jane <jane@example.com>, <p jane@example.com x=1 joe@example.com="2">'),
      'Jane <[redacted:email]>, <p [redacted:email] x=1 [redacted:email]="2">',
    );
  });

  it('is read like browsers do where it is broken', async () => {
    const harmless = [
      'a < b',
      '<',
      '</',
      '<!',
      '<!--',
      '<p a="',
      '<p a=b',
      '<![CDATA[ x',
      '<script>a',
      '<?xml x',
      '<>',
    ];
    for (const content of harmless) {
      assert.equal(await htmlOf(content), content);
      assert.equal(await htmlOf(`${content} jane@example.com`), `${content} [redacted:email]`, content);
    }
  });

  it('is scanned in bounded memory inside of long texts and tags', async () => {
    const filler = 'lorem ipsum '.repeat(10_000);
    for (const [before, after] of [
      ['', '<b>'],
      ['<!--', '-->'],
      ['<a b="', '">'],
      ['<script>', '</script>'],
    ] as const) {
      const page = `<p>x${before}${filler}jane@example.com ${filler}${after}<input name="pin" value="1234">`;
      const expected = page.replace('jane@example.com', '[redacted:email]').replace('1234', '[redacted:pin]');
      assert.equal(await htmlOf(page), expected, before);
    }
  });
});

describe('CSV', () => {
  it('loses what columns are named for, and what cells say', async () => {
    assert.equal(
      await outputOf(
        'id,"Password",note\r\n1,hunter2,"jane@example.com\r\nsays ""hi"""\r\n2,"a ""b"" c",\r\n',
        'text/csv',
      ),
      `id,"Password",note\r\n1,${CREDENTIAL},"[redacted:email]\r\nsays ""hi"""\r\n2,"${CREDENTIAL}",\r\n`,
    );
  });

  it('may be separated by tabs, semicolons and bars, behind a byte order mark', async () => {
    for (const [type, separator] of [
      ['text/tab-separated-values', '\t'],
      ['text/csv', ';'],
      ['text/csv', '|'],
      ['application/csv', '\t'],
    ] as const)
      assert.equal(
        await outputOf(`\ufeffpin${separator}a.b\n1234${separator}"x,y"\n`, type),
        `\ufeffpin${separator}a.b\n[redacted:pin]${separator}"x,y"\n`,
      );
    assert.equal(await outputOf('sep=;\npin;a\n1234;b', 'text/csv'), 'sep=;\npin;a\n[redacted:pin];b');
  });

  it('has no names when its type says so', async () => {
    assert.equal(await outputOf('pin,b\n1234,c\n', 'text/csv; header=absent'), 'pin,b\n1234,c\n');
  });

  it('is running text from where a row is too long to be held', async () => {
    const csv = `id,note\n1234,a\n9,"${'lorem '.repeat(20_000)}jane@example.com\n"\n`;
    assert.equal(await outputOf(csv, 'text/csv'), csv.replace('jane@example.com', '[redacted:email]'));
  });
});

describe('multipart bodies', () => {
  const FORM = 'multipart/form-data; boundary="a b"';

  function form(...parts: string[]): string {
    return `${parts.map((part) => `--a b\r\n${part}\r\n`).join('')}--a b--\r\n`;
  }

  const field = (name: string, value: string): string =>
    `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
  const file = (type: string, content: string, name = 'f'): string =>
    `Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n${content}`;

  it('lose what fields are named for, and what they say', async () => {
    assert.equal(
      await outputOf(form(field('password', 'x\r\ny'), field('note', 'to jane@example.com'), field('n', '')), FORM),
      form(field('password', CREDENTIAL), field('note', 'to [redacted:email]'), field('n', '')),
    );
  });

  it('have their files walked by their types, and names of files read', async () => {
    assert.equal(
      await outputOf(
        form(
          file('application/json', '{"pin":1234}'),
          file('text/csv', 'pin,b\n1234,c\n', 'jane@example.com.csv'),
          file('text/plain', 'a jane@example.com'),
          file('text/html', '<p>jane@example.com'),
        ),
        FORM,
      ),
      form(
        file('application/json', '{"pin":"[redacted:pin]"}'),
        file('text/csv', 'pin,b\n[redacted:pin],c\n', '[redacted:email]'),
        file('text/plain', 'a [redacted:email]'),
        file('text/html', '<p>[redacted:email]'),
      ),
    );
  });

  it('keep the lengths alone of parts that can’t be judged', async () => {
    const encoded = 'Content-Transfer-Encoding: base64\r\nContent-Type: text/plain\r\n\r\nS-Gk';
    assert.equal(
      await outputOf(form(file('image/png', '\x89PNG'), file('image/png', ''), encoded, field('a', 'j\0a')), FORM),
      form(
        file('image/png', '[redacted:binary:5]'),
        file('image/png', ''),
        encoded.replace('S-Gk', '[redacted:binary:4]'),
        field('a', '[redacted:binary:3]'),
      ),
    );
    const redactor = createRedactor({ policy: { unknownContent: 'text' } });
    const { output } = await redactPieces(
      [Buffer.from(form(file('x/y', 'jane@example.com')))],
      { contentType: FORM },
      redactor,
    );
    assert.equal(output, form(file('x/y', '[redacted:email]')));
  });

  it('may be nested, as deep as the limit says', async () => {
    let inner = 'Content-Type: text/plain\r\n\r\njane@example.com';
    const results: string[] = [];
    for (let depth = 0; depth < 6; depth += 1) {
      results.push(await outputOf(form(inner), 'multipart/mixed; boundary="a b"'));
      inner = `Content-Type: multipart/mixed; boundary=in${depth}\r\n\r\n--in${depth}\r\n${inner}\r\n--in${depth}--`;
    }
    assert.equal(results[1]?.match(/\[redacted:email\]/g)?.length, 1);
    assert.deepEqual(results.slice(4), ['too_deep', 'too_deep']);
  });

  it('may have text around their parts, and blanks behind delimiters', async () => {
    assert.equal(
      await outputOf(
        'for jane@example.com\r\n--b  \r\n\r\nx\r\n--b \t\r\n\r\n--b y\r\n--b--\r\nbye jane@example.com',
        'multipart/mixed; boundary=b',
      ),
      'for [redacted:email]\r\n--b  \r\n\r\nx\r\n--b \t\r\n\r\n--b y\r\n--b--\r\nbye [redacted:email]',
    );
  });

  it('may have no parts', async () => {
    for (const body of ['--b--', 'x\r\n--b--', '--b--\r\n'])
      assert.equal(await outputOf(body, 'multipart/mixed; boundary=b'), body);
  });

  it('are withdrawn without a boundary, an end, or when a part isn’t what it says', async () => {
    assert.equal(await outputOf(form(field('a', 'b')), 'multipart/form-data'), 'unparseable');
    assert.equal(await outputOf('--a b\r\n\r\nx', FORM), 'unparseable');
    assert.equal(await outputOf('--a b\r\nX: y\r\n--a b\r\n\r\nx\r\n--a b--', FORM), 'unparseable');
    assert.equal(await outputOf(form(file('application/json', '{')), FORM), 'unparseable');
    assert.equal(await outputOf(form(file('text/plain', 'a\0b')), FORM), 'undecodable');
  });
});
