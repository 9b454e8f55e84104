import type { Finding } from '../findings.ts';
import { type Rule, RULES } from '../rules.ts';
import { WordFilter } from '../words/word-filter.ts';
import type { Subject } from './subject.ts';

/** Keys and tokens that say by their form whose they are: what their issuers document, and secret scanners look for. */
interface Format {
  readonly rule: Rule;
  /** From the first character on, without what may stand around it. */
  readonly pattern: string;
  /** What a token that matched must have besides, where its prefix is also a word. */
  readonly check?: (token: string) => boolean;
}

/** What a word in kebab-case or snake_case never has: digits and both cases, or digits and letters mixed again and again. */
function looksDrawn(token: string): boolean {
  if (!/\d/.test(token)) return (token.match(/[a-z][A-Z]|[A-Z][a-z]/g) ?? []).length >= 5;
  if (/[A-Z]/.test(token) && /[a-z]/.test(token)) return true;
  return (token.match(/[a-z]\d|\d[a-z]/gi) ?? []).length >= 4;
}

/** Digits, or capitals inside of words, again and again. */
function mixes(token: string): boolean {
  return looksDrawn(token) || (token.match(/[a-z][A-Z]|[A-Z]{2}[a-z]/g) ?? []).length >= 2;
}

/** Digits, or more consonants together than any word has. */
function isNoWord(token: string): boolean {
  return /\d|[B-DF-HJ-NP-TV-XZ]{4}/.test(token);
}

const hasDigit = (token: string): boolean => /\d/.test(token);

const FORMATS: readonly Format[] = [
  // AWS, unique identifiers of IAM.
  { rule: RULES.awsKey, pattern: 'AKIA[A-Z0-9]{16}(?![A-Za-z0-9])' },
  { rule: RULES.awsKey, pattern: '(?:ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])', check: isNoWord },
  // Google: API keys, secrets of OAuth clients, access and refresh tokens.
  { rule: RULES.gcpKey, pattern: 'AIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])' },
  { rule: RULES.gcpKey, pattern: 'GOCSPX-[0-9A-Za-z_-]{24,40}' },
  { rule: RULES.gcpKey, pattern: 'ya29\\.[0-9A-Za-z_-]{20,}' },
  { rule: RULES.gcpKey, pattern: '1//0[0-9A-Za-z_-]{40,}' },
  // GitHub: classic and fine-grained tokens.
  { rule: RULES.githubToken, pattern: 'gh[pousr]_[A-Za-z0-9]{36,251}' },
  { rule: RULES.githubToken, pattern: 'github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}' },
  // GitLab, token prefixes.
  {
    rule: RULES.gitlabToken,
    pattern: 'gl(?:pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|wt|soat|ffct)-[0-9A-Za-z_.-]{20,}',
    check: mixes,
  },
  { rule: RULES.gitlabToken, pattern: 'GR1348941[0-9A-Za-z_-]{20,}' },
  // Slack.
  { rule: RULES.slackToken, pattern: 'xox[abeoprs](?:\\.xox[bp])?-[0-9A-Za-z-]{10,}', check: looksDrawn },
  { rule: RULES.slackToken, pattern: 'xapp-\\d-[A-Z0-9]{5,20}-\\d{5,20}-[0-9a-f]{32,}' },
  // Stripe: secret and restricted keys, secrets of webhooks. Publishable keys are public.
  { rule: RULES.stripeKey, pattern: '[rs]k_(?:live|test)_[0-9A-Za-z]{16,}', check: mixes },
  { rule: RULES.stripeKey, pattern: 'whsec_[0-9A-Za-z+/]{24,}={0,2}', check: hasDigit },
  { rule: RULES.twilioKey, pattern: 'SK[0-9a-f]{32}(?![0-9A-Za-z])' },
  { rule: RULES.npmToken, pattern: 'npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])' },
  { rule: RULES.pypiToken, pattern: 'pypi-Ag[0-9A-Za-z_-]{40,}' },
  // OpenAI, Anthropic and those who followed them.
  {
    rule: RULES.openaiKey,
    pattern: 'sk-(?:proj|svcacct|admin|None|ant-[a-z0-9]{1,8}|or-v1)-[0-9A-Za-z_-]{20,}',
    check: hasDigit,
  },
  { rule: RULES.openaiKey, pattern: 'sk-[0-9A-Za-z]{20,}', check: looksDrawn },
  // Others, all by the prefixes that their issuers document.
  { rule: RULES.token, pattern: 'SG\\.[0-9A-Za-z_-]{16,32}\\.[0-9A-Za-z_-]{32,64}' },
  { rule: RULES.token, pattern: 'do[opr]_v1_[0-9a-f]{64}' },
  { rule: RULES.token, pattern: 'shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}' },
  { rule: RULES.token, pattern: 'hf_[A-Za-z]{34}(?![A-Za-z0-9])' },
  { rule: RULES.token, pattern: 'hv[sbr]\\.[0-9A-Za-z_-]{24,}' },
  { rule: RULES.token, pattern: 'dapi[0-9a-f]{32}(?![0-9a-z])' },
  { rule: RULES.token, pattern: 'sq0(?:atp|csp|idp)-[0-9A-Za-z_-]{22,}' },
  {
    rule: RULES.token,
    pattern: '(?:lin_api|glsa|sntry[su]|figd|rubygems|dckr_pat|nfp|tfp)_[0-9A-Za-z_-]{24,}',
    check: hasDigit,
  },
  { rule: RULES.token, pattern: 'ATATT3[0-9A-Za-z_=-]{40,}' },
  // Of a bot of Telegram, also in the path of a call.
  { rule: RULES.token, pattern: '(?:bot)?\\d{8,10}:AA[0-9A-Za-z_-]{32,33}(?![0-9A-Za-z_-])' },
  { rule: RULES.token, pattern: 'PMAK-[0-9a-f]{24}-[0-9a-f]{34}' },
  // Mailgun.
  { rule: RULES.token, pattern: 'key-[0-9a-f]{32}(?![0-9A-Za-z-])', check: hasDigit },
  { rule: RULES.token, pattern: 'AGE-SECRET-KEY-1[0-9A-Z]{58}' },
];

/** Stands before no token: those are words of their own, or behind a dash or underscore. */
const ANY_FORMAT = new RegExp(`(?<![A-Za-z0-9])(?:${FORMATS.map(({ pattern }) => `(${pattern})`).join('|')})`, 'g');
/** What still belongs to a token whose end isn't in view. */
const TOKEN_REST = /[0-9A-Za-z_+/=.-]*/y;
/** No token that is told by its form is longer. */
const MAX_SECRET_CHARS = 512;
/** Full stops and dashes behind a token end a sentence. */
const TRAILING = /[.-]+$/;

/** Keys and tokens of known issuers. Looked for where there is a run of so many letters and digits as each of them has. */
export function findSecretFormats(text: string, found: Finding[]): void {
  ANY_FORMAT.lastIndex = 0;
  for (let match = ANY_FORMAT.exec(text); match !== null; match = ANY_FORMAT.exec(text)) {
    const [, ...groups]: readonly (string | undefined)[] = match;
    const format = FORMATS[groups.findIndex((group) => group !== undefined)];
    const atEnd = ANY_FORMAT.lastIndex === text.length;
    const token = atEnd ? match[0] : match[0].replace(TRAILING, '');
    if (format === undefined || format.check?.(token) === false) continue;
    found.push({ start: match.index, end: match.index + token.length, rule: format.rule, rest: TOKEN_REST });
  }
}

/** What a whole value is by its form; undefined for most. */
export function secretFormatOf(value: string): Rule | undefined {
  if (value.length > MAX_SECRET_CHARS) return undefined;
  const found: Finding[] = [];
  findSecretFormats(value, found);
  const [first] = found;
  return first !== undefined && first.start === 0 && first.end === value.length ? first.rule : undefined;
}

/** Keys of storage accounts and of Service Bus, in their connection strings. */
const AZURE_KEY = /(?:AccountKey|SharedAccessKey|SharedSecretValue)=([A-Za-z0-9+/]{43,86}={1,2})/dg;

/** Keys in connection strings of Azure. */
export function findAzureKeys(text: string, found: Finding[]): void {
  AZURE_KEY.lastIndex = 0;
  for (let match = AZURE_KEY.exec(text); match !== null; match = AZURE_KEY.exec(text)) {
    const [start, end] = match.indices?.[1] ?? [0, 0];
    found.push({ start, end, rule: RULES.azureKey });
  }
}

/** A secret of an Entra application: its version and a tilde inside. */
const AZURE_SECRET = /(?<![0-9A-Za-z_~.-])[0-9A-Za-z_~.-]{3}\dQ~[0-9A-Za-z_~.-]{31,34}(?![0-9A-Za-z_~-])/g;

/** Client secrets of Microsoft Entra. */
export function findAzureSecrets(text: string, found: Finding[]): void {
  AZURE_SECRET.lastIndex = 0;
  for (let match = AZURE_SECRET.exec(text); match !== null; match = AZURE_SECRET.exec(text))
    found.push({ start: match.index, end: AZURE_SECRET.lastIndex, rule: RULES.azureKey });
}

/** Keys without a form of their own, by their length: of storage accounts of Azure, and of AWS. */
const STORAGE_KEY = /(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{86}==(?!=)/g;
const AWS_SECRET =
  /(?<![A-Za-z0-9+/=])(?=[A-Za-z0-9+/]{0,38}[a-z])(?=[A-Za-z0-9+/]{0,38}[A-Z])(?=[A-Za-z0-9+/]{0,38}\d)[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])/g;
/** The id of a key, which its secret often stands behind. */
const AWS_ID = /(?<![A-Za-z0-9])A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])/;
const OPAQUE = [
  { pattern: STORAGE_KEY, rule: RULES.azureKey, entity: 'azure_key' },
  { pattern: AWS_SECRET, rule: RULES.awsKey, entity: 'aws_key' },
] as const;
/** One of these stands beside them, in the text or its name. */
const OPAQUE_WORDS = new WordFilter('aws azure secret storage account iam amazon akia asia blob cosmos'.split(' '));
/** Fewer letters and digits in a row have none of them. */
const MIN_OPAQUE_CHARS = 40;

/** Keys that only the words beside them tell from other base64. */
export function findOpaqueKeys({ text, around, hints }: Subject, found: Finding[]): void {
  if (text.length < MIN_OPAQUE_CHARS || !(hints !== undefined || OPAQUE_WORDS.mayHave(text, 0, text.length))) return;
  for (const { pattern, rule, entity } of OPAQUE) {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const [start, end] = [match.index, pattern.lastIndex];
      if (around.speaksFor(entity, start, end) || (rule === RULES.awsKey && AWS_ID.test(around.before(start))))
        found.push({ start, end, rule });
    }
  }
}

/** An incoming webhook of Slack: who knows its path may post. */
const SLACK_HOOK = /hooks\.slack\.com\/(?:services|workflows|triggers)\/([0-9A-Za-z/_-]{20,})/g;
const PATH_REST = /[0-9A-Za-z/_-]*/y;

/** Secret paths of Slack's webhooks. */
export function findSlackHooks(text: string, found: Finding[]): void {
  SLACK_HOOK.lastIndex = 0;
  for (let match = SLACK_HOOK.exec(text); match !== null; match = SLACK_HOOK.exec(text)) {
    const end = SLACK_HOOK.lastIndex;
    found.push({ start: end - (match[1] ?? '').length, end, rule: RULES.slackToken, rest: PATH_REST });
  }
}
