import type { Scope } from '../engine.ts';
import type { Finding } from '../findings.ts';
import { FieldCursor, WIRE_TYPE } from './wire.ts';

/** So much on both sides of what divides two fields is looked at: more than most of what is looked for is long. */
const WINDOW_BYTES = 64;
/** In fewer bytes nothing is found. */
const MIN_CHARS = 6;
const SOME_TEXT = /[\t\n\r\x20-\x7e\x80-\xff]{6}/;
const TEXT = /[\t\n\r\x20-\x7e\x80-\xff]+/g;

/** Tags, lengths and numbers: what stands between the contents of fields. */
interface Divider {
  readonly start: number;
  readonly end: number;
}

/** True when the bytes from `start` to `end` can be those of a text. */
export function isTextual(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if ((code < 0x20 && code !== 9 && code !== 10 && code !== 13) || code === 0x7f) return false;
  }
  return true;
}

/** What stands before the content of the field that a cursor is at; of a number all of it. */
export function dividerEnd(cursor: FieldCursor): number {
  return cursor.wire === WIRE_TYPE.bytes ? cursor.start : cursor.end;
}

/** Dividers that can be text, those near each other together. */
function* groupsOf(text: string, start: number, end: number): Generator<readonly Divider[]> {
  const cursor = new FieldCursor(text, start, end);
  let group: Divider[] = [];
  let last = start;
  for (let from = start; cursor.next(); from = cursor.end) {
    const divider = { start: from, end: dividerEnd(cursor) };
    if (!isTextual(text, divider.start, divider.end)) continue;
    if (group.length > 0 && divider.start - last > 2 * WINDOW_BYTES) {
      yield group;
      group = [];
    }
    group.push(divider);
    last = divider.end;
  }
  if (group.length > 0) yield group;
}

/** What is found in a text that counts. */
function findingsIn(text: string, { engine, tally }: Scope): Finding[] {
  return engine.detect(text).filter(({ rule, score = rule.score }) => tally.accepts(rule, score) && !tally.keeps(rule));
}

/** The first of dividers, which are in order, that ends after a place. */
function firstBehind(dividers: readonly Divider[], place: number): number {
  let [low, high] = [0, dividers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((dividers[middle]?.end ?? 0) > place) high = middle;
    else low = middle + 1;
  }
  return low;
}

function startsBefore(divider: Divider | undefined, place: number): boolean {
  return divider !== undefined && divider.start < place;
}

function findsAcross(text: string, offset: number, dividers: readonly Divider[], scope: Scope): boolean {
  if (!startsBefore(dividers[firstBehind(dividers, offset)], offset + text.length)) return false;
  return findingsIn(text, scope).some(({ start, end, rule }) => {
    const first = firstBehind(dividers, offset + start);
    // A text may end with a name that waits for its value.
    const isValueOfLast = rule.id.startsWith('name.') && startsBefore(dividers[first], offset + start + 1);
    return startsBefore(dividers[isValueOfLast ? first + 1 : first], offset + end);
  });
}

/** True when enough bytes of a binary string stand together that can be those of a text. */
export function mayHoldText(text: string): boolean {
  return SOME_TEXT.test(text);
}

/** True when something is found in what can be read as text of a binary string. */
export function holdsText(text: string, scope: Scope): boolean {
  for (const [piece] of text.matchAll(TEXT))
    if (piece.length >= MIN_CHARS && findingsIn(piece, scope).length > 0) return true;
  return false;
}

/**
 * True when something is found in a message, a binary string from `start` to `end`, that starts in one of its fields and goes on
 * in the next: then the message is none, but text or something else that can be read as one by chance.
 */
export function holdsSplit(text: string, start: number, end: number, scope: Scope): boolean {
  for (const dividers of groupsOf(text, start, end)) {
    const from = Math.max(start, (dividers[0]?.start ?? start) - WINDOW_BYTES);
    const to = Math.min(end, (dividers.at(-1)?.end ?? end) + WINDOW_BYTES);
    for (const { 0: piece, index } of text.slice(from, to).matchAll(TEXT))
      if (piece.length >= MIN_CHARS && findsAcross(piece, from + index, dividers, scope)) return true;
  }
  return false;
}
