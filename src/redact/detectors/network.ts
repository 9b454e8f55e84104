import { isIpv4, isIpv6, isMacAddress } from '../checks/index.ts';
import type { Finding } from '../findings.ts';
import { startsWithMarkerAt } from '../markers.ts';
import { RULES } from '../rules.ts';
import { VOCABULARY } from '../words/vocabulary.ts';
import type { Subject } from './subject.ts';

/** Behind a product's name it is a version: `Chrome/120.0.0.0` (RFC 9110, 10.1.5). */
const IPV4 = /(?<![\w.-]|(?:^|[\s;,+("'])[A-Za-z][\w.-]{0,30}\/)\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\d)/g;
const IPV6 =
  /(?<![\w:.-])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4})(?:%\w{1,16})?(?![\w:])/g;
const PAIRS =
  /(?<![\w:.-])[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}(?:(?::[0-9A-Fa-f]{2}){2})?|(?:-[0-9A-Fa-f]{2}){5}(?:(?:-[0-9A-Fa-f]{2}){2})?)(?![\w:-])/g;
const CISCO = /(?<![\w.-])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w-]|\.[0-9A-Fa-f])/g;
const BARE_MAC = /(?<![\w.:-])[0-9A-Fa-f]{12}(?![\w:-])/g;

/** Before a number of four parts they say that it is one of a version, an object identifier or a section. */
const NO_ADDRESS =
  /(?:\b(?:oid|rv|section|chapter|clause|figure|table|ver)|version|versie|versione|versionsnummer|firmware|release|revision|build|sdk)\b[\s:.=#"'(-]{1,4}(?:v\.? ?)?$/i;
const NO_ADDRESS_CHARS = 24;
/** Addresses of nobody: this host, loopback, link-local, multicast, broadcast (RFC 6890). */
const NOBODYS_IPV4 = /^(?:0|127|169\.254|22[4-9]|23\d|255\.255\.255\.255)(?:\.|$)/;
const NOBODYS_MAC = /^(?:(?:00|0000)[:.-]?){3,6}$|^(?:(?:ff|ffff)[:.-]?){3,6}$/i;
/** Shorter ones are also something else: a name in C++, a time. */
const SURE_IPV6 = /^(?:::ffff:|[0-9a-f]{3,4}:)/i;

/** Under the name of something harmless. */
const DOUBTFUL = 0.4;

function each(text: string, pattern: RegExp, found: (start: number, end: number, match: string) => void): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text))
    found(match.index, pattern.lastIndex, match[0]);
}

/** Addresses of IPv4, but those that are nobody's. */
export function findIpv4({ text, around }: Subject, found: Finding[]): void {
  each(text, IPV4, (start, end, address) => {
    if (!isIpv4(address) || NOBODYS_IPV4.test(address)) return;
    if (NO_ADDRESS.test(text.slice(Math.max(0, start - NO_ADDRESS_CHARS), start))) return;
    // What a line counts or names says nothing against an address that stands farther behind.
    const isDoubtful = around.isHarmless(start, end) && !around.speaksFor('ip_address', start, end);
    found.push({ start, end, rule: RULES.ipv4, score: isDoubtful ? DOUBTFUL : RULES.ipv4.score });
  });
}

/** Addresses of IPv6 (RFC 4291), but that of this host. */
export function findIpv6({ text, around }: Subject, found: Finding[]): void {
  each(text, IPV6, (start, end, address) => {
    if (!isIpv6(address) || !/\d/.test(address) || address === '::1' || startsWithMarkerAt(text, end)) return;
    const base = SURE_IPV6.test(address) ? 0.8 : 0.3;
    found.push({ start, end, rule: RULES.ipv6, score: around.score('ip_address', base, start, end) });
  });
}

function addMac({ around }: Subject, base: number, found: Finding[]) {
  return (start: number, end: number, address: string): void => {
    if (NOBODYS_MAC.test(address)) return;
    // Decimal digits alone may be a time code, or a date, in which no number is so great.
    const isSure = /[a-f]|(?<!\d)[6-9]\d[:-]/i.test(address);
    const score = around.score('mac_address', isSure ? base : 0.3, start, end);
    found.push({ start, end, rule: RULES.mac, score });
  };
}

/** Hardware addresses in pairs, or three times four. */
export function findMacs(subject: Subject, found: Finding[]): void {
  const { text } = subject;
  const add = addMac(subject, 0.85, found);
  each(text, PAIRS, (start, end, address) => {
    if (isMacAddress(address)) add(start, end, address);
  });
  if (text.includes('.')) each(text, CISCO, addMac(subject, 0.6, found));
}

/** What speaks of one. */
export const MAC_WORDS = VOCABULARY.family('mac hw hardware bssid ether ethaddr physical bluetooth');

/** Hardware addresses in one piece, where something speaks of one. */
export function findBareMacs(subject: Subject, found: Finding[]): void {
  const add = addMac(subject, 0.3, found);
  each(subject.text, BARE_MAC, (start, end, address) => {
    if (subject.around.speaksFor('mac_address', start, end)) add(start, end, address);
  });
}
