import assert from 'node:assert/strict';
import { entropyOf, looksRandom } from '../../../src/redact/checks/index.ts';
import { redact, redactJsonValue } from './bodies.ts';

const LETTERS = 'aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789AbCdEfGhIjKlMnOpQrStUvWxYz';
const HEX = '9f8e7d6c5b4a39281706f5e4d3c2b1a0';

async function textOf(text: string): Promise<string> {
  return Buffer.from((await redact(text, 'text/plain')).output, 'latin1').toString();
}

/** Lines in which «…» is to be replaced. */
async function replaces(lines: readonly string[], entity: string): Promise<void> {
  for (const line of lines)
    assert.equal(await textOf(line.replace(/[«»]/g, '')), line.replace(/«[^»]*»/g, `[redacted:${entity}]`), line);
}

async function leaves(lines: readonly string[]): Promise<void> {
  for (const line of lines) assert.equal(await textOf(line), line);
}

describe('secrets in running text', () => {
  it('are known behind the words for them', async () => {
    await replaces(
      [
        'Your temporary password is «Xk9$mQ2p», please change it.',
        'Password for admin@: «hunter2!»',
        'password «hunter2», then',
        'Das Passwort lautet «Sommer2024!»',
        'Le mot de passe est «Soleil#88»',
        'La contraseña es «Madrid2024!»',
        `The API key is «${HEX}».`,
        `API key for staging: «${HEX}»`,
        'machine git.example.com login deploy password «nUQAgvvzVVpkL2yq0HsSC0Yv»',
      ],
      'credential',
    );
  });

  it('are known among the options of commands', async () => {
    await replaces(
      [
        '$ mysql -u root --password=«S3cretPw!» -h db',
        '$ curl -u admin:«pa55w0rd» https://example.com/api',
        '$ az login --service-principal -u app --password «abcDEF123~xyz.789»',
        '$ mysql -h db -uroot -p«hunter2» orders',
        "$ mysqldump -p'«S3cretPw!»' orders",
        '$ mariadb -p«12345» orders',
        '$ sshpass -p «hunter2» ssh db; docker login -u app -p «s3cr3tX» reg.example',
        '$ mongosh --host db -p «hunter2»; redis-cli -a «s3cr3tX» ping',
      ],
      'credential',
    );
  });

  it('are known in paths behind the segment that names them', async () => {
    await replaces(
      [
        'GET /login/password/«hunter2» HTTP/1.1',
        'https://a.example/v1/user-password/«S3cret!x»?x=1',
        '/reset-password/«Q8zk2mVx7Lp0RtY5abcd» /token/«q8Zk2mVx7Lp0RtY5abcd»/x',
        '/password/reset/«550e8400-e29b-41d4-a716-446655440000»',
      ],
      'credential',
    );
    await replaces(['/cards/cvv/«737»/check', 'POST /verify/cvc2/«1234»'], 'card_code');
    await replaces(['/verify/pin/«4981»', '/user-pin/«123456»?x'], 'pin');
    await leaves([
      '/users/password/reset /password/step-2 /password/attempt22/x /users/12345/password/98765432',
      '/v1/secret/app-config-v2-2024-01 /api-key/550e8400-e29b-41d4-a716-446655440000 /token/refresh2024',
      '/gpio/pin/17 /pin/123456789012 /cvv/12345 /csc/2024-01',
    ]);
  });

  it('may start with the sign that parts the fields of a query', async () => {
    await replaces(['password=«&tiger7» x', 'a=b password=«&Ab!9», user=3', 'secret=«&9»'], 'credential');
    await leaves([
      'https://a.example/?password=&page2 a=1&password=&b9',
      'password=&page=2 password=&a1&b2',
      'login(user, password=&buffer, token = &tok1)',
    ]);
  });

  it('are not seen where they are only spoken of', async () => {
    await leaves([
      '$ docker run --name mysql -p3306:3306 -p 127.0.0.1:80:80 mysql:8',
      '$ mysql -u root -p orders2024 && mysqldump -p$DB_PASS x; use docker login with -p flag; a redis-cli -a none',
      'The password is required. Password must be at least 12 characters long. Your password was changed on 2024-05-01.',
      'password sha256 of it; password step-2, password v2, password 2024 reset',
      'The token is expired. The token has 32 characters. key is missing: customer_id. api key not found',
      "Access denied for user 'app' (using password: YES)",
      '$ docker run --token-ttl 3600 --password-stdin --secret-name db --tokenizer gpt2',
      'cache key is user:1234:profile. primary key (order_id, line_no). partition key: 2024-05-01T00',
      'foreign key constraint fk_order_2024_items violated; the encryption key rotation takes 90 days',
      'glpat-docs xoxo xoxb-docs sk-learn task-force-1234567890123456 pk_live_4eC39HqLyjWDarjtT1zdp7dc npm_package_version',
    ]);
  });

  it('have the names of their issuers, by their forms and by the names that they stand under', async () => {
    await replaces([`export GITHUB_TOKEN=«ghp_${LETTERS.slice(0, 36)}»`], 'github_token');
    await replaces([`glrt-x «glrt-Toz-mzMROzIlybifxZmZ»`], 'gitlab_token');
    await replaces([`AccountName=s;AccountKey=«${'Ab1+'.repeat(21)}Ab==»;x`], 'azure_key');
    assert.deepEqual(
      await redactJsonValue({
        token: `npm_${LETTERS.slice(0, 36)}`,
        secretAccessKey: 'x'.repeat(40),
        twilio_auth_token: HEX,
        storageAccountKey: 'abc',
      }),
      {
        token: '[redacted:npm_token]',
        secretAccessKey: '[redacted:aws_key]',
        twilio_auth_token: '[redacted:twilio_key]',
        storageAccountKey: '[redacted:azure_key]',
      },
    );
  });

  it('that sign URLs are known in any text', async () => {
    await replaces(
      [
        'see https://s.example/c?sv=1&sig=«dD80ihBh5jfNpymO5Hg1IdiJIEvHcJpC%3D» now',
        `see https://s.example/k?X-Amz-Expires=900&X-Amz-Signature=«${HEX}»`,
        'see https://s.example/i.jpg?Expires=1&Signature=«nitfHRCrtziwO2HwPfWw~yYDhUF5»&x=1',
      ],
      'url_signature',
    );
  });
});

describe('codes and PINs in running text', () => {
  it('are known behind the words for them', async () => {
    await replaces(['sent {"pins":["«4981»"]}', 'pins = [«2210»]'], 'pin');
    await replaces(['enter PIN «4821» now', 'New PIN\t«4454»', 'My pin is «123456».', 'Le code PIN est «4713»'], 'pin');
    await replaces(
      [
        'pin «4821»',
        'Hi, pin «4821», thanks',
        'my pin «482193» please',
        'enter pin «4821» now',
        'Die neue ist: ihr pin «4821».',
      ],
      'pin',
    );
    await replaces(['CVV «123», thanks', 'card security code «853»', 'Kartenprüfnummer: «216»'], 'card_code');
  });

  it('are known where one says that a code was sent', async () => {
    await replaces(
      [
        'Your verification code is «482913».',
        '«482913» is your Example verification code. Never share it.',
        'G-«482913» is your Google code, «7313» ist Ihr Code',
        'OTP «482913»; one-time code: «4829»; 2FA code «482 913»; your login code for jane is «12345678»',
        'Security code is «482913»',
        'Ihr Bestätigungscode lautet «482913»',
        'Votre code de vérification est «482913»',
        'Tu código de verificación es «4829»',
      ],
      'credential',
    );
    await leaves([
      'error code 482913, status code is 5001. Order code 482913. 94105 is your zip code, 482913 is your booking code',
      'verification code 482913ab, verification code 2024-01-02, login code for 2024 reports, reset password 2024',
      'sms code page 1252-1, the security codes 4829, 482913 is the year',
    ]);
  });

  it('are not seen in numbers of plugs, places and rows', async () => {
    await leaves([
      'Pin 5 is ground. GPIO pin 17. pin 2024 of them. PIN code area 560001',
      'pin 560001. pin 1024 and pin 1025 are ground, bowling pin 1024',
      'pins: 4981, 5000 pins on 12 boards, "pins": 4981',
      'csv 100 rows, the security code 2024-01 was revised',
    ]);
  });
});

describe('members of JSON', () => {
  it('are named by an id beside them only when it is no id of one of many', async () => {
    const value = '219-09-9999';
    assert.deepEqual(await redactJsonValue({ id: 'ssn', value }), { id: 'ssn', value: '[redacted:us_ssn]' });
    const unnamed = { id: 'evt_ssn_0f65e7f8cc21ea5db597', value };
    assert.deepEqual(await redactJsonValue(unnamed), unnamed);
  });

  it('are PINs and card codes by their names, unless they are postal codes', async () => {
    const value = {
      kartenPin: '9411',
      sim_pin: 7716,
      codePin: '3857',
      card: { verification_code: '186' },
      prüfzifferKarte: '540',
    };
    const text = JSON.stringify(await redactJsonValue(value));
    assert.equal(text.match(/\[redacted:pin\]/g)?.length, 3);
    assert.equal(text.match(/\[redacted:card_code\]/g)?.length, 2);
    assert.deepEqual(await redactJsonValue({ pins: ['4981', 2210] }), { pins: ['[redacted:pin]', '[redacted:pin]'] });
    const harmless = { pincode: '560001', ledPin: 13, pinned: '1234', pin_count: 4321, pins: 4981, prüfziffer: 4981 };
    assert.deepEqual(await redactJsonValue(harmless), harmless);
  });

  it('are private keys of JSON Web Keys, and no others of one letter', async () => {
    const key = { kty: 'oct', k: 'GawgguFyGrWKav7AX4VKUg' };
    assert.deepEqual(await redactJsonValue(key), { ...key, k: '[redacted:private_key]' });
    const harmless = { k: 'cus_NffrFeUfNV2Hib', d: 'M12 0L24 24', q: 'red shoes' };
    assert.deepEqual(await redactJsonValue(harmless), harmless);
  });

  it('about secrets are left', async () => {
    const value = {
      cookie: '^0.5.0',
      secretSanta: 'yes',
      sid: `SM${HEX}`,
      credentials: { type: 'basic', region: 'eu' },
    };
    assert.deepEqual(await redactJsonValue(value), value);
  });
});

describe('addresses', () => {
  it('of e-mail are told from pictures, versions and repositories', async () => {
    await leaves(['logo@2x.png hero@3x.webp', '@scope/pkg@1.2.3 react@19.0.0-rc.alpha', 'git@github.com:org/repo.git']);
    await replaces(['write to «git.fan@example.com», or'], 'email');
  });

  it('of networks are told from versions, sections and object identifiers', async () => {
    await leaves(['version 1.2.3.4 firmware 2.0.4.1 oid 2.5.4.3 section 4.2.1.3']);
    await replaces(['hwaddr «DC-CE-69-BA-B2-BB»'], 'mac_address');
  });
});

describe('values that look random', () => {
  it('have letters and digits mixed, and many different ones', () => {
    for (const value of [HEX, 'utm1P/OIq9L055CX4s+ziyqlYy7kZO1v', 'nptp5s7thu17w28ktgqfwy0u'])
      assert.ok(looksRandom(value), value);
    for (const value of [
      'customer_order_2024',
      'aaaaaaaaaaaaaaaa1',
      'internationalisation',
      '12345678901234567',
      'short1A',
    ])
      assert.ok(!looksRandom(value), value);
  });

  it('have the entropy of their characters', () => {
    assert.equal(entropyOf('aaaa'), 0);
    assert.equal(entropyOf('abab'), 1);
    assert.equal(entropyOf('abcd'), 2);
  });
});
