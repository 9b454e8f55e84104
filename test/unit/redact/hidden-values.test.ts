import assert from 'node:assert/strict';
import { redact } from './bodies.ts';

async function outputOf(content: string, contentType: string): Promise<string> {
  const { output, outcome } = await redact(content, contentType);
  return outcome.state === 'kept' ? output : outcome.reason;
}

async function loses(contentType: string, secret: string, bodies: readonly string[]): Promise<void> {
  for (const body of bodies) {
    const output = await outputOf(body, contentType);
    assert.ok(!output.includes(secret), output);
    assert.match(output, /redacted/, body);
  }
}

describe('values whose names stand elsewhere', () => {
  it('are found in XML by the attribute or the element before', () =>
    loses('application/xml', '737', [
      '<p><property name="cvv" value="737"/></p>',
      '<p><property value="737" name="cvv"/></p>',
      '<struct><member><name>cvv</name><value><string>737</string></value></member></struct>',
      '<dict><key>id</key><string>1</string><key>cvv</key><integer>737</integer></dict>',
    ]));

  it('are not found in XML beside another name', async () => {
    const xml =
      '<l><m><name>cvv</name></m><m><name>total</name><value>737</value></m><v name="total" value="737"/></l>';
    assert.equal(await outputOf(xml, 'application/xml'), xml);
  });

  it('are found in HTML by the field that they belong to', () =>
    loses('text/html', '737', [
      '<textarea name="cvv">737</textarea>',
      '<select name=cvv><option>1</option><option value=737 selected>737</option></select>',
      '<input name="f1" autocomplete="cc-csc" value="737">',
      '<input name="f1" aria-label="CVV" value="737">',
    ]));

  it('are not found in HTML behind the field', async () => {
    const html = '<textarea name="cvv"></textarea><p>737</p><input name="total" value="737">';
    assert.equal(await outputOf(html, 'text/html'), html);
  });

  it('are found in multipart bodies however the name is written', () =>
    loses(
      'multipart/form-data; boundary=X',
      '737',
      [`name*=UTF-8''c%76v`, 'name*0="c"; name*1="vv"', 'name="x"; name="cvv"', 'name="cvv"; filename=""'].map(
        (parameters) => `--X\r\nContent-Disposition: form-data; ${parameters}\r\n\r\n737\r\n--X--\r\n`,
      ),
    ));
});

describe('numbers with marks between their groups', () => {
  for (const mark of ['\u00ad', '\u2060', '\u202d', '\u3000', '\ufeff'])
    it(`are found with U+${mark.charCodeAt(0).toString(16).padStart(4, '0')}`, async () => {
      for (const number of ['4111 1111 1111 1111', 'DE89 3704 0044 0532 0130 00'])
        for (const body of [`card ${number} thanks`, JSON.stringify({ a: number })])
          await loses(body.startsWith('{') ? 'application/json' : 'text/plain', number.slice(0, 4), [
            body.replaceAll(/(?<=\d) (?=\d)/g, mark),
          ]);
    });

  it('are found with named references of HTML', () =>
    loses('text/html', '4111', [
      '<p>4111&shy;1111&shy;1111&shy;1111</p>',
      '<p>4111&ensp;1111&nbsp;1111&thinsp;1111</p>',
    ]));
});

describe('CSV with names of columns', () => {
  it('is given up where a row is too long to tell its columns', async () => {
    const blob = 'lorem ipsum '.repeat(8000);
    for (const csv of [`id,blob,cvv\n1,${blob},737\n`, `cvv,blob\n737,"${blob}"\n737,x\n`])
      assert.equal(await outputOf(csv, 'text/csv'), 'over_limit');
  });
});

describe('what is written in another way', () => {
  const body = 'MIIEpAIBAAKCAQEA7Zq3xK9vT2mL8nR4'.repeat(4);
  const key = `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----\n`;

  it('is a private key with its line ends percent-encoded', async () => {
    const encoded = encodeURIComponent(key);
    await loses('application/json', body.slice(40, 80), [
      JSON.stringify({ url: `/x?a=1&pem=${encoded}` }),
      JSON.stringify({ url: `/x?a=1&pem=${encodeURIComponent(encoded)}` }),
    ]);
  });

  it('is a card number on the first track of a magnetic stripe', () =>
    loses('text/plain', '4111111111111111', ['swiped %B4111111111111111^DOE/JANE^25121010000000000? today']));

  it('is a card code under its name in another language', () =>
    loses('application/json', '737', [
      '{"códigoDeSeguridadTarjeta":"737"}',
      '{"code_de_sécurité_carte":"737"}',
      '{"Kartenprüfziffer":"737"}',
    ]));
});
