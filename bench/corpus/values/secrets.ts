import { crc32 } from 'node:zlib';
import { base64, concat, type Marked, marked } from '../marked.ts';
import { BASE62, BASE64_URL, DIGITS, LOWER, type Random, UPPER } from '../random.ts';
import { email } from './contact.ts';
import { person } from './person.ts';

/** Six digits of base 62 that GitHub and npm put behind a token's random part: its CRC-32. */
function crcSuffix(text: string): string {
  let rest = crc32(text);
  let suffix = '';
  for (let place = 0; place < 6; place++) {
    suffix = BASE62.charAt(rest % 62) + suffix;
    rest = Math.floor(rest / 62);
  }
  return suffix;
}

function checked(random: Random, prefix: string): string {
  const entropy = random.string(BASE62, 30);
  return prefix + entropy + crcSuffix(entropy);
}

export function githubToken(random: Random): string {
  if (random.chance(0.3)) return `github_pat_${random.string(BASE62, 22)}_${random.string(BASE62, 59)}`;
  return checked(random, random.word('ghp_|ghp_|gho_|ghu_|ghs_|ghr_'));
}

export function npmToken(random: Random): string {
  return checked(random, 'npm_');
}

export function gitlabToken(random: Random): string {
  const prefix = random.word('glpat-|glpat-|glpat-|gldt-|glrt-|glsoat-|glft-');
  if (random.chance(0.15)) return `glptt-${random.hex(40)}`;
  return prefix + random.string(BASE64_URL.slice(0, 62), 1) + random.string(BASE64_URL, 18) + random.string(BASE62, 1);
}

export function slackToken(random: Random): string {
  const [team, user] = [random.number(12), random.number(13)];
  return random.pick([
    `xoxb-${team}-${user}-${random.string(BASE62, 24)}`,
    `xoxb-${team}-${random.string(BASE62, 24)}`,
    `xoxp-${team}-${user}-${random.number(13)}-${random.hex(32)}`,
    `xapp-1-A0${random.string(DIGITS + UPPER, 9)}-${random.number(13)}-${random.hex(64)}`,
    `xoxe.xoxp-1-${random.string(BASE62, 146)}`,
  ]);
}

export function stripeKey(random: Random): string {
  if (random.chance(0.15)) return `whsec_${random.string(BASE62, 32)}`;
  return random.word('sk_live_|sk_live_|sk_test_|rk_live_|rk_test_') + random.string(BASE62, random.pick([24, 99]));
}

export function pypiToken(random: Random): string {
  const head = random.chance(0.8) ? 'pypi-AgEIcHlwaS5vcmc' : 'pypi-AgENdGVzdC5weXBpLm9yZw';
  return head + random.string(BASE64_URL, random.int(130, 180)) + random.string(BASE62, 1);
}

export function openaiKey(random: Random): string {
  const end = random.string(BASE62, 1);
  return random.pick([
    `sk-${random.string(BASE62, 20)}T3BlbkFJ${random.string(BASE62, 20)}`,
    `sk-proj-${random.string(BASE64_URL, 74)}T3BlbkFJ${random.string(BASE64_URL, 73)}${end}`,
    `sk-proj-${random.string(BASE64_URL, 47)}${end}`,
    `sk-svcacct-${random.string(BASE64_URL, 58)}T3BlbkFJ${random.string(BASE64_URL, 57)}${end}`,
    `sk-ant-api03-${random.string(BASE64_URL, 92)}${end}AA`,
  ]);
}

/** The id of an AWS access key, permanent or temporary. */
export function awsKeyId(random: Random): string {
  return random.word('AKIA|AKIA|ASIA') + random.string(`${UPPER}234567`, 16);
}

/** The 40 characters of an AWS secret access key. */
export function awsSecret(random: Random): string {
  return random.string(BASE62, 1) + random.string(`${BASE62}+/`, 38) + random.string(BASE62, 1);
}

export function gcpKey(random: Random): string {
  const end = random.string(BASE62, 1);
  return random.pick([
    ...[`AIza${random.string(BASE64_URL, 34)}${end}`, `AIza${random.string(BASE64_URL, 34)}${end}`],
    ...[
      `GOCSPX-${random.string(BASE64_URL, 27)}${end}`,
      `ya29.${random.string(BASE64_URL, random.int(120, 180))}${end}`,
    ],
  ]);
}

/** The key of an Azure storage account: 64 bytes in base64. */
export function azureStorageKey(random: Random): string {
  return random.bytes(64).toString('base64');
}

/** A client secret of an Entra application. */
export function azureClientSecret(random: Random): string {
  const alphabet = `${BASE62}_.-~`;
  return `${random.string(BASE62, 3)}8Q~${random.string(alphabet, 33)}${random.string(BASE62, 1)}`;
}

/** A password as people and password managers make them. */
export function password(random: Random): string {
  const word = random.word('Sommer|winter|Dragon|correct-horse|Barcelona|kitten|Qwertz|Pa55word|letmein|Tr0ub4dor');
  return random.pick([
    word + random.digits(4) + random.string('!?#*', 1),
    random.string(`${BASE62}!#$%*+-_=?`, random.int(10, 20)),
    random.string(LOWER, 4) + random.digits(2) + random.string(UPPER, 3) + random.digits(2),
    `${word}!${random.string(LOWER, 5)}`,
  ]);
}

/** A token without form: what an own token endpoint or a cloud service gives out. */
export function opaqueToken(random: Random): string {
  const end = random.string(BASE62, 1) + random.digits(1);
  return random.pick([
    random.hex(random.pick([32, 40, 64])),
    random.string(BASE62, random.int(24, 48)) + end,
    random.string(BASE64_URL.slice(0, 62), 1) + random.string(BASE64_URL, random.int(26, 60)) + end,
    random.bytes(random.pick([24, 32, 48])).toString('base64'),
    random.string(LOWER + DIGITS, 30) + end,
  ]);
}

/** One PEM block of random bytes (RFC 7468); the lines between the borders are marked. */
export function pemBlock(random: Random, label: string, isSecret: boolean): Marked {
  const size = label === 'EC PRIVATE KEY' ? 121 : label === 'OPENSSH PRIVATE KEY' ? 260 : random.pick([300, 610, 1190]);
  const lines =
    random
      .bytes(size)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  const body = marked(isSecret ? 'positive' : 'negative', 'private_key', lines.join('\n'));
  return concat(`-----BEGIN ${label}-----\n`, body, `\n-----END ${label}-----`, random.pick(['', '\n']));
}

const PRIVATE_LABELS =
  'RSA PRIVATE KEY|PRIVATE KEY|PRIVATE KEY|EC PRIVATE KEY|OPENSSH PRIVATE KEY|ENCRYPTED PRIVATE KEY|DSA PRIVATE KEY';

export function privateKey(random: Random): Marked {
  return pemBlock(random, random.word(PRIVATE_LABELS), true);
}

function claims(random: Random): Marked {
  const times = `"iat":${String(random.int(1_650_000_000, 1_790_000_000))},"exp":${String(random.int(1_790_000_001, 1_900_000_000))}`;
  const subject = `"sub":"${random.pick([random.digits(10), `auth0|${random.hex(24)}`, random.hex(16)])}"`;
  const who = random.int(0, 3);
  const personal =
    who === 0
      ? concat(',"email":"', marked('positive', 'email', email(random)), '"')
      : who === 1
        ? concat(',"name":"', marked('optional', 'person_name', person(random, true).full), '"')
        : '';
  const scope = `,"scope":"${random.word('read:all|openid profile|orders.write')}"`;
  return concat(`{"iss":"https://login.example.com/",${subject},${times}`, personal, random.pick(['', scope]), '}');
}

/** A JSON Web Token (RFC 7519) with a signature of random bytes; its claims' personal data is marked too. */
export function jwt(random: Random): Marked {
  const algorithm = random.word('HS256|RS256|ES256|RS256|EdDSA');
  const keyId = random.chance(0.5) ? `,"kid":"${random.hex(8)}"` : '';
  const header = base64(concat(`{"alg":"${algorithm}","typ":"JWT"${keyId}}`), 'base64url');
  const signature = random.bytes(algorithm === 'RS256' ? 256 : algorithm === 'HS256' ? 32 : 64).toString('base64url');
  const token = concat(header, '.', base64(claims(random), 'base64url'), '.', signature);
  const whole = { kind: 'positive', entity: 'jwt', start: 0, end: token.text.length, encoded: false } as const;
  return { text: token.text, marks: [whole, ...token.marks] };
}
