import { isUtf8 } from 'node:buffer';
import { redactValue, type Scope, settleNamed } from '../engine.ts';
import { Output, type Replaced, replaceFindings } from '../findings.ts';
import type { KeyRule } from '../words/key-rule.ts';
import { marker } from '../markers.ts';
import type { Rule } from '../rules.ts';
import { followJson } from '../walkers/json.ts';
import { LongValue } from '../walkers/long.ts';

const HIGH = /[^\0-\x7f]/;
const ABOVE_BYTES = /[^\0-\xff]/;

/** True for a binary string that is UTF-8. */
function isUtf8Text(text: string): boolean {
  return !HIGH.test(text) || (!ABOVE_BYTES.test(text) && isUtf8(Buffer.from(text, 'latin1')));
}

/** Redacts a text of any length that is known as a whole; undefined when it stays. */
export function redactText(text: string, key: KeyRule | undefined, scope: Scope): Replaced | undefined {
  const replaced =
    text.length > scope.engine.limits.maxValueBytes ? redactLong(text, key, scope) : redactValue(text, key, scope);
  if (replaced === undefined || isUtf8Text(replaced.redacted) || !isUtf8Text(text)) return replaced;
  // A reader would refuse the whole message for a string that is none.
  return { redacted: replaced.redacted.replace(/[^\0-\x7f]/g, '?'), original: replaced.original };
}

function redactLong(text: string, key: KeyRule | undefined, scope: Scope): Replaced | undefined {
  const named = key && settleNamed(text, key, scope);
  if (named !== undefined) return { redacted: named.put, original: named.neverKept ? '' : text };
  const output = new Output();
  const walker = new LongValue(scope, output, followJson);
  walker.push(text);
  walker.end(false);
  const replaced = output.take();
  return replaced.redacted === text ? undefined : replaced;
}

/**
 * What stands in the place of content that can't be judged, as the policy says: a marker with its length, what a scan as
 * running text leaves of it, or undefined when it stays. It is committed to as it came, unless something is found in it that
 * may never be kept, or `isTelling` says that something was found in it which could be that.
 */
export function settleUnknown(text: string, rule: Rule, scope: Scope, isTelling = false): Replaced | undefined {
  const { engine, tally } = scope;
  if (tally.unknownContent === 'keep') return undefined;
  if (tally.unknownContent === 'text') return replaceFindings(text, engine.detect(text), tally);
  const { neverKept } = tally.settle(rule, text, { isWhole: !isTelling });
  return { redacted: marker(rule.entity, String(text.length)), original: neverKept ? '' : text };
}
