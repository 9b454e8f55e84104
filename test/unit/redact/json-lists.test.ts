import assert from 'node:assert/strict';
import { checkHoweverCut, cut, redact, redactJsonValue, redactPieces } from './bodies.ts';

const SECRET = '[redacted:credential]';
const CARD = '[redacted:card:1111]';
const NAME = '[redacted:person_name]';
const ADDRESS = '[redacted:postal_address]';
const CODE = '[redacted:card_code]';

async function leaves(documents: readonly unknown[]): Promise<void> {
  for (const document of documents) assert.deepEqual(await redactJsonValue(document), document);
}

describe('a command in a list of JSON', () => {
  it('has its password behind a letter, or in one with it', async () => {
    for (const [command, expected] of [
      [
        ['mysql', '-uroot', '-ptiger', 'shop'],
        ['mysql', '-uroot', SECRET, 'shop'],
      ],
      [
        ['/usr/bin/mysqldump', '-pXk29fh', 'shop'],
        ['/usr/bin/mysqldump', SECRET, 'shop'],
      ],
      [
        ['sudo', 'mysqladmin', '-ptiger', 'status'],
        ['sudo', 'mysqladmin', SECRET, 'status'],
      ],
      [
        ['kubectl', 'exec', 'db-0', '--', 'mysql', '-ptiger'],
        ['kubectl', 'exec', 'db-0', '--', 'mysql', SECRET],
      ],
      [
        ['docker', 'login', '-u', 'anna', '-p', 'tiger'],
        ['docker', 'login', '-u', 'anna', '-p', SECRET],
      ],
      [
        ['sshpass', '-p', 'tiger', 'ssh', 'host'],
        ['sshpass', '-p', SECRET, 'ssh', 'host'],
      ],
      [
        ['sshpass', '-ptiger', 'ssh', 'host'],
        ['sshpass', SECRET, 'ssh', 'host'],
      ],
      [
        ['redis-cli', '-p', '6379', '-a', 'tiger'],
        ['redis-cli', '-p', '6379', '-a', SECRET],
      ],
    ])
      assert.deepEqual(await redactJsonValue({ args: command }), { args: expected });
    await checkHoweverCut('{"a":[1,2],"cmd":["mysql","-h","db","«-ptiger»"],"b":["-ptiger"]}', 'application/json');
  });

  it('has other things behind the same letters when it is another', async () => {
    await leaves([
      { args: ['docker', 'run', '-p', '8080:80', '--name', 'mysql', '-p3306:3306'] },
      { args: ['ssh', '-p', '2222', '-pfoo'] },
      { args: ['grep', '-pattern', 'mysql', '-poem'] },
      { args: ['mysql', '-P3306', '-uroot', '-p', 'shop'] },
      { args: ['docker', 'build', '-p', 'project'] },
      { tags: ['mysql', 'postgres', 'redis-cli'] },
      { command: ['mkdir', '-pv', 'folder'], after: ['-ptiger'] },
      [['mysql', '-P3306']],
    ]);
  });

  it('has its password behind the name of the option when it is sent as text', async () => {
    const { output } = await redact('run ["psql", "--password", "tiger", "-h", "db1"]', 'text/plain');
    assert.equal(output, `run ["psql", "--password", "${SECRET}", "-h", "db1"]`);
    for (const text of [
      '.option("--password", "The password of user 12") ["--password", "--host", "db1"]',
      '["--password-file", "/run/secret1", "--token-ttl", "60"]',
    ])
      assert.equal((await redact(text, 'text/plain')).output, text);
  });
});

describe('a card number in a list of JSON', () => {
  it('has its code behind month and year, or before them', async () => {
    for (const [list, expected] of [
      [
        ['4111111111111111', '12', '2027', '737'],
        [CARD, '12', '2027', CODE],
      ],
      [
        ['4111 1111 1111 1111', '12/27', '737', 'x'],
        [CARD, '12/27', CODE, 'x'],
      ],
      [
        ['4111111111111111', '737', '12', '2027', 'Visa'],
        [CARD, CODE, '12', '2027', 'Visa'],
      ],
      [
        ['4111111111111111', '1227', '737'],
        [CARD, '1227', CODE],
      ],
      [
        ['a', '4111111111111111', '737', '12/27'],
        ['a', CARD, CODE, '12/27'],
      ],
      [
        [4111111111111111, 12, 2027, 737],
        [CARD, 12, 2027, CODE],
      ],
      [[['4111111111111111', '12', '27', '737']], [[CARD, '12', '27', CODE]]],
    ])
      assert.deepEqual(await redactJsonValue({ list }), { list: expected });
  });

  it('has no code without month and year beside it', async () => {
    for (const [list, expected] of [
      [
        ['4111111111111111', '737'],
        [CARD, '737'],
      ],
      [
        ['4111111111111111', '250', 'EUR', '12/27'],
        [CARD, '250', 'EUR', '12/27'],
      ],
      [
        ['4111111111111111', '737', ['12', '2027']],
        [CARD, '737', ['12', '2027']],
      ],
      [
        ['4111111111111111', '13', '2027', '737'],
        [CARD, '13', '2027', '737'],
      ],
      [
        ['4111111111111111', 250, { a: 1 }, '12/27', '737'],
        [CARD, 250, { a: 1 }, '12/27', '737'],
      ],
    ])
      assert.deepEqual(await redactJsonValue({ list }), { list: expected });
    await leaves([{ list: ['4111111111111112', '12', '2027', '737'] }, { order: ['12', '2027', '737'] }]);
  });

  it('comes out the same however it is cut', async () => {
    for (const text of [
      '{"a":["4111111111111111","12","2027","737"],"b":["737"]}',
      '["4111111111111111","737","12","2027","x"]',
    ]) {
      const contentType = 'application/json';
      const whole = (await redact(text, contentType)).output;
      for (const size of [1, 3, 7]) {
        const { output } = await redactPieces(cut(Buffer.from(text), [size]), { contentType });
        assert.equal(output, whole);
      }
    }
  });
});

describe('parameters before the method that they are of', () => {
  it('are those of a call that signs somebody in', async () => {
    assert.deepEqual(
      await redactJsonValue({ jsonrpc: '2.0', params: ['anna', 'hunter22', true], method: 'login', id: 1 }),
      {
        jsonrpc: '2.0',
        params: ['anna', SECRET, true],
        method: 'login',
        id: 1,
      },
    );
    await checkHoweverCut(
      '[{"params":["anna","«hunter22»"],"id":7,"method":"user.login"},{"params":["anna","tiger"]}]',
      'application/json',
    );
  });

  it('stay when the call is another, or none is told', async () => {
    await leaves([
      { params: ['anna', 'hunter22'], method: 'search' },
      { params: ['anna', 'hunter22'] },
      { params: ['anna', 'hunter22'], then: { method: 'login' } },
      { method: 'search', params: ['anna', 'hunter22'], next: { method: 'login' } },
    ]);
  });
});

describe('a contact in lists of JSON', () => {
  it('has the names, addresses and dates of somebody', async () => {
    const contact = (...properties: unknown[]): unknown => ['vcard', [['version', {}, 'text', '4.0'], ...properties]];
    for (const [property, redacted] of [
      [
        ['fn', {}, 'text', 'Ann'],
        ['fn', {}, 'text', NAME],
      ],
      [
        ['n', {}, 'text', ['Roe', 'Ann', '', '', ['MD']]],
        ['n', {}, 'text', [NAME, NAME, '', '', ['MD']]],
      ],
      [
        [
          'adr',
          { label: '12 Main St\nEly', type: 'home' },
          'text',
          ['', 'Flat 3', 'Mill Lane', 'Ely', '', 'CB7', 'UK'],
        ],
        ['adr', { label: ADDRESS, type: 'home' }, 'text', ['', ADDRESS, ADDRESS, 'Ely', '', 'CB7', 'UK']],
      ],
      [
        ['bday', {}, 'date', '1985-02-12'],
        ['bday', {}, 'date', '[redacted:date_of_birth]'],
      ],
    ])
      for (const wrap of [
        contact,
        (...p: unknown[]): unknown => ({ vcardArray: contact(...p), n: 1 }),
        (...p: unknown[]): unknown => [contact(...p)],
      ])
        assert.deepEqual(await redactJsonValue(wrap(property)), wrap(redacted));
  });

  it('is none elsewhere', async () => {
    await leaves([
      [
        ['fn', {}, 'text', 'sum'],
        ['n', {}, 'text', ['a', 'b']],
        ['adr', {}, 'text', ['', '', 'Mill Lane']],
      ],
      ['vcards', [['fn', {}, 'text', 'sum']]],
      [
        'vcard',
        [
          ['note', {}, 'text', 'Flat 3'],
          ['org', {}, 'text', 'Mill Lane'],
        ],
      ],
      { type: 'vcard', list: [['fn', {}, 'text', 'sum']] },
    ]);
  });
});
