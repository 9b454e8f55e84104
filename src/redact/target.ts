import type { Scope } from './engine.ts';
import { redactEncoded, redactField } from './walkers/form.ts';

function redactFields(query: string, scope: Scope): string {
  return query
    .split('&')
    .map((field) => redactField(field, scope).redacted)
    .join('&');
}

/** Splits a request target (RFC 9112, 3.2) at the first `?` and redacts both parts. */
export function redactTarget(target: string, scope: Scope): { path: string; query: string } {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark + 1);
  return { path: redactEncoded(path, false, scope)?.redacted ?? path, query: redactFields(query, scope) };
}

/** Redacts a URL or a reference to one; a fragment is treated as a second query (it carries tokens too). */
export function redactUrl(url: string, scope: Scope): string {
  const hash = url.indexOf('#');
  const fragment = hash === -1 ? '' : `#${redactFields(url.slice(hash + 1), scope)}`;
  const target = hash === -1 ? url : url.slice(0, hash);
  const { path, query } = redactTarget(target, scope);
  return `${path}${target.includes('?') ? '?' : ''}${query}${fragment}`;
}
