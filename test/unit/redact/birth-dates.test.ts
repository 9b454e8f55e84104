import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { redact, redactJsonValue } from './bodies.ts';

const DATE = '[redacted:date_of_birth]';
const redactor = createRedactor();
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');
const textOf = (text: string): string => redactor.text(utf8(text)).text;

const DATES = [
  '1984-03-12',
  '12.03.1984',
  '03/12/1984',
  '19840312',
  '12 March 1984',
  'March 12, 1984',
  '12. März 1984',
];

describe('dates of birth', () => {
  it('are known by the name of their field', async () => {
    const names = ['dob', 'dateOfBirth', 'date_of_birth', 'BIRTHDATE', 'birth-date', 'birthday', 'patientdateofbirth'];
    const others = ['Geburtsdatum', 'dateDeNaissance', 'fecha_de_nacimiento', 'data di nascita', 'geboortedatum'];
    for (const name of [...names, ...others, 'dataUrodzenia'])
      for (const date of [...DATES, '1984-03-12T00:00:00Z', '1984-03-12T00:00:00.000+01:00', '12/03/84'])
        assert.deepEqual(await redactJsonValue({ [name]: date }), { [name]: DATE }, `${name} ${date}`);
    assert.deepEqual(await redactJsonValue({ dob: 19840312, birth: { date: '1984-03-12', place: 'Leipzig' } }), {
      ...{ dob: DATE, birth: { date: DATE, place: 'Leipzig' } },
    });
    const form = await redact('dob=1984-03-12&since=2020-01-01', 'application/x-www-form-urlencoded');
    assert.equal(decodeURIComponent(form.output), `dob=${DATE}&since=2020-01-01`);
  });

  it('are known in parts: day, month and year by their names, or in what is named so', async () => {
    const names = ['birth_month', 'dobDay', 'dob_year', 'user[birthdate(1i)]', 'geburtsmonat', 'mesNacimiento'];
    for (const name of names) assert.deepEqual(await redactJsonValue({ [name]: 12 }), { [name]: DATE }, name);
    for (const name of ['birthYear', 'year_of_birth', 'geburtsjahr']) {
      assert.deepEqual(
        await redactJsonValue({ [name]: 1985, birthMonth: 4 }),
        { [name]: DATE, birthMonth: DATE },
        name,
      );
      assert.deepEqual(await redactJsonValue({ [name]: 1985, count: 4 }), { [name]: 1985, count: 4 }, name);
    }
    const parts = { day: 12, month: 'April', year: '1985', place: 'Leipzig', lastUpdated: '2025-10-24' };
    const left = { ...parts, day: DATE, month: DATE, year: DATE };
    for (const name of ['dob', 'dateOfBirth', 'birthday'])
      assert.deepEqual(await redactJsonValue({ [name]: parts, start: parts }), { [name]: left, start: parts }, name);
    assert.deepEqual(await redactJsonValue({ birthDate: [1985, 4, 12], due: [2025, 4, 12] }), {
      birthDate: [DATE, DATE, DATE],
      due: [2025, 4, 12],
    });
    const form = await redact('dob_day=12&dob[month]=4&due_day=12', 'application/x-www-form-urlencoded');
    assert.equal(decodeURIComponent(form.output), `dob_day=${DATE}&dob[month]=${DATE}&due_day=12`);
    const xml = await redact('<a><dob><day>12</day></dob><due><day>12</day></due></a>', 'application/xml');
    assert.equal(xml.output, `<a><dob><day>${DATE}</day></dob><due><day>12</day></due></a>`);
  });

  it('are known as numbers of seconds or milliseconds', async () => {
    for (const moment of [482112000, 482112000000, -86400000, '482112000'])
      assert.deepEqual(
        await redactJsonValue({ birthDate: moment, createdAt: moment, dob: { seconds: moment, nanos: 0 } }),
        { birthDate: DATE, createdAt: moment, dob: { seconds: DATE, nanos: 0 } },
        String(moment),
      );
    const others = { birthCertificateNumber: 482112000, birthdaysSent: 4821120, birthOrder: 2, dobVerified: 1 };
    assert.deepEqual(await redactJsonValue(others), others);
  });

  it('are known by the words before them', () => {
    for (const before of [
      ...[
        '{start: 1684063589777, born: ',
        'update birth_date=',
        'Date of birth: ',
        'DOB ',
        'D.O.B.: ',
        'The patient was born on ',
        'geboren am ',
        'née le ',
        'né le ',
      ],
      ...['Fecha de nacimiento: ', 'My birthday is ', 'dob=', 'geb. ', 'Date of birth:\n  '],
    ])
      for (const date of DATES)
        assert.equal(textOf(`${before}${date}, ok`), utf8(`${before}${DATE}, ok`), before + date);
  });

  it('are known by their place in a segment of HL7', () => {
    const before = 'MSH|^~\\&|A\rPID|1||012^^^HOSP^MR||Roe^Jane||';
    assert.equal(
      textOf(
        `${before}19840312|F|||1 Main St^^Boise^ID||(415) 555-0100^PRN~0151 12345678|||||219-45-6780\rPV1|1|19840312`,
      ),
      `${before.replace('Roe^Jane', '[redacted:person_name]^[redacted:person_name]')}${DATE}|F|||[redacted:postal_address]^^Boise^ID||[redacted:phone]^PRN~[redacted:phone]|||||[redacted:us_ssn]\rPV1|1|19840312`,
    );
  });

  it('are known behind a label in HTML, and in a card of contacts', async () => {
    const html = '<p><strong>Date of birth:</strong> <span class="v">1984-03-12</span></p>';
    assert.equal((await redact(html, 'text/html')).output, html.replace('1984-03-12', DATE));
    assert.equal(textOf('TITLE:Boss\nBDAY:19840312\nREV:20250311'), `TITLE:Boss\nBDAY:${DATE}\nREV:20250311`);
  });

  it('are no other dates', async () => {
    for (const harmless of [
      ...DATES,
      ...['Invoice of 12 March 1984', 'born in Leipzig, hired 1984-03-12', 'Birth certificate issued 1984-03-12'],
      ...['birth order: 2', 'born 1984', 'dob=none since 2020-01-01', 'DOB 1984-13-45', 'valid until 12.03.2030'],
    ])
      assert.equal(textOf(harmless), utf8(harmless));
    assert.equal(textOf('dob=1984-03-12 joined=2020-01-01'), `dob=${DATE} joined=2020-01-01`);
    const about = { birthPlace: 'Leipzig', birth_certificate: '1984-03-12', createdAt: '1984-03-12', birthYear: 1984 };
    assert.deepEqual(await redactJsonValue(about), about);
  });
});
