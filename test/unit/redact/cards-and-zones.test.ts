import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { redact, redactJsonValue } from './bodies.ts';

const NAME = '[redacted:person_name]';
const ADDRESS = '[redacted:postal_address]';
const PASSPORT = '[redacted:passport]';
const redactor = createRedactor();
const textOf = (text: string): string => redactor.text(text).text;

describe('cards of contacts', () => {
  it('have names and addresses in their lines, whatever these look like', async () => {
    const card = [
      'BEGIN:VCARD',
      'N;CHARSET=UTF-8:quibell;zan;;;',
      'FN:zan quibell',
      'item1.ADR;TYPE=HOME;LABEL="a: b":Box 7;;Lange Gasse;Leipzig;;04109;DE',
      'NICKNAME:zanny',
      'ORG:Tools',
      'END:VCARD',
    ];
    const left = [
      'BEGIN:VCARD',
      `N;CHARSET=UTF-8:${NAME};${NAME};;;`,
      `FN:${NAME}`,
      `item1.ADR;TYPE=HOME;LABEL="a: b":${ADDRESS};;${ADDRESS};Leipzig;;04109;DE`,
      `NICKNAME:${NAME}`,
      'ORG:Tools',
      'END:VCARD',
    ];
    for (const end of ['\n', '\r\n'])
      assert.equal((await redact(card.join(end), 'text/vcard')).output, left.join(end), JSON.stringify(end));
    assert.deepEqual(await redactJsonValue({ data: card.join('\n') }), { data: left.join('\n') });
  });

  it('are those of who takes part in an appointment, too', async () => {
    const event = (first: string, second: string): string =>
      `BEGIN:VEVENT\nORGANIZER;CN=${first}:urn:x\nATTENDEE;ROLE=CHAIR;CN="${second}":urn:y\nSUMMARY:Zan\nEND:VEVENT`;
    const { output } = await redact(event('zan quibell', 'Quibell, Wynn'), 'text/calendar');
    assert.equal(output, event(NAME, NAME));
  });

  it('are no other lines that start with such a letter', () => {
    for (const text of ['N: a;b', 'N:12;14', 'IN:a;b', 'Y/N:a;b', 'N:yes', 'n:a;b', 'ADR:', 'ADR: see 0012;x'])
      assert.equal(textOf(`${text}\nx`), `${text}\nx`);
  });
});

/** Of the specimens in ICAO Doc 9303, parts 4 to 6. */
const ZONES = [
  ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'],
  ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'],
  ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6'],
];

describe('zones that machines read', () => {
  it('are known by their form and check digits, line by line or in one piece', async () => {
    for (const lines of ZONES) {
      assert.equal(textOf(`read:\n${lines.join('\n')}\nok`), `read:\n${lines.map(() => PASSPORT).join('\n')}\nok`);
      assert.equal(textOf(`read ${lines.join('')}.`), `read ${PASSPORT}.`);
      for (const line of lines) assert.deepEqual(await redactJsonValue({ x: line }), { x: PASSPORT });
      const xml = `<a>${lines.join('\n').replaceAll('<', '&lt;')}</a>`;
      assert.equal((await redact(xml, 'application/xml')).output, `<a>${lines.map(() => PASSPORT).join('\n')}</a>`);
    }
  });

  it('are known by their name, without fillers too', async () => {
    const line = 'L898902C36UTO7408122F1204159ZE184226B1234510';
    assert.deepEqual(await redactJsonValue({ mrz: line, mrz_line_2: line, machineReadableZone: line, x: line }), {
      ...{ mrz: PASSPORT, mrz_line_2: PASSPORT, machineReadableZone: PASSPORT, x: line },
    });
    const state = { mrz: true, mrzLine1: 'not read', mrzStatus: 'READ' };
    assert.deepEqual(await redactJsonValue(state), state);
  });

  it('are no lines with another check digit or length, nor mere fillers', () => {
    for (const line of [
      'L898902C37UTO7408122F1204159ZE184226B<<<<<10',
      'L898902C36UTO7408123F1204159ZE184226B<<<<<10',
      'L898902C36UTO7408122F1204158ZE184226B<<<<<10',
      'I<UTOD231458906<<<<<<<<<<<<<<<',
      'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<',
      '<'.repeat(44),
      `X${'<'.repeat(43)}`,
    ])
      assert.equal(textOf(`read:\n${line}\nok`), `read:\n${line}\nok`);
  });
});
