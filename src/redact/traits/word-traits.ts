import { KIND, kindAt } from '../kinds.ts';
import { EndTable, isOfWord } from '../words/word-table.ts';

/** What may stand right before somebody's name: forms of address, which may have a full stop behind them, … */
const ADDRESSES = new EndTable(
  'mr mrs ms mx dr prof mme mlle sir heer mevrouw sra sr sig ra dott dhr mevr herr herrn frau monsieur madame señor senor seora señora ' +
    'senora signor signora miss pan pani',
  true,
);
/** What may have a full stop or an apostrophe behind it, in any case. */
const SHORTENED = new EndTable('st attn l d ra');
/** … salutations, labels, and particles, which have none. */
const INTRODUCTIONS = new EndTable(
  'dear liebe lieber hallo cher chere estimado estimada querido querida hola bonjour gentile caro cara geachte beste hi ' +
    'hello prezado prezada regards sincerely yours faithfully truly wishes gruessen gruesse cordialement saludos saluti ' +
    'atenciosamente groeten is heisse ist appelle llamo es chiamo by von of o attn fao customer patient patientin ' +
    'employee guest passenger policyholder applicant beneficiary cardholder holder accountholder contact person recipient ' +
    'sender payee payer tenant student doctor driver owner insured kunde kundin kontoinhaber kontoinhaberin karteninhaber ' +
    'karteninhaberin ansprechpartner ansprechpartnerin mitarbeiter mitarbeiterin client cliente paciente paziente titular ' +
    'titulaire utente klant pacjent name customername nombre nom nome naam names surname forename vorname nachname ' +
    'prenom prénom apellido apellidos cognome sobrenome voornaam achternaam nazwisko imie given first last completa completo complet ' +
    'user member nurse claimant witness gast klient klientka pacjentka pasajero pazienti customers hey tag morgen abend ' +
    'morning afternoon evening bonsoir ciao ola olá hej kaere kære to with signed named called namens nomme nommé maiden family ' +
    'middle full legal du af av te line street address anschrift adresse direccion indirizzo adres ' +
    'de del della di da do dos das der den zu zum la le el al bin ibn ter ten y e van grusse grussen gruse',
);
/** The most that stands between the two. */
const MAX_GAP_CHARS = 8;

/** True when the capital, or letter that isn't ASCII, at `at` may start the name of somebody, by what stands before it. */
export function mayStartName(bytes: Uint8Array, start: number, at: number): boolean {
  let end = at;
  let hasStop = false;
  while (end > start && at - end <= MAX_GAP_CHARS && !isOfWord(bytes, end - 1)) {
    end -= 1;
    const byte = bytes[end];
    if (byte === 58 || byte === 61) return true;
    if (byte === 46) hasStop = true;
  }
  if (end === at || end === start || at - end > MAX_GAP_CHARS) return false;
  if (ADDRESSES.mayEnd(bytes, start, end) || SHORTENED.mayEnd(bytes, start, end)) return true;
  return !hasStop && INTRODUCTIONS.mayEnd(bytes, start, end);
}

/** Ends of words for streets, before the number of a house. */
const STREET_ENDS = packedTable('sse str weg atz lee ing amm fer aat aan ein cht ade gel rkt');
/** Starts of words for streets and of what stands before them, behind the number. */
const STREET_STARTS = packedTable('rue ave av. bou pla che imp all qua rou cou pas squ bis ter fau sen');

function packedTable(parts: string): Uint8Array {
  const table = new Uint8Array(1 << 15);
  for (const part of parts.split(' ')) table[packedAt(Buffer.from(part), 0)] = 1;
  return table;
}

function packedAt(bytes: Uint8Array, at: number): number {
  const [first, second, third] = [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0];
  return ((first & 31) << 10) | ((second & 31) << 5) | (third & 31);
}

function isCapital(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 65 && byte <= 90) || byte >= 128);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}

/** Of words, or a dash, an apostrophe or a full stop in one. */
function isOfStreetWord(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at];
  return byte === 45 || byte === 39 || byte === 46 || isOfWord(bytes, at);
}

/** The start of the word that ends at `end`. */
function wordStart(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && end - at < 32 && isOfStreetWord(bytes, at - 1)) at -= 1;
  return at;
}

/** Words that start with digits in the name of a street. */
const MAX_NUMBERS = 4;

/** Digits from `from` on behind a word for a street, or one with a capital. */
function isBehindStreet(bytes: Uint8Array, start: number, from: number, depth = 0): boolean {
  let end = from;
  while (end > start && from - end < 6 && !isOfWord(bytes, end - 1)) end -= 1;
  const first = wordStart(bytes, start, end);
  if (first === end) return false;
  if (isDigit(bytes[first])) return depth < MAX_NUMBERS && isBehindStreet(bytes, start, first, depth + 1);
  if (isCapital(bytes[first]) || end - first <= 2) return true;
  if ((bytes[end - 1] as number) >= 128 || (bytes[end - 2] as number) >= 128 || (bytes[end - 3] as number) >= 128)
    return true;
  return STREET_ENDS[packedAt(bytes, end - 3)] === 1;
}

/** Digits to `to` before a word for a street, or two with capitals. */
function isBeforeStreet(bytes: Uint8Array, to: number, end: number): boolean {
  let at = to;
  while (at < end && at - to < 3 && (kindAt(bytes, at) & KIND.letter) !== 0) at += 1;
  if (bytes[at] === 44) at += 1;
  if (at >= end || bytes[at] !== 32) return false;
  at += 1;
  if (isCapital(bytes[at]) || isDigit(bytes[at])) return hasCapitalBehind(bytes, at, end);
  return STREET_STARTS[packedAt(bytes, at)] === 1 || (bytes[at] === 98 && bytes[at + 1] === 100);
}

/** True for a capital at the start of the word at `at` or of the next. */
function hasCapitalBehind(bytes: Uint8Array, at: number, end: number): boolean {
  if (isCapital(bytes[at])) return true;
  let next = at;
  while (next < end && isOfStreetWord(bytes, next)) next += 1;
  return next + 1 < end && bytes[next] === 32 && (isCapital(bytes[next + 1]) || isDigit(bytes[next + 1]));
}

/** True when digits in a text and the words beside them may be the address of a house. */
export function mayHaveStreet(text: string): boolean {
  const bytes = Buffer.from(text.replace(/[^\0-\xff]/g, '\x80'), 'latin1');
  for (const { 0: digits, index } of text.matchAll(/\d+/g)) {
    const to = index + digits.length;
    if (isBehindStreet(bytes, 0, index) || (digits.length <= 5 && isBeforeStreet(bytes, to, bytes.length))) return true;
  }
  return false;
}
