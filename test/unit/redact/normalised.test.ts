import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { normalisedValue } from '../../../src/redact/normalised.ts';
import { redactPieces, SALT } from './bodies.ts';

/** Each line: spellings of one value, which is another than those of the other lines. */
const SPELLINGS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  ip_address: [
    ['192.168.1.11', ' 192.168.1.11', '::ffff:192.168.1.11', '::FFFF:c0a8:10b', '0:0:0:0:0:ffff:c0a8:010b'],
    ['192.168.11.1'],
    ['2001:db8::1', '2001:0DB8:0000:0000:0000:0000:0000:0001', '2001:db8:0:0::1', '2001:db8::0.0.0.1'],
    ['2001:db8:1::', '2001:db8:1::0'],
    ['2001:d:b::81'],
    ['fe80::1', 'fe80::1%eth0', 'FE80:0::1%en0'],
    ['::'],
  ],
  phone: [
    ['+1 (202) 555-0123', '001-202-555-0123', '12025550123'],
    ['+44 20 7946 0958', '+44 (0)20 7946 0958', '0044 (0)20 7946 0958', '011 44 20 7946 0958', '44.20.7946.0958'],
    // Of what country a number is that has no code of one nobody knows.
    ['020 7946 0958', '(020) 7946 0958'],
    ['202 555 0123'],
    ['01179 460 958'],
  ],
  email: [['Jane.Doe@Example.com', 'jane.doe@example.com ', '%4Aane.doe%40example.com'], ['janedoe@example.com']],
  card: [['4111 1111 1111 1111', '4111-1111-1111-1111', '4111111111111111']],
  mac_address: [['00:1A:2B:3C:4D:5E', '00-1a-2b-3c-4d-5e', '001a.2b3c.4d5e']],
  it_codice_fiscale: [['RSSMRA85T10A562S', 'rss mra 85t10 a562s']],
  date_of_birth: [['1-11-1980'], ['11-1-1980']],
  credential: [['Secret1!'], ['secret1!'], ['Secret1']],
  jwt: [['eyJh.eyJi.AbC'], ['eyJh.eyJi.aBc']],
  // Nobody knows what a custom entity's signs are.
  employee_id: [['EMP-12', 'emp 12']],
};

describe('the tokens of values', () => {
  it('are the same for other spellings of one, and others for another one', () => {
    for (const [entity, values] of Object.entries(SPELLINGS)) {
      const plain = values.map((spellings) => new Set(spellings.map((text) => normalisedValue(entity, text))));
      for (const [index, each] of plain.entries()) assert.equal(each.size, 1, `${entity} ${values[index]?.join()}`);
      assert.equal(new Set(plain.flatMap((each) => [...each])).size, values.length, entity);
    }
  });

  it('tell addresses apart that differ in their dots alone', async () => {
    const redactor = createRedactor({ tokenKey: { version: 1, key: SALT } });
    const bodies = ['{"ip":"192.168.1.11"}', '{"ip":"192.168.11.1"}', '{"ip":"::ffff:192.168.1.11"}'];
    const [one, other, mapped] = await Promise.all(
      bodies.map(async (body) => {
        const { outcome } = await redactPieces([Buffer.from(body)], { contentType: 'application/json' }, redactor);
        return outcome.subjectTokens?.map((token) => Buffer.from(token).toString('hex')).join();
      }),
    );
    assert.ok(one !== undefined && one !== other);
    assert.equal(mapped, one);
  });
});
