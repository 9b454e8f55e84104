import { isDigitCode, isLetterCode } from './characters.ts';

function isHexCode(code: number): boolean {
  return isDigitCode(code) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}

/** Where the octet that starts at `start` ends; `start` when none does: 0 to 255, without leading zeros. */
function octetEnd(text: string, start: number, end: number): number {
  let i = start;
  let value = 0;
  while (i < end && i - start < 3 && isDigitCode(text.charCodeAt(i))) {
    value = value * 10 + text.charCodeAt(i) - 48;
    i += 1;
  }
  return value > 255 || (i - start > 1 && text.charCodeAt(start) === 48) ? start : i;
}

function isIpv4At(text: string, start: number, end: number): boolean {
  let i = start;
  for (let octets = 1; ; octets += 1) {
    const next = octetEnd(text, i, end);
    if (next === i) return false;
    if (octets === 4) return next === end;
    if (text.charCodeAt(next) !== 46) return false;
    i = next + 1;
  }
}

/** True for an IPv4 address of four decimal numbers, without leading zeros (RFC 3986, 3.2.2, `IPv4address`). */
export function isIpv4(text: string): boolean {
  return text.length >= 7 && text.length <= 15 && isIpv4At(text, 0, text.length);
}

/** The longest form, eight groups of which two are dotted. */
const IPV6_MAX_CHARS = 45;
const ZONE_MAX_CHARS = 32;

function hexEnd(text: string, start: number, end: number): number {
  let i = start;
  while (i < end && i - start < 4 && isHexCode(text.charCodeAt(i))) i += 1;
  return i;
}

/** A gap stands for one group at least. */
function isGroupCount(groups: number, hasGap: boolean): boolean {
  return hasGap ? groups <= 7 : groups === 8;
}

function isIpv6At(text: string, end: number): boolean {
  let hasGap = text.startsWith('::');
  let i = hasGap ? 2 : 0;
  if (i === end) return hasGap;
  for (let groups = 1; ; groups += 1) {
    const next = hexEnd(text, i, end);
    if (next === i) return false;
    if (next === end) return isGroupCount(groups, hasGap);
    const code = text.charCodeAt(next);
    if (code === 46) return isIpv4At(text, i, end) && isGroupCount(groups + 1, hasGap);
    if (code !== 58) return false;
    i = next + 1;
    if (text.charCodeAt(i) !== 58) continue;
    if (hasGap) return false;
    hasGap = true;
    i += 1;
    if (i === end) return isGroupCount(groups, hasGap);
  }
}

function isZone(text: string, start: number): boolean {
  if (start === text.length || text.length - start > ZONE_MAX_CHARS) return false;
  for (let i = start; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (!isDigitCode(code) && !isLetterCode(code) && !'-._~'.includes(text.charAt(i))) return false;
  }
  return true;
}

/**
 * True for an IPv6 address in a text form of RFC 4291 (2.2), of which RFC 5952 recommends one: with a gap, or IPv4 at its
 * end, or a zone behind `%` (RFC 4007, 11.2).
 */
export function isIpv6(text: string): boolean {
  const percent = text.length > IPV6_MAX_CHARS + 1 + ZONE_MAX_CHARS ? -1 : text.indexOf('%');
  const end = percent < 0 ? text.length : percent;
  if (end < 2 || end > IPV6_MAX_CHARS || !isIpv6At(text, end)) return false;
  return percent < 0 || isZone(text, percent + 1);
}

/** Groups of hexadecimal digits, all of one length, the same character between each two. */
function isHexGroups(text: string, groupChars: number, separator: number): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (i % (groupChars + 1) === groupChars ? code !== separator : !isHexCode(code)) return false;
  }
  return true;
}

/**
 * True for a hardware address, EUI-48 or EUI-64 (IEEE 802, 8.1): six or eight pairs with colons or dashes, or three or four
 * groups of four with dots. Bare digits are none: ask for context.
 */
export function isMacAddress(text: string): boolean {
  switch (text.length) {
    case 17:
    case 23: {
      const separator = text.charCodeAt(2);
      return (separator === 58 || separator === 45) && isHexGroups(text, 2, separator);
    }
    case 14:
    case 19:
      return isHexGroups(text, 4, 46);
    default:
      return false;
  }
}
