import assert from 'node:assert/strict';
import { isBirthDate } from '../../../../src/redact/checks/index.ts';
import { accepts, refuses } from './cases.ts';

function isBirthDateIn2026(text: string): boolean {
  return isBirthDate(text, 2026);
}

describe('dates of birth', () => {
  it('are ISO dates, with or without a time', () => {
    accepts(isBirthDateIn2026, [
      '1984-03-12',
      '1984/03/12',
      '1984.03.12',
      '1984-3-2',
      '1984-03-12T00:00',
      '1984-03-12T00:00:00Z',
      '1984-03-12T00:00:00.000Z',
      '1984-03-12T23:00:00.000+01:00',
      '1984-03-12 00:00:00',
      '19840312',
      '20000229',
    ]);
  });

  it('are day, month and year in the orders that are in use', () => {
    accepts(isBirthDateIn2026, ['12.3.1984', '12.03.1984', '31.12.1999', '12/31/1984', '31/12/1984', '03-12-1984']);
    refuses(isBirthDateIn2026, ['12.31.1984', '31/31/1984', '13/13/1984', '12.3/1984', '12/3.1984', '1984-03/12']);
  });

  it('are dates in English words', () => {
    accepts(isBirthDateIn2026, [
      '12 March 1984',
      'March 12, 1984',
      'Mar 12, 1984',
      'Sept. 1, 1984',
      'MARCH 12 1984',
      '12-Mar-1984',
      '12th March 1984',
      'March 1st, 1984',
      '2nd of May 1984',
      '1984 March 12',
    ]);
  });

  it('are dates in French, German and Spanish words', () => {
    const dates: [month: number, names: string[]][] = [
      [1, ['janvier', 'janv.', 'Januar', 'J\u00e4nner', 'enero', 'ene']],
      [2, ['f\u00e9vrier', 'f\u00c3\u00a9vrier', 'fe\u0301vrier', 'F\u00c9VRIER', 'fevrier', 'Februar', 'febrero']],
      [3, ['mars', 'M\u00e4rz', 'M\u00c3\u00a4rz', 'Ma\u0308rz', 'Maerz', 'M\u00c4RZ', 'marzo']],
      [4, ['avril', 'avr.', 'April', 'abril']],
      [5, ['mai', 'Mai', 'mayo']],
      [6, ['juin', 'Juni', 'junio']],
      [7, ['juillet', 'juil.', 'Juli', 'julio']],
      [8, ['ao\u00fbt', 'ao\u00c3\u00bbt', 'AO\u00dbT', 'August', 'agosto']],
      [9, ['septembre', 'September', 'septiembre', 'setiembre']],
      [10, ['octobre', 'Oktober', 'octubre']],
      [11, ['novembre', 'November', 'noviembre']],
      [12, ['d\u00e9cembre', 'Dezember', 'Dez.', 'diciembre']],
    ];
    for (const [month, names] of dates)
      for (const name of names) {
        accepts(isBirthDateIn2026, [`3 ${name} 1984`, `3. ${name} 1984`, `3 de ${name} de 1984`, `${name} 3, 1984`]);
        // The last day of the month tells which one the name stands for.
        const days = new Date(Date.UTC(1984, month, 0)).getUTCDate();
        accepts(isBirthDateIn2026, [`${days} ${name} 1984`]);
        refuses(isBirthDateIn2026, [`${days + 1} ${name} 1984`]);
      }
    accepts(isBirthDateIn2026, ['1er janvier 1984', '1\u00ba de enero de 1984', 'le 3 mars 1984']);
  });

  it('exist in the calendar', () => {
    for (let year = 1900; year <= 2026; year += 1) {
      const isLeap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
      assert.equal(isBirthDateIn2026(`${year}-02-29`), isLeap, String(year));
    }
    refuses(isBirthDateIn2026, ['1984-00-12', '1984-13-12', '1984-03-00', '1984-04-31', '1984-02-30', '19841301']);
  });

  it('are of somebody who can be alive', () => {
    accepts(isBirthDateIn2026, ['1900-01-01', '2026-12-31']);
    refuses(isBirthDateIn2026, ['1899-12-31', '2027-01-01', '18991231', '1.1.1899', '1 March 2027', '9999-12-31']);
    assert.equal(isBirthDate('2027-01-01', 2027), true);
  });

  it('are not other numbers and words', () => {
    refuses(isBirthDateIn2026, [
      '12345678',
      '1984-03',
      '1984-03-12-01',
      '12.3.84',
      '1.2.1984.5',
      '10.0.1984.1',
      '1984-03-12T',
      '1984-03-12T00',
      '1984-03-12T00:00:00Q',
      '1984-03-123',
      '198-03-12',
      '12 Marsh 1984',
      '12 March 84',
      '12 March April 1984',
      '12 13 March 1984',
      'March 1984 12',
      '12 1984 March',
      '1984 12 March',
      'March 1984',
      '12 March',
      '123 March 1984',
      '12 March 19845',
      '12 March 1984!',
      ' '.repeat(20),
      'de de de de',
      '-1984-03-12',
    ]);
  });
});
