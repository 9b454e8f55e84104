import { DIGITS, type Random, UPPER } from '../random.ts';
import { grouped } from '../values/payment.ts';
import {
  aadhaar,
  cnpj,
  cpf,
  indianPan,
  medicareNumber,
  nric,
  socialInsuranceNumber,
  taxFileNumber,
} from '../values/world.ts';
import { bareNumber, EAN, reference, SKU, TIMESTAMP_MS, TIMESTAMP_S, TRACKING, wrong } from './look-alikes.ts';
import type { Spec } from './variant.ts';

const AADHAAR: Spec = {
  entity: 'in_aadhaar',
  positives: [
    {
      keys: 'aadhaar|aadhaar number|aadhar no|uidai number|aadhaar card number|aadhar',
      make: aadhaar,
      prose: [
        'Aadhaar: {}',
        'The Aadhaar number {} was linked.',
        'kyc aadhaar={} verified',
        'Aadhar card no. {} submitted',
        'आधार संख्या {}',
      ],
      isNumeric: true,
    },
  ],
  negatives: [
    bareNumber(12),
    wrong(aadhaar),
    TIMESTAMP_MS,
    reference((random) => grouped(random.number(12), [4, 4, 4], '-')),
    reference((random) => random.string('01', 1) + random.digits(11)),
  ],
};

const PAN: Spec = {
  entity: 'in_pan',
  positives: [
    {
      keys: 'pan number|permanent account number|pan card|pan no|income tax pan|pan card number',
      make: indianPan,
      prose: [
        'PAN: {}',
        'Permanent Account Number {}',
        'His PAN card number is {}.',
        'kyc pan={} verified',
        'Form 16 quotes PAN {}.',
      ],
    },
  ],
  negatives: [
    {
      ...SKU,
      make: (random) =>
        random.string(UPPER, 3) +
        random.string('DEIKMNOQRSUVWXYZ', 1) +
        random.string(UPPER, 1) +
        random.digits(4) +
        random.string(UPPER, 1),
    },
    { ...SKU, make: (random) => random.string(UPPER, 5) + random.digits(5) },
    {
      keys: 'voucher|coupon|promo code|booking',
      make: (random) => random.string(UPPER, 4) + random.digits(5) + random.string(UPPER, 1),
      prose: ['Use coupon {} today.'],
    },
    {
      keys: 'pan|zoom|camera pan|pan speed',
      make: (random) => String(random.int(-180, 180)),
      prose: ['camera pan {} degrees'],
      isNumeric: true,
    },
  ],
};

const TFN: Spec = {
  entity: 'au_tfn',
  positives: [
    {
      keys: 'tfn|tax file number|tax file no|employee tfn|member tfn|australian tax file number',
      make: taxFileNumber,
      prose: ['TFN: {}', 'Tax File Number {} was supplied.', 'My tax file number is {}.', 'super fund tfn={} stored'],
      isNumeric: true,
    },
  ],
  negatives: [
    bareNumber(9),
    wrong(taxFileNumber),
    {
      keys: 'acn|australian company number',
      make: (random) => grouped(random.digits(9), [3, 3, 3], ' '),
      prose: ['ACN {} Pty Ltd'],
    },
    reference((random) => grouped(random.number(9), [3, 3, 3], '-')),
    TIMESTAMP_S,
  ],
};

const MEDICARE: Spec = {
  entity: 'au_medicare',
  positives: [
    {
      keys: 'medicare number|medicare card number|medicare no|medicare card|au medicare',
      make: medicareNumber,
      prose: [
        'Medicare: {}',
        'Medicare card number {} expires soon.',
        'The patient gave Medicare no. {}.',
        'medicare={} irn=1 claim lodged',
      ],
      isNumeric: true,
    },
  ],
  negatives: [
    bareNumber(10),
    bareNumber(11),
    wrong((random) => random.string('23456', 1) + random.digits(9)),
    {
      keys: 'medicare provider type|medicare plan|mbs item',
      make: (random) => random.pick(['Part B', String(random.int(23, 999)), 'bulk-billed']),
      prose: ['Medicare item {} was claimed.'],
    },
    TIMESTAMP_S,
  ],
};

const SIN: Spec = {
  entity: 'ca_sin',
  positives: [
    {
      keys: "sin|social insurance number|sin number|numéro d'assurance sociale|social insurance no|canadian sin|employee sin",
      make: socialInsuranceNumber,
      prose: [
        'SIN: {}',
        'Social Insurance Number {}',
        'NAS : {}',
        'Her SIN is {}.',
        'T4 slip for sin={} issued',
        "Numéro d'assurance sociale {}",
      ],
      isNumeric: true,
    },
  ],
  negatives: [
    bareNumber(9),
    wrong(socialInsuranceNumber),
    reference((random) => grouped(random.string('08', 1) + random.digits(8), [3, 3, 3], ' ')),
    { keys: 'sin value|cos|sine|sin', make: (random) => `0.${random.digits(9)}`, prose: ['sin(x) = {} at the peak'] },
    reference((random) => `${random.number(3)} ${random.digits(3)} ${random.digits(3)} ${random.digits(3)}`),
  ],
};

const CPF: Spec = {
  entity: 'br_cpf',
  positives: [
    {
      keys: 'cpf|número do cpf|cpf cliente|cpf titular|numero cpf|documento cpf|brazilian cpf',
      make: cpf,
      prose: ['CPF: {}', 'inscrito no CPF sob o nº {}', 'O CPF do cliente é {}.', 'cliente cpf={} ativo'],
      isNumeric: true,
    },
  ],
  negatives: [
    bareNumber(11),
    wrong(cpf),
    reference((random) => `${random.digits(3)}.${random.digits(3)}.${random.digits(3)}`),
    EAN,
    { keys: 'protocolo|lote', make: (random) => random.number(9), prose: ['Protocolo {} registrado'], isNumeric: true },
  ],
};

const CNPJ: Spec = {
  entity: 'br_cnpj',
  positives: [
    {
      keys: 'cnpj|cnpj empresa|número do cnpj|cnpj fornecedor|numero cnpj',
      make: cnpj,
      prose: [
        'CNPJ: {}',
        'inscrita no CNPJ {} com sede em Recife',
        'fornecedor cnpj={} regular',
        'O CNPJ da empresa é {}.',
      ],
    },
  ],
  negatives: [
    bareNumber(14),
    wrong((random) => random.digits(14)),
    { keys: 'nota fiscal|chave', make: (random) => random.digits(44), prose: ['Chave de acesso {}'] },
    {
      ...TIMESTAMP_MS,
      make: (random) =>
        `20250${random.number(1)}${random.padded(1, 28, 2)}${random.padded(0, 23, 2)}${random.padded(0, 59, 2)}${random.padded(0, 59, 2)}`,
    },
    reference((random) => `${random.digits(2)}.${random.digits(3)}.${random.digits(3)}`),
  ],
};

function wrongNric(random: Random): string {
  const code = nric(random);
  return code.slice(0, -1) + random.string('VYO', 1);
}

const NRIC: Spec = {
  entity: 'sg_nric',
  positives: [
    {
      keys: 'nric|nric number|fin|nric fin|identification no nric|singapore nric|nric no',
      make: nric,
      prose: [
        'NRIC: {}',
        'NRIC/FIN {} was verified by SingPass.',
        'Her NRIC number is {}.',
        'singpass nric={} ok',
        'FIN: {}',
      ],
    },
  ],
  negatives: [
    reference(wrongNric),
    { ...SKU, make: (random) => random.string('ABCDE', 1) + random.digits(7) + random.string(UPPER, 1) },
    { ...TRACKING, make: (random) => random.string('SG', 1) + random.digits(9) },
    {
      keys: 'gate|block|unit|seat',
      make: (random) => `S${random.digits(2)}${random.string(UPPER, 1)}`,
      prose: ['Meet at block {}.'],
    },
    {
      keys: 'device|firmware id|board',
      make: (random) => `T${random.digits(6)}${random.string(DIGITS + UPPER, 2)}`,
      prose: ['board {} flashed'],
    },
  ],
};

/** National numbers of countries outside Europe and the United States. */
export const WORLD_SPECS: readonly Spec[] = [AADHAAR, PAN, TFN, MEDICARE, SIN, CPF, CNPJ, NRIC];
