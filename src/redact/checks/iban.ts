import { isDigitCode, isUpperCode } from './characters.ts';

/**
 * Country and structure of its basic account number, as in the SWIFT IBAN registry (ISO 13616): n digits, a letters,
 * c digits or letters. The check digits between the two are left out.
 */
const STRUCTURES =
  'AD8n12c AE19n AL8n16c AT16n AZ4a20c BA16n BE12n BG4a6n8c BH4a14c BI23n BR23n1a1c BY4c4n16c CH5n12c CR18n CY8n16c ' +
  'CZ20n DE18n DJ23n DK14n DO4c20n EE16n EG25n ES20n FI14n FK2a12n FO14n FR10n11c2n GB4a14n GE2a16n GI4a15c GL14n ' +
  'GR7n16c GT24c HN4a20n HR17n HU24n IE4a14n IL19n IQ4a15n IS22n IT1a10n12c JO4a4n18c KW4a22c KZ3n13c LB4n20c LC4a24c ' +
  'LI5n12c LT16n LU3n13c LV4a13c LY21n MC10n11c2n MD20c ME18n MK3n10c2n MN16n MR23n MT4a5n18c MU4a19n3a NI4a20n NL4a10n ' +
  'NO11n OM3n16c PK4a16c PL24n PS4a21c PT21n QA4a21c RO4a16c RS18n RU14n15c SA2n18c SC4a20n3a SD14n SE20n SI15n SK20n ' +
  'SM1a10n12c SO19n ST21n SV4a20n TL19n TN20n TR6n16c UA6n19c VA18n VG4a16n XK16n YE4a4n18c';

/** `8n12c` → `nnnnnnnncccccccccccc`. */
function expand(structure: string): string {
  return structure.replace(/(\d{1,2})([acn])/g, (_match, count: string, kind: string) => kind.repeat(Number(count)));
}

/** Number of two letters of either case; at most 675 for letters. */
function countryIndex(first: number, second: number): number {
  return ((first & ~32) - 65) * 26 + (second & ~32) - 65;
}

function buildBbans(): (string | undefined)[] {
  const bbans = new Array<string | undefined>(26 * 26).fill(undefined);
  for (const entry of STRUCTURES.split(' '))
    bbans[countryIndex(entry.charCodeAt(0), entry.charCodeAt(1))] = expand(entry.slice(2));
  return bbans;
}

/** By `countryIndex`: the kind of each character of a basic account number. */
const BBANS = buildBbans();

function bbanOf(first: number, second: number): string | undefined {
  return isUpperCode(first & ~32) && isUpperCode(second & ~32) ? BBANS[countryIndex(first, second)] : undefined;
}

/** How many characters an IBAN has whose country code, of either case, stands at `start`; 0 when there is no such country. */
export function ibanLengthAt(text: string, start: number): number {
  return ibanLengthOf(text.charCodeAt(start), text.charCodeAt(start + 1));
}

/** The same by the codes of the two characters. */
export function ibanLengthOf(first: number, second: number): number {
  const bban = bbanOf(first, second);
  return bban === undefined ? 0 : bban.length + 4;
}

/** The remainder of ISO/IEC 7064 MOD 97-10 after the characters from `start` on; -1 for another than `0-9A-Z`. */
function mod97(text: string, start: number, end: number, before: number): number {
  let rest = before;
  for (let i = start; i < end; i += 1) {
    const code = text.charCodeAt(i);
    if (isDigitCode(code)) rest = (rest * 10 + code - 48) % 97;
    else if (isUpperCode(code)) rest = (rest * 100 + code - 55) % 97;
    else return -1;
  }
  return rest;
}

/** Check digits are 98 minus a remainder: 02 to 98. */
function hasCheckDigits(iban: string): boolean {
  const [tens, ones] = [iban.charCodeAt(2), iban.charCodeAt(3)];
  if (!isDigitCode(tens) || !isDigitCode(ones)) return false;
  const value = (tens - 48) * 10 + ones - 48;
  return value >= 2 && value <= 98;
}

/**
 * True for an upper-case IBAN of a country in the registry, of that country's length, whose checksum is right (ISO 13616,
 * ISO/IEC 7064 MOD 97-10), whatever the structure of the account number inside.
 */
export function hasIbanChecksum(iban: string): boolean {
  if (iban.length < 15 || iban.length !== ibanLengthAt(iban, 0) || !hasCheckDigits(iban)) return false;
  const rest = mod97(iban, 4, iban.length, 0);
  return rest >= 0 && mod97(iban, 0, 4, rest) === 1;
}

function hasStructure(iban: string, bban: string): boolean {
  for (let i = 0; i < bban.length; i += 1) {
    const kind = bban.charCodeAt(i);
    const code = iban.charCodeAt(i + 4);
    if (kind === 110 ? !isDigitCode(code) : kind === 97 && !isUpperCode(code)) return false;
  }
  return true;
}

/** True for an IBAN as `hasIbanChecksum` wants it whose account number also has its country's structure. */
export function isIban(iban: string): boolean {
  const bban = bbanOf(iban.charCodeAt(0), iban.charCodeAt(1));
  return bban !== undefined && hasStructure(iban, bban) && hasIbanChecksum(iban);
}
