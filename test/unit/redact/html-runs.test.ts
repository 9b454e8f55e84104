import assert from 'node:assert/strict';
import { createExplainer } from '../../../src/redact/index.ts';
import { EngineRedactor, makeEngine } from '../../../src/redact/redactor.ts';
import { PLANTED, redactPieces } from './bodies.ts';

const TYPE = { contentType: 'text/html; charset=utf-8' };
const CREDENTIAL = '[redacted:credential]';

async function outputOf(content: string, contentType = TYPE.contentType): Promise<string> {
  const { output, outcome } = await redactPieces([Buffer.from(content)], { contentType });
  return outcome.state === 'withdrawn' ? outcome.reason : Buffer.from(output, 'latin1').toString();
}

async function is(page: string, expected: string): Promise<void> {
  assert.equal(await outputOf(page), expected);
  assert.equal(await outputOf(expected), expected, 'twice is once');
}

describe('values that markup cuts into pieces', () => {
  it('are found as the reader sees them', async () => {
    await is('<p>pay 4111 1111 <b>1111</b> 1111 &amp; go</p>', '<p>pay [redacted:card:1111]<b></b> &amp; go</p>');
    await is('<p>anna@<wbr>example.com</p>', '<p>[redacted:email]<wbr></p>');
    await is('<p>SSN 219-<b>45</b>-<i>6780</i></p>', '<p>SSN [redacted:us_ssn]<b></b><i></i></p>');
    await is('<i>anna&#64;</i>\n<p>anna&#64;<!-- x -->example.com', '<i>anna&#64;</i>\n<p>[redacted:email]<!-- x -->');
    await is(
      `<p>key <span>AKIAIOSFODNN7<a title="${PLANTED.email}">EXAMPLE</a></span></p>`,
      '<p>key <span>[redacted:aws_key]<a title="[redacted:email]"></a></span></p>',
    );
  });

  it('are found whole behind their names', async () => {
    await is(
      '<dl><dt>Password</dt><dd>hun<b>ter2</b></dd></dl>',
      `<dl><dt>Password</dt><dd>${CREDENTIAL}<b></b></dd></dl>`,
    );
    await is('<b>PIN:</b> 1234 <b>Colour:</b> red', '<b>PIN:</b>[redacted:pin]<b>Colour:</b> red');
  });

  it('are not put together over the borders of blocks', async () => {
    for (const page of [
      '<td>4111 1111</td><td>1111 1111</td>',
      '<p>4111 1111<br>1111 1111</p>',
      '<li>anna@<li>example.com',
    ])
      assert.equal(await outputOf(page), page);
  });

  it('are the same whatever is held at a time, in bounded memory', async () => {
    const text = `<p>${'lorem <b>ipsum</b> '.repeat(300)}4111 1111 <b>1111</b> 1111 ${'<i>dolor</i> '.repeat(300)}</p>`;
    for (const maxValueBytes of [200, 64 * 1024]) {
      const outputs = new Set<string>();
      for (const blockBytes of [1, 7, 500, 16_384]) {
        const redactor = new EngineRedactor(makeEngine({ limits: { blockBytes, maxValueBytes } }));
        const body = redactor.body({ part: 'request_body', ...TYPE }, new Uint8Array(32));
        const pieces = [await body.write(Buffer.from(text))];
        assert.ok(body.bufferedBytes <= 2 * maxValueBytes + blockBytes);
        const outcome = await body.end();
        outputs.add(Buffer.concat([...pieces, outcome.state === 'kept' ? outcome.tail : Buffer.from('?')]).toString());
      }
      assert.equal(outputs.size, 1);
      assert.ok([...outputs][0]?.includes('[redacted:card:1111]<b></b>'));
    }
  });

  it('have the places of their pieces', async () => {
    const page = '<p>x anna&#64;<wbr>example.com</p>';
    const { findings } = await createExplainer()({ part: 'request_body', ...TYPE }, Buffer.from(page));
    assert.deepEqual(
      findings.map(({ start, end }) => page.slice(start, end)),
      ['anna&#64;<wbr>example.com'],
    );
  });
});

describe('fields and cells of HTML', () => {
  it('are named by the labels before, around and for them', async () => {
    const value = `value="${CREDENTIAL}"`;
    await is('<label>Password</label><input value="hunter2">', `<label>Password</label><input ${value}>`);
    await is('<label>Password <input value=hunter2></label>', `<label>Password <input ${value}></label>`);
    await is(
      '<label for=a>Password</label><label for=b>Colour</label><input id=a value="hunter2"><input id=b value="red">',
      `<label for=a>Password</label><label for=b>Colour</label><input id=a ${value}><input id=b value="red">`,
    );
    await is('<td>Password</td><td><input value="hunter2"></td>', `<td>Password</td><td><input ${value}></td>`);
    await is('<label>PIN</label><textarea>1234</textarea>', '<label>PIN</label><textarea>[redacted:pin]</textarea>');
    const button = '<label>Password</label><input type=hidden value=7><input type=submit value="Log in">';
    await is(button, button);
  });

  it('are named by a block before them, and by a first row of names', async () => {
    await is('<div>Password:</div><div>hunter2</div>', `<div>Password:</div><div>${CREDENTIAL}</div>`);
    await is('<div>Password</div><div>Forgotten?</div>', '<div>Password</div><div>Forgotten?</div>');
    await is(
      '<table><tr><td>Full name<td>PIN<tr><td>x<td>1234<tr><td>y<td>5678</table>',
      '<table><tr><td>Full name<td>PIN<tr><td>[redacted:person_name]<td>[redacted:pin]<tr><td>[redacted:person_name]<td>[redacted:pin]</table>',
    );
  });

  it('are named by elements that HTML doesn’t have', async () => {
    await is(
      '<?xml version="1.0"?><user><n:password>hunter2</n:password><pin><![CDATA[1234]]></pin><a>x</a></user>',
      `<?xml version="1.0"?><user><n:password>${CREDENTIAL}</n:password><pin>[redacted:pin]</pin><a>x</a></user>`,
    );
  });

  it('are replaced whole however long they are', async () => {
    const long = `hunter2 ${'x'.repeat(70_000)} hunter2`;
    await is(`<textarea name=password>${long}</textarea><p>y`, `<textarea name=password>${CREDENTIAL}</textarea><p>y`);
    await is(`<dt>Password</dt><dd>${long}</dd>`, `<dt>Password</dt><dd>${CREDENTIAL}</dd>`);
  });
});

describe('markup in values', () => {
  const page = '<table><tr><td>Password</td><td>hunter2</td></tr></table><p>anna@<wbr>example.com</p>';
  const redacted = `<table><tr><td>Password</td><td>${CREDENTIAL}</td></tr></table><p>[redacted:email]<wbr></p>`;

  it('is read as such in JSON, attributes, comments and XML', async () => {
    const json = JSON.stringify({ html: page, n: 1 });
    assert.deepEqual(JSON.parse(await outputOf(json, 'application/json')), { html: redacted, n: 1 });
    await is(`<!--${page}-->`, `<!--${redacted}-->`);
    const escaped = (text: string): string => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    await is(`<iframe srcdoc="${page}">`, `<iframe srcdoc="${escaped(redacted)}">`);
    assert.equal(await outputOf(`<a>${escaped(page)}</a>`, 'text/xml'), `<a>${escaped(redacted)}</a>`);
  });

  it('is read as XML when its elements are no HTML', async () => {
    const xml = '<user><credentials><password>\n  hunter2\n</password></credentials></user>';
    const json = await outputOf(JSON.stringify({ xml, broken: xml.slice(0, -1).concat(' >') }), 'application/json');
    assert.ok(!json.includes('hunter2'));
    assert.ok(!(await outputOf(JSON.stringify({ xml: `${xml}<p>` }), 'application/json')).includes('hunter2'));
  });

  it('is no address in angle brackets', async () => {
    assert.equal(
      await outputOf('["<anna@example.com>","<https://example.com/?to=bob%40example.com>"]', 'application/json'),
      `["<[redacted:email]>","<https://example.com/?to=[redacted:email]>"]`,
    );
  });
});
