import { luhnDigit } from '../check-digits.ts';
import { DIGITS, type Random, UPPER } from '../random.ts';
import { grouped } from '../values/payment.ts';
import { bareNumber, DATE, EAN, OPAQUE_ID, reference, SKU, UUID } from './look-alikes.ts';
import type { Spec, Variant } from './variant.ts';

function yearMonthDay(random: Random): string {
  return `${random.padded(40, 99, 2)}${random.padded(1, 12, 2)}${random.padded(1, 28, 2)}`;
}

/** Of Sweden: birth date, three digits, Luhn over the nine before (SKV 704). */
function personnummer(random: Random): string {
  const payload = yearMonthDay(random) + random.digits(3);
  const century = random.pick(['', '19']);
  return `${century}${payload.slice(0, 6)}${random.pick(['-', ''])}${payload.slice(6)}${luhnDigit(payload)}`;
}

/** Of Finland: date, sign of the century, serial, a letter by the remainder of 31. */
function henkilotunnus(random: Random): string {
  const date = `${random.padded(1, 28, 2)}${random.padded(1, 12, 2)}${random.padded(40, 99, 2)}`;
  const serial = random.padded(2, 899, 3);
  return `${date}-${serial}${'0123456789ABCDEFHJKLMNPRSTUVWXY'.charAt(Number(date + serial) % 31)}`;
}

/** Of Chile: seven or eight digits and a check digit modulo 11. */
function rut(random: Random): string {
  const digits = random.number(random.pick([7, 8]));
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (2 + (index % 6)), 0);
  const check = '0K987654321'.charAt(sum % 11);
  const printed = digits.replace(/(\d)(?=(\d{3})+$)/g, '$1.');
  return `${random.pick([digits, printed])}-${check}`;
}

function curp(random: Random): string {
  const name = random.string('ABCDEFGHLMNPRSTV', 1) + random.string('AEIOU', 1) + random.string('BCDFGHLMNPRS', 2);
  const end = random.string('BCDFGLMNPRST', 3) + random.string(DIGITS, 2);
  return `${name}${yearMonthDay(random)}${random.word('H|M')}${random.word('DF|JC|NL|PL|VZ')}${end}`;
}

/** Names and forms that are one country's. */
const OF_COUNTRIES: readonly Variant[] = [
  { keys: 'personnummer|svenskt personnummer', make: personnummer, prose: ['Personnummer: {}', 'personnummer={} ok'] },
  { keys: 'henkilötunnus|hetu', make: henkilotunnus, prose: ['Henkilötunnus: {}', 'Asiakkaan hetu on {}.'] },
  { keys: 'rut|rut cliente|run', make: rut, prose: ['RUT: {}', 'El cliente con RUT {} firmó.'] },
  { keys: 'curp|clave curp', make: curp, prose: ['CURP: {}', 'con CURP {} vigente'] },
  {
    keys: 'cpr nummer|cpr|cprNr',
    make: (random) => `${random.padded(1, 28, 2)}${random.padded(1, 12, 2)}${random.digits(2)}-${random.digits(4)}`,
    prose: ['CPR-nummer: {}'],
  },
  {
    keys: 'cédula|cédula de ciudadanía|número de cédula|cedula',
    make: (random) => random.number(random.pick([8, 10])),
    prose: ['Cédula: {}', 'identificado con cédula de ciudadanía {}'],
    isNumeric: true,
  },
  {
    keys: 'tc kimlik no|tckn|kimlik numarası',
    make: (random) => random.number(11),
    prose: ['TC Kimlik No: {}'],
    isNumeric: true,
  },
  {
    keys: 'resident registration number|rrn',
    make: (random) => `${yearMonthDay(random)}-${random.string('12', 1)}${random.digits(6)}`,
    prose: ['Resident registration number: {}'],
  },
  {
    keys: 'emirates id|emirates id number',
    make: (random) => `784-19${random.digits(2)}-${random.digits(7)}-${random.digits(1)}`,
    prose: ['Emirates ID {} expires soon.'],
  },
  {
    keys: 'hkid|hkid number',
    make: (random) => `${random.string(UPPER, 1)}${random.digits(6)}(${random.digits(1)})`,
    prose: ['HKID: {}'],
  },
  {
    keys: 'Personalausweisnummer|Ausweisnummer|Personalausweis Nr',
    make: (random) => random.string('LMNPRTVWXY', 1) + random.string('CFGHJKLMNPRTVWXYZ0123456789', 8),
    prose: ['Personalausweisnummer: {}', 'ausgewiesen durch Personalausweis Nr. {}'],
  },
  {
    keys: "numéro de carte d'identité|carte nationale d'identité",
    make: (random) => random.digits(12),
    prose: ["Carte nationale d'identité n° {}"],
  },
  {
    keys: "numero carta d'identità|carta di identità",
    make: (random) => `C${random.string('AB', 1)}${random.digits(5)}${random.string(UPPER, 2)}`,
    prose: ["Carta d'identità n. {}"],
  },
];

const IN_GENERAL: Variant = {
  keys: 'national id|national id number|national identity number|identity card number|id card number|national identification number|citizen id|government id number|nationalIdentityCard|identity number|número de identificación nacional|documento nacional',
  make: (random) =>
    random.pick([
      random.number(random.pick([8, 9, 11, 12, 13])),
      grouped(random.number(13), [1, 4, 5, 2, 1], '-'),
      random.string(UPPER, 2) + random.digits(7),
      personnummer(random),
      curp(random),
    ]),
  prose: [
    'National ID: {}',
    'National ID number {} was checked.',
    'Her identity card number is {}.',
    'kyc national_id={} verified',
  ],
  isNumeric: true,
};

/** National ids that have no entity of their own: known by the words beside them. */
export const NATIONAL_SPECS: readonly Spec[] = [
  {
    entity: 'national_id',
    positives: [...Array.from(OF_COUNTRIES, (variant) => [IN_GENERAL, variant]).flat()],
    negatives: [
      bareNumber(11),
      bareNumber(12),
      reference(personnummer),
      {
        keys: 'national id type|identity provider|identity verified|national flag|nationality|id card status',
        make: (random) => random.word('NRIC|true|keycloak|DE|valid|passport'),
        prose: ['Identity check: {}'],
      },
      {
        keys: 'identity pool id|identity arn id|document id|card id|chip id',
        make: OPAQUE_ID.make,
        prose: ['identity {} was federated'],
      },
      SKU,
      DATE,
      EAN,
      UUID,
    ],
  },
];
