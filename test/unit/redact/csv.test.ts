import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { cut, PLANTED, redactPieces } from './bodies.ts';

async function outputOf(content: string, contentType = 'text/csv', early = false): Promise<string> {
  const { output, outcome } = await redactPieces([Buffer.from(content)], { contentType }, undefined, early);
  return outcome.state === 'withdrawn' ? outcome.reason : Buffer.from(output, 'latin1').toString();
}

describe('comma-separated values', () => {
  it('are redacted by the names of their columns, whatever ends their lines', async () => {
    for (const end of ['\r\n', '\n', '\r'])
      for (const last of [end, ''])
        assert.equal(
          await outputOf(['id,pin,cvv', '1,"1234",123', '2,5678,"456"'].join(end) + last),
          ['id,pin,cvv', '1,"[redacted:pin]",[redacted:card_code]', '2,[redacted:pin],"[redacted:card_code]"'].join(
            end,
          ) + last,
        );
  });

  it('may have another separator, quotation marks in cells, and line ends in them', async () => {
    for (const separator of [',', ';', '\t', '|']) {
      const row = (...cells: string[]) => cells.join(separator);
      const text = (secret: string, mail: string) =>
        [row('name', 'password', 'note'), row('"a ""b"" c"', secret, `"two\r\nlines${separator} ${mail}"`), ''].join(
          '\n',
        );
      assert.equal(
        await outputOf(text(`"x${separator}""y"`, PLANTED.email)),
        text('"[redacted:credential]"', '[redacted:email]'),
      );
    }
    assert.equal(await outputOf('sep=;\r\na;pin\r\n1;1234\r\n'), 'sep=;\r\na;pin\r\n1;[redacted:pin]\r\n');
    const tabs = 'a,b\tpin\n1,2\t1234\n';
    assert.equal(await outputOf(tabs, 'text/tab-separated-values'), tabs.replace('1234', '[redacted:pin]'));
  });

  it('may have titles, comments and values before the row of names', async () => {
    const rows = (secret: string): string => `id;password;note\n1;${secret};x\n2;${secret};y\n`;
    for (const before of [
      'Report of users\nGenerated 2024-01-01\n\n',
      'Users, all of them\n',
      '# users\n# exported\n',
      'Report;;\n',
      '1;a;b\n2;b;c\n',
      'id;colour\n1;red\n\n',
    ])
      assert.equal(await outputOf(before + rows('hunter2')), before + rows('[redacted:credential]'), before);
    const again = (a: string, b: string): string => `id,pin\n1,${a}\n\nid,note,cvv\n2,x,${b}\n`;
    assert.equal(await outputOf(again('1234', '123')), again('[redacted:pin]', '[redacted:card_code]'));
  });

  it('may have a name and its value in each row', async () => {
    for (const header of ['key,value\n', 'username,x\n', 'setting,id,value\n']) {
      const row = (name: string, value: string): string =>
        header.includes('id') ? `${name},7,${value}` : `${name},${value}`;
      assert.equal(
        await outputOf(`${header}${row('password', 'hunter2')}\n${row('colour', 'red')}\n`),
        `${header}${row('password', '[redacted:credential]')}\n${row('colour', 'red')}\n`,
      );
    }
    const columns = 'password,note\nhunter2,secret\n';
    assert.equal(await outputOf(columns), columns.replace('hunter2', '[redacted:credential]'));
  });

  it('are not named by cells that hold a value themselves', async () => {
    const encoded = Buffer.from(`call ${PLANTED.card}`).toString('base64');
    for (const text of [
      `phone,${PLANTED.jwt},a\nphone,12-3456789\n`,
      `call (415) 555-2671,pin\n7,1234\n`,
      ` \n${encoded},pin\n,1234\n`,
    ]) {
      const output = await outputOf(text);
      assert.equal(await outputOf(output), output, 'twice is once');
    }
    const labelled = (value: string): string => `a=b password,${value}\n`;
    assert.equal(await outputOf(labelled('blue')), labelled('blue'));
  });

  it('may start with a byte order mark', async () => {
    for (const name of ['pin', '"pin"'])
      assert.equal(await outputOf(`\ufeff${name},a\r\n1234,1\r\n`), `\ufeff${name},a\r\n[redacted:pin],1\r\n`);
  });

  it('may have no names, rows of any length, and empty lines', async () => {
    const text = `1,${PLANTED.email}\n\n2,x,${PLANTED.card},,\n`;
    const clean = '1,[redacted:email]\n\n2,x,[redacted:card:1111],,\n';
    assert.equal(await outputOf(text), clean);
    const absent = 'pin,1\n1234,2\n';
    assert.equal(await outputOf(absent, 'text/csv; header=absent'), absent);
  });

  it('are running text from a quotation mark on that is never closed', async () => {
    const rest = `"open, ${PLANTED.email}\n${'lorem ipsum,'.repeat(10_000)}\npassword=hunter2\n`;
    const clean = rest.replace(PLANTED.email, '[redacted:email]').replace('hunter2', '[redacted:credential]');
    assert.equal(await outputOf(`a,note\n1,1234\n${rest}`), `a,note\n1,1234\n${clean}`);
    assert.equal(await outputOf(`a,pin\n1,1234\n${rest}`), 'over_limit');
  });

  it('lose a last row that was cut off', async () => {
    assert.equal(await outputOf('a,email\n1,x\n2,jane@exa', 'text/csv', true), 'a,email\n1,x\n[redacted:cut_off]');
  });

  it('are the same whatever is held at a time, and twice is once', async () => {
    const text = Buffer.from(
      `\ufeffid;pin;note\r\n1;"1234";"a ""b"\r\n2;5678;"x\r\ny ${PLANTED.email}"\r3;;\n\r\n"4";"9""9";${PLANTED.card}`,
    );
    const whole = await redactPieces([text], { contentType: 'text/csv' });
    for (const planted of ['1234', '5678', PLANTED.email, PLANTED.card]) assert.ok(!whole.output.includes(planted));
    for (const blockBytes of [1, 2, 3, 7, 20]) {
      const small = createRedactor({ limits: { blockBytes } });
      assert.equal((await redactPieces([text], { contentType: 'text/csv' }, small)).output, whole.output);
    }
    const pieces = await redactPieces(cut(text, [1]), { contentType: 'text/csv' });
    assert.equal(pieces.output, whole.output);
    const again = await redactPieces([Buffer.from(whole.output, 'latin1')], { contentType: 'text/csv' });
    assert.equal(again.output, whole.output);
  });
});
