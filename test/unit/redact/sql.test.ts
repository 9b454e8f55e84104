import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { checkHoweverCut, cut, pairOf, redact, redactJsonValue, redactPieces } from './bodies.ts';

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

/** By a column's name: a value of which only that says what it is, and the entity. */
const BY_COLUMN = [
  ['bsn', '111222333', 'nl_bsn'],
  ['birthdate', "'1990-02-28'", 'date_of_birth'],
  ['"sin"', "'130692544'", 'ca_sin'],
  ['pesel', '44051401359', 'pl_pesel'],
  ['`aba`', '021000021', 'us_routing'],
] as const;

describe('numbers and dates in rows of SQL', () => {
  const columns = ['id', ...BY_COLUMN.map(([column]) => column), 'total', 'created'].join(', ');
  const row = (values: readonly string[]): string => `(1, ${values.join(', ')}, 111222333, '1990-02-28')`;
  const plain = row(BY_COLUMN.map(([, value]) => value));
  const redacted = row(BY_COLUMN.map(([, value, entity]) => value.replace(/[\d-]+/, `[redacted:${entity}]`)));

  it('are known by what their columns speak for, in one line and over several', async () => {
    for (const [head, between] of [
      [`INSERT INTO people (${columns}) VALUES `, ', '],
      [`insert into people\n  (${columns})\nvalues\n  `, ',\n  '],
    ] as const) {
      const text = `${head}${plain}${between}${plain};`;
      const expected = `${head}${redacted}${between}${redacted};`;
      for (const type of ['application/sql', 'text/plain']) assert.equal((await redact(text, type)).output, expected);
      assert.deepEqual(await redactJsonValue({ sql: text }), { sql: expected });
    }
  });

  it('are none in a column that says nothing', async () => {
    const text = "INSERT INTO sums (id, total, day) VALUES (1, 111222333, '1990-02-28'), (2, 44051401359, NULL)";
    assert.equal((await redact(text, 'application/sql')).output, text);
  });

  it('come out the same however the body is cut, also in a line that is longer than what is in view', async () => {
    const head = `INSERT INTO people (${columns}) VALUES `;
    const many = (text: string): string => head + Array.from({ length: 600 }, () => text).join(', ');
    for (const [size, blockBytes] of [
      [1_000_000, 16_384],
      [7, 5],
      [5, 4096],
    ] as const) {
      const limited = createRedactor({ limits: { blockBytes } });
      const pieces = cut(Buffer.from(many(plain)), [size]);
      const { output } = await redactPieces(pieces, { contentType: 'application/sql' }, limited);
      assert.equal(output, many(redacted));
    }
  });
});

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
