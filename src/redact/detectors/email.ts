import { isDigitCode } from '../checks/characters.ts';
import type { Finding, Place } from '../findings.ts';
import { RULES } from '../rules.ts';

/** The longest local part (RFC 5321, 4.5.3.1.1). */
const MAX_LOCAL_CHARS = 64;
/** A longer one is taken too, so far: its start says as much as its end. */
const MAX_RUN_CHARS = 480;
const AT = /@|%40/g;
// Every quantifier is bounded: an unbounded pattern for addresses is quadratic. What is glued to the end is taken too.
const DOMAIN =
  /(?:[A-Za-z0-9\x80-\uffff][A-Za-z0-9_\x80-\uffff-]{0,62}\.){1,8}[A-Za-z\x80-\uffff]{2,63}[A-Za-z0-9\x80-\uffff]{0,64}/y;
const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
/** An address in place of a domain (RFC 5321, 4.1.3), its brackets forgotten or not; no version of five numbers. */
const LITERAL = new RegExp(
  `\\[(?:${OCTET}(?:\\.${OCTET}){3}|IPv6:[0-9A-Fa-f:.]{2,45})\\]|${OCTET}(?:\\.${OCTET}){3}(?![\\w-]|\\.\\d)`,
  'yi',
);
/** All that RFC 5322 (3.2.3) lets stand in a local part, dots and `%` included. */
const LOCAL = /[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\x80-\uffff-]/;
const isLocal: readonly boolean[] = Array.from({ length: 128 }, (_, code) => LOCAL.test(String.fromCharCode(code)));
/** Quotation marks, emphasis, dashes, brackets and separators in front of an address belong to the text around it. */
const LEADING = /[!#$&'*/=?^`{|}~-]/;
/** Ends of a URL's or query's part: what stands before the last one is no part of an address. */
const URL_DELIMITERS = /^.*[/?#&]/s;
/** `to=jane@…`: the name of a field that addresses stand in. Any other name may be a part of the address (VERP, SRS). */
const LABEL =
  /^(?:.*[?&;/])?[\w.-]{0,24}(?:mail|user|username|login|account|address|recipient|sender|contact|owner|author|member|customer|name|subject|from|sub|uid|id|to|cc|by|for|query|q|value|key|token|secret|password|passwd|pwd|pass|auth|session)=/is;

/** The name of a field behind others of a query, whatever it is. */
const FIELD = /^.*[?&][A-Za-z][\w.%[\]-]{2,48}=/s;

function isLocalCode(code: number): boolean {
  return code >= 128 || isLocal[code] === true;
}

/** Where a quoted local part (RFC 5321, 4.1.2) that ends at `at` starts, in its line; or `at`. */
function quotedStart(text: string, at: number): number {
  for (let i = at - 2; i >= Math.max(0, at - MAX_LOCAL_CHARS - 2); i -= 1) {
    if (text.charCodeAt(i) === 34) return i;
    if (text.charCodeAt(i) === 10) break;
  }
  return at;
}

/** How much at the start of what may be a local part is a URL's or a field's name. `behind` is what stands before it. */
function prefixLength(local: string, behind: string): number {
  const isUrl = local.startsWith('/') || ((behind === ':' || behind === '.') && local.includes('/'));
  const url = isUrl ? (URL_DELIMITERS.exec(local)?.[0].length ?? 0) : 0;
  const rest = local.slice(url);
  if (!rest.includes('=')) return url;
  return url + Math.max(LABEL.exec(rest)?.[0].length ?? 0, FIELD.exec(rest)?.[0].length ?? 0);
}

/** Where the characters that may be a local part start, `most` of them at most. */
function runStart(text: string, at: number, most: number): number {
  let start = at;
  const least = Math.max(0, at - most);
  while (start > least && isLocalCode(text.charCodeAt(start - 1))) start -= 1;
  return start;
}

/** The start of a run that is longer than a local part may be: behind a URL's or a field's name, if it has one. */
function longStart(text: string, at: number, near: number): number {
  const start = runStart(text, at, MAX_RUN_CHARS);
  if (start === near) return near + prefixLength(text.slice(near, at), text.charAt(near - 1));
  const label = prefixLength(text.slice(near, at), '');
  if (label > 0) return near + label;
  const behind = text.charAt(start - 1);
  const isUrl = text.charAt(start) === '/' || behind === ':' || behind === '.';
  return isUrl ? start + prefixLength(text.slice(start, at).replaceAll('=', '-'), behind) : start;
}

function localStart(text: string, at: number): number {
  if (text.charCodeAt(at - 1) === 34) return quotedStart(text, at);
  const near = runStart(text, at, MAX_LOCAL_CHARS);
  const isLong = at - near === MAX_LOCAL_CHARS;
  let start = isLong ? longStart(text, at, near) : near + prefixLength(text.slice(near, at), text.charAt(near - 1));
  // Not in the middle of a UTF-8 sequence.
  while (start < at && (text.charCodeAt(start) & 0xffc0) === 0x80) start += 1;
  while (start < at && LEADING.test(text.charAt(start))) start += 1;
  return start;
}

/** Where the domain or address ends that starts at `start`; -1 when there is none. */
function domainEnd(text: string, start: number): number {
  DOMAIN.lastIndex = start;
  if (DOMAIN.test(text)) return DOMAIN.lastIndex;
  LITERAL.lastIndex = start;
  return LITERAL.test(text) ? LITERAL.lastIndex : -1;
}

/** `logo@2x.png` (a picture for dense screens), `package@1.2.3-beta.x` (a version). */
const NO_DOMAIN =
  /^\d(?:\.\d)?x\.(?:png|jpe?g|gif|webp|svg|avif|bmp|ico|css|js|heic|tiff?)$|^\d{1,4}\.\d{1,4}\.\d{1,4}-/i;
/** An address of a repository: everybody signs in as `git`. */
const REPOSITORY = /^git(?:@|%40)[\w.-]{1,253}[:/][\w~.-]/;

function isNoAddress(text: string, start: number, domain: number, end: number): boolean {
  if (isDigitCode(text.charCodeAt(domain)) && NO_DOMAIN.test(text.slice(domain, end))) return true;
  return text.startsWith('git', start) && REPOSITORY.test(text.slice(start, end + 2));
}

/** Where the last label of a domain ends for sure, when letters or digits of something else may stand behind it. */
const TOP_LEVEL =
  /^(?:(?:com(?!munity|pany|puter|pare|sec)|net(?!work|bank|flix)|org(?!anic)|edu(?!cation)|gov|info)(?=.)|[a-z]{2,63}(?=[A-Z\d])|[A-Z]{2,63}(?=[a-z\d]))/;
/** Digits in front of the letters of a local part, and what they may be the last group of. */
const LAST_GROUP = /^\d{1,7}(?=[A-Za-z])/;
const OTHER_GROUPS = /[A-Z\d] $/;

/** What surely belongs to an address; undefined when that is all of it and no number seems to go on in it. */
function coreOf(text: string, start: number, at: number, end: number): Place | undefined {
  const label = text.lastIndexOf('.', end - 1) + 1;
  const topLevel = label > at ? TOP_LEVEL.exec(text.slice(label, end))?.[0] : undefined;
  const mayFollowGroups =
    isDigitCode(text.charCodeAt(start)) && OTHER_GROUPS.test(text.slice(Math.max(0, start - 2), start));
  const group = mayFollowGroups ? LAST_GROUP.exec(text.slice(start, at))?.[0] : undefined;
  if (topLevel === undefined && !mayFollowGroups) return undefined;
  return {
    start: start + (group?.length ?? 0),
    end: topLevel === undefined ? end : label + topLevel.length,
  };
}

/** Email addresses, also with a percent-encoded `@`. */
export function findEmails(text: string, found: Finding[]): void {
  AT.lastIndex = 0;
  for (let match = AT.exec(text); match !== null; match = AT.exec(text)) {
    const start = localStart(text, match.index);
    if (start === match.index) continue;
    const end = domainEnd(text, match.index + match[0].length);
    if (end === -1 || isNoAddress(text, start, match.index + match[0].length, end)) continue;
    found.push({ start, end, rule: RULES.email, core: coreOf(text, start, match.index, end) });
  }
}
