import type { Scope } from '../engine.ts';
import type { Replaced } from '../findings.ts';
import { redactHeader } from '../headers.ts';
import { Rewrite } from './rewrite.ts';

/** Lines of fields as HTTP/1 has them, without a blank one (PROTOCOL-WEB.md, "Trailers"). */
const FIELDS = /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*(?:\r\n|$))*$/;
const LINE = /^([^:\r\n]+):([ \t]*)([^\r\n]*)/gm;

/** True for the content of a frame of trailers. */
export function isTrailers(text: string): boolean {
  return FIELDS.test(text);
}

/** Redacts trailers, a binary string that starts at `origin` of all that was taken; undefined when they stay. */
export function redactTrailers(text: string, origin: number, scope: Scope): Replaced | undefined {
  const { tally } = scope;
  const rewrite = new Rewrite(text, 0, text.length);
  for (const { 0: line, 1: name = '', 2: space = '', 3: value = '', index } of text.matchAll(LINE)) {
    const from = tally.spanCount;
    const start = origin + index + name.length + 1 + space.length;
    const redacted = redactHeader({ name, value }, scope.engine, scope);
    if (tally.explains) tally.rebase(from, (at) => start + at);
    if (redacted.name === name && redacted.value === value) continue;
    const put = `${redacted.name}:${space}${redacted.value}`;
    // What was in it may be what can't be committed to.
    rewrite.replace(index, index + line.length, { redacted: put, original: put });
  }
  return rewrite.finish();
}
