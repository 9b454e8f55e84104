import { BASE62, DIGITS, LOWER, type Random } from '../random.ts';
import { person } from './person.ts';

function ascii(name: string): string {
  const plain = name
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replaceAll('ß', 'ss')
    .replaceAll('Ł', 'L');
  return plain
    .toLowerCase()
    .replaceAll('ł', 'l')
    .replace(/[^a-z]/g, '');
}

const MAIL_DOMAINS =
  'example.com|example.org|gmail.com|outlook.com|web.de|orange.fr|mail.example.co.uk|uni-beispiel.de|corp.example.net|' +
  'clinic.health|acme.io|firm.com.br|firma.com.pl|yahoo.co.jp|proton.me|dept.agency.gov|museum.travel|shop.app|xn--bcher-kva.example';

/** An e-mail address as people have them. */
export function email(random: Random): string {
  const { given, sur } = person(random, true);
  const [first, last] = [ascii(given), ascii(sur)];
  const year = random.padded(50, 99, 2);
  const local = random.pick([
    ...[
      `${first}.${last}`,
      `${first}.${last}`,
      `${first}${last}${year}`,
      `${first.charAt(0)}${last}`,
      `${last}_${first}`,
    ],
    ...[
      `${first}+${random.word('news|shop|test1')}`,
      `${first}-${last}`,
      `${first}.${last}.${year}`,
      `x${random.digits(7)}`,
    ],
    ...[random.word('info|billing|support|kontakt|no-reply') + random.pick(['', `.${last}`])],
  ]);
  const address = `${local}@${random.word(MAIL_DOMAINS)}`;
  return random.chance(0.06) ? address.toUpperCase() : address;
}

/** Area codes of the North American Numbering Plan that are in use. */
const AREA_CODES = '201|206|212|214|303|305|312|404|415|503|512|602|617|646|702|713|718|801|818|917|416|514|604|647';

function american(random: Random): string {
  const exchange = `${String(random.int(2, 9))}${random.pick(['34', '45', '67', '20', '82', '96', '53', '70'])}`;
  const [area, line] = [random.word(AREA_CODES), random.digits(4)];
  return random.pick([
    ...[`(${area}) ${exchange}-${line}`, `${area}-${exchange}-${line}`, `+1 ${area}-${exchange}-${line}`],
    ...[`+1${area}${exchange}${line}`, `${area}.${exchange}.${line}`, `1-${area}-${exchange}-${line}`],
    ...[`+1 (${area}) ${exchange}-${line}`, `+1${area}${exchange}${line}`],
  ]);
}

/**
 * National numbers by country code, written as the country does: `0` at the start is the trunk prefix, which the
 * international form leaves out; N stands for a digit of 2–9 and x for any (national numbering plans, ITU-T E.129).
 */
const PLANS: readonly (readonly [code: string, trunk: string, forms: string])[] = [
  ['44', '0', '7911 1xxxxx|7400 1xxxxx|20 7946 0xxx|161 496 0xxx|7812 3xxxxx'],
  ['49', '0', '151 1xxxxxxx|30 2xxxxxxx|89 3xxxxxxx|170 Nxxxxxx|176 4xxxxxxx|221 4xxxxxx'],
  ['33', '0', '6 12 xx xx xx|1 42 xx xx xx|7 81 xx xx xx|4 91 xx xx xx|6 45 xx xx xx'],
  ['34', '', '612 xx xx xx|655 xxx xxx|91 4xx xx xx|93 3xx xx xx'],
  ['39', '', '347 xxx xxxx|320 xxxxxxx|333 Nxx xxxx'],
  ['31', '0', '6 1xxxxxxx|6 2xx xx xxx|20 6xx xxxx'],
  ['48', '', '601 xxx xxx|512 xxx xxx|22 5xx xx xx'],
  ['91', '0', '98xxx xxxxx|99xxx xxxxx|97xxxxxxxx'],
  ['61', '0', '412 xxx xxx|421 xxx xxx|2 9xxx xxxx'],
  ['55', '0', '11 98xxx-xxxx|21 99xxx-xxxx|11 3xxx-xxxx'],
  ['41', '0', '79 4xx xx xx|44 2xx xx xx|78 6xx xx xx'],
  ['43', '0', '664 1xxxxxx|1 5xxxxxx'],
  ['46', '0', '70 1xx xx xx|8 5xx xxx xx'],
  ['65', '', '9123 xxxx|8123 xxxx|6223 xxxx'],
  ['81', '0', '90-1xxx-xxxx|3-3xxx-xxxx|80-2xxx-xxxx'],
];

function filled(random: Random, form: string): string {
  return form.replace(/[xN]/g, (place) => random.string(place === 'x' ? DIGITS : '23456789', 1));
}

/** The number as it's dialled from abroad: E.164, or with spaces. */
function international(random: Random, code: string, national: string): string {
  const bare = national.replace(/[ -]/g, '');
  return random.pick([`+${code}${bare}`, `+${code} ${national}`, `+${code} ${national}`, `00${code}${bare}`]);
}

/** A telephone number; in its country's own form now and then, in the international form otherwise. */
export function phone(random: Random): string {
  if (random.chance(0.35)) return american(random);
  const [code, trunk, forms] = random.pick(PLANS);
  const national = filled(random, random.word(forms));
  if (random.chance(0.6)) return international(random, code, national);
  return code === '55' ? `(${national.slice(0, 2)}) ${national.slice(3)}` : trunk + national;
}

/** A telephone number that says itself that it's one: with + and country code. */
export function e164Phone(random: Random): string {
  const [code, , forms] = random.pick(PLANS);
  const national = filled(random, random.word(forms));
  return random.chance(0.5) ? `+${code}${national.replace(/[ -]/g, '')}` : `+${code} ${national}`;
}

/** A public or private IPv4 address. */
export function ipv4(random: Random): string {
  const first = random.pick([10, 192, 172, 203, 198, 81, 93, 45, 5, 141, 212, 77]);
  const second = first === 192 ? 168 : first === 172 ? random.int(16, 31) : random.int(0, 255);
  return `${String(first)}.${String(second)}.${String(random.int(0, 255))}.${String(random.int(1, 254))}`;
}

/** An IPv6 address in one of the forms of RFC 5952 and RFC 4291 section 2.2. */
export function ipv6(random: Random): string {
  const group = (): string => random.int(1, 0xffff).toString(16);
  const prefix = random.word('2001:db8|2a02:8108|2607:f8b0|fe80:0|fd12:3456|2a00:1450');
  const long = [prefix, group(), group(), group(), group(), group(), group()].join(':');
  const full = `2001:0db8:${Array.from({ length: 6 }, () => group().padStart(4, '0')).join(':')}`;
  const style = random.int(0, 9);
  if (style < 3) return long;
  if (style === 3) return full;
  if (style === 4) return `::ffff:${ipv4(random)}`;
  if (style === 5) return long.toUpperCase();
  return style === 6
    ? `fe80::${group()}:${group()}:${group()}:${group()}`
    : `${prefix}::${random.pick(['1', group(), `${group()}:${group()}`])}`;
}

/** An EUI-48 in the notations of IEEE 802, of Windows and of Cisco. */
export function macAddress(random: Random): string {
  const digits = random.word('00|02|3c|a4|b8|dc|f0|5e') + random.hex(10);
  const pairs = digits.match(/../g) ?? [];
  const style = random.int(0, 9);
  if (style === 0) return (digits.match(/.{4}/g) ?? []).join('.');
  if (style < 4) return pairs.join('-').toUpperCase();
  return style < 7 ? pairs.join(':').toUpperCase() : pairs.join(':');
}

/** A short name of a host, a service or a project, as identifiers have them. */
export function slug(random: Random): string {
  const words = 'billing|ledger|edge|cache|worker|search|mobile|legacy|report|alpha|staging|orders|stock|mailer';
  return random.pick([
    `${random.word(words)}-${random.word(words)}`,
    `${random.word(words)}${random.digits(2)}`,
    random.word(words),
  ]);
}

/** Letters and digits, at least one of each, as an opaque id has them. */
export function opaque(random: Random, length: number): string {
  return random.string(LOWER, 1) + random.string(BASE62, length - 2) + random.digits(1);
}
