import { looksRandom } from '../checks/index.ts';
import type { Finding } from '../findings.ts';
import { issuerRule } from '../words/keys.ts';
import { startsWithMarker, withoutMarkers } from '../markers.ts';
import { RULES } from '../rules.ts';
import { TRAIT } from '../traits/trait.ts';
import { VOCABULARY } from '../words/vocabulary.ts';
import type { Subject } from './subject.ts';

/** Between the name of a secret and the secret in running text: what else a colon, and what in the end, may have behind it. */
function link(behindColon: string, blank: string): string {
  return (
    `(?=[${blank}:=)"'])(?: (?:for|of|to|f\\xc3\\xbcr|von|de|du|pour|para|per|voor) [\\w.@/-]{1,40}){0,2}` +
    `(?: (?:is|was|are|ist|lautet|war|est|es|era|\\xc3\\xa8|\\xc3\\xa9))?["')]?` +
    `(?: {0,2}(?:[:=]${behindColon}|->)| {1,2}-{1,2}(?= ))?[${blank}]{0,8}["'\`\\xab(<]{0,2}`
  );
}

const LINK = link('', ' ');
/** The same of what looks random: it may stand in the next column, or on the line below a colon. */
const KEY_LINK = link('(?:[ \\t]{0,8}\\r?\\n)?', ' \\t');
const KEY_NAME =
  '(?:secret|access|account|api|openai|apim|services|storage|auth(?:entication)?|private|shared|subscription|client|encryption|signing|master|service|license|aws|azure)';
/** A key or token, by its name: letters and digits that look random. */
const KEY = new RegExp(
  `(?:(?<![A-Za-z])${KEY_NAME}[ _-](?:${KEY_NAME}[ _-]){0,3}(?:keys?|tokens?|secrets?)|(?<![A-Za-z])(?<!(?:page|next|sync|continuation|cursor|delta|resume)[ _-]?)(?:secret|token|credential|apikey|api_key)s?)${KEY_LINK}(?=[^\\s"'<>]{16})(?!ey[AJ])([A-Za-z0-9+/=_.~%-]{16,512})`,
  'dgi',
);
/** A password, by its name: what has digits or marks among its letters. */
const PASSWORD = new RegExp(
  `(?<![A-Za-z-])(?:(?:pass(?:word|phrase|wd|code)?|pwd|pw)|passwort|kennwort|mot de passe|contrase(?:\\xc3\\xb1|n)a|clave|senha|wachtwoord|has(?:\\xc5\\x82|l)o|parola)(${LINK})([^\\s"'<>\`,]{4,128})`,
  'dgi',
);
/** A call that gives somebody another password: its last argument, and the one before. */
const CALL =
  /(?<![A-Za-z])(?:set|change|update|reset)_?(?:user_?)?pass(?:word|wd|phrase)\([ ]?(?:\\?["']([^"'\\\s]{4,128})\\?["'][ ]?,[ ]?)?\\?["']([^"'\\\s]{4,128})\\?["'][ ]?\)/dgi;
const OPTION_NAME =
  '--?(?:[a-z][a-z0-9]{0,20}-){0,3}(?:password|passwd|passphrase|pass|token|secret|secret-key|api-key|apikey|access-key|account-key|auth-token|client-secret|private-key)';
/** Of the command line: `--password x`, `-u name:x`; and in a list of arguments: `"--password", "x"`. */
const OPTION = new RegExp(`(?<![\\w-])${OPTION_NAME}[ =]{1,2}["']?([^\\s"'<>-][^\\s"'<>]{3,255})`, 'dgi');
const LISTED_OPTION = new RegExp(
  `(?<=["'])${OPTION_NAME}\\\\?["'][ ]?,[ ]?\\\\?["']([^\\s"'<>\\\\-][^\\s"'<>\\\\]{0,255})(?=\\\\?["'])`,
  'dgi',
);
const BASIC_OPTION = /(?<![\w-])(?:-u|--user)[ =]["']?[\w.@+-]{1,64}:([^\s"'<>]{3,128})/dg;
/** So much of a command is looked at for its options, up to the last blank before one. */
const OPTIONS = '[^\\r\\n|;&]{0,256}?[ \\t]';
/** What clients of MySQL sign in with: `-p` and the password in one. */
const MYSQL = new RegExp(
  `(?<![\\w-])(?:mysql|mariadb)[a-z_-]{0,12}(?=[ \\t](?:${OPTIONS})??-p["']?([^\\s"'<>;&|]{3,128}))`,
  'dg',
);
/** The same of other commands, with a blank between. */
const SIGN_IN = new RegExp(
  `(?<![\\w-])(?:sshpass|mongo[a-z]{0,8}|(?:docker|podman|helm|skopeo|az|oc) (?:[a-z]{1,12} )?login|redis-cli)` +
    `(?=[ \\t](?:${OPTIONS})??-[ap][ \\t]{0,2}["']?([^\\s"'<>;&|-][^\\s"'<>;&|]{2,127}))`,
  'dg',
);
/** An option of one letter, which one of those has. */
const OPTION_LETTER = /[ \t]-[ap]/;
/** Ports of a container. */
const PORTS = /^(?:[\d.]{1,15}:)?\d{1,5}:\d{1,5}/;
/** Segments of a path: the name of a secret, and the secret. */
const IN_PATH = '(?=[/?#&\\s"\'<>\\\\]|$)';
const PATH_PASSWORD = new RegExp(
  `/(?:[a-z]{1,16}[_-])?(?:password|passwd|passphrase|passcode|pwd|passwort|kennwort|contrasena|senha)/([^\\s/?#&"'<>\\\\]{6,128})${IN_PATH}`,
  'dgi',
);
const PATH_TOKEN = new RegExp(
  `/(?:[a-z]{1,16}[_-])?(?:token|secret|api[_-]?key|password(?:/[a-z]{1,12})?|password[_-]reset)/([\\w.~%+=-]{16,512})${IN_PATH}`,
  'dgi',
);
const PATH_CARD_CODE = new RegExp(`/(?:cvv2?|cvc2?|csc|cv2)/(\\d{3,4})${IN_PATH}`, 'dgi');
const PATH_PIN = new RegExp(`/(?:[a-z]{1,12}[_-])?pin(?:[_-]?code)?/(\\d{4,6})${IN_PATH}`, 'dgi');
/** A step of a form, and an id. */
const NO_PATH_SECRET = /^(?:step|stage|page|part|form|reset|change|confirm|attempt|version)[_-]?\d{1,3}$/i;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** A line of .netrc. */
const NETRC =
  /(?<![A-Za-z])(?:login|user|account|machine)[ \t]{1,4}\S{1,128}[ \t]{1,8}password[ \t]{1,4}(\S{3,256})/dgi;
/** The answer to a challenge of the Digest scheme (RFC 7616, 3.4). */
const DIGEST = /(?<![A-Za-z])response=\\?["']?([0-9a-f]{32,128})(?![0-9a-z])/dgi;

/** The personal number of a card or account; in capitals where nothing stands between. */
const PIN =
  /(?<![A-Za-z-])(?:[Pp][Ii][Nn](?:[ -]?(?:code|number|nummer|kod|kode))?(?: (?:is|was|ist|lautet|war|est|es|\xc3\xa8|\xc3\xa9))(?: now)?:?|(?:PIN(?:[ -]?(?:code|number|nummer))?|TAN|PUK)(?: ?[#:=-])?|[Gg]eheimzahl(?: ist| lautet)?:?)[ \t]{0,8}["'(]?(\d{4,8})(?![\w[]|[-.,:/][\d[])/dg;
/** The same in small letters, where nothing else is meant: with whose it is, or alone between the ends of a clause. */
const SMALL_PIN =
  /(?<![\w-])(?:(?:my|your|his|her|our|their|the|new|old|card|atm|sim|secret|enter|mein|meine|dein|deine|ihre?) pin(?:[ -](?:code|number|nummer))?[ \t]{1,2}["'(]?(?=\d{4,6}(?!\d))|(?<=(?:^|[.,;:!?(\n]) {0,2})pin[ \t](?=\d{4}["')]{0,2}(?:[.,;!?)]|[ \t]*(?:$|[\r\n]))))(\d{4,6})(?![\w[]|[-.,:/][\d[])/dg;
/** A code that is sent to somebody and typed once. */
const ONE_TIME_CODE =
  '(?:(?:verification|verify|security|confirmation|authentication|auth|authori[sz]ation|log-?in|sign-?in|one[ -]?time|onetime|2fa|mfa|two[ -]factor|two[ -]step|activation|reset|recovery|sms) (?:security |verification |login |pass)?(?:code|pin)|one[ -]?time[ -]?pass(?:code|word)|passcode|otp(?: code)?|' +
  '(?:best\\xc3\\xa4tigungs|verifizierungs|sicherheits|einmal|anmelde|freischalt)-?code|einmal(?:passwort|kennwort)|m?tan|code de (?:v(?:\\xc3\\xa9|e)rification|confirmation|s(?:\\xc3\\xa9|e)curit(?:\\xc3\\xa9|e)|connexion)|' +
  'c(?:\\xc3\\xb3|o)digo de (?:verifica\\S{2,8}|confirma\\S{2,8}|acceso|seguridad)|codice di (?:verifica|conferma|sicurezza)|verificatiecode|kod weryfikacyjny)';
const CODE_DIGITS = '(?:[A-Z]{1,2}-)?(\\d{3}[ -]\\d{3}|\\d{4,8})(?![\\w[]|[-.,:/][\\d[])';
const SENT_CODE = new RegExp(
  `(?<![A-Za-z-])${ONE_TIME_CODE}(?: (?:for|to|f\\xc3\\xbcr|pour|para|per|voor) [\\w.@/\\x80-\\xff -]{1,40}?(?=:| (?:is|was|ist|lautet|est|es)[: ]))?(?:(?: (?:is|was|ist|lautet|est|es|\\xc3\\xa8|\\xc3\\xa9|to|jest))?(?: now)? ?[:=-]?)[ \\t]{1,4}["'(*]{0,2}${CODE_DIGITS}`,
  'dgi',
);
/** Codes that everybody may know. */
const NO_OTHER_CODE =
  '(?!(?:zip|post(?:al|cal)?|country|area|dial(?:l?ing)?|promo\\w*|discount|coupon|voucher|error|status|booking|reference|referral|order|tracking|product|exit|return|invite|gift|sort|bank|swift|color|colour|class|room) )';
/** What a code is called that somebody is told, with no word for what it is for. */
const ANY_CODE =
  '(?!(?:access|account|activity|agent|airport|asset|batch|billing|branch|case|category|client|cost|customer|department|dept|diagnosis|employee|fund|group|icd|job|' +
  'location|lot|member|model|offer|part|plan|policy|procedure|project|qr|rate|release|sales|service|site|source|staff|store|student|supplier|tax|team|ticket|user|vendor) )';
const CODE_TOLD = new RegExp(
  `(?<![\\w.-])your(?: ${NO_OTHER_CODE}${ANY_CODE}[\\w.&\\x80-\\xff-]{1,24}){0,3}? code (?:is|now is|is now)[ :]{1,3}["'(*]{0,2}${CODE_DIGITS}`,
  'dgi',
);
const CODE_SENT = new RegExp(
  `(?<![\\w.-])${CODE_DIGITS} (?:is|ist|est|es|\\xc3\\xa8|\\xc3\\xa9) (?:your|ihre?|dein|votre|ton|tu|su|il tuo|seu|o seu)(?: ${NO_OTHER_CODE}[\\w.&\\x80-\\xff-]{1,24}){0,3}? (?:${ONE_TIME_CODE}|code|pin)(?![\\w-])`,
  'dgi',
);

/** The code on a card. */
const CARD_CODE =
  /(?<![A-Za-z-])(?:cvv2?|cvc2?|cv2|cav2?|csc|security code|card (?:(?:security|verification) (?:code|number|value)|code)|(?:code|digits) (?:on|from|at) (?:the |my )?back(?: of (?:the |my |your |this )?(?:credit |debit )?card)?|kartenpr(?:\xc3\xbc|ue)f(?:nummer|ziffer)|sicherheitscode|cryptogramme(?: visuel)?|c(?:\xc3\xb3|o)digo de segur(?:idad|an(?:\xc3\xa7|c)a)|(?:three|four|3|4)[ -]digit (?:security )?code|code de s(?:\xc3\xa9|e)curit(?:\xc3\xa9|e)|beveiligingscode|codice di sicurezza)(?: (?:is|was|ist|lautet|est|es|on (?:the |my )?back(?: of (?:the |my |your |this )?(?:credit |debit )?card)?(?: is| was|:)?|\xc3\xa8|\xc3\xa9))? ?[#:=-]{0,2}[ \t]{0,8}["'(]?(\d{3,4})(?![\w[]|[-.,:/][\d[])/dgi;

/** So much before the name of a secret is looked at for whose it is. */
const ISSUER_CHARS = 24;
/** Words say less than the name of a field. */
const SPOKEN_SCORE = 0.9;

/** One of these is in every text with such a secret, … */
export const SECRET_WORDS = VOCABULARY.family(
  '<pass <pwd <secret <token <apikey <key <credential <kennwort <contrase <clave <senha <wachtwoord <haslo <has\xc5\x82o <parola ' +
    '<mysql <mariadb <sshpass <mongo <redis-cli login> <pw^ password( passwd( passphrase(',
);
/** … and one of these with such a code. */
export const CODE_WORDS = VOCABULARY.family(
  '<pin <TAN <PUK card^code the^back my^back <geheimzahl <cvv <cvc <cv2 <cav <csc <security^code <card^security^ <card^verification^ <kartenpr ' +
    '<sicherheitscode <cryptogramme <codigo^de^segur <c\xc3\xb3digo^de^segur <code^de^s digit^code digit^security^code <beveiligingscode <codice^di^sicurezza',
);
/** … or with one that was sent to somebody. */
export const SENT_WORDS = VOCABULARY.family(
  '<verification^ <verify^code <confirmation^ <authenti <authori <one-time <one^time <onetime <2fa <mfa <two-factor <two^factor <two-step <two^step ' +
    '<activation^ <reset^ <recovery^ <sms^ <security^ <passcode <otp <tan <mtan <verifizierung <einmal best\xc3\xa4tigungs <anmelde <freischalt ' +
    'code^de^v code^de^c c\xc3\xb3digo^de^ codigo^de^ codice^di^ verificatiecode weryfikacyjny your^code <log-in^ <login^ <sign-in^ <is^your <ist^ihr <ist^dein <est^votre <est^ton <es^tu <es^su ' +
    'security^code <sicherheitscode code^de^s digit^code <code^is^',
);

/** What a shell or a template fills in. */
const VARIABLE = /^\$(?:\w+(?:[/.:;)\][},-]|$)|[{(])/;

type Add = (start: number, end: number, value: string, match: RegExpExecArray) => void;

/** Calls `add` with the last group of each match. */
function each(text: string, pattern: RegExp, add: Add): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [start, end] = match.indices?.at(-1) ?? [0, 0];
    const value = match.at(-1) ?? '';
    if (!startsWithMarker(value) && !VARIABLE.test(value)) add(start, end, value, match);
    else pattern.lastIndex = Math.max(start, match.index + 1);
  }
}

const TRAILING = /[.,;:)\]}>]+$/;
const ORDINARY =
  /^(?:[a-z]+|[A-Z]?[a-z]+(?:[-/][A-Za-z]+)*|\d{1,3}|\d{4}-\d\d.*|https?:.*|[\w.$:>-]*\(.*|\/.*|\.\/.*)$/;

/** Behind the word for a password: how it is hashed, and which of several it is. */
const NO_SECRET_WORD =
  /^(?:sha|md|bcrypt|argon|scrypt|pbkdf|hs|rs|aes|rfc|utf|base|oauth|level|part|page|step|field|form|test)[-_]?\d{1,4}$/i;

/** True for what nobody writes behind the word in a sentence but as a password. */
function looksLikePassword(value: string, isSaid: boolean): boolean {
  if (ORDINARY.test(value)) return false;
  const kinds = [/[a-z]/i, /\d/, /[^\w.\-/\x80-\uffff]/].filter((kind) => kind.test(value)).length;
  return kinds >= 2 && (isSaid || (value.length >= 6 && /\d/.test(value) && !NO_SECRET_WORD.test(value)));
}

function findSecrets(text: string, found: Finding[]): void {
  each(text, KEY, (start, _end, value, match) => {
    const token = value.replace(/[.=]+$/, (tail) => (tail.includes('.') ? '' : tail));
    if (!looksRandom(token)) return;
    const words = text.slice(Math.max(0, match.index - ISSUER_CHARS), start).toLowerCase();
    const rule = issuerRule(words.replace(/[^a-z0-9]+/g, '')) ?? RULES.credential;
    found.push({ start, end: start + token.length, rule, score: SPOKEN_SCORE });
  });
  each(text, PASSWORD, (start, _end, value, match) => {
    const field = /[:=]$/.test(match[1] ?? '') ? value.search(/[;&]/) : -1;
    const password = (field === -1 ? value : value.slice(0, field)).replace(TRAILING, '');
    const isSaid = /[a-z\x80-\uffff=:]/i.test(match[1] ?? '');
    const own = withoutMarkers(value) === value ? password : withoutMarkers(value).replace(TRAILING, '');
    if (own.length >= 4 && looksLikePassword(own, isSaid))
      found.push({ start, end: start + password.length, rule: RULES.credential, score: SPOKEN_SCORE });
  });
  if (text.includes('(')) findInCalls(text, found);
  if (text.includes('-')) findOption(text, OPTION, found);
  if (text.includes('-') && text.includes(',')) findListedOptions(text, found);
  if (OPTION_LETTER.test(text)) findInCommands(text, found);
  findOption(text, NETRC, found);
}

/** Passwords in calls that set them; what stands before one is a name, or the password before. */
function findInCalls(text: string, found: Finding[]): void {
  each(text, CALL, (start, end, _value, { indices, 1: first }) => {
    found.push({ start, end, rule: RULES.credential, score: SPOKEN_SCORE });
    const place = indices?.[1];
    if (place !== undefined && first !== undefined && looksLikePassword(first, true))
      found.push({ start: place[0], end: place[1], rule: RULES.credential, score: SPOKEN_SCORE });
  });
}

/** Passwords among the options of commands that have a letter for them. */
function findInCommands(text: string, found: Finding[]): void {
  const add = (start: number, end: number): void => {
    found.push({ start, end, rule: RULES.credential, score: SPOKEN_SCORE });
  };
  each(text, MYSQL, (start, end, value) => {
    if (!PORTS.test(value)) add(start, end);
  });
  each(text, SIGN_IN, (start, end, value) => {
    if (!ORDINARY.test(value)) add(start, end);
  });
}

/** Secrets in paths, behind a segment that names them. */
function findInPaths(text: string, found: Finding[]): void {
  each(text, PATH_PASSWORD, (start, end, value) => {
    if (looksLikePassword(value, true) && !NO_PATH_SECRET.test(value) && !UUID.test(value))
      found.push({ start, end, rule: RULES.credential, score: SPOKEN_SCORE });
  });
  each(text, PATH_TOKEN, (start, end, value, match) => {
    if (looksRandom(value) && (!UUID.test(value) || /password/i.test(match[0])))
      found.push({ start, end, rule: RULES.credential, score: SPOKEN_SCORE });
  });
  each(text, PATH_CARD_CODE, (start, end) => found.push({ start, end, rule: RULES.cardCode, score: SPOKEN_SCORE }));
  each(text, PATH_PIN, (start, end) => found.push({ start, end, rule: RULES.pin, score: SPOKEN_SCORE }));
}

function findCodes(text: string, found: Finding[]): void {
  each(text, PIN, (start, end) => found.push({ start, end, rule: RULES.pin, score: SPOKEN_SCORE }));
  each(text, SMALL_PIN, (start, end) => found.push({ start, end, rule: RULES.pin, score: SPOKEN_SCORE }));
  each(text, CARD_CODE, (start, end) => found.push({ start, end, rule: RULES.cardCode, score: SPOKEN_SCORE }));
}

function findSentCodes(text: string, found: Finding[]): void {
  for (const pattern of [SENT_CODE, CODE_SENT, CODE_TOLD])
    each(text, pattern, (start, end) => found.push({ start, end, rule: RULES.credential, score: SPOKEN_SCORE }));
}

function findListedOptions(text: string, found: Finding[]): void {
  each(text, LISTED_OPTION, (start, end) => {
    found.push({ start, end, rule: RULES.credential, score: SPOKEN_SCORE });
  });
}

function findOption(text: string, pattern: RegExp, found: Finding[]): void {
  each(text, pattern, (start, end, value) => {
    if (ORDINARY.test(value)) return;
    const length = TRAILING.exec(value)?.[0].length ?? 0;
    found.push({ start, end: end - length, rule: RULES.credential, score: SPOKEN_SCORE });
  });
}

/**
 * Secrets in running text that the words before them give away: `the password is …`, `--account-key …`, `enter PIN …`,
 * also without a separator between.
 */
export function findSpokenSecrets({ text, traits, mentions }: Subject, found: Finding[]): void {
  if (mentions.has(SECRET_WORDS)) findSecrets(text, found);
  if ((traits & TRAIT.slash) !== 0) findInPaths(text, found);
  if ((traits & TRAIT.space) === 0) return;
  if (mentions.has(CODE_WORDS)) findCodes(text, found);
  if ((traits & TRAIT.digits) !== 0 && mentions.has(SENT_WORDS)) findSentCodes(text, found);
}

/** Passwords behind a name in commands, and what answers a challenge. */
export function findAnswers({ text }: Subject, found: Finding[]): void {
  if (text.includes('-u')) findOption(text, BASIC_OPTION, found);
  if (text.includes('nonce')) findOption(text, DIGEST, found);
}
