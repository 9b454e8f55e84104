import assert from 'node:assert/strict';
import { redact, redactJsonValue } from './bodies.ts';

const REDACTED = '[redacted:person_name]';

async function replaces(names: string, value: unknown, left: unknown = REDACTED): Promise<void> {
  for (const name of names.split(', '))
    assert.deepEqual(
      await redactJsonValue({ id: 1, [name]: value }),
      { id: 1, [name]: left },
      `${name}: ${JSON.stringify(value)}`,
    );
}

async function leaves(fields: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [name, value] of Object.entries(fields))
    assert.deepEqual(await redactJsonValue({ [name]: value }), { [name]: value });
}

describe('fields that persons stand in', () => {
  it('are those of a name, whoever has it and in whatever language', async () => {
    await replaces(
      'customerfirstname, mothersMaidenName, patient_last_name, other_names, full_name_kana, surname_2, nama_lengkap, hoTen, soyad, ' +
        'priezvisko, imeIPrezime, nombre_de_la_madre, nomDuMedecin, name des Fahrers, Numele pacient',
      'Kowalczyk',
    );
  });

  it('are those of people and of deeds, where the value is the name of somebody', async () => {
    await replaces(
      'patient, surgeon, plaintiff, customer, primaryCarePhysician, emergency_contact, visitor, employees, nurse',
      'Zanele Quibell',
    );
    await replaces(
      'author, assignee, created_by, approvedBy, assigned_to, reports_to, hiringManager, sales_rep, driver, owner, username, ' +
        'account_name, signed_by, created_by_name, provider_name, holderDisplayName',
      'Zanele Ndlovu',
    );
    for (const name of ['Anna Smith', 'Smith, Ylva', 'Dr. Zanele Quibell', 'ANNA SMITH', 'Ylva Quibell-Johansson'])
      await replaces('reviewed_by', name);
  });

  it('hold names of things, states and programs as well, which stay', async () => {
    await leaves({
      product_name: 'Anna Bookcase',
      brandName: 'Calvin Klein',
      file_name: 'Thomas Hansen',
      station_name: 'Martin Place',
      author: 'Reuters Staff',
      owner: 'Platform Engineering',
      created_by: 'Batch Import',
      sorted_by: 'Last Name',
      powered_by: 'Google Maps',
      patient: 'Walk In',
      doctor: 'On Duty',
      customer: 'New Customer',
      provider_name: 'Blue Cross',
      username: 'anna.smith',
      legal_name: 'Acme Holdings',
      sender: 'Acme Shop',
    });
    assert.deepEqual(await redactJsonValue({ customer: { name: 'orders-export-worker' } }), {
      customer: { name: 'orders-export-worker' },
    });
  });

  it('are those of a given name alone, in languages in which it has the name of a name', async () => {
    await replaces('nombre, nome, naam, imie, jmeno', 'Francisca');
    await leaves({ nombre: 'Bodega', nome: 'Milano', nom: 'paul', name: 'Francisca', naam: 'FRANCISCA 2' });
  });

  it('are those of who pays and gets, where these are no firms, and of attending doctors', async () => {
    await replaces('payer, payee, shipper, consignee, creditor, driver, attending', 'Anna Quibell');
    await leaves({
      payer: 'Northern Mutual',
      payee: 'City Water Works',
      creditor: 'Union Lending',
      driver: 'Fast Storage',
    });
    assert.deepEqual(await redactJsonValue({ payer: { name: 'Zanele Quibell', plan: 'gold' } }), {
      payer: { name: REDACTED, plan: 'gold' },
    });
  });

  it('are those that references of FHIR show, and of messages of payment', async () => {
    await replaces(
      'subject, performer, practitioner, participant, patient',
      { display: 'Quibell Wynn' },
      { display: REDACTED },
    );
    await leaves({ display: 'Bold Wide', code: { display: 'Blood Group' }, subject: { display: 'General Hospital' } });
    const address = { StrtNm: 'Lange Gasse', BldgNb: '12', PstCd: '10115', AdrLine: ['Lange Gasse 12'] };
    const street = '[redacted:postal_address]';
    const left = { StrtNm: street, BldgNb: street, PstCd: '10115', AdrLine: [street] };
    await replaces('Dbtr, UltmtCdtr', { Nm: 'Zanele Quibell', PstlAdr: address }, { Nm: REDACTED, PstlAdr: left });
    await leaves({ Dbtr: { Nm: 'Quibell Tools Ltd' }, BldgNb: '12', Nm: '12 nm' });
  });

  it('are those of contacts with a profile, and a name beside one of the parts that only persons have', async () => {
    await replaces('contacts', [{ profile: { name: 'zan' }, wa_id: 1 }], [{ profile: { name: REDACTED }, wa_id: 1 }]);
    await replaces('contact, card', { name: 'Quibell' }, { name: REDACTED });
    await leaves({ contact: { name: 'Support Team' }, card: { name: 'Visa Debit' } });
    await leaves({ rules: [{ profile: { name: 'zan' } }], nom: 'Quibell' });
    await replaces('who', { nom: 'Quibell', prenom: 'Zan' }, { nom: REDACTED, prenom: REDACTED });
    await replaces('nomFamille, nom_famille', 'Quibell');
  });

  it('are those of ids of patients in documents of HL7', async () => {
    const document = (id: string, name: string): string =>
      `<r><id extension="12345"/><patientRole><id root="2.16.840.1" extension="${id}"/><name><given>${name}</given></name></patientRole></r>`;
    const { output } = await redact(document('998991', 'Zan'), 'application/xml');
    assert.equal(output, document('[redacted:medical_record]', REDACTED));
    await leaves({ patient: { id: '998991' }, patientRole: { id: '998991' }, id: { extension: '12345' } });
  });

  it('weigh less than what holds around them', async () => {
    assert.deepEqual(await redactJsonValue({ credentials: { owner: 'jane', author: 'x' } }), {
      credentials: { owner: '[redacted:credential]', author: '[redacted:credential]' },
    });
    const phone = { mobile_phone: { cc: '49', subscriber: '1519321067' } };
    assert.notDeepEqual(await redactJsonValue(phone), phone);
  });
});
