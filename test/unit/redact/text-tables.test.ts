import assert from 'node:assert/strict';
import { checkHoweverCut, redact } from './bodies.ts';

async function outputOf(text: string, contentType = 'text/plain'): Promise<string> {
  const { output, outcome } = await redact(text, contentType);
  return outcome.state === 'withdrawn' ? outcome.reason : output;
}

const CARD = '4111111111111111';

describe('tables in plain text', () => {
  it('are read by the names of their columns, whatever parts their cells', async () => {
    for (const separator of [',', ';', '\t', '|', ', ', ' | '])
      for (const end of ['\n', '\r\n']) {
        const row = (...cells: string[]): string => cells.join(separator) + end;
        const names = row('name', 'card', 'cvv', 'password');
        assert.equal(
          await outputOf(names + row('Jane Doe', CARD, '737', 'tiger') + row('John Doe', CARD, '738', 'lion')),
          names +
            row(
              '[redacted:person_name]',
              '[redacted:card:1111]',
              '[redacted:card_code]',
              '[redacted:credential]',
            ).repeat(2),
          JSON.stringify([separator, end]),
        );
      }
  });

  it('may stand among lines of text, with quotation marks and line ends in cells', async () => {
    const text = (secret: string, other: string): string =>
      `Export of users, made for Anna\n\nid,password,note\n1,"${secret}","two\nlines"\n2,x${other},y\n\npassword: ${other}, and no more\n`;
    assert.equal(
      await outputOf(text('t""i,ger', 'hunter2').replace('xhunter2', 'lion')),
      text('[redacted:credential]', '[redacted:credential]').replace('x[', '['),
    );
    const twice = 'id,pin\n1,«4711»\n--\nname|pin\na|«4712»'.replace(/«\d+»/g, '[redacted:pin]');
    assert.equal(await outputOf('id,pin\n1,4711\n--\nname|pin\na|4712'), twice);
  });

  it('are found in Markdown, and in what shells of databases print', async () => {
    const markdown = (code: string, key: string): string =>
      `# Cards\n\n| id | cvv | password |\n|----|:---:|---|\n| 1 | ${code} | ${key} |\n| 2 | ${code} | ${key} |\n\nThat was all.\n`;
    const psql = (code: string, key: string): string =>
      ` id | cvv | password \n----+-----+----------\n  1 | ${code} | ${key}\n  2 | ${code} | ${key}\n(2 rows)\n`;
    const mysql = (code: string, key: string): string =>
      `+----+-----+----------+\n| id | cvv | password |\n+----+-----+----------+\n| 1 | ${code} | ${key} |\n+----+-----+----------+\n`;
    for (const table of [markdown, psql, mysql])
      assert.equal(await outputOf(table('737', 'tiger')), table('[redacted:card_code]', '[redacted:credential]'));
    const cells = markdown('737', 'tiger');
    assert.equal(await outputOf(cells, 'text/markdown'), markdown('[redacted:card_code]', '[redacted:credential]'));
  });

  it('come out the same however they are cut', async () => {
    for (const body of [
      'id,password\r\n1,«tiger»\r\n2,«lion»\r\n\r\nHello\r\npassword: «hunter2»\r\n',
      'Users\n\nid,password\n1,«tiger»\n2,"«li""on»"\nover\n',
      ' id | password \n----+----\n 1 | «tiger»\n(1 row)\n',
      '# id,password\n1,«tiger»\n',
      'name, it says here,\nid;password\n1;«tiger»',
    ])
      await checkHoweverCut(body, 'text/plain');
  });

  it('are none where a sentence, code or settings have as many commas in two lines', async () => {
    for (const text of [
      'Dear all, your password, please\nchange it soon, or lose it, thanks\n',
      'INSERT INTO users (name, city)\nVALUES (anna, berlin)\n',
      'import {\n  name,\n  password,\n} from users\n',
      'colour,size\nred,737\n',
      'The password, the card and the PIN\nare three things.\n',
      'user, password\n',
      '# Users, password and all\nfirst, second\n',
      'a,b\npin,cvv\n',
      'name;pin;cvv\nfirst;second\n',
    ])
      assert.equal(await outputOf(text), text, text);
  });
});
