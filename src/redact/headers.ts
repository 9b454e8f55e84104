import { redactIds } from './detectors/ids.ts';
import { redactEncodedWords } from './words/encoded-words.ts';
import type { Engine, Scope } from './engine.ts';
import { redactValue } from './engine.ts';
import { ruleApplies } from './words/key-rule.ts';
import { isMarker, marker } from './markers.ts';
import { type Rule, RULES } from './rules.ts';
import { redactUrl } from './target.ts';
import type { TimeBudget } from './time-budget.ts';
import { redactEncoded } from './walkers/form.ts';
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
  'x-original-uri',
  'x-rewrite-url',
  'x-envoy-original-path',
  'x-forwarded-uri',
  'x-forwarded-path',
]);
/** Challenges, which hold no credential. */
const CHALLENGES = new Set(['www-authenticate', 'proxy-authenticate']);
/** Fields that name a host, which careless clients write with their name and password before it. */
const HOST_FIELDS = new Set([':authority', 'host', 'x-forwarded-host', 'x-original-host', 'x-forwarded-server']);
/** Percent-encoded text (gRPC over HTTP/2, status-message). */
const ENCODED_FIELDS = new Set(['grpc-message']);
/** Ids that clients make up and that stand in public parts of a record: what hides in one is kept nowhere. */
const ID_FIELDS = new Set(['traceparent', 'x-affidavit-id', 'x-affidavit-parent-id']);
const AUTHORIZATIONS = new Set(['authorization', 'proxy-authorization', 'x-authorization']);

/** An address in a cookie; a name and a password in base64 (RFC 7617). */
const NAMES_SOMEBODY = /@|%40|^[A-Za-z0-9+/]{12,512}={0,2}$/;

function redactText(text: string, scope: Scope): string {
  return redactValue(text, undefined, scope)?.redacted ?? text;
}

/** Replaces what its place gives away; what the policy leaves is looked into like any other text. */
function replaceBy(rule: Rule, value: string, scope: Scope): string {
  const { put } = scope.tally.settle(rule, value);
  if (put === undefined) return redactText(value, scope);
  if (NAMES_SOMEBODY.test(value))
    scope.tally.gatherSubjects((tally) => {
      redactText(value, { ...scope, tally });
    });
  return put;
}

function redactAuthorization(value: string, scope: Scope): string {
  const scheme = SCHEME.exec(value)?.[0];
  const credential = scheme === undefined ? value : value.slice(scheme.length).trimStart();
  if (isMarker(credential)) return value;
  const replaced = replaceBy(RULES.credential, credential, scope);
  return scheme === undefined ? replaced : `${scheme} ${replaced}`;
}

/** A cookie may be named after what may never be kept; whatever else is in one is a credential. */
function ruleOfCookie(name: string, value: string, { engine }: Scope): Rule {
  const key = engine.classifyParameter(name.trim());
  return key?.rule.neverKept === true && ruleApplies(key, value) ? key.rule : RULES.credential;
}

/** `name=value` with the value replaced; a cookie without a name is all value. */
function redactCookie(pair: string, scope: Scope): string {
  const equals = pair.indexOf('=');
  const name = pair.slice(0, equals + 1);
  const value = pair.slice(equals + 1).trim();
  if (value === '' || isMarker(value)) return pair;
  const space = equals === -1 ? (/^\s*/.exec(pair)?.[0] ?? '') : '';
  const rule = ruleOfCookie(name.slice(0, -1), value, scope);
  return `${space}${redactText(name, scope)}${replaceBy(rule, value, scope)}`;
}

function redactCookies(value: string, scope: Scope): string {
  return value
    .split(';')
    .map((pair) => redactCookie(pair, scope))
    .join(';');
}

const COOKIE_ATTRIBUTE =
  /^\s*(?:(?:secure|httponly|partitioned|sameparty)\s*$|(?:expires|max-age|domain|path|samesite|priority|version|comment|commenturl|port)\s*=)/i;

/** One cookie with its attributes; what isn't a known attribute is taken for another cookie. */
function redactOneCookie(cookie: string, scope: Scope): string {
  const [pair = '', ...attributes] = cookie.split(';');
  const redacted = attributes.map((attribute) =>
    attribute.trim() === '' || COOKIE_ATTRIBUTE.test(attribute)
      ? redactText(attribute, scope)
      : redactCookie(attribute, scope),
  );
  return [redactCookie(pair, scope), ...redacted].join(';');
}

/** Servers and proxies fold several cookies into one value; the only comma that belongs to one is that of a date. */
const COOKIE_COMMA = /(?<!expires\s{0,4}=\s{0,4}[a-z]{3,9}),/i;

function redactSetCookie(value: string, scope: Scope): string {
  return value
    .split(COOKIE_COMMA)
    .map((cookie) => redactOneCookie(cookie, scope))
    .join(',');
}

/** Everything before the host: RFC 9110 (4.2.4) forbids it, and it is a password. */
function redactHost(value: string, scope: Scope): string {
  const at = value.lastIndexOf('@');
  if (at <= 0) return redactText(value, scope);
  const userinfo = value.slice(0, at);
  const kept = isMarker(userinfo) ? userinfo : replaceBy(RULES.userinfo, userinfo, scope);
  return `${kept}@${redactText(value.slice(at + 1), scope)}`;
}

/** A random UUID (RFC 9562, 5.4) is Envoy's. */
const RANDOM_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

function redactId(value: string, scope: Scope): string {
  if (RANDOM_UUID.test(value)) return value;
  const redacted = redactIds(value);
  if (redacted !== value) scope.tally.drop(RULES.id);
  return redactText(redacted, scope);
}

/** Binary metadata of gRPC: base64 of anything, which isn't followed. */
function redactBinary(value: string, scope: Scope): string {
  if (value === '' || BINARY_MARKER.test(value)) return value;
  scope.tally.drop(RULES.binary);
  return marker(RULES.binary.entity, `${value.length}`);
}

const BINARY_MARKER = /^\[redacted:binary:\d{1,9}\]$/;

function redactFieldValue(name: string, value: string, scope: Scope): string {
  if (AUTHORIZATIONS.has(name)) return value === '' ? value : redactAuthorization(value, scope);
  if (name === 'cookie' || name === 'cookie2') return redactCookies(value, scope);
  if (name === 'set-cookie' || name === 'set-cookie2') return redactSetCookie(value, scope);
  if (CHALLENGES.has(name)) return redactText(value, scope);
  if (URL_FIELDS.has(name)) return redactUrl(value, scope);
  if (HOST_FIELDS.has(name)) return redactHost(value, scope);
  if (ENCODED_FIELDS.has(name)) return redactEncoded(value, false, scope)?.redacted ?? value;
  if (ID_FIELDS.has(name)) return redactId(value, scope);
  const key = scope.engine.classifyHeader(name);
  if (name.endsWith('-bin') && (key === undefined || !ruleApplies(key, value))) return redactBinary(value, scope);
  return redactEncodedWords(value, key, scope) ?? redactValue(value, key, scope)?.redacted ?? value;
}

/** Redacts one header or trailer field. Fail-closed: what can't be judged is replaced wholly. */
export function redactHeader(field: HeaderField, engine: Engine, scope: Scope, time?: TimeBudget): HeaderField {
  try {
    if (time?.isSpent() === true) return dropField(field, RULES.outOfTime, scope);
    if (field.value.length > engine.limits.maxHeaderValueBytes)
      return { name: redactText(field.name, scope), value: scope.tally.drop(RULES.tooLong) };
    const value = redactFieldValue(field.name.toLowerCase(), field.value, scope);
    return { name: redactText(field.name, scope), value };
  } catch (error) {
    scope.tally.failed(error);
    return dropField(field, RULES.failed, scope);
  }
}

function dropField(field: HeaderField, rule: Rule, scope: Scope): HeaderField {
  scope.tally.drop(rule);
  return droppedField(field, rule);
}

/** A field that wasn't judged: its name stays when it looks like one. */
export function droppedField(field: HeaderField, rule: Rule): HeaderField {
  const name = /^:?[A-Za-z-]{1,64}$/.test(field.name) ? field.name : marker(rule.entity);
  return { name, value: marker(rule.entity) };
}
