import { DIGITS, type Random, UPPER } from '../random.ts';
import { dea, ein, itin, npi, ssn } from '../values/world.ts';
import {
  bareNumber,
  EAN,
  OPAQUE_ID,
  reference,
  SKU,
  TIMESTAMP_S,
  TRACKING,
  UUID,
  VERSION,
  wrong,
} from './look-alikes.ts';
import type { Spec, Variant } from './variant.ts';

function zipPlusFour(random: Random): string {
  return `${random.number(5)}-${random.digits(4)}`;
}

const PHONE_LIKE_ID: Variant = reference((random) => `${random.digits(3)}-${random.digits(3)}-${random.digits(5)}`);

const SSN: Spec = {
  entity: 'us_ssn',
  positives: [
    {
      keys: 'ssn|social security number|social security no|SSN number|ssn tax id|soc sec num|applicant ssn|spouse ssn|employee ssn|numéro de sécurité sociale américain|Sozialversicherungsnummer USA|ss number',
      make: ssn,
      prose: [
        'SSN: {}',
        'My social security number is {}.',
        'The applicant (SSN {}) asked for a review.',
        'Please confirm the last digits of the Social Security No. {} on file.',
        'employee ssn={} status=active',
        'Número de Seguro Social: {}',
      ],
      isNumeric: true,
    },
  ],
  negatives: [
    bareNumber(9),
    bareNumber(9),
    reference((random) => `${random.word('000|666')}-${random.digits(2)}-${random.digits(4)}`),
    {
      ...SKU,
      make: (random) => `${random.digits(3)}-${random.digits(2)}-${random.digits(4)}-${random.string(UPPER, 1)}`,
    },
    { keys: 'zip|postal code|plz', make: zipPlusFour, prose: ['Ships from zip code {}.', 'warehouse {} is closed'] },
    { ...VERSION, make: (random) => `${random.digits(3)}.${random.digits(2)}.${random.digits(4)}` },
    PHONE_LIKE_ID,
  ],
};

const ITIN: Spec = {
  entity: 'us_itin',
  positives: [
    {
      keys: 'itin|individual taxpayer identification number|itin number|taxpayer itin|individual taxpayer id',
      make: itin,
      prose: [
        'ITIN: {}',
        'The taxpayer’s ITIN is {}.',
        'filed with ITIN {} last year',
        'Individual Taxpayer Identification Number {}',
      ],
      isNumeric: true,
    },
  ],
  negatives: [
    reference((random) => `9${random.digits(8)}`),
    reference((random) => `9${random.digits(2)}-${random.word('10|23|34|41')}-${random.digits(4)}`),
    bareNumber(9),
    TIMESTAMP_S,
    {
      keys: 'zip|postcode',
      make: (random) => `9${random.digits(4)}-${random.digits(4)}`,
      prose: ['Postage to {} went up.'],
    },
  ],
};

const EIN: Spec = {
  entity: 'us_ein',
  positives: [
    {
      keys: 'ein|fein|employer identification number|federal tax id|company ein|employer id number|federal employer identification number|business tax id',
      make: ein,
      prose: [
        'EIN: {}',
        'The company’s employer identification number is {}.',
        'Federal Tax ID {} belongs to the vendor.',
        'vendor ein={} verified',
        'Form W-9 lists EIN {}.',
      ],
      isNumeric: true,
    },
  ],
  negatives: [
    bareNumber(9),
    reference((random) => `${random.word('00|07|08|09|17|18|19|28|29|49|69|70|78|79|89|96|97')}-${random.digits(7)}`),
    { ...SKU, make: (random) => `${random.digits(2)}-${random.digits(7)}-${random.digits(2)}` },
    {
      keys: 'lot number|serial|cas no',
      make: (random) => `${random.digits(2)}-${random.digits(6)}`,
      prose: ['Lot {} was recalled.'],
    },
    TIMESTAMP_S,
  ],
};

const NPI: Spec = {
  entity: 'us_npi',
  positives: [
    {
      keys: 'npi|national provider identifier|provider npi|npi number|rendering provider npi|billing npi|prescriber npi|referring provider npi',
      make: npi,
      prose: [
        'NPI: {}',
        'Prescriber NPI {} on the claim',
        'National Provider Identifier {} is active.',
        'claim rejected: npi={} not enrolled',
      ],
      isNumeric: true,
    },
  ],
  negatives: [bareNumber(10), TIMESTAMP_S, TIMESTAMP_S, wrong(npi), reference((random) => `1${random.digits(9)}`)],
};

function wrongDea(random: Random): string {
  const number = dea(random);
  return number.slice(0, -1) + String((Number(number.slice(-1)) + random.int(1, 9)) % 10);
}

const DEA: Spec = {
  entity: 'us_dea',
  positives: [
    {
      keys: 'dea|dea number|dea registration|prescriber dea|dea no|dea reg num',
      make: dea,
      prose: [
        'DEA: {}',
        'DEA number {} was checked.',
        'prescribed under DEA registration {}',
        'Prescriber DEA# {} on file',
      ],
    },
  ],
  negatives: [
    reference(wrongDea),
    SKU,
    { ...SKU, make: (random) => random.string(UPPER, 2) + random.digits(7) },
    TRACKING,
    {
      keys: 'flight|gate|licence plate|po number',
      make: (random) => random.string(UPPER, 2) + random.digits(5),
      prose: ['PO {} was approved.'],
    },
  ],
};

function medicalRecord(random: Random): string {
  return random.pick([
    random.number(7),
    random.digits(8),
    random.digits(10),
    `MRN-${random.digits(7)}`,
    `MR${random.digits(6)}`,
    `${random.string(UPPER, 1)}${random.digits(7)}`,
    `${random.digits(3)}-${random.digits(2)}-${random.digits(3)}`,
  ]);
}

const MEDICAL_RECORD: Spec = {
  entity: 'medical_record',
  positives: [
    {
      keys: 'mrn|medical record number|patient mrn|medical record no|health record number|hospital number|chart number|medical record id|Patientenaktennummer|numéro de dossier médical|número de historia clínica|med rec num',
      make: medicalRecord,
      prose: [
        'MRN: {}',
        'Patient admitted, medical record number {}.',
        'Chart number {} was reviewed by the ward.',
        'mrn={} admitted',
        'Número de historia clínica: {}',
        'Dossier médical n° {}',
      ],
      isNumeric: true,
    },
  ],
  negatives: [
    bareNumber(7),
    bareNumber(8),
    {
      keys: 'record number|record id|record count|row',
      make: (random) => random.number(6),
      prose: ['record {} of 900000 written'],
      isNumeric: true,
    },
    {
      keys: 'ward|room|icd10|diagnosis code|cpt|loinc',
      make: (random) =>
        random.pick([
          `E${random.digits(2)}.${random.digits(1)}`,
          random.number(5),
          `${random.number(4)}-${random.digits(1)}`,
        ]),
      prose: ['Diagnosis {} coded by the clerk.', 'procedure code {} billed'],
    },
    OPAQUE_ID,
  ],
};

function passport(random: Random): string {
  return random.pick([
    random.string('ABCDE', 1) + random.digits(8),
    random.digits(9),
    `C${random.string('CFGHJKLMNPRTVWXYZ0123456789', 8)}`.replace(/[A-Z]$/, '4'),
    `${random.digits(2)}${random.string(UPPER, 2)}${random.digits(5)}`,
    random.string(UPPER, 1) + random.digits(7),
    random.string(UPPER, 2) + random.digits(7),
    random.string(UPPER, 3) + random.digits(6),
  ]);
}

const PASSPORT: Spec = {
  entity: 'passport',
  positives: [
    {
      keys: 'number|no|document number|id',
      parents: 'passport|passport details|travel passport|Reisepass|pasaporte',
      make: passport,
      prose: ['passport {} was scanned', 'Passport No: {}'],
      isNumeric: true,
    },
    {
      keys: 'passport number|passport|passport no|passport id|travel document number|Reisepassnummer|Passnummer|numéro de passeport|número de pasaporte|pasaporte|numero passaporto|us passport|paspoortnummer',
      make: passport,
      prose: [
        'Passport: {}',
        'He travels on passport no. {}.',
        'The passport number is {}, issued last year.',
        'Reisepass Nr. {} wurde geprüft.',
        'Passeport n° {}',
        'Pasaporte: {}',
        'passport_number={} country=US',
      ],
      isNumeric: true,
    },
  ],
  negatives: [
    bareNumber(9),
    reference((random) => random.string(UPPER, 1) + random.digits(8)),
    { ...SKU, make: (random) => random.string(UPPER, 1) + random.digits(7) },
    {
      keys: 'passport country|passport status|passport valid',
      make: (random) => random.word('valid|DEU|expired|true'),
      prose: ['Passport check: {}'],
    },
    {
      keys: 'booking code|pnr|seat|flight number',
      make: (random) => random.string(UPPER + DIGITS, 6),
      prose: ['Booking {} is confirmed.'],
    },
    UUID,
  ],
};

function drivingLicence(random: Random): string {
  return random.pick([
    random.string(UPPER, 1) + random.digits(7),
    `${random.string(UPPER, 1)}${random.digits(3)}-${random.digits(4)}-${random.digits(4)}`,
    `${random.string(UPPER, 5)}${random.digits(1)}${random.padded(1, 12, 2)}${random.padded(1, 28, 2)}${random.digits(1)}${random.string(UPPER, 1)}9${random.string(UPPER, 2)}`,
    random.digits(8),
    random.string(UPPER, 1) + random.digits(12),
    `B0${random.digits(2)}${random.string(UPPER, 3)}${random.digits(2)}I${random.digits(2)}`,
  ]);
}

const DRIVING_LICENCE: Spec = {
  entity: 'driving_licence',
  positives: [
    {
      keys: 'number|no|document number|id',
      parents: 'driver license|driving licence|drivers license|permis de conduire',
      make: drivingLicence,
      prose: ['driving licence {} was scanned', "Driver's License No: {}"],
      isNumeric: true,
    },
    {
      keys: "driver's license|driving licence number|driver license number|drivers license|driver licence no|dl number|license number dmv|Führerscheinnummer|numéro de permis de conduire|permiso de conducir|patente di guida|rijbewijsnummer",
      make: drivingLicence,
      prose: [
        "Driver's license: {}",
        'Driving licence no. {} was presented.',
        'The renter’s driver license number is {}.',
        'Führerschein-Nr. {}',
        'Permis de conduire n° {}',
        'driver_license={} state=CA',
      ],
      isNumeric: true,
    },
  ],
  negatives: [
    bareNumber(8),
    reference((random) => random.string(UPPER, 1) + random.digits(7)),
    {
      keys: 'license|software license|license type',
      make: (random) => random.pick(['MIT', 'Apache-2.0', 'GPL-3.0-only', `LIC-${random.digits(6)}`]),
      prose: ['Licensed under {}.'],
    },
    {
      keys: 'driver version|printer driver|driver id|driver',
      make: (random) =>
        random.pick([
          `${random.number(2)}.${random.digits(1)}.${random.digits(4)}`,
          'nvidia-535',
          'com.mysql.cj.jdbc.Driver',
        ]),
      prose: ['The driver {} was loaded.'],
    },
    OPAQUE_ID,
    EAN,
  ],
};

/** Numbers that authorities of the United States and health care give out, and documents known by context alone. */
export const US_SPECS: readonly Spec[] = [SSN, ITIN, EIN, NPI, DEA, MEDICAL_RECORD, PASSPORT, DRIVING_LICENCE];
