import { type Rule, RULES } from './rules.ts';

/** What the name of a field says about its value. */
export interface KeyRule {
  readonly rule: Rule;
  /** The value's shape, where the name alone says too little. */
  readonly applies?: RegExp;
  /** What holds for the members of an object under this name; array elements always share the array's rule. */
  readonly members?: () => KeyRule;
  /** In running text the value is the rest of the line. */
  readonly wholeLine?: boolean;
  /** A common word: in running text a colon after it isn't enough. */
  readonly common?: boolean;
}

const credential: KeyRule = { rule: RULES.credential, members: () => credential };
const commonCredential: KeyRule = { rule: RULES.credential, common: true };
const lineCredential: KeyRule = { rule: RULES.credential, wholeLine: true };
const cardCode: KeyRule = { rule: RULES.cardCode, members: () => cardCode };
const shortCardCode: KeyRule = { rule: RULES.cardCode, applies: /^\s*\d{3,4}\s*$/ };
const pinDigits: KeyRule = { rule: RULES.pin, applies: /^\s*\d{3,12}\s*$/, members: () => pinDigits };
const pin: KeyRule = { rule: RULES.pin, members: () => pinDigits };
const ssnShape = /^\s*\d{3}[- ]?\d{2}[- ]?\d{4}\s*$/;
const ssn: KeyRule = { rule: RULES.ssnByName, applies: ssnShape, members: () => ssn };

function names(found: KeyRule, list: string): [string, KeyRule][] {
  return list.split(' ').map((name) => [name, found]);
}

/** Names in full, in lower case and without anything but letters and digits. */
const exact = new Map<string, KeyRule>([
  ...names(credential, 'credential credentials bearer jwt otp totp otpcode mfacode pwd pass passcode verificationcode'),
  ...names(credential, 'authorizationcode authcode codeverifier assertion clientassertion samlresponse samlrequest'),
  ...names(credential, 'xamzsignature xgoogsignature jsessionid phpsessid aspnetsessionid connectsid xauthkey'),
  ...names(commonCredential, 'auth session sessions'),
  ...names(lineCredential, 'authorization proxyauthorization xauthorization cookie cookies setcookie'),
  ...names(shortCardCode, 'cid csc cvn'),
  ...names(cardCode, 'cardcode cvv cvc cvv2 cvc2 cav2 cid2'),
  ...names(pin, 'pin pins pincode pinnumber pinblock cardpin atmpin debitpin userpin newpin oldpin currentpin'),
  ...names(pin, 'confirmpin accountpin encryptedpin encryptedpinblock'),
  ...names(ssn, 'ssn socialsecurity socialsecuritynumber socialsecurityno usssn ssnnumber taxpayerssn'),
  // Cursors of paging: opaque, and needed to follow what a client asked for.
  ...names({ rule: RULES.credential, applies: /(?!)/ }, 'nextpagetoken pagetoken nexttoken continuationtoken'),
]);

/** Ends of names, the longest that matter first; compared with the normalised name. */
const suffixes: readonly [string, KeyRule][] = [
  ...names(cardCode, 'cvv cvc cvv2 cvc2 securitycode cardverificationcode cardverificationnumber'),
  ...names(cardCode, 'cardverificationvalue cardverification verificationvalue'),
  ...names(credential, 'password passwd passphrase passwordconfirmation passwordconfirm secret token apikey'),
  ...names(credential, 'secretkey privatekey accesskey signingkey encryptionkey clientsecret sessionid sessionkey'),
  ...names(credential, 'userpwd dbpwd secrets passwords apikeys credentials'),
];

/** Longest name that is looked at. */
const MAX_NAME_CHARS = 128;
/** Names remembered; beyond it they are worked out anew each time. */
const MAX_REMEMBERED = 4096;

/** Tells by its name what a field holds. */
export type ClassifyKey = (name: string) => KeyRule | undefined;

function normalised(name: string): string {
  const lower = name.toLowerCase();
  // gRPC carries binary metadata under names that end in -bin.
  const plain = lower.endsWith('-bin') ? lower.slice(0, -4) : lower;
  return plain.replace(/[^a-z0-9]+/g, '');
}

function withoutIndex(name: string): string {
  return name.replace(/(?<=[a-z])\d{1,4}$/, '');
}

function lookUp(name: string, extra: ReadonlySet<string>): KeyRule | undefined {
  const whole = normalised(name);
  for (const candidate of [whole, withoutIndex(whole)]) {
    if (extra.has(candidate)) return credential;
    const found = exact.get(candidate) ?? suffixes.find(([suffix]) => candidate.endsWith(suffix))?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Makes the function that classifies names of headers, JSON members, form fields and query parameters: case and
 * punctuation don't matter, and prefixes don't for the words that are clear (`db_password`, `user[password]`).
 * `credentialNames` are further names of credentials.
 */
export function keyClassifier(credentialNames: readonly string[] = []): ClassifyKey {
  const extra = new Set(credentialNames.map(normalised));
  const remembered = new Map<string, KeyRule | undefined>();
  return (name) => {
    if (name.length < 3) return undefined;
    const subject = name.length > MAX_NAME_CHARS ? name.slice(-MAX_NAME_CHARS) : name;
    const known = remembered.get(subject);
    if (known !== undefined || remembered.has(subject)) return known;
    const found = lookUp(subject, extra);
    if (remembered.size < MAX_REMEMBERED) remembered.set(subject, found);
    return found;
  };
}

const MARKER = /^\[redacted:[a-z_]{1,32}(?::\d{4})?\]$/;

/** True when the value of a field with this rule has to be replaced; not when that has been done already. */
export function ruleApplies(key: KeyRule, value: string): boolean {
  if (value === '' || value === key.rule.marker) return false;
  if (!key.rule.neverKept && MARKER.test(value)) return false;
  return key.applies === undefined || key.applies.test(value);
}
