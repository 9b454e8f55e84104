import { isIpv6 } from './checks/index.ts';
import { ENTITIES, type EntityName, isEntityName } from './entities.ts';

const IPV6_GROUPS = 8;

/** The four numbers of an IPv4 address, as two groups of IPv6. */
function groupsOfIpv4(dotted: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
}

function groupsOf(part: string): string[] {
  if (part === '') return [];
  return part
    .split(':')
    .flatMap((group) => (group.includes('.') ? groupsOfIpv4(group) : group.replace(/^0{1,3}(?=.)/, '')));
}

/** `::ffff:a.b.c.d` is the address a.b.c.d (RFC 4291, 2.5.5.2). */
const MAPPED = /^(?:0:){5}ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

function ipv4Of(high: string, low: string): string {
  const [left, right] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [left >> 8, left & 0xff, right >> 8, right & 0xff].join('.');
}

/** An IP address in one spelling: IPv6 as its eight groups, without a zone. */
function ipAddress(text: string): string {
  if (!isIpv6(text)) return text;
  const [head = '', tail] = (text.split('%', 1)[0] ?? '').split('::');
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')];
  const gap = new Array<string>(tail === undefined ? 0 : IPV6_GROUPS - before.length - after.length).fill('0');
  const whole = [...before, ...gap, ...after].join(':');
  const mapped = MAPPED.exec(whole);
  return mapped === null ? whole : ipv4Of(mapped[1] ?? '', mapped[2] ?? '');
}

const ESCAPED = /%[0-9a-f]{2}/g;

function characterOf(escaped: string): string {
  return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
}

/** The digit that is dialled within a country, in a number with its country code (ITU-T E.123, 7.2 advises against it). */
const TRUNK_PREFIX = /^((?:\+|00)[ ]?[1-9]\d{0,2}[ .-]?)\(0\)/;
/** Dialled in North America for what others write as a plus. */
const FROM_NORTH_AMERICA = /^011[ .-](?=[2-9])/;

/** A telephone number's digits: with the country code where it has one, however that is written. */
function phone(text: string): string {
  const plain = text.replace(TRUNK_PREFIX, '$1').replace(FROM_NORTH_AMERICA, '+');
  return plain.replace(/[^0-9]+/g, '').replace(/^00/, '');
}

/** Where signs tell values apart, but not all of them. */
const BY_ENTITY: Partial<Record<EntityName, (lower: string) => string>> = {
  // Of an address that is percent-encoded in a text the text is found.
  email: (lower) => lower.replace(ESCAPED, characterOf).toLowerCase(),
  ip_address: ipAddress,
  phone,
};

/**
 * A value as its token is taken of it, so that other spellings of the same value have the same token, and no other value has: letters
 * and digits alone, in one case, unless more counts of an entity. `text` is a binary string.
 */
export function normalisedValue(entity: string, text: string): string {
  const plain = text.trim();
  if (isEntityName(entity) && ENTITIES[entity].isExact) return plain;
  const lower = plain.toLowerCase();
  const own = isEntityName(entity) ? BY_ENTITY[entity] : undefined;
  return own === undefined ? lower.replace(/[^0-9a-z\x80-\uffff]+/g, '') : own(lower);
}
