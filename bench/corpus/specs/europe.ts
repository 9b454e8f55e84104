import { DIGITS, type Random, UPPER } from '../random.ts';
import { bsn, codiceFiscale, deTaxId, esDni, esNie, frNir, nhsNumber, nino, pesel } from '../values/europe.ts';
import { bareNumber, EAN, reference, SKU, TIMESTAMP_S, TRACKING, wrong } from './look-alikes.ts';
import type { Spec, Variant } from './variant.ts';

/** `make`'s code with its last letter changed, so that the check fails. */
function wrongLetter(make: (random: Random) => string, letters: string): Variant {
  return reference((random) => {
    const code = make(random);
    const last = code.slice(-1).toUpperCase();
    return code.slice(0, -1) + random.string(letters.replace(last, ''), 1);
  });
}

const NHS: Spec = {
  entity: 'uk_nhs',
  positives: [
    {
      keys: 'nhs number|nhs no|nhs|patient nhs number|national health service number',
      make: nhsNumber,
      prose: [
        'NHS number: {}',
        'Patient with NHS No {} was referred.',
        'nhs_number={} gp=active',
        'The NHS number on the letter is {}.',
      ],
      isNumeric: true,
    },
  ],
  negatives: [
    bareNumber(10),
    wrong(nhsNumber),
    TIMESTAMP_S,
    reference((random) => `${random.digits(3)} ${random.digits(3)} ${random.digits(4)}`),
    {
      keys: 'nhs trust code|ods code|practice code',
      make: (random) => `R${random.string(UPPER, 1)}${random.digits(1)}`,
      prose: ['The NHS trust {} runs the site.'],
    },
  ],
};

const NINO: Spec = {
  entity: 'uk_nino',
  positives: [
    {
      keys: 'national insurance number|nino|ni number|national insurance no|employee ni number|nat ins no',
      make: nino,
      prose: [
        'National Insurance number: {}',
        'NINO {}',
        'Her NI number is {}.',
        'payroll: nino={} tax code 1257L',
        'NI No: {}',
      ],
    },
  ],
  negatives: [
    { ...SKU, make: (random) => random.string(UPPER, 2) + random.digits(6) + random.string('EFGH', 1) },
    reference((random) => `${random.word('BG|GB|NK|QQ|DX|FY')}${random.digits(6)}${random.string('ABCD', 1)}`),
    { ...TRACKING, make: (random) => `${random.string(UPPER, 2)}${random.digits(9)}GB` },
    reference((random) => random.string(UPPER, 2) + random.digits(6)),
  ],
};

const DE_TAX: Spec = {
  entity: 'de_tax_id',
  positives: [
    {
      keys: 'Steuer ID|steuerliche Identifikationsnummer|Steueridentifikationsnummer|Steuer IdNr|idnr|german tax id|tax identification number de|IdNr steuer|steuer id',
      make: deTaxId,
      prose: [
        'Steuer-ID: {}',
        'Ihre steuerliche Identifikationsnummer lautet {}.',
        'IdNr. {} (Finanzamt)',
        'German tax ID {} was registered.',
        'Steueridentifikationsnummer {}',
      ],
      isNumeric: true,
    },
  ],
  negatives: [
    bareNumber(11),
    wrong(deTaxId),
    {
      keys: 'Umsatzsteuer ID|vat id|ust idnr',
      make: (random) => `DE${random.number(9)}`,
      prose: ['USt-IdNr. {}', 'VAT ID {} of the supplier'],
    },
    reference((random) => `${random.number(2)} ${random.digits(3)} ${random.digits(3)}`),
    EAN,
  ],
};

const FR_NIR: Spec = {
  entity: 'fr_nir',
  positives: [
    {
      keys: 'numéro de sécurité sociale|nir|numero secu|n sécu|numero securite sociale|french social security number|insee number|num ss|numSecu',
      make: frNir,
      prose: [
        'Numéro de sécurité sociale : {}',
        'NIR {}',
        'Son n° de sécu est le {}.',
        'assuré nir={} droits ouverts',
        'N° SS : {}',
      ],
      isNumeric: true,
    },
  ],
  negatives: [
    bareNumber(15),
    bareNumber(13),
    wrong(frNir),
    { keys: 'siret|siren', make: (random) => random.number(14), prose: ['SIRET {} de la société'], isNumeric: true },
    reference((random) => `20250${random.number(1)}${random.padded(1, 28, 2)}${random.digits(7)}`),
  ],
};

const ES_DNI: Spec = {
  entity: 'es_dni',
  positives: [
    {
      keys: 'dni|nif|documento nacional de identidad|número de dni|dni titular|documento identidad|spanish id',
      make: esDni,
      prose: [
        'DNI: {}',
        'con DNI {} y domicilio en Madrid',
        'El titular con NIF {} solicita la baja.',
        'cliente dni={} alta',
      ],
    },
    {
      keys: 'nie|número de identidad de extranjero|nie number|nie titular',
      make: esNie,
      prose: ['NIE: {}', 'Su NIE es {}.', 'con NIE {} en vigor', 'extranjero nie={}'],
    },
  ],
  negatives: [
    wrongLetter(esDni, 'TRWAGMYFPDXBNJZSQVHLCKE'),
    wrongLetter(esNie, 'TRWAGMYFPDXBNJZSQVHLCKE'),
    { ...SKU, make: (random) => random.digits(8) + random.string('IOU', 1) },
    bareNumber(8),
    {
      keys: 'cif|empresa cif',
      make: (random) => `B${random.digits(8)}`,
      prose: ['La empresa con CIF {} factura en euros.'],
    },
  ],
};

const CODICE_FISCALE: Spec = {
  entity: 'it_codice_fiscale',
  positives: [
    {
      keys: 'codice fiscale|cf|cod fiscale|codiceFiscale intestatario|italian tax code|fiscal code',
      make: codiceFiscale,
      prose: [
        'Codice fiscale: {}',
        'C.F. {}',
        'Il codice fiscale del cliente è {}.',
        'The Italian tax code {} was found in the letter.',
      ],
    },
    {
      keys: 'value|note|document',
      make: codiceFiscale,
      prose: ['intestato a {} come da contratto', 'record {} updated'],
    },
  ],
  negatives: [
    wrongLetter((random) => codiceFiscale(random).toUpperCase(), UPPER),
    { keys: 'partita iva', make: (random) => `IT${random.number(11)}`, prose: ['Partita IVA {}'] },
    reference(
      (random) =>
        random.string(UPPER, 6) +
        random.digits(2) +
        random.string('FGIJKNOQ', 1) +
        random.digits(2) +
        random.string(UPPER, 1) +
        random.digits(3) +
        random.string(UPPER, 1),
    ),
    {
      keys: 'voucher|gift card|promo code',
      make: (random) => random.string(UPPER + DIGITS, 16),
      prose: ['Voucher {} was used.'],
    },
    { ...SKU, make: (random) => `${random.string(UPPER, 6)}-${random.digits(6)}-${random.string(UPPER, 4)}` },
  ],
};

const PESEL: Spec = {
  entity: 'pl_pesel',
  positives: [
    {
      keys: 'pesel|numer pesel|nr pesel|pesel number',
      make: pesel,
      prose: [
        'PESEL: {}',
        'numer PESEL {} został zweryfikowany',
        'Klient o numerze PESEL {} złożył wniosek.',
        'pesel={} ok',
      ],
      isNumeric: true,
    },
  ],
  negatives: [
    bareNumber(11),
    wrong(pesel),
    { keys: 'regon|krs|nip', make: (random) => random.number(10), prose: ['NIP {} firmy'], isNumeric: true },
    reference((random) => `${random.padded(50, 99, 2)}${random.padded(13, 19, 2)}${random.digits(7)}`),
    EAN,
  ],
};

const BSN: Spec = {
  entity: 'nl_bsn',
  positives: [
    {
      keys: 'bsn|burgerservicenummer|bsn nummer|sofinummer|dutch bsn|citizen service number',
      make: bsn,
      prose: ['BSN: {}', 'Uw burgerservicenummer is {}.', 'Patiënt met BSN {} is ingeschreven.', 'bsn={} verzekerd'],
      isNumeric: true,
    },
  ],
  negatives: [
    bareNumber(9),
    bareNumber(9),
    wrong(bsn),
    { keys: 'kvk nummer|kvk', make: (random) => random.number(8), prose: ['KvK-nummer {}'], isNumeric: true },
    TIMESTAMP_S,
  ],
};

/** National numbers of European countries. */
export const EUROPE_SPECS: readonly Spec[] = [NHS, NINO, DE_TAX, FR_NIR, ES_DNI, CODICE_FISCALE, PESEL, BSN];
