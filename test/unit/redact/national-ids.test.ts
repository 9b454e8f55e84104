import assert from 'node:assert/strict';
import { redact, redactJsonValue } from './bodies.ts';

const ID = '[redacted:national_id]';

async function textOf(text: string, type = 'text/plain'): Promise<string> {
  return Buffer.from((await redact(text, type)).output, 'latin1').toString();
}

/** Texts in which «…» is to be replaced. */
async function replaces(texts: readonly string[], type?: string): Promise<void> {
  for (const text of texts)
    assert.equal(await textOf(text.replace(/[«»]/g, ''), type), text.replace(/«[^»]*»/g, ID), text);
}

async function leaves(texts: readonly string[], type?: string): Promise<void> {
  for (const text of texts) assert.equal(await textOf(text, type), text);
}

describe('national ids', () => {
  it('are known by the name of a member, in several languages and whatever they look like', async () => {
    for (const name of (
      'nationalId national_id_number NationalIdentityNumber identityCardNumber idCardNo citizen_id governmentIdNumber idNumber ' +
      'documentoIdentidad cédula numero_de_cedula numeroDeIdentificacionNacional cartaoDeCidadao carte_nationale_identite ' +
      'personalausweisnummer Ausweisnummer cartaDiIdentità identiteitskaartnummer rijksregisternummer personnummer ' +
      'henkilötunnus fodselsnummer dowodOsobisty rodneCislo tcKimlikNo hkid emiratesId residentRegistrationNumber curp'
    ).split(' '))
      for (const value of ['AB1234567', '19850317-4154', 8837014520])
        assert.deepEqual(await redactJsonValue({ [name]: value }), { [name]: ID }, name);
  });

  it('are known as members of what is named so, and of somebody', async () => {
    assert.deepEqual(
      await redactJsonValue({
        nationalId: { type: 'card', number: 'L99N8VKFK' },
        customer: { documentNumber: '70042318' },
      }),
      { nationalId: { type: 'card', number: ID }, customer: { documentNumber: ID } },
    );
  });

  it('have the name of the country whose check digits they pass', async () => {
    assert.deepEqual(
      await redactJsonValue({ nationalId: '12345678Z', identityNumber: '44051401359', idNumber: 52998224725 }),
      {
        nationalId: '[redacted:es_dni]',
        identityNumber: '[redacted:pl_pesel]',
        idNumber: ID,
      },
    );
  });

  it('are known by short names when they look like what these stand for', async () => {
    assert.deepEqual(
      await redactJsonValue({
        run: '12.345.678-5',
        rut: '76086098-0',
        cpr: '010190-1234',
        dni: 30123456,
        rrn: '850101-1234567',
      }),
      { run: ID, rut: ID, cpr: ID, dni: ID, rrn: ID },
    );
    const alike = {
      run: '12345',
      lastRun: '20250101-1',
      cpr: 'passed',
      rrn: '412345678901',
      rfc: 'RFC 9110',
      nid: 1234,
    };
    assert.deepEqual(await redactJsonValue(alike), alike);
  });

  it('are known in forms, queries, XML and tables', async () => {
    assert.equal(
      decodeURIComponent(
        await textOf('rut_cliente=12.345.678-5&id_card_number=AB1234567&step=2', 'application/x-www-form-urlencoded'),
      ),
      `rut_cliente=${ID}&id_card_number=${ID}&step=2`,
    );
    await replaces(['<r><IdentityCardNumber>«790426-4640»</IdentityCardNumber></r>'], 'application/xml');
    await replaces(['id,personnummer\n1,«19850317-4154»\n'], 'text/csv');
  });

  it('are known behind their labels and words in running text', async () => {
    await replaces([
      'National ID: «6206124387»',
      'National ID number «3617368180365» was checked.',
      'Her identity card number is «10329778». Escalated',
      'kyc national_id=«TUMN590925MVZFFD77» verified',
      'Personnummer: «850317-4154», CURP «NARC570409MJCBTS94» vigente',
      'El cliente con RUT «12.345.678-5» firmó, identificado con cédula de ciudadanía «8837014520»',
      "Personalausweis Nr. «L99N8VKFK»; Carte nationale d’identité; Carta d'identità n. «CB71380UF»",
      'Emirates ID «784-1916-0830934-1» expires soon',
      'HKID: «M142622(7)»',
      'TC Kimlik No: «18258759645»',
      'ID card number: «GL8032631»',
    ]);
    const employer = 'Employer ID number: [redacted:us_ein]';
    assert.equal(await textOf('Employer ID number: 88-5376217', 'text/plain'), employer);
  });

  it('are no types, states, flags, opaque ids, dates or words', async () => {
    const alike = {
      nationalIdType: 'NRIC',
      identityProvider: 'keycloak',
      identityVerified: true,
      nationalId: 'passport',
      idCardStatus: 'valid',
      nationality: 'DE',
      identityPoolId: 'eu-west-1:5c1e2f44',
      idCard: 'card_8f7a6b5c4d3e',
      identityNumber: '2024-03-17',
      documentId: 'A-1234567',
      phone: { nationalNumber: 'x' },
      vehicleIdentificationNumber: '1HGCM82633A004352',
    };
    assert.deepEqual(await redactJsonValue(alike), alike);
    await leaves([
      'national ideas: 20250101 of them',
      'identity 12345678 was federated',
      'the personnel is 12345678 strong',
      'in a rut since 2024-01-01',
      'Identity check: NRIC',
      'international id of the part: 123',
    ]);
  });
});
