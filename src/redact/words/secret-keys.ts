import { base64Text } from '../base64.ts';
import { looksRandom } from '../checks/index.ts';
import { board, cardCode, chipData, pin, pins, shortCardCode } from './code-keys.ts';
import { names } from './key-makers.ts';
import { type KeyRule, NEVER } from './key-rule.ts';
import { ACTOR_NAME_SHAPE } from './personal-shapes.ts';
import { RULES } from '../rules.ts';
import { CARD_CODE_NAMES, KEYS, PASSWORDS, RANDOM_KEYS, SIGNATURES, TOKENS, TYPED_CODES } from './secret-names.ts';
import { ssn } from './ssn-keys.ts';
import { decodePercent } from '../walkers/percent.ts';

/** A time of the day of a year: what stands among credentials and is none. */
const TIME = /^\s*\d{4}-\d\d-\d\d(?:[T ][\d:.]{4,16}(?:Z|[+-]\d\d:?\d\d)?)?\s*$/;
/** A secret, whatever it looks like. */
export const credential: KeyRule = { rule: RULES.credential, members: () => credentialMember };
/** A token; of one that is written as an element the parts say themselves what they are (SAML 2.0 core, 2.3). */
const assertion: KeyRule = { rule: RULES.credential };
/** Beside a secret: whose it is, and what for. */
const ABOUT_SECRET =
  /^(?:username|type|kind|id|name|scheme|region|provider|host|hostname|port|database|db|realm|scopes?|issuer|audience|algorithm|alg|version|status|state|enabled|description|label|expir\w{0,8}|created\w{0,6}|updated\w{0,6}|account|tenant|project|url|uri|endpoint)$/i;
/** Nothing but what is secret stands in it. */
const secrets: KeyRule = { rule: RULES.credential, applies: NEVER, members: () => credentialMember };
const credentialMember: KeyRule = {
  rule: RULES.credential,
  unless: TIME,
  members: () => credentialMember,
  byName: (name) => (ABOUT_SECRET.test(name.replace(/[_ -]/g, '')) ? harmless : undefined),
};
/** Without credentials in it an address of a database says nothing secret. */
const connection: KeyRule = {
  rule: RULES.connectionString,
  applies: /(?:pass|pwd|secret|key|token|signature|sig)\w{0,24}\s{0,4}=|:[^\s/@]{1,256}@/i,
};
/** Of software that is sold; those of services are long. */
const licence: KeyRule = { rule: RULES.credential, applies: /^[\w-]{32,}$/ };
/** Private members of a JSON Web Key (RFC 7518, 6): names that alone say nothing, so the value has to look like one. */
const jwkMember: KeyRule = {
  rule: RULES.privateMember,
  applies: /^(?=[^0-9]*[0-9])(?=[^A-Z]*[A-Z])[A-Za-z0-9_-]{40,}$/,
};
/** A secret key of one: as long as the keys of its algorithms, in base64url. */
const jwkKey: KeyRule = {
  rule: RULES.privateMember,
  applies: /^(?=[^0-9]*[0-9])(?=[^A-Z]*[A-Z])(?=[^a-z]*[a-z])(?:[\w-]{22}|[\w-]{32}|[\w-]{43}|[\w-]{64}|[\w-]{86})$/,
};
const urlSignature: KeyRule = { rule: RULES.urlSignature };
/** A secret by a word in its name: it may also be a flag or a number about it. */
export const likelyCredential: KeyRule = {
  rule: RULES.credential,
  unless: /^\s*(?:true|false|yes|no|on|off|null|none|n\/a|\d{1,3}|[\^~]?\d{1,3}\.\d{1,3}\.\d{1,3})\s*$/i,
  members: () => credentialMember,
};
/** A secret by a word that isn't the last of its name: then mere words are none. */
export const worded: KeyRule = {
  ...likelyCredential,
  unless:
    /^\s*(?:true|false|yes|no|on|off|null|none|n\/a|\d{1,3}|[\^~]?\d{1,3}\.\d{1,3}\.\d{1,3}|[A-Za-z]{1,24}(?:[ _-][A-Za-z]{1,24}){0,8}|[a-z]{1,12}\d{1,4}[a-z]?(?:_[a-z0-9]{1,12}){1,4})\s*$/i,
};
/** A password, and in shells the folder that one works in. */
const shellPassword: KeyRule = { ...likelyCredential, unless: /^\s*~?(?:\/[\w.@+-]{0,64}){1,32}\s*$/ };
/** Ids of Twilio's resources, but of keys: two capitals and a hexadecimal number of 128 bits. */
const sid: KeyRule = { rule: RULES.credential, common: true, unless: /^\s*(?!SK)[A-Z]{2}[0-9a-f]{32}\s*$/ };
/** What comes of signing in, too. */
const commonCredential: KeyRule = {
  rule: RULES.credential,
  common: true,
  unless:
    /^\s*(?:ok|true|false|yes|no|none|basic|digest|success|failed|required|optional|enabled|disabled|on|off|v?\d{1,3})\s*$/i,
};
/** What passed, as often as not: a test, or how many. */
const pass: KeyRule = { ...credential, unless: /^\s*(?:true|false|yes|no|ok|\d{1,3})\s*$/i };
/** A word, where the name is short and stands for more than one thing. */
const WORD = /^\s*[A-Za-z]{0,12}\s*$/;
/** Not the version of a library of that name. */
const lineCredential: KeyRule = {
  rule: RULES.credential,
  unless: /^\s*[\^~]?\d{1,3}\.\d{1,3}\.\d{1,3}\s*$/,
  line: 'credentials',
};
const cookies: KeyRule = { ...lineCredential, line: 'cookies' };
const BASIC = /^\s*(?:Basic\s+)?([A-Za-z0-9+/]{4,1024}={0,2})\s*$/i;
/** By which a service shows that it sent a call: what is signed is in the record. */
const signatureLine: KeyRule = { rule: RULES.credential, line: 'whole' };
/** What the Basic scheme takes (RFC 7617, 2); short ones too, which elsewhere say too little of being Base64. */
const basic: KeyRule = {
  rule: RULES.credential,
  applies: {
    test: (value) =>
      /^[\x21-\x39\x3b-\x7e\x80-\xff]{1,256}:[\x20-\x7e\x80-\xff]+$/.test(
        Buffer.from(BASIC.exec(value)?.[1] ?? '', 'base64').toString('latin1'),
      ),
  },
};
/** Tokens, not how many. */
export const tokens: KeyRule = {
  rule: RULES.credential,
  unless: /^\s*\d{1,12}(?:\.\d{1,6})?\s*$/,
  members: () => tokens,
};
/** Opaque text: long, without spaces, of letters and digits. */
const opaque: KeyRule = {
  rule: RULES.credential,
  applies: /^(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9._~+/=%:-]{20,}$/,
};
/** What a client wants to have back: its own place, which says itself what it holds, or a secret. */
const state: KeyRule = { ...opaque, unless: { test: (value) => base64Text(value) !== undefined } };
/** As long as the shortest codes of authorisation servers (RFC 6749, 4.1.2). */
const oauthCode: KeyRule = {
  rule: RULES.credential,
  applies: /^(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9._~+/=%:-]{16,}$/,
};
const UUID = /^\s*[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*$/i;
/** The same of a key that may also be one to look something up by. */
const randomKey: KeyRule = { ...oauthCode, unless: UUID };
/** A key in both cases and digits, without what parts words: most that are called so look something up. */
const lookingKey: KeyRule = {
  rule: RULES.credential,
  isWeak: true,
  applies: {
    test: (value) =>
      value.length >= 20 &&
      value.length <= 128 &&
      /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d\D+\d)[A-Za-z0-9_]+$/.test(value) &&
      looksRandom(value),
  },
};
/** Names of subprotocols are short; Kubernetes and GraphQL clients put tokens among them. */
const subprotocols: KeyRule = {
  rule: RULES.credential,
  applies: /[^,\s]{25,}|(?:^|,\s*)(?:access[_-]?token|token|bearer|authorization|jwt|api[_-]?key)\s*,\s*[^,\s]{4,}/i,
};
/** Sent by message, typed once. */
export const typedCode: KeyRule = { rule: RULES.credential, applies: /^\s*(?=\D*\d)[A-Za-z0-9-]{4,12}\s*$/ };
/** The same of what may also have been booked. */
const confirmationCode: KeyRule = { rule: RULES.credential, applies: /^\s*\d{6}\s*$/ };
/** What a person types on another device to sign this one in (RFC 8628, 6.1). */
const userCode: KeyRule = { rule: RULES.credential, applies: /^\s*[A-Z0-9]{3,6}-[A-Z0-9]{3,6}\s*$/ };
/** Whom a proxy lets in: a name of somebody, or of an account. */
const userName: KeyRule = {
  rule: RULES.personName,
  applies: { test: (value) => ACTOR_NAME_SHAPE.test(decodePercent(value.replaceAll('+', ' '))) },
};
/** No secret, by a name that says so. */
export const harmless: KeyRule = { rule: RULES.credential, applies: NEVER };

/** Names in full, in lower case and without anything but letters and digits. */
export const EXACT: ReadonlyMap<string, KeyRule> = new Map<string, KeyRule>([
  ...names(
    credential,
    'bearer otpcode mfacode verificationcode usernamepassword pw pword userpw dbpw mdp psk wpapsk wpa2psk wifipsk wpa2key',
  ),
  ...names(credential, 'authorizationcode authcode codeverifier samlresponse samlrequest'),
  ...names(assertion, 'assertion clientassertion'),
  ...names(pass, 'pass'),
  ...names(shellPassword, 'pwd oldpwd'),
  ...names(urlSignature, 'xamzsignature xgoogsignature'),
  ...names(jwkMember, 'd p q dp dq qi oth'),
  ...names(jwkKey, 'k'),
  ...names(credential, 'jsessionid phpsessid aspnetsessionid connectsid xauthkey'),
  ...names(credential, 'dbpass userpass rootpass adminpass mypass loginpass smtppass ftppass mysqlpass redispass'),
  ...names(credential, 'databasepass proxypass basicauth httpauth redisauth authinfo hmac seedphrase'),
  ...names(
    credential,
    'recoverycode recoverycodes backupcode backupcodes scratchcode scratchcodes securityanswer secretanswer securityquestionanswer',
  ),
  ...names(commonCredential, 'auth session sessions signature authentication'),
  ...names({ ...commonCredential, unless: WORD }, 'sig'),
  // Of a Secret of Kubernetes.
  ...names(secrets, 'stringdata'),
  ...names(sid, 'sid'),
  ...names(lineCredential, 'authorization proxyauthorization'),
  ...names(signatureLine, SIGNATURES),
  ...names(cookies, 'cookie cookies setcookie'),
  ...names(basic, 'basic httpbasic basichttp basiccredential basicheader basicvalue'),
  ...names(shortCardCode, 'cid csc cvn ccv cvd cvx cv2 cvnumber cvcode cvvalue cardcv securitynumber'),
  ...names(cardCode, 'cardcode cav2 cid2 cvn2 cvd2 cardcheckdigits'),
  ...names(cardCode, 'track1 track2 track1data track2data trackdata trackone tracktwo magstripe magstripedata'),
  ...names(
    chipData,
    'emv emvdata emvtags emvtlv iccdata iccrelateddata iccrltddata chipdata field55 de55 bit55 track2equivalentdata',
  ),
  ...names(pin, 'pin pincode pinnumber pinblock cardpin atmpin debitpin userpin newpin oldpin currentpin'),
  ...names(pin, 'confirmpin accountpin encryptedpin encryptedpinblock'),
  ...names(pins, 'pins'),
  ...names(ssn, 'socialsecurity socialsecuritynumber socialsecurityno ssnnumber'),
  ...names(likelyCredential, 'csrf xsrf csrfkey xcsrf xxsrf antiforgery requestverificationtoken'),
  ...names(oauthCode, 'devicecode transactionkey'),
  ...names(lookingKey, 'key'),
  ...names(userCode, 'usercode'),
  ...names(confirmationCode, 'confirmationcode'),
  ...names(confirmationCode, 'tan'),
  // Cursors of paging: opaque, and needed to follow what a client asked for.
  // What says whose a token is (WS-Security, UsernameToken profile); the secrets are members of it.
  ...names(board, 'gpio gpios led leds relay relays servo servos pinout arduino microcontroller'),
  // Packages of npm, in lists of what a program needs.
  ...names(harmless, 'jstokens jsonwebtoken csrftokens tokentypes'),
  ...names(harmless, 'usernametoken usernametokens'),
  ...names(harmless, 'nextpagetoken pagetoken nexttoken continuationtoken synctoken nextsynctoken cursortoken'),
]);

/** Ends of names, the longest that matter first; compared with the normalised name. */
export const SUFFIXES: readonly [string, KeyRule][] = [
  ...names(cardCode, 'cvv cvc cvv2 cvc2 securitycode cardverificationcode cardverificationnumber'),
  ...names(cardCode, 'cardverificationvalue cardverification verificationvalue cardsecuritynumber cardsecurityno'),
  ...names(shortCardCode, 'cardcsc cardcvn cardccv cardcvd cardcvx cardcv2 cardcid cardsecurity'),
  ...names(shortCardCode, CARD_CODE_NAMES),
  ...names(shortCardCode, 'cccsc cccvn ccccv cccvd cccvx cccv2 cccid'),
  ...names(credential, 'password passwd passphrase passwordconfirmation passwordconfirm secret token apikeyid'),
  ...names(connection, 'connectionstring'),
  ...names(licence, 'licensekey licencekey'),
  ...names(credential, PASSWORDS),
  ...names(credential, TOKENS),
  ...names(credential, 'sessionid accesskeyid userpwd dbpwd secrets passwords apikeys credentials'),
  ...names(credential, KEYS.map((word) => `${word}key`).join(' ')),
  ...names(randomKey, RANDOM_KEYS.replace(/\w+/g, '$&key')),
  ...names(typedCode, TYPED_CODES),
  ...names(lineCredential, 'authorization'),
  ...names(ssn, 'ssn socialsecuritynumber'),
];

/** Names that say too much elsewhere, in a query or form. */
export const PARAMETERS: ReadonlyMap<string, KeyRule> = new Map<string, KeyRule>([
  ...names(pin, 'pins'),
  ...names(urlSignature, 'signature'),
  ...names({ ...urlSignature, unless: WORD }, 'sig'),
  ...names(oauthCode, 'code'),
  ...names(state, 'state'),
  ...names(opaque, 'key keys nonce ticket refresh access sas remember rememberme loginhint'),
]);

/** Names that say too much elsewhere, of header fields. */
export const HEADERS: ReadonlyMap<string, KeyRule> = new Map<string, KeyRule>([
  ...names(subprotocols, 'secwebsocketprotocol'),
  ...names(opaque, 'key ticket remember rememberme jwtassertion assertion refresh'),
  ...names(
    userName,
    'user username userfullname fullname displayname remoteuser forwardeduser authuser currentuser enduser',
  ),
  ...names(credential, 'session sid auth signature authentication authenticationinfo proxyauthenticationinfo'),
]);
