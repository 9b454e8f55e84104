import { base64Text } from '../base64.ts';
import { redactValue, type Scope, settleNamed } from '../engine.ts';
import type { Replaced } from '../findings.ts';
import { hintsAlone, type KeyRule } from '../words/key-rule.ts';
import { isMarkup } from './markup-text.ts';
import { replaceInRaw } from './percent.ts';

const REFERENCE = /<!\[CDATA\[([\s\S]*?)\]\]>|&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g;
/** Characters of `<![CDATA[`. */
const CDATA_OPENING = 9;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const ENCODED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function character(code: number): string {
  return code > 0x10ffff ? '' : Buffer.from(String.fromCodePoint(code)).toString('latin1');
}

/** The text of XML character data as a binary string: references and CDATA sections resolved. */
export function decodeEntities(raw: string): string {
  if (!raw.includes('&') && !raw.includes('<')) return raw;
  return raw.replace(REFERENCE, (_, cdata?: string, decimal?: string, hex?: string, name?: string) => {
    if (cdata !== undefined) return cdata;
    if (decimal !== undefined) return character(Number(decimal));
    return hex === undefined ? (NAMED[name ?? ''] ?? '') : character(parseInt(hex, 16));
  });
}

/** Tells where a place in {@link decodeEntities} of `raw` is in `raw`. */
export function entityPlaces(raw: string): (index: number) => number {
  if (!raw.includes('&') && !raw.includes('<')) return (index) => index;
  // Up to each place in the decoded text, how far behind the raw one it is.
  const steps: { from: number; shift: number }[] = [{ from: 0, shift: 0 }];
  let decodedBefore = 0;
  let rawBefore = 0;
  for (const match of raw.matchAll(REFERENCE)) {
    decodedBefore += match.index - rawBefore;
    rawBefore = match.index + match[0].length;
    const cdata = match[1];
    if (cdata !== undefined) steps.push({ from: decodedBefore, shift: match.index + CDATA_OPENING - decodedBefore });
    decodedBefore += cdata?.length ?? decodeEntities(match[0]).length;
    steps.push({ from: decodedBefore, shift: rawBefore - decodedBefore });
  }
  return (index) => {
    let [low, high] = [0, steps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((steps[middle]?.from ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    return index + (steps[low - 1]?.shift ?? 0);
  };
}

/** A text as XML character data that may also stand in an attribute. */
export function encodeEntities(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENCODED[char] ?? char);
}

/** What may be JSON, which is written anew as a whole. */
const JSON_START = /^\s*[[{]/;

/** True for a text that is read as what it is written in, and written anew as a whole. */
export function isStructured(text: string): boolean {
  return JSON_START.test(text) || isMarkup(text) || base64Text(text) !== undefined;
}

/** Character data with its references resolved, and where in the raw text its characters stand. */
export function readCharacters(raw: string): { text: string; place: (index: number) => number } {
  const text = decodeEntities(raw);
  return { text, place: text === raw ? (index) => index : entityPlaces(raw) };
}

/**
 * Redacts character data, or the value of an attribute, that starts at `at` of all that was taken: by the name that it
 * stands under and by its content. Only what is replaced is written anew.
 */
export function redactCharacters(
  raw: string,
  key: KeyRule | undefined,
  at: number,
  scope: Scope,
): Replaced | undefined {
  const { tally } = scope;
  const { text, place } = readCharacters(raw);
  const from = tally.spanCount;
  const named = key && settleNamed(text.trim(), key, scope);
  if (named !== undefined) {
    const lead = text.length - text.trimStart().length;
    tally.rebase(from, (index) => at + place(lead + index));
    return { redacted: named.put, original: named.neverKept ? '' : raw };
  }
  // What reaches over the borders of a CDATA section would leave one of them behind.
  const isRewritten = raw.includes('<![CDATA[') || isStructured(text);
  const replaced = isRewritten
    ? rewritten(raw, text, key, scope)
    : replaceInRaw(raw, text, scope.engine.detect(text, true, key?.hints), tally, { place, encode: encodeEntities });
  tally.rebase(from, (index) => at + (isRewritten ? place(index) : index));
  return replaced;
}

function rewritten(raw: string, text: string, key: KeyRule | undefined, scope: Scope): Replaced | undefined {
  const isTrimmed = text.trim().length === text.length;
  const replaced = redactValue(text, isTrimmed ? key : hintsAlone(key), scope);
  if (replaced === undefined) return undefined;
  const original = replaced.original === text ? raw : encodeEntities(replaced.original);
  return { redacted: encodeEntities(replaced.redacted), original };
}
