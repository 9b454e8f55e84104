import type { Engine, Scope } from './engine.ts';
import { redactValue } from './engine.ts';
import { type Rule, RULES } from './rules.ts';
import { redactUrl } from './target.ts';
import type { HeaderField } from './types.ts';

/** Schemes that say nothing about the credential: the IANA registry, and those of common clouds. */
const SCHEME =
  /^(?:basic|bearer|digest|dpop|gnap|hoba|mutual|negotiate|ntlm|oauth|privatetoken|scram-sha-1|scram-sha-256|vapid|concealed|token|apikey|hmac|hawk|signature|aws4-hmac-sha256|sharedkey|sharedkeylite|sharedaccesssignature)(?=[ \t]+\S)/i;
/** Fields whose value is a URL, or a target. */
const URL_FIELDS = new Set([
  ':path',
  'referer',
  'location',
  'content-location',
  'origin',
  'x-original-url',
  'x-rewrite-url',
  'x-envoy-original-path',
  'x-forwarded-uri',
  'x-forwarded-path',
]);
/** Challenges, which hold no credential. */
const CHALLENGES = new Set(['www-authenticate', 'proxy-authenticate']);
const AUTHORIZATIONS = new Set(['authorization', 'proxy-authorization', 'x-authorization']);

function replaceBy(rule: Rule, scope: Scope): string {
  scope.tally.add(rule);
  return rule.marker;
}

function redactText(text: string, scope: Scope): string {
  return redactValue(text, undefined, scope)?.redacted ?? text;
}

function redactAuthorization(value: string, scope: Scope): string {
  const { marker } = RULES.credential;
  const scheme = SCHEME.exec(value)?.[0];
  if (value === marker || value === `${scheme ?? ''} ${marker}`) return value;
  const replaced = replaceBy(RULES.credential, scope);
  return scheme === undefined ? replaced : `${scheme} ${replaced}`;
}

/** `name=value` with the value replaced; a cookie without a name is all value. */
function redactCookie(pair: string, scope: Scope): string {
  const { marker } = RULES.credential;
  const equals = pair.indexOf('=');
  const name = pair.slice(0, equals + 1);
  const value = pair.slice(equals + 1).trim();
  if (value === '' || value === marker) return pair;
  const space = equals === -1 ? (/^\s*/.exec(pair)?.[0] ?? '') : '';
  return `${space}${redactText(name, scope)}${replaceBy(RULES.credential, scope)}`;
}

function redactCookies(value: string, scope: Scope): string {
  return value
    .split(';')
    .map((pair) => redactCookie(pair, scope))
    .join(';');
}

function redactSetCookie(value: string, scope: Scope): string {
  const end = value.indexOf(';');
  if (end === -1) return redactCookie(value, scope);
  return redactCookie(value.slice(0, end), scope) + redactText(value.slice(end), scope);
}

function redactFieldValue(name: string, value: string, scope: Scope): string {
  if (AUTHORIZATIONS.has(name)) return value === '' ? value : redactAuthorization(value, scope);
  if (name === 'cookie' || name === 'cookie2') return redactCookies(value, scope);
  if (name === 'set-cookie' || name === 'set-cookie2') return redactSetCookie(value, scope);
  if (CHALLENGES.has(name)) return redactText(value, scope);
  if (URL_FIELDS.has(name)) return redactUrl(value, scope);
  return redactValue(value, scope.engine.classify(name), scope)?.redacted ?? value;
}

/** Redacts one header or trailer field. Fail-closed: what can't be judged is replaced wholly. */
export function redactHeader(field: HeaderField, engine: Engine, scope: Scope): HeaderField {
  try {
    if (field.value.length > engine.limits.maxHeaderValueBytes)
      return { name: redactText(field.name, scope), value: replaceBy(RULES.tooLong, scope) };
    const value = redactFieldValue(field.name.toLowerCase(), field.value, scope);
    return { name: redactText(field.name, scope), value };
  } catch {
    const name = /^:?[A-Za-z-]{1,64}$/.test(field.name) ? field.name : RULES.failed.marker;
    return { name, value: replaceBy(RULES.failed, scope) };
  }
}
