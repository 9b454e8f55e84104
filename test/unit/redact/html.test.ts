import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { PLANTED, redactPieces } from './bodies.ts';

const TYPE = { contentType: 'text/html; charset=utf-8' };

async function outputOf(content: string): Promise<string> {
  const { output, outcome } = await redactPieces([Buffer.from(content)], TYPE);
  return outcome.state === 'withdrawn' ? outcome.reason : Buffer.from(output, 'latin1').toString();
}

describe('HTML', () => {
  it('is redacted by labels, terms and columns', async () => {
    const pages = [
      ['<input type=text name=cvv value=123>', '123', '"[redacted:card_code]"'],
      ['<dl><dt>PIN</dt><dd>1234</dd></dl>', '1234', '[redacted:pin]'],
      ['<table><tr><th>n<th>PIN<tr><td>1<td>1234</table>', '1234', '[redacted:pin]'],
      ['<table><tr><td>PIN:</td><td>1234</td></tr></table>', '1234', '[redacted:pin]'],
      ['<dt>taxId</dt><dd>- <pin>1234</pin></dd>', '1234', '[redacted:pin]'],
      ['<6<password=hunter2<input>', 'hunter2', '[redacted:credential]'],
      [`<meta name=author content='${PLANTED.email}'>`, PLANTED.email, '[redacted:email]'],
    ] as const;
    for (const [page, planted, marker] of pages) assert.equal(await outputOf(page), page.replace(planted, marker));
  });

  it('has nothing to do with a label before it where it is a script', async () => {
    const page = '<label>PIN</label><script>start(1);';
    assert.equal(await outputOf(page), page);
  });

  it('loses values wherever they stand, whatever is wrong around them', async () => {
    const { email } = PLANTED;
    const pages = [
      `<p>${email}`,
      `<p title=${email}>`,
      `<p ${email}>`,
      `<p title = "a" ${email}/>`,
      `<p title${' '.repeat(70)}=${email}>`,
      `<p ${'x'.repeat(300)}=${email}>`,
      `<p title="${email}>`,
      `<!-- ${email} -->`,
      `<!-- ${email}`,
      `<!doctype ${email}>`,
      `</p ${email}>`,
      `<script>var a = "${email}";</script>`,
      `<script>var a = "${email}";`,
      `<textarea><b>${email}</textarea>`,
      `< ${email} <<`,
      `<<${email}>>`,
      `jane.roe&#43;tag&#64;mail.example.com`,
      `<a href="mailto:jane.roe%2Btag%40mail.example.com">`,
    ];
    for (const page of pages) {
      const output = await outputOf(page);
      assert.ok(output.includes('[redacted:email]'), `${page} ${output}`);
      assert.ok(!/mail.example/.test(output), output);
      assert.equal(await outputOf(output), output, 'twice is once');
    }
  });

  it('stays as it is otherwise', async () => {
    const page =
      '<!DOCTYPE html><html><head><title>Orders &amp; more</title><style>p{color:#123456}</style></head>' +
      '<body onload="go()"><img src=/a.png alt=\'x "y"\' data-transaction-identifier-of-it="7"><p>1 < 2</p><br/></body></html>\n';
    assert.equal(await outputOf(page), page);
  });

  it('is the same whatever is held at a time', async () => {
    const text = Buffer.from(
      `<p>${PLANTED.email}</p><table><tr><th>pin</th></tr><tr><td>1234</td></tr></table>` +
        `<a href='x' title="${PLANTED.email}" ${PLANTED.email}>x</a><!-- ${PLANTED.card} --><script>password = "hunter2"</script>`,
    );
    const whole = await redactPieces([text], TYPE);
    for (const planted of ['1234', 'hunter2', PLANTED.email, PLANTED.card]) assert.ok(!whole.output.includes(planted));
    for (const blockBytes of [1, 2, 3, 7, 20]) {
      const small = createRedactor({ limits: { blockBytes } });
      assert.equal((await redactPieces([text], TYPE, small)).output, whole.output, String(blockBytes));
    }
  });
});
