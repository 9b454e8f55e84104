import {
  hasIbanChecksum,
  isAuMedicare,
  isAuTfn,
  isBase58Address,
  isBrCnpj,
  isBrCpf,
  isCardNumber,
  isCaSin,
  isDeTaxId,
  isEsDni,
  isFrNir,
  isIban,
  isInAadhaar,
  isInPan,
  isIpv4,
  isIpv6,
  isItCodiceFiscale,
  isMacAddress,
  isNlBsn,
  isPlPesel,
  isSegwitAddress,
  isSgNric,
  isUkNhsNumber,
  isUkNino,
  isUsDea,
  isUsEin,
  isUsItin,
  isUsNpi,
  isUsRoutingNumber,
  isUsSsn,
} from '../checks/index.ts';
import { passesLuhn, passesMod11And10, passesVerhoeff } from '../checks/checksums.ts';

const digitsOf = (text: string): string => text.replace(/\D+/g, '');
const plainOf = (text: string): string => text.replace(/[^A-Za-z0-9]+/g, '').toUpperCase();

/** On the digits of what was found, whatever stands between them. */
const ofDigits =
  (check: (digits: string) => boolean, minDigits = 1) =>
  (text: string): boolean => {
    const digits = digitsOf(text);
    return digits.length >= minDigits && check(digits);
  };
/** On its letters and digits, in upper case. */
const ofPlain =
  (check: (plain: string) => boolean) =>
  (text: string): boolean =>
    check(plainOf(text));

/** Checks that a custom rule can ask for: what was found is none when it doesn't pass. */
export const CHECKS = {
  luhn: ofDigits((digits) => passesLuhn(digits, 0, digits.length), 2),
  mod97: ofPlain((plain) => plain.length > 4 && hasIbanChecksum(plain)),
  mod11_10: ofDigits(passesMod11And10, 2),
  verhoeff: ofDigits(passesVerhoeff, 2),
  card: ofDigits(isCardNumber),
  iban: ofPlain(isIban),
  us_ssn: ofDigits(isUsSsn),
  us_itin: ofDigits(isUsItin),
  us_ein: ofDigits(isUsEin),
  us_npi: ofDigits(isUsNpi),
  us_dea: ofPlain(isUsDea),
  us_routing: ofDigits(isUsRoutingNumber),
  uk_nhs: ofDigits(isUkNhsNumber),
  uk_nino: ofPlain(isUkNino),
  de_tax_id: ofDigits(isDeTaxId),
  fr_nir: ofPlain(isFrNir),
  es_dni: ofPlain(isEsDni),
  it_codice_fiscale: ofPlain(isItCodiceFiscale),
  pl_pesel: ofDigits(isPlPesel),
  nl_bsn: ofDigits(isNlBsn),
  in_aadhaar: ofDigits(isInAadhaar),
  in_pan: ofPlain(isInPan),
  au_tfn: ofDigits(isAuTfn),
  au_medicare: ofDigits(isAuMedicare),
  ca_sin: ofDigits(isCaSin),
  br_cpf: ofDigits(isBrCpf),
  br_cnpj: ofPlain(isBrCnpj),
  sg_nric: ofPlain(isSgNric),
  ipv4: isIpv4,
  ipv6: isIpv6,
  mac_address: isMacAddress,
  base58_address: isBase58Address,
  segwit_address: isSegwitAddress,
} as const satisfies Record<string, (text: string) => boolean>;

/** The name of one of {@link CHECKS}. */
export type CheckName = keyof typeof CHECKS;

/** True for a name in {@link CHECKS}. */
export function isCheckName(name: string): name is CheckName {
  return Object.hasOwn(CHECKS, name);
}
