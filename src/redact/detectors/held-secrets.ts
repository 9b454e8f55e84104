import { looksRandom } from '../checks/index.ts';
import type { Finding } from '../findings.ts';
import { RULES } from '../rules.ts';
import { VOCABULARY } from '../words/vocabulary.ts';

/** Characters of the base64 of crypt(3), and of its relatives. */
const CRYPT = '[./A-Za-z0-9]';
/**
 * Hashes of passwords, as they are kept: bcrypt, the forms of crypt(3), phpass, salted ones of LDAP, and those of the Password Hashing Competition and
 * of Django. They are guessed at by whoever has them.
 */
const PASSWORD_HASH = new RegExp(
  `(?<![\\w$])(?:\\$2[abxy]?\\$\\d\\d\\$${CRYPT}{53}|\\$(?:apr1|[156])\\$(?:rounds=\\d{1,9}\\$)?${CRYPT}{0,16}\\$${CRYPT}{22,86}|` +
    `\\$(?:y|gy|7)\\$${CRYPT}{1,16}\\$${CRYPT}{0,86}\\$${CRYPT}{43}|\\$[PH]\\$${CRYPT}{31}|` +
    '\\$(?:argon2(?:id|i|d)|scrypt|pbkdf2(?:-sha\\d{1,3})?|bcrypt-sha256)\\$(?:v=\\d{1,3}\\$)?[a-zA-Z0-9=,]{1,64}\\$[./A-Za-z0-9+]{4,86}\\$[./A-Za-z0-9+]{16,172}={0,2}|' +
    '\\{SSHA(?:256|384|512)?\\}[A-Za-z0-9+/]{28,128}={0,2}|' +
    'pbkdf2_sha\\d{1,3}\\$\\d{1,8}\\$[^\\s$"\'<>]{1,64}\\$[A-Za-z0-9+/]{27,88}={0,2})(?![./A-Za-z0-9+])',
  'g',
);

/** Hashes of passwords. */
export function findPasswordHashes(text: string, found: Finding[]): void {
  PASSWORD_HASH.lastIndex = 0;
  for (let match = PASSWORD_HASH.exec(text); match !== null; match = PASSWORD_HASH.exec(text))
    found.push({ start: match.index, end: PASSWORD_HASH.lastIndex, rule: RULES.credential });
}

/** An incoming webhook of Discord: who knows its path may post. */
const DISCORD_HOOK = /discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/\d{15,21}\/([0-9A-Za-z_-]{40,128})/dg;
const HOOK_REST = /[0-9A-Za-z_-]*/y;

/** Secret ends of the paths of Discord's webhooks. */
export function findDiscordHooks(text: string, found: Finding[]): void {
  addGroups(text, DISCORD_HOOK, found, () => true, HOOK_REST);
}

/** A key in the query of a URL in running text. */
const QUERY_KEY = /[?&]key=([A-Za-z0-9_~%+-]{20,512})(?![A-Za-z0-9_~%+./-])/dg;

/** Keys in the queries of URLs that look random: elsewhere `key=` says too little. */
export function findQueryKeys(text: string, found: Finding[]): void {
  addGroups(text, QUERY_KEY, found, looksRandom);
}

/** A line of the file of passwords of PostgreSQL's clients: host, port, database, user and password. */
const PGPASS =
  /(?<![^\r\n])(?:[\w.*-]{1,253}|\/[\w./-]{1,107}):(?:5432|543\d|6432|\*):[\w.*$-]{1,63}:[\w.*@$-]{1,63}:((?:[^\s:\\]|\\[:\\]){1,256})(?=[\r\n]|$)/dg;

/** Passwords in lines of `.pgpass`. */
export function findPgPasswords(text: string, found: Finding[]): void {
  addGroups(text, PGPASS, found, (value) => value !== '*' && !/^\[redacted/.test(value));
}

/** One of these is in every text with such a phrase. */
export const SEED_WORDS = VOCABULARY.family(
  '<mnemonic seed^phrase seed-phrase seed^words recovery^phrase backup^phrase wallet^phrase secret^phrase',
);
const PHRASE_END = '(?![\\w-])';
/** Twelve words or more by which a wallet is made again (BIP 39), behind what they are called. */
const SEED_PHRASE = new RegExp(
  `(?<![A-Za-z-])(?:(?:seed|recovery|mnemonic|backup|wallet|secret)[ -](?:recovery |backup )?(?:phrase|words)|mnemonic)(?: (?:is|was|ist))?[ ]?[:=]?[ \\t]{0,4}["'(]?((?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8})${PHRASE_END}`,
  'dgi',
);

/** Phrases from which keys of a wallet are made. */
export function findSeedPhrases(text: string, found: Finding[]): void {
  addGroups(text, SEED_PHRASE, found, () => true);
}

function addGroups(
  text: string,
  pattern: RegExp,
  found: Finding[],
  isOne: (value: string) => boolean,
  rest?: RegExp,
): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [start, end] = match.indices?.[1] ?? [0, 0];
    if (isOne(match[1] ?? '')) found.push({ start, end, rule: RULES.credential, ...(rest && { rest }) });
  }
}
