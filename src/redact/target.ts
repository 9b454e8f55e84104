import type { Scope } from './engine.ts';
import { ACTOR_NAME_SHAPE } from './personal-shapes.ts';
import { PEOPLE, ACTORS } from './personal-words.ts';
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

function redactSegments(path: string, scope: Scope): string {
  let before = '';
  return path
    .split('/')
    .map((segment) => {
      const redacted = redactSegment(segment, before, scope);
      before = segment.toLowerCase();
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
