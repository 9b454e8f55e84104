import assert from 'node:assert/strict';
import { redactJsonValue } from './bodies.ts';

const SECRET = '[redacted:credential]';

async function leaves(documents: readonly unknown[]): Promise<void> {
  for (const document of documents) assert.deepEqual(await redactJsonValue(document), document);
}

describe('numbers of documents', () => {
  it('are what the type beside them says', async () => {
    for (const [type, entity] of [
      ['PASSPORT', 'passport'],
      ['Driving Licence', 'driving_licence'],
      ['DRIVERS_LICENSE', 'driving_licence'],
      ['national_id', 'national_id'],
      ['DNI', 'national_id'],
      ['CC', 'national_id'],
    ] as const)
      for (const [typeName, numberName] of [
        ['documentType', 'documentNumber'],
        ['id_type', 'id_number'],
        ['tipo_documento', 'numero_documento'],
        ['tipoIdentificacion', 'numeroIdentificacion'],
        ['docType', 'number'],
      ] as const)
        assert.deepEqual(
          await redactJsonValue([{ [typeName]: type, [numberName]: 'XK1234567' }]),
          [{ [typeName]: type, [numberName]: `[redacted:${entity}]` }],
          `${typeName}: ${type}`,
        );
  });

  it('are so too where the type stands behind them', async () => {
    for (const [type, entity] of [
      ['passport', 'passport'],
      ['DNI', 'national_id'],
    ] as const)
      assert.deepEqual(await redactJsonValue([{ documentNumber: 'XK1234567', name: 'x', documentType: type, n: 1 }]), [
        { documentNumber: `[redacted:${entity}]`, name: 'x', documentType: type, n: 1 },
      ]);
    await leaves([
      [{ documentNumber: 'INV1234567', documentType: 'invoice' }, { documentType: 'passport' }],
      { documentNumber: 'INV1234567', lines: [{ documentType: 'passport' }] },
      { documentNumber: 'INV1234567', name: 'passport', type: 'passport' },
    ]);
  });

  it('are those of things otherwise', async () => {
    await leaves([
      { documentType: 'invoice', documentNumber: 'INV1234567' },
      { documentType: 'PDF', number: '1234567' },
      { docType: 'passport', pages: 12 },
      [{ documentType: 'passport' }, { documentNumber: 'INV1234567' }],
    ]);
  });

  it('of a driver are those of a licence', async () => {
    assert.deepEqual(await redactJsonValue({ driver: { licenseNumber: 'D1234567', rating: 5 } }), {
      driver: { licenseNumber: '[redacted:driving_licence]', rating: 5 },
    });
    await leaves([{ software: { licenseNumber: 'D1234567' } }, { driver: 'postgresql' }]);
  });
});

describe('calls by which somebody signs in', () => {
  it('have secrets behind the name that they are made with', async () => {
    for (const method of ['login', 'auth.login', 'user_signin', 'Session.authenticate'])
      assert.deepEqual(
        await redactJsonValue([{ method, params: ['anna', 'hunter two'], jsonrpc: '2.0' }, { params: ['a', 'b c'] }]),
        [{ method, params: ['anna', SECRET], jsonrpc: '2.0' }, { params: ['a', 'b c'] }],
      );
  });

  it('are no others', async () => {
    await leaves([
      { jsonrpc: '2.0', method: 'getBalance', params: ['anna', 'hunter2'] },
      { method: 'login', params: ['anna', true, 12] },
      { method: 'login', args: ['anna', 'blog post'] },
      { method: 'catalogin', params: ['anna', 'hunter two'] },
      { method: 'GET', path: '/login' },
    ]);
  });
});
