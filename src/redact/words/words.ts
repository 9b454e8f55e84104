const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;
/** Letters of other scripts, without their punctuation. */
const WORD_OF_ANY_SCRIPT = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[\x80-\u1fff\u2c00-\u2fff\u3040-\ufeff\uff21-\uffff]+/g;
const NOT_ASCII = /[\x80-\uffff]/;
/** Letters of Latin-1 and of what extends it, and marks that stand behind their letter, as UTF-8 or as units of UTF-16. */
const ACCENTED =
  /[\xc3-\xc9][\x80-\xbf]|\xcc[\x80-\xbf]|\xcd[\x80-\xaf]|\xe1[\xb8-\xbb][\x80-\xbf]|[\u0100-\u024f\u1e00-\u1eff]|\p{M}/gu;
/** Base letters of those that Unicode doesn't take apart. */
const UNDIVIDED: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  æ: 'ae',
  œ: 'oe',
};

function plain(character: string): string {
  const letter = character.length > 1 ? Buffer.from(character, 'latin1').toString() : character;
  return UNDIVIDED[letter] ?? letter.normalize('NFD').replace(/[\u0300-\u036f]+/g, '');
}

/** A binary string with Latin letters without their accents: `num\xc3\xa9ro` is `numero`. */
export function withoutAccents(text: string): string {
  return NOT_ASCII.test(text) ? text.replace(ACCENTED, plain) : text;
}

/** A binary string without the blanks around it: to `trim` the last byte of an à is one, too. */
export function withoutBlanks(text: string): string {
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}

/**
 * The words of a name in camelCase, snake_case, kebab-case or with dots, in lower case and without accents; runs of digits,
 * and of letters of other scripts, are words too.
 */
export function wordsOf(name: string): string[] {
  const pattern = NOT_ASCII.test(name) ? WORD_OF_ANY_SCRIPT : WORD;
  return (withoutAccents(name).match(pattern) ?? []).map(inLowerCase);
}

/** To `toLowerCase` bytes of UTF-8 are letters of Latin-1. */
function inLowerCase(word: string): string {
  if (!/^[\x80-\xff]+$/.test(word)) return word.toLowerCase();
  const text = Buffer.from(word, 'latin1').toString();
  return text.includes('\ufffd') ? word : Buffer.from(text.toLowerCase()).toString('latin1');
}

/** Small words between those of a name, in many languages. */
const PARTICLE =
  /^(?:of|the|de|del|della|dell|di|da|do|dos|das|du|des|la|le|les|el|l|d|van|der|den|het|y|e|et|und|og|och|i|na|za)$/;

/** The words without small ones between them; none when there are no such. */
export function withoutParticles(words: readonly string[]): readonly string[] {
  const left = words.filter((word) => !PARTICLE.test(word));
  return left.length === words.length ? [] : left;
}

/** What a name is written in, or which of several it is. */
const SCRIPT = /^(?:kana|kanji|romaji|furigana|latin|arabic|english|native|local|en|ar|\d{1,2})$/;

/** The words without those at their end that say how a name is written; none when there are no such. */
export function withoutScript(words: readonly string[]): readonly string[] {
  const end = words.findLastIndex((word) => !SCRIPT.test(word)) + 1;
  return end === words.length ? [] : words.slice(0, end);
}

/** In front of a name of something they ask whether it is there. */
const FLAG = /^(?:is|has|have|uses|needs|requires?|show|hide|remember|forgot|allow|enable|disable|can|should|must)$/;

/** True for a name that says whether there is something: `has_password`. */
export function isFlag(words: readonly string[]): boolean {
  return words.length > 1 && FLAG.test(words[0] ?? '');
}

/** Most words that are put together to look them up: `date of birth`. */
export const MAX_PHRASE_WORDS = 4;

/** The words, alone and put together with those behind them. */
export function phrasesOf(words: readonly string[]): string[] {
  const phrases: string[] = [];
  for (let from = 0; from < words.length; from += 1) {
    let phrase = '';
    for (let to = from; to < words.length && to < from + MAX_PHRASE_WORDS; to += 1) {
      phrase += words[to] ?? '';
      phrases.push(phrase);
    }
  }
  return phrases;
}

const list = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** In front of a name they change nothing. */
const LEADING = list('x http original forwarded');
/** Behind a name they change nothing: `tokenValue`, `passwordHash`, `x-authorization-original`. */
const NEUTRAL = list(
  'value val values header headers original orig raw text plain plaintext string str data hash hashed encrypted ' +
    'encoded base64 b64 pem old new current previous prev backup again confirm confirmation confirmed info env',
);
/** Behind the name of a number on a card they change nothing either: `cvvCode`, `cvc_number`. */
const NUMBERED = list('code codes number num no nr digits value val values hash hashed encrypted raw old new');

/** `words` without what changes nothing about them. At least one word is left. */
function trimmed(words: readonly string[], behind: ReadonlySet<string>): string[] {
  let [start, end] = [0, words.length];
  while (start < end - 1 && LEADING.has(words[start] ?? '')) start += 1;
  while (end > start + 1 && (behind.has(words[end - 1] ?? '') || /^\d+$/.test(words[end - 1] ?? ''))) end -= 1;
  return words.slice(start, end);
}

/** The name in one piece without what changes nothing, as the name of anything secret. */
export function coreOfName(words: readonly string[]): string {
  return trimmed(words, NEUTRAL).join('');
}

/** The name in one piece without what changes nothing, as the name of a number on a card. */
export function coreOfNumber(words: readonly string[]): string {
  return trimmed(words, NUMBERED).join('');
}

/** Words that make a name one of a secret wherever they stand in it. */
const SECRET = list(
  'password passwords passwd passwort kennwort passphrase passphrases passcode passcodes pwd secret secrets credential ' +
    'credentials apikey apikeys token tokens jwt jwts bearer otp totp mnemonic contrasena clave cookie cookies senha wachtwoord ' +
    'haslo heslo jelszo sifre adgangskode passord losenord mdp',
);
/** Words that make it a card verification code. */
const CARD_CODE = list('cvv cvc');
/** Words that make it one when the value has a code's digits. */
const SHORT_CARD_CODE = list('csc cvn ccv cvd cvx');
/** Words for a card in front of a name that says too little without it. */
const CARD = list('card cc');
/** The same of other languages, and what stands behind them. */
const ANY_CARD = list('card cards cc tarjeta karte karten carte carta cartao kaart kort karta creditcard kreditkarte');
const VERIFICATION = list('verification security seguridad seguranca sicurezza securite prufcode beveiliging');
const CODE = list('code codes number value codigo codice nummer');
/** At the end of a name they say that it is *about* the secret, and isn't the secret. */
const ABOUT = list(
  'type types kind count counts length len size limit limits min max url urls uri uris endpoint endpoints expiry ' +
    'expires expired expiration expire at on in until ttl timeout duration date time timestamp age policy policies ' +
    'enabled disabled required requirement requirements set status state name names method methods scheme format ' +
    'version algorithm alg realm scope scopes issuer audience field fields label placeholder usage used remaining ' +
    'changed updated created last valid validity validation strength score parameter provider source mode supported ' +
    'index budget price cost rate arn domain path consent banner manager store storage service server per minute ' +
    'second hour day month check checks result results response match matched present exists visible error errors ' +
    'message reason attempts retries change changes ref refs reference rotation rules rule seconds minutes hours days ms curp rfc elector catastral',
);
/** In front of `tokens` they say that it is a number of them. */
const QUANTITY = list(
  'total max min num number used remaining prompt completion input output reasoning cached audio text image n limit new',
);

/** What was done with the thing: `cookies_allowed`, `cvv_provided`. */
const DONE = /^[a-z]{3,}ed$/;

function isAbout(words: readonly string[]): boolean {
  const last = words.at(-1) ?? '';
  return words.length > 1 && (ABOUT.has(last) || (DONE.test(last) && !NEUTRAL.has(last)));
}

/** True when what stands from `at` on in a name changes nothing. */
function endsName(words: readonly string[], at: number): boolean {
  return words
    .slice(at)
    .every((word) => NEUTRAL.has(word) || SECRET.has(word) || /^(?:key|id|code|\d{1,4}|v\d)$/.test(word));
}

/** At the end of a name they say that it counts things, or measures one. */
const COUNT = list('count counts total totals length size limit quota');

/** True for a name that says how many there are of something, or how large it is. */
export function namesCount(words: readonly string[]): boolean {
  return words.length > 1 && COUNT.has(words.at(-1) ?? '');
}

/** Words for secrets that are nothing else, wherever they stand; others may also be the start of a thing's name. */
const PASSWORDS = list(
  'password passwords passwd passwort kennwort passphrase passphrases passcode passcodes pwd credential credentials apikey ' +
    'apikeys jwt jwts bearer mnemonic contrasena senha wachtwoord haslo heslo jelszo sifre adgangskode passord losenord mdp',
);

/**
 * True when a word in the name says that it holds a secret, and none says that it only tells about one; when `isLast`
 * also when it is nothing else, or ends the name.
 */
export function namesSecret(words: readonly string[], isLast = false): boolean {
  if (isAbout(words)) return false;
  if (isLast && words.some((word, i) => PASSWORDS.has(word) || (SECRET.has(word) && endsName(words, i + 1))))
    return true;
  if (isLast) return false;
  const at = words.findIndex((word) => SECRET.has(word));
  return at !== -1 && !(words[at] === 'tokens' && QUANTITY.has(words[at - 1] ?? ''));
}

/** True when a word in the name says that it holds a card verification code. */
export function namesCardCode(words: readonly string[]): boolean {
  return !isAbout(words) && words.some((word) => CARD_CODE.has(word));
}

/** True when words in the name say that it holds a card verification code, if its value can be one. */
export function mayNameCardCode(words: readonly string[]): boolean {
  if (isAbout(words)) return false;
  if ([ANY_CARD, VERIFICATION, CODE].every((list) => words.some((word) => list.has(word)))) return true;
  return words.some((word, i) => {
    if (SHORT_CARD_CODE.has(word) || (word === 'cv' && words[i + 1] === '2')) return true;
    return word === 'cid' && words.slice(0, i).some((before) => CARD.has(before));
  });
}

/** Beside `pin` they say that it is a secret number, and no pin of a plug or of a list. */
const OF_A_PIN = list(
  'card cards karte karten code codes sim user entry atm debit credit account customer client login signin confirm ' +
    'confirmed verify verification security transaction tx upi bank number no num nr value block encrypted hashed hash ' +
    'offline online tarjeta carte personal wallet payment secret change reset repeat mobile app access entered input ' +
    'digits new old current temporary temp initial default member tan telephone phone geheim de la del da numero codigo ' +
    'codice kaart pass provided supplied four digit my your puk m e t nummer nummero kod koodi kodu code clave cod ma kode door ' +
    'banking employee voicemail parental admin manager staff operator alarm gate safe locker device tablet phone unlock ' +
    'lock signature signing esign agent teller cashier pos terminal till kiosk driver rider membership library student ' +
    'patient portal ip irs efile lunch meal web internet net ivr call center support primary secondary backup recovery session profile child kids',
);
/** Such words in front of it, in one piece: `kartenpin`. */
const JOINED_PIN =
  /^(?:card|karten?|code|codigo|codice|sim|user|atm|debit|credit|account|customer|login|security|transaction|upi|bank|m|t|e|tele|personal|wallet|payment|mobile|new|old|current|confirm|encrypted|temp)pin(?:code|number|no|nr|block|entry|value|hash)?$|^pin(?:code|number|nummer|num|no|nr|entry|block|value|hash|karte|carte|tarjeta|verification|kode|kod)$|^(?:pinkode|pinkod|geheimzahl|geheimnummer|codesecret|clavesecreta)$/;

/** True when words in the name say that it holds a personal identification number, if its value can be one. */
export function namesPin(words: readonly string[]): boolean {
  if (words.length === 0 || isAbout(words)) return false;
  if (words.length === 1) return JOINED_PIN.test(words[0] ?? '');
  const at = words.findIndex((word) => word === 'pin' || word === 'pins' || JOINED_PIN.test(word));
  return at !== -1 && words.every((word, i) => i === at || OF_A_PIN.has(word) || /^\d{1,2}$/.test(word));
}
