import type { Scope } from './engine.ts';
import { ACTOR_NAME_SHAPE } from './words/personal-shapes.ts';
import { PEOPLE, ACTORS } from './words/personal-words.ts';
import { RULES } from './rules.ts';
import { redactEncoded, redactField, tellsOfPerson } from './walkers/form.ts';
import { decodePercent, encodePercent } from './walkers/percent.ts';

function redactFields(query: string, scope: Scope): string {
  const fields = query.split('&');
  const isPerson = fields.some((field) => tellsOfPerson(field, scope));
  return fields.map((field) => redactField(field, scope, isPerson).redacted).join('&');
}

/** A name behind a word for people is that of one: `/users/Anna%20Smith`. */
function redactSegment(raw: string, before: string, scope: Scope): string {
  const text = decodePercent(raw);
  const isOfPeople = PEOPLE.has(before) || ACTORS.has(before);
  if (!isOfPeople || !/[ +]/.test(text) || !ACTOR_NAME_SHAPE.test(text.replaceAll('+', ' '))) return raw;
  return encodePercent(scope.tally.settle(RULES.personName, text).put ?? text);
}

/** Where somebody signs in, and what stands behind it in front of the password. */
const SIGN_IN = /^(?:log-?[io]n|sign-?in|auth(?:enticate)?)$/;
const PASSWORD = /^(?:password|passwd|passphrase|passcode|pwd|pass)$/;
/** What is done with a password, or asked about it. */
const NO_PASSWORD =
  /^(?:|:.*|\{.*|[*<[].*|forgot(?:ten)?|reset|change|new|set|edit|update|create|confirm(?:ation)?|recover(?:y)?|verify|validate|check|lost|expired|strength|policy|rules|hint|request|email|sms|otp|link|token|form|page|step\d*|start|submit|help|index(?:\.\w+)?|\d{1,3})$/;

/** `/login/anna/password/tiger`: what a path ends with behind the word for it is a password. */
function redactPassword(raw: string, scope: Scope): string {
  const text = decodePercent(raw);
  if (NO_PASSWORD.test(text.toLowerCase())) return raw;
  return encodePercent(scope.tally.settle(RULES.credential, text).put ?? text);
}

function redactSegments(path: string, scope: Scope): string {
  let before = '';
  let signsIn = false;
  const segments = path.split('/');
  return segments
    .map((segment, index) => {
      const isPassword = signsIn && index === segments.length - 1 && PASSWORD.test(before);
      const redacted = isPassword ? redactPassword(segment, scope) : redactSegment(segment, before, scope);
      before = segment.toLowerCase();
      signsIn ||= SIGN_IN.test(before);
      return redacted;
    })
    .join('/');
}

/** Splits a request target (RFC 9112, 3.2) at the first `?` and redacts both parts. */
export function redactTarget(target: string, scope: Scope): { path: string; query: string } {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark + 1);
  const segments = redactSegments(path, scope);
  return { path: redactEncoded(segments, false, scope)?.redacted ?? segments, query: redactFields(query, scope) };
}

/** Redacts a URL or a reference to one; a fragment is treated as a second query (it carries tokens too). */
export function redactUrl(url: string, scope: Scope): string {
  const hash = url.indexOf('#');
  const fragment = hash === -1 ? '' : `#${redactFields(url.slice(hash + 1), scope)}`;
  const target = hash === -1 ? url : url.slice(0, hash);
  const { path, query } = redactTarget(target, scope);
  return `${path}${target.includes('?') ? '?' : ''}${query}${fragment}`;
}
