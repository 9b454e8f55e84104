import { type Detect, type Replaced, replaceFindings } from './findings.ts';
import { type ClassifyKey, type KeyRule, ruleApplies } from './keys.ts';
import type { RedactLimits } from './limits.ts';
import { RULES, Tally } from './rules.ts';
import type { WithdrawReason } from './types.ts';

/** What every walker works with. */
export interface Engine {
  readonly limits: RedactLimits;
  readonly detect: Detect;
  /** By the name of a JSON member, or one in running text. */
  readonly classify: ClassifyKey;
  /** By the name of a header field. */
  readonly classifyHeader: ClassifyKey;
  /** By the name of a query's or form's field. */
  readonly classifyParameter: ClassifyKey;
  /** Redacts a text that may be JSON; undefined when it isn't. */
  readonly json: (text: string, scope: Scope) => Replaced | undefined;
}

/** The engine at work on one body, header block or text. */
export interface Scope {
  readonly engine: Engine;
  readonly tally: Tally;
  /** How many JSON strings around this text were followed. */
  readonly nesting: number;
}

/** Redacts the content of one format, in pieces; what is ready goes to the output that it was made with. */
export interface Walker {
  /** Takes the next piece. */
  push(text: string): void;
  /** There is no more; `early` says that the content was cut off. */
  end(early: boolean): void;
  /** Why the content can't be kept, as soon as that is known; nothing may be pushed after that. */
  readonly failure: WithdrawReason | undefined;
  /** Characters held back. */
  readonly bufferedBytes: number;
}

/** A scope of its own for a new piece of work. */
export function newScope(engine: Engine): Scope {
  return { engine, tally: new Tally(), nesting: 0 };
}

const OPENING = /[[{]/;
const CLOSING = /[\]}]\s{0,8}$/;

/** Redacts what is JSON inside a text; nothing is counted when it isn't. */
function redactNested(text: string, scope: Scope): Replaced | undefined {
  if (!OPENING.test(text.trimStart().charAt(0)) || !CLOSING.test(text)) return undefined;
  if (scope.nesting >= scope.engine.limits.maxNestedJson) return notFollowed(text, scope);
  const inner: Scope = { engine: scope.engine, tally: new Tally(), nesting: scope.nesting + 1 };
  const replaced = scope.engine.json(text, inner);
  if (replaced !== undefined) scope.tally.merge(inner.tally);
  return replaced;
}

/** Fail-closed: what may be JSON with names or escapes in it, too deep to be followed, is replaced wholly. */
function notFollowed(text: string, scope: Scope): Replaced | undefined {
  if (!/["\\]/.test(text)) return undefined;
  scope.tally.add(RULES.tooLong);
  // It may hold what may not even be committed to.
  return { redacted: RULES.tooLong.marker, original: '' };
}

/**
 * Redacts one value that is known as a whole: by the name that it stands under, as JSON, or by its content.
 * Undefined when it stays as it is.
 */
export function redactValue(text: string, key: KeyRule | undefined, scope: Scope): Replaced | undefined {
  if (key !== undefined && ruleApplies(key, text)) {
    scope.tally.add(key.rule);
    return { redacted: key.rule.marker, original: key.rule.neverKept ? '' : text };
  }
  if (text.length < 4) return undefined;
  const nested = redactNested(text, scope);
  if (nested !== undefined) return nested.redacted === text ? undefined : nested;
  const findings = scope.engine.detect(text, true);
  return findings.length === 0 ? undefined : replaceFindings(text, findings, scope.tally);
}
