import assert from 'node:assert/strict';
import { redact, redactJsonValue } from './bodies.ts';

const SECRET = '[redacted:credential]';
const CODE = '[redacted:card_code]';
const NAME = '[redacted:person_name]';
const RECORD = '[redacted:medical_record]';

/** Documents that stay as they are. */
async function leaves(documents: readonly unknown[]): Promise<void> {
  for (const document of documents) assert.deepEqual(await redactJsonValue(document), document);
}

describe('values whose names stand beside them in JSON', () => {
  it('are known in lists of pairs', async () => {
    assert.deepEqual(
      await redactJsonValue({
        fields: [
          ['cvv', '737'],
          ['password', 'x'],
          ['Authorization', 'Bearer abc'],
          ['color', 'blue'],
        ],
      }),
      {
        fields: [
          ['cvv', CODE],
          ['password', SECRET],
          ['Authorization', SECRET],
          ['color', 'blue'],
        ],
      },
    );
  });

  it('are no names and types of other fields', async () => {
    await leaves([
      [['password', 'email']],
      [['token', 'string']],
      [['session', 'id', 'status']],
      ['password', 'hunter2'],
      { required: [['password', 'confirmation']] },
    ]);
  });

  it('are known by their names, whatever is said of the objects around', async () => {
    const container = (env: unknown): unknown => ({ template: { containers: [{ name: 'app', env }] } });
    assert.deepEqual(
      await redactJsonValue(
        container([
          { name: 'DB_PASSWORD', value: 'rvUeQKlNJk5z' },
          { name: 'LOG_LEVEL', value: 'debug' },
        ]),
      ),
      container([
        { name: 'DB_PASSWORD', value: SECRET },
        { name: 'LOG_LEVEL', value: 'debug' },
      ]),
    );
    assert.deepEqual(await redactJsonValue({ key: 'password', values: ['hunter2x', 'y'] }), {
      key: 'password',
      values: [SECRET, SECRET],
    });
  });

  it('are known by ids when they look like what these say', async () => {
    assert.deepEqual(
      await redactJsonValue([
        { id: 'cvv', text: '737' },
        { id: 'PIN', text: 7308 },
        { id: 'api_key', text: 'k3y5ecret' },
      ]),
      [
        { id: 'cvv', text: CODE },
        { id: 'PIN', text: '[redacted:pin]' },
        { id: 'api_key', text: SECRET },
      ],
    );
    await leaves([
      { id: 'password', text: 'Password' },
      { id: 'token', text: 'Enter the token that we sent' },
      { code: 'token_expired', text: 'Token expired' },
      { id: 'cvv', text: 'Three digits on the back' },
    ]);
  });

  it('are known by the codes and texts of objects that name them, before or behind', async () => {
    const coded = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] };
    const shown = { coding: [{ display: 'Medical record number' }] };
    assert.deepEqual(
      await redactJsonValue([
        { type: coded, system: 'urn:oid:1.2.36', value: '13-20-71' },
        { value: 'MRN194672', type: coded },
        { type: shown, value: '558394' },
      ]),
      [
        { type: coded, system: 'urn:oid:1.2.36', value: RECORD },
        { value: RECORD, type: coded },
        { type: shown, value: RECORD },
      ],
    );
    await leaves([
      { type: { coding: [{ code: 'group' }] }, value: '558394' },
      { type: { coding: [{ code: 'final', display: 'Final report' }] }, value: 'MRN194672' },
    ]);
  });
});

describe('names', () => {
  it('are somebody’s beside what only persons have, before or behind', async () => {
    assert.deepEqual(
      await redactJsonValue([
        { name: 'Quentin Bergström', given_name: 'Quentin' },
        { gender: 'F', name: 'Yara Delacroix' },
        { name: { familyName: 'Ivanova' }, displayName: 'Nadia C. Ivanova' },
        { names: ['Anna Smith'] },
      ]),
      [
        { name: NAME, given_name: NAME },
        { gender: 'F', name: NAME },
        { name: { familyName: NAME }, displayName: NAME },
        { names: [NAME] },
      ],
    );
    const { output } = await redact('<r><p name="Rasmus Moreira" gender="F"/></r>', 'application/xml');
    assert.equal(output, `<r><p name="${NAME}" gender="F"/></r>`);
  });

  it('are those of things elsewhere', async () => {
    await leaves([
      { name: 'Quentin Amberlight', sku: '1' },
      { name: 'Example Bookings', emailVerified: true },
      { product: { name: 'Anna Chair', gender: 'F' } },
      { name: 'order-service', email: '' },
    ]);
  });
});

describe('an address', () => {
  it('with members is somebody’s also where it is one to send to', async () => {
    assert.deepEqual(
      await redactJsonValue({ to_address: { name: 'Yara Abernathy', street1: 'Calle de Alcalá 137' } }),
      {
        to_address: { name: NAME, street1: '[redacted:postal_address]' },
      },
    );
    await leaves([{ from_address: '0x52908400098527', to_address: 'queue one', ip_address: { value: 'internal' } }]);
  });
});
