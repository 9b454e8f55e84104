import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { checkHoweverCut, pairOf, redact } from './bodies.ts';

async function check(marked: string, contentType: string, entity?: string): Promise<void> {
  const [text, redacted] = pairOf(marked, entity);
  const { output } = await redact(text, contentType);
  const plain = Buffer.from(output, 'latin1').toString();
  assert.equal(contentType === FORM ? decodeURIComponent(plain) : plain, redacted);
}

const [TEXT, JSON_TYPE, FORM] = ['text/plain', 'application/json', 'application/x-www-form-urlencoded'];
const PHRASE = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const TOKEN = 'aBcD_efGh-1234567890aBcDefGh1234567890aBcDefGh1234567890aBcDefGhxyz';
const HEX = '0123456789abcdef';
const RANDOM = 'Zk3lqT9sPp0YxWv8R3uQfB7m';

describe('secrets without a name', () => {
  it('are found when they are hashes of passwords', async () => {
    for (const hash of [
      '$apr1$x8ab7c2d$Zk1lqT9sPp0YxWv8R3uQf/',
      `$6$saltsalt$${'qFmFH.bQmmtXzyBY0s9v'.repeat(4)}abc123`,
      `$6$rounds=5000$saltsalt$${'qFmFH.bQmmtXzyBY0s9v'.repeat(4)}abc123`,
      `$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW`,
      `$y$j9T$F5Jx5fExrKuPp53xLKQ..1$${'tnSYvahCwPBHKZUsmmH'.repeat(2)}abcde`,
      '{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9gabcdefgh=',
      '$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b0dWRWJTmaaJObG',
      'pbkdf2_sha256$600000$abcdefgh$Zk1lqT9sPp0YxWv8R3uQfZk1lqT9sPp0YxWv8R3uQf0=',
    ]) {
      await check(`{"x":"«${hash}»"}`, JSON_TYPE);
      await check(`anna:«${hash}»:19000:0\n`, TEXT);
    }
    for (const text of [
      'It costs $6$ or $5.00 today',
      '${name}$1$2$3',
      '$2b$12$short',
      '$6$a$b',
      'US$1$rounds=5',
      '{SSHA} it is called',
    ])
      await check(text, TEXT);
  });

  it('are found when they are keys of Mailgun, hooks of Discord, and lines for clients of PostgreSQL', async () => {
    await check(`{"x":"«key-${HEX}${HEX}»"}`, JSON_TYPE);
    await check(`use «key-${HEX}${HEX}» for mail`, TEXT);
    for (const text of [
      `key-${HEX}`,
      `monkey-${HEX}${HEX}`,
      'key-value-store-of-thirty-two-letters',
      `key-${HEX}${HEX}0`,
    ])
      await check(text, TEXT);
    for (const host of ['discord.com/api', 'discordapp.com/api/v10']) {
      await check(`{"x":"https://${host}/webhooks/123456789012345678/«${TOKEN}»"}`, JSON_TYPE);
      await checkHoweverCut(`POST https://${host}/webhooks/123456789012345678/«${TOKEN}»?wait=true\n`, TEXT);
    }
    await check('https://discord.com/api/webhooks/123456789012345678/messages', TEXT);
    await checkHoweverCut('db.example.com:5432:shop:anna:«tiger»\nlocalhost:5432:*:anna:«lion»\n*:*:*:*:«x\\:y»', TEXT);
    for (const text of ['at 10:5432:11:12:13 h', 'a:1:b:c:tiger', 'db:5432:shop', 'see db:5432:shop:anna:tiger here'])
      await check(text, TEXT);
  });

  it('are found when they are keys that look random, in the query of a URL', async () => {
    await check(`GET https://maps.example.com/x?a=1&key=«${RANDOM}»&b=2\n`, TEXT);
    for (const key of [
      'customer-orders-by-month-2024',
      'users',
      '12345678901234567890123',
      'a/b/c/d/e/f/g/h/i/j/k/l/m',
    ])
      await check(`GET https://maps.example.com/x?key=${key}&b=2\n`, TEXT);
  });

  it('are found when they are keys that look random, in a member called so', async () => {
    await check(`{"key":"«${RANDOM}»"}`, JSON_TYPE);
    await check(`{"credentials":{"key":"«tiger»"}}`, JSON_TYPE);
    for (const key of [
      `${HEX}${HEX}`,
      'customer-orders-2024-01',
      'uploads/Zk3lqT9sPp0YxWv8R3uQfB7m.png',
      'camelCaseNameOfAField12',
    ])
      await check(`{"key":"${key}","value":"a"}`, JSON_TYPE);
  });

  it('are found when they are the words that a wallet is made from', async () => {
    for (const name of ['seed phrase: ', 'Recovery phrase is ', 'my mnemonic: ', 'Secret recovery phrase = '])
      await check(`${name}«${PHRASE}»`, TEXT);
    await check(`{"text":"seed phrase: «${PHRASE}»"}`, JSON_TYPE);
    await checkHoweverCut(`The seed phrase: «${PHRASE}».\nNo more\n`, TEXT);
    for (const text of [
      'Keep your seed phrase: never show it to anybody',
      'A recovery phrase is a list of words',
      PHRASE,
    ])
      await check(text, TEXT);
  });
});

describe('secrets behind a name that is written in another way', () => {
  it('are found behind an anchor or a tag in YAML, and in Base64 in LDIF', async () => {
    for (const body of [
      'password: &p «tiger»\nother: 1\n',
      'secret: !!str «tiger»\n',
      'password: &a !!str "«tiger»"\n',
    ])
      await checkHoweverCut(body, 'application/yaml');
    await checkHoweverCut('dn: cn=anna\nuserPassword:: «c2VjcmV0MTIz»\ncn: anna\n', TEXT);
    await check('colour: &c red\nshape: !!str round\n', 'application/yaml');
  });

  it('are found among the protocols of a WebSocket', () => {
    const redactor = createRedactor();
    for (const [value, redacted] of [
      ['access_token, tiger7', '[redacted:credential]'],
      ['graphql-ws, chat', 'graphql-ws, chat'],
      ['token', 'token'],
    ] as const) {
      const { fields } = redactor.headers('request_headers', [{ name: 'sec-websocket-protocol', value }]);
      assert.equal(fields[0]?.value, redacted);
    }
  });

  it('are found in calls that sign somebody in or give somebody another password', async () => {
    for (const method of ['setPassword', 'user.changePassword', 'reset_password'])
      await check(`{"method":"${method}","params":["anna","«tiger»"],"id":1}`, JSON_TYPE);
    const call = (method: string, secret: string): string =>
      `<methodCall><methodName>${method}</methodName><params><param><value><string>anna</string></value></param>` +
      `<param><value><string>${secret}</string></value></param></params></methodCall>`;
    await checkHoweverCut(call('user.login', '«tiger»'), 'text/xml');
    await check(call('user.find', 'tiger'), 'text/xml');
    await check('{"method":"getPasswordPolicy","params":["anna","tiger"],"id":1}', JSON_TYPE);
  });
});

describe('card codes and PINs that are called by other names', () => {
  it('are found by what is said of them', async () => {
    for (const text of [
      'my card code is «737»',
      'the code on the back is «739», ok',
      'The digits on the back of my card: «739»',
    ])
      await check(text, TEXT, 'card_code');
    for (const text of [
      'the discard code',
      'the number on the back is large',
      'a code on the back 12345',
      'card code 12345',
    ])
      await check(text, TEXT);
  });

  it('are found in an object about a card, and in a message between banks', async () => {
    await check('{"card":{"security":{"code":"«739»"}}}', JSON_TYPE, 'card_code');
    await check('{"door":{"security":{"code":"739"}},"card":{"security":{"level":"739"}}}', JSON_TYPE);
    await check('{"52":"«7A4F1B2C3D4E5F60»","4":"000000001000"}', JSON_TYPE, 'pin');
    await check('{"51":"7A4F1B2C3D4E5F60","52":"7a4f1b2c3d4e5f60","53":1}', JSON_TYPE);
  });

  it('are found where a field has the name of the next', async () => {
    await check('name=cvv&value=«737»&x=1', FORM, 'card_code');
    await check('a=1&key=password&value=«tiger»', FORM);
    await check('{"n":"pin","val":"«4921»"}', JSON_TYPE, 'pin');
    for (const text of [
      'name=size&value=737',
      'name=cvv&x=1&value=737',
      'name=password&value=required',
      'value=737&name=cvv',
    ])
      await check(text, FORM);
    const { output } = await redact('{"n":"colour","val":"4921"}', JSON_TYPE);
    assert.equal(output, '{"n":"colour","val":"4921"}');
  });
});
