import { redactValue, type Scope, settleNamed } from '../engine.ts';
import { regionsOf, type Replaced, settleRegion } from '../findings.ts';
import type { KeyRule } from '../words/key-rule.ts';
import { escapeJson, stringPlaces } from './json-text.ts';

/** A string or number as it was read. */
export interface Scalar {
  /** As it stands in the JSON, with its quotes. */
  readonly raw: string;
  /** A string's text; of a number the digits before its point. */
  readonly text: string;
  /** Where it starts in all that was taken. */
  readonly offset: number;
  readonly isNumber: boolean;
}

/** What stands in the place of a string or number under a name with this rule; undefined when it stays. */
export function redactScalar(
  { raw, text, offset, isNumber }: Scalar,
  key: KeyRule | undefined,
  scope: Scope,
): Replaced | undefined {
  const { tally } = scope;
  const from = tally.spanCount;
  const replaced = isNumber ? redactDigits(raw, text, key, scope) : redactValue(text, key, scope);
  if (tally.explains) {
    const place = isNumber ? wholeOf(raw) : stringPlaces(raw);
    tally.rebase(from, (index) => offset + place(index));
  }
  return replaced === undefined || isNumber ? replaced : quoted(replaced, raw.slice(1, -1), text);
}

/**
 * A number that its name, or what it is, gives away: it becomes a string. A part of a number is never replaced, so what is
 * found has to be all of it.
 */
function redactDigits(raw: string, digits: string, key: KeyRule | undefined, scope: Scope): Replaced | undefined {
  const named = key && settleNamed(digits, key, scope);
  if (named !== undefined) return { redacted: `"${named.put}"`, original: named.neverKept ? '' : raw };
  if (digits.length < MIN_DIGITS) return undefined;
  const found = scope.engine.detect(digits, true, key?.hints);
  const whole = found.filter(({ start, end }) => start === 0 && end === digits.length);
  const region = regionsOf(digits, whole, scope.tally)[0];
  if (region === undefined) return undefined;
  const { put, neverKept } = settleRegion(digits, region, scope.tally);
  return { redacted: `"${put}"`, original: neverKept ? '' : raw };
}

/** Fewer digits are nothing by themselves. */
const MIN_DIGITS = 6;

/** Where the places found in the digits of a number are: whatever was found is all of it. */
function wholeOf(raw: string): (index: number) => number {
  return (index) => (index === 0 ? 0 : raw.length);
}

/** A replaced string with its quotes; the original as it was written where nothing of it may not be committed to. */
function quoted(replaced: Replaced, raw: string, text: string): Replaced {
  const original = replaced.original === text ? raw : escapeJson(replaced.original);
  return { redacted: `"${escapeJson(replaced.redacted)}"`, original: `"${original}"` };
}
