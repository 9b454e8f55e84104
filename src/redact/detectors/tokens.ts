import type { Finding } from '../findings.ts';
import { hasMarker, isMarker } from '../markers.ts';
import { RULES } from '../rules.ts';
import { NO_SIGNATURE } from '../token-form.ts';

/** Of a header so much is decoded to know it. */
const MAX_HEADER_CHARS = 1024;
/** From here on a run of base64url need not end to be a token's header: its end may be out of view. */
const MAX_RUN_CHARS = 1900;
/** How base64url writes the start of an object, `{"`: one white space may be before or after the brace. */
const OPENING = '(?:eyJ|eyA[giIJ]|ewk[giIJ]|ewo[giIJ]|ew0K|IHs[ig]|CXs[ig]|Cns[igK]|DXs[ig]|DQp7|ICB7)';
const JWT_START = new RegExp(`${OPENING}[A-Za-z0-9_-]{5,}`, 'g');
const JWT_OPENINGS = new RegExp(OPENING, 'g');
const JWT_PAYLOAD = new RegExp(`\\.${OPENING}[A-Za-z0-9_-]{5,}`, 'y');
const JWT_REST = /[A-Za-z0-9_.-]*/y;
const JOSE_MEMBER = /"(?:alg|typ|enc|kid|cty|jwk|jku|x5[cut])"/;
const ESCAPE = /\\u00([2-7][0-9A-Fa-f])/g;
/** Starts that are tried in one run of base64url: what stands before the token may look like one. */
const MAX_JWT_STARTS = 8;

function isHeader(run: string): boolean {
  const text = Buffer.from(run.slice(0, MAX_HEADER_CHARS), 'base64url').toString('latin1');
  return JOSE_MEMBER.test(text.replace(ESCAPE, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))));
}

/** Where in a run of base64url that ends before a dot a header starts that is one by its members; -1 when there is none. */
function headerStart(run: string): number {
  JWT_OPENINGS.lastIndex = 0;
  for (let tried = 0; tried < MAX_JWT_STARTS; tried += 1) {
    const index = JWT_OPENINGS.exec(run)?.index;
    if (index === undefined) return -1;
    if (isHeader(run.slice(index))) return index;
  }
  return -1;
}

/** True for what is a token whatever its header says: its payload is an object too, or its end can't be seen. */
function isTokenAnyway(text: string, start: number, end: number, isWhole: boolean): boolean {
  if (end === text.length) return !isWhole && end - start >= MAX_RUN_CHARS;
  JWT_PAYLOAD.lastIndex = end;
  return JWT_PAYLOAD.test(text);
}

/** A signature that was taken before belongs to its token. */
function endOfToken(text: string, end: number): number {
  return text.charCodeAt(end - 1) === 46 && text.startsWith(NO_SIGNATURE, end) ? end + NO_SIGNATURE.length : end;
}

/**
 * JSON Web Tokens (RFC 7515, 7516 in compact form), also behind letters: header and payload are objects. `isWhole` says that
 * nothing follows the text.
 */
export function findJwts(text: string, isWhole: boolean, found: Finding[]): void {
  JWT_START.lastIndex = 0;
  for (let match = JWT_START.exec(text); match !== null; match = JWT_START.exec(text)) {
    const end = JWT_START.lastIndex;
    const isToken = isTokenAnyway(text, match.index, end, isWhole);
    if (!isToken && text.charCodeAt(end) !== 46) continue;
    const offset = headerStart(match[0]);
    if (offset === -1 && !isToken) continue;
    JWT_REST.lastIndex = end;
    JWT_REST.test(text);
    const start = match.index + Math.max(0, offset);
    found.push({ start, end: endOfToken(text, JWT_REST.lastIndex), rule: RULES.jwt, rest: JWT_REST });
    JWT_START.lastIndex = JWT_REST.lastIndex;
  }
}

const SCHEME = /(?:[Bb][Ee][Aa][Rr][Ee][Rr]|[Bb][Aa][Ss][Ii][Cc])[ \t]{1,4}(?:\\?["'])?(?=[A-Za-z0-9_-])/g;
const TOKEN_REST = /[A-Za-z0-9._~+/=-]*/y;
/** So much of a token is looked at to tell it from a word. */
const TOKEN_HEAD_CHARS = 1024;
const USER_AND_PASSWORD = /^[\x20-\x39\x3b-\uffff]*:[\t\x20-\uffff]*$/;

/** Letters alone are a word: unless they are longer than words are, or capitals stand inside. */
const LETTERS = /^(?:[A-Za-z]{16,}|(?=[A-Za-z]{10,}$)[A-Za-z]*[a-z][A-Z][A-Za-z]*[a-z][A-Z][A-Za-z]*)$/;

function looksLikeToken(value: string, isQuoted: boolean): boolean {
  if (value.length >= 20 || (value.length >= 8 && /\d/.test(value))) return true;
  return isQuoted ? value.length >= 8 : LETTERS.test(value);
}

function looksLikeBasic(value: string): boolean {
  const head = value.slice(0, TOKEN_HEAD_CHARS);
  return (
    /^[A-Za-z0-9+/_-]{4,}={0,2}$/.test(head) && USER_AND_PASSWORD.test(Buffer.from(head, 'base64').toString('latin1'))
  );
}

/** Credentials of the Bearer (RFC 6750) and Basic (RFC 7617) schemes in running text; the scheme stays. */
export function findSchemes(text: string, found: Finding[]): void {
  SCHEME.lastIndex = 0;
  for (let match = SCHEME.exec(text); match !== null; match = SCHEME.exec(text)) {
    if (/[A-Za-z]/.test(text.charAt(match.index - 1))) continue;
    const start = SCHEME.lastIndex;
    TOKEN_REST.lastIndex = start;
    TOKEN_REST.test(text);
    const end = TOKEN_REST.lastIndex;
    const value = text.slice(start, Math.min(end, start + TOKEN_HEAD_CHARS));
    const isBasic = (match[0].charCodeAt(2) | 32) === 115;
    const isQuoted = /["']/.test(text.charAt(start - 1));
    if (!(isBasic ? looksLikeBasic(value) : looksLikeToken(value, isQuoted))) continue;
    const rule = isBasic ? RULES.basic : RULES.bearer;
    found.push({ start, end, rule, rest: TOKEN_REST });
    SCHEME.lastIndex = end;
  }
}

/** Who signs in may also be called by an address. */
const USERINFO =
  /(?:\b([A-Za-z][A-Za-z0-9+.-]{0,30}):)?\/\/[^\s/@:"'<>?#[\]]{0,128}(?:@[^\s/@:"'<>?#[\]]{1,128})?:([^\s/"'<>?#[\]]{1,256})@/g;

/** A password with characters that are none of user information as they are; what only looks like it has a port. */
const RAW_USERINFO =
  /(?<![A-Za-z0-9+.-])([A-Za-z][A-Za-z0-9+.-]{1,30}):\/\/[^\s/@:"'<>?#[\]]{1,128}:(?!\d{1,5}(?:[/?#,]|$)|[${])(?=[^\s@"'<>]{0,256}[#?[\]/])([^\s"'<>]{1,256}?)@(?=[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}(?:[:/?#,\s"'<>\\)]|$))/dg;
/** Without a scheme of its own: whom a client of Oracle signs in. */
const SLASHED =
  /(?:jdbc:oracle:[a-z]{2,8}:|(?<![\w.-])(?:sqlplus|sqlldr|impdp|expdp)[ \t]{1,4}(?:-[A-Za-z]{1,8}[ \t]{1,4}){0,3}["']?)[^\s/@"'<>:]{1,64}\/("[^"\r\n]{1,128}"|[^\s"'<>@]{1,128})(?=@)/dgi;

/** Schemes of what is read or sent; the others are of databases, brokers and the like. */
const WEB_SCHEME = /^(?:|https?|wss?|s?ftps?|git|ssh)$/i;

/** The password in a URL's user information (RFC 3986, 3.2.1). */
export function findUserinfo(text: string, found: Finding[]): void {
  USERINFO.lastIndex = 0;
  for (let match = USERINFO.exec(text); match !== null; match = USERINFO.exec(text)) {
    const end = USERINFO.lastIndex - 1;
    const start = end - (match[2] ?? '').length;
    const rule = WEB_SCHEME.test(match[1] ?? '') ? RULES.userinfo : RULES.connectionString;
    if (!isMarker(text.slice(start, end))) found.push({ start, end, rule });
  }
  findRawPasswords(text, found);
}

function findRawPasswords(text: string, found: Finding[]): void {
  RAW_USERINFO.lastIndex = 0;
  for (let match = RAW_USERINFO.exec(text); match !== null; match = RAW_USERINFO.exec(text)) {
    const [start, end] = match.indices?.[2] ?? [0, 0];
    // Of the web a slash ends the host, and nobody writes one in a password.
    const isWeb = WEB_SCHEME.test(match[1] ?? '');
    if (hasMarker(match[2] ?? '') || (isWeb && (match[2] ?? '').includes('/'))) continue;
    found.push({ start, end, rule: isWeb ? RULES.userinfo : RULES.connectionString });
  }
}

/** Passwords that a slash parts from the name before them: `jdbc:oracle:thin:scott/tiger@…`. */
export function findSlashedPasswords(text: string, found: Finding[]): void {
  SLASHED.lastIndex = 0;
  for (let match = SLASHED.exec(text); match !== null; match = SLASHED.exec(text)) {
    const [start, end] = match.indices?.[1] ?? [0, 0];
    if (!isMarker(match[1] ?? '')) found.push({ start, end, rule: RULES.connectionString });
  }
}
