import assert from 'node:assert/strict';
import { checkHoweverCut, pairOf, redact, redactJsonValue } from './bodies.ts';

async function check(marked: string): Promise<void> {
  const [text, redacted] = pairOf(marked);
  assert.equal((await redact(text, 'application/sql')).output, redacted, marked);
  assert.deepEqual(await redactJsonValue({ sql: text }), { sql: redacted });
}

const LINES = `insert into users
  (id, "password",
   note)
values
  (1, '«tiger»', 'x;y'),
  (2, NULL, 'tiger'),
  (3, '«two''s»', 'it\\'s'), (4, lower('«x y»'), 'z')
on conflict (a, b) do nothing;
note: (1, 'a')
`;

describe('secrets in SQL', () => {
  it('are known by the columns of a row', async () => {
    await check("INSERT INTO users (id, `password`) VALUES (1, '«hunter»'), (2, MD5('«hunt''er»'));");
    await check("1 LOG: insert or ignore into a.users (id, api_token) values (1, '«tiger»') returning id");
    await check("REPLACE INTO [users] ([api_token], [n]) VALUES (N'«ti;ger»', 1)");
    await check(LINES);
    const codes = await redact('INSERT INTO cards (id, cvv) VALUES (1, 737), (2, "738")', 'application/sql');
    const code = '[redacted:card_code]';
    assert.equal(codes.output, `INSERT INTO cards (id, cvv) VALUES (1, ${code}), (2, "${code}")`);
  });

  it('are known where somebody is let in', async () => {
    await check("CREATE USER 'x'@'%' IDENTIFIED BY '«tiger»'; CREATE USER y WITH PASSWORD '«tiger»'");
    await check("1; ALTER ROLE y WITH ENCRYPTED PASSWORD '«md5abc»'; SET PASSWORD FOR 'x'@'%' = PASSWORD('«tiger»')");
    await check('CREATE USER x2 IDENTIFIED WITH caching_sha2_password BY "«tiger»"');
  });

  it('are none in other columns and statements', async () => {
    for (const text of [
      "INSERT INTO users (id, password) SELECT id, 'x' FROM users1",
      "INSERT INTO users (id, name2) VALUES (1, 'password', 'x')",
      "INSERT INTO users (id, password) VALUES (1, NULL), (2, DEFAULT)\nand (1, 'x') of it\n",
      'insert into the form (name, password) what you got (1, 2)\n',
      "x1 wrong password: 'required'",
    ])
      assert.equal((await redact(text, 'text/plain')).output, text);
  });

  it('come out the same however the body is cut, also where a statement is longer than what is in view', async () => {
    const rows = Array.from(
      { length: 3000 },
      (_, i) => `(${String(i)}, '«p w ${String(i)}»', 'it''s (a, b) ${String(i)}')`,
    );
    const long = `('x', '«${'tiger '.repeat(4000)}»', '${'lion '.repeat(4000)}'), `;
    const marked = `${LINES}INSERT INTO t (id, password, note) VALUES ${long}${rows.join(', ')};\n${LINES}`;
    await checkHoweverCut(marked, 'application/sql');
  });
});
