export { isAuMedicare, isAuTfn, isInAadhaar, isInPan, isSgNric } from './asia-pacific.ts';
export { isBrCnpj, isBrCpf, isCaSin, isClRut } from './americas.ts';
export { CARD_MAX_DIGITS, CARD_MIN_DIGITS, cardLengthsAt, holdsCardNumber, isCardNumber } from './card.ts';
export { isDeTaxId, isEsCif, isEsDni, isFrNir, isItCodiceFiscale, isNlBsn, isPlPesel } from './eu.ts';
export { hasIbanChecksum, ibanLengthAt, isIban, ibanLengthOf } from './iban.ts';
export { isUkNhsNumber, isUkNino } from './uk.ts';
export { isUsDea, isUsEin, isUsItin, isUsNpi, isUsRoutingNumber, isUsSsn } from './us.ts';
export { type EthereumVerdict, isBase58Address, isSegwitAddress, judgeEthereumAddress } from './crypto-address.ts';
export { isIpv4, isIpv6, isMacAddress } from './network.ts';
export { isBirthDate } from './dates.ts';
export {
  isBrazilianPhone,
  isInternationalPhone,
  isNationalPhone,
  isNorthAmericanPhone,
  mayBeInternationalPhone,
  mayBeNorthAmericanPhone,
} from './phone.ts';
export { entropyOf, looksRandom } from './random.ts';
