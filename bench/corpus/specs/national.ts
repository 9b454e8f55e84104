import { UPPER } from '../random.ts';
import { curp, henkilotunnus, nationalId, personnummer, rut, yearMonthDay } from '../values/national.ts';
import { bareNumber, DATE, EAN, OPAQUE_ID, reference, SKU, UUID } from './look-alikes.ts';
import type { Spec, Variant } from './variant.ts';

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
  make: nationalId,
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
