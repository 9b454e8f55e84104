import { base64Text } from './base64.ts';
import { CONTEXT_BONUS } from './context.ts';
import { findEmails } from './detectors/email.ts';
import { secretFormatOf } from './detectors/secret-formats.ts';
import { NUMBERS_OF_PERSONS } from './entities.ts';
import { type Detect, type Finding, type Replaced, replaceFindings, type SettledRegion } from './findings.ts';
import { type ClassifyKey, type KeyRule, ruleApplies } from './words/key-rule.ts';
import { redactToken } from './jwt.ts';
import type { RedactLimits } from './limits.ts';
import { endsWithMarker, startsWithMarker } from './markers.ts';
import type { Policy } from './policy.ts';
import type { Descriptors } from './protobuf/types.ts';
import { type Rule, RULES } from './rules.ts';
import { neverKeptTest } from './words/never-kept.ts';
import { Tally, type TallySetup } from './tally.ts';
import { mayBeToken } from './token-form.ts';
import { mayBeGraphql } from './walkers/graphql-text.ts';
import { isMarkup } from './walkers/markup-text.ts';
import type { NameTable } from './walkers/json-names.ts';
import type { PartName, RedactedCall, TokenKey, WithdrawReason } from './types.ts';

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
  /** Names of JSON members that are known; without it every name and value is looked at closely. */
  readonly names?: NameTable;
  /** Names of fields, as they are written, in which nothing is to be replaced, with what they say; null for nothing. */
  readonly fieldNames?: Map<string, KeyRule | null>;
  /** Redacts a text that may be JSON; undefined when it isn't. */
  readonly json: (text: string, scope: Scope) => Replaced | undefined;
  /** Redacts a text that may be a GraphQL document; undefined, and nothing is counted, when it isn't. */
  readonly graphql: (text: string, scope: Scope) => Replaced | undefined;
  /** Redacts a text that is markup; undefined when it isn't. */
  readonly markup: (text: string, scope: Scope) => Replaced | undefined;
  /** What is done with the findings of a call. */
  readonly policyFor: (call: RedactedCall) => Policy;
  /** Keys tokens; without it `token` acts as `drop`. */
  readonly tokenKey: TokenKey | undefined;
  /** Types of protobuf messages. */
  readonly descriptors: Descriptors | undefined;
  /** Microseconds since some fixed moment, for the time that work may take. */
  readonly monotonicUs: () => number;
  /** The engine with only those custom rules that apply to a place; absent when all apply everywhere. */
  readonly narrowed?: (place: Place) => Engine;
}

/** What a piece of work is part of: custom rules may differ by it. */
export interface Place {
  readonly part?: PartName | undefined;
  /** Of a body. */
  readonly contentType?: string | undefined;
  readonly route?: string | undefined;
  readonly identity?: string | undefined;
}

/** The engine at work on one body, header block or text. */
export interface Scope {
  readonly engine: Engine;
  readonly tally: Tally;
  /** How many JSON strings, and base64, around this text were followed. */
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

const UNKNOWN_CALL: RedactedCall = {};
const NOWHERE = {};

/** A scope of its own for a new piece of work: a part of the call. `explains` says that the places of findings are wanted. */
export function newScope(
  engine: Engine,
  call: RedactedCall = UNKNOWN_CALL,
  explains = false,
  { part, contentType }: Pick<Place, 'part' | 'contentType'> = NOWHERE,
): Scope {
  const { route, identity, valueSalt } = call;
  const narrowed = engine.narrowed?.({ part, contentType, route, identity }) ?? engine;
  const policy = engine.policyFor(call);
  const tally = new Tally({
    policy,
    valueSalt,
    tokenKey: engine.tokenKey,
    explains,
    ...insightOf(narrowed),
  });
  return { engine: narrowed, tally, nesting: 0 };
}

/** How a tally looks into the values that it is given. */
type Insight = Required<Pick<TallySetup, 'redactToken' | 'holdsNeverKept' | 'emailsIn'>>;

const insights = new WeakMap<Engine, Insight>();

function emailsIn(value: string): readonly string[] {
  const found: Finding[] = [];
  findEmails(value, found);
  return found.map(({ start, end, core }) => value.slice(core?.start ?? start, core?.end ?? end));
}

/** How tallies look into values with an engine: made once, since there is a scope for each part of each call. */
function insightOf(engine: Engine): Insight {
  let insight = insights.get(engine);
  if (insight === undefined) {
    const readToken = (token: string, tally: Tally): string | undefined => {
      const inside = { engine, tally, nesting: 1 };
      return redactToken(token, { tally, json: (text) => engine.json(text, inside) });
    };
    const look = (value: string, tally: Tally): void => {
      if (mayBeToken(value) && readToken(value, tally) !== undefined) return;
      redactValue(value, undefined, { engine, tally, nesting: 0 });
    };
    const holdsNeverKept = neverKeptTest(look, engine.limits.maxValueBytes);
    insight = { redactToken: readToken, holdsNeverKept, emailsIn };
    insights.set(engine, insight);
  }
  return insight;
}

const OPENING = /[[{]/;
const CLOSING = /[\]}]\s{0,8}$/;

/** Redacts what is JSON inside a text; nothing is counted when it isn't. */
function redactNested(text: string, scope: Scope): Replaced | undefined {
  if (!OPENING.test(text.trimStart().charAt(0)) || !CLOSING.test(text)) return undefined;
  // The brackets of a marker open and close no array.
  if (startsWithMarker(text.trimStart()) || endsWithMarker(text)) return undefined;
  if (scope.nesting >= scope.engine.limits.maxNestedJson) return notFollowed(text, scope);
  return redactJsonOrNothing(text, { ...scope, nesting: scope.nesting + 1 });
}

/** Redacts a GraphQL document; one that is nested too deep is running text, in which escapes are seen through. */
function redactDocument(text: string, scope: Scope): Replaced | undefined {
  if (!mayBeGraphql(text) || scope.nesting >= scope.engine.limits.maxNestedJson) return undefined;
  return scope.engine.graphql(text, { ...scope, nesting: scope.nesting + 1 });
}

/** Redacts markup; what is nested too deep is running text, in which elements are seen too. */
function redactMarkup(text: string, scope: Scope): Replaced | undefined {
  if (!isMarkup(text) || scope.nesting >= scope.engine.limits.maxNestedJson) return undefined;
  return scope.engine.markup(text, { ...scope, nesting: scope.nesting + 1 });
}

/** Redacts a text that may be JSON; undefined, and nothing is counted, when it isn't. */
export function redactJsonOrNothing(text: string, scope: Scope): Replaced | undefined {
  const before = scope.tally.mark();
  const replaced = scope.engine.json(text, scope);
  if (replaced === undefined) scope.tally.rollBack(before);
  return replaced;
}

/** Fail-closed: what may be JSON with names or escapes in it, too deep to be followed, is replaced wholly. */
function notFollowed(text: string, scope: Scope): Replaced | undefined {
  if (!/["\\]/.test(text)) return undefined;
  // It may hold what may not even be committed to.
  return { redacted: scope.tally.drop(RULES.tooLong), original: '' };
}

/**
 * Counts a value that the name beside it gives away.
 * @returns what stands in its place; undefined when the name says nothing about it, or the policy leaves it
 */
export function settleNamed(text: string, key: KeyRule | undefined, scope: Scope): SettledRegion | undefined {
  if (key === undefined || !ruleApplies(key, text) || !scope.tally.accepts(key.rule, key.rule.score)) return undefined;
  const form = key.rule === RULES.credential ? secretFormatOf(text) : formOfId(text, key, scope);
  // Its form says more than its name, but may not be the reason to leave it.
  const isReplaced = form !== undefined && scope.tally.accepts(form, form.score) && !scope.tally.keeps(form);
  const { put, neverKept } = scope.tally.settle(isReplaced ? form : key.rule, text);
  return put === undefined ? undefined : { put, neverKept };
}

/** The number with a check digit that a value under the name of any person's number is. */
function formOfId(text: string, key: KeyRule, { engine, tally }: Scope): Rule | undefined {
  if (key.rule !== RULES.nationalId) return undefined;
  // With a letter for a check there are few that it may be.
  const bonus = /[A-Za-z]/.test(text) ? CONTEXT_BONUS : 0;
  let [best, most]: [Rule | undefined, number] = [undefined, 0];
  for (const { start, end, rule, score = rule.score } of engine.detect(text, true, key.hints)) {
    const isWhole = start === 0 && end === text.length && NUMBERS_OF_PERSONS.has(rule.entity);
    if (isWhole && score > most && tally.accepts(rule, Math.min(1, score + bonus))) [best, most] = [rule, score];
  }
  return best;
}

/**
 * Counts a value too long to be held that its name gives away: of it all nothing is kept, since nothing can be told of what is in
 * it. @returns what stands in its place; undefined when it has to be walked
 */
export function dropLong(key: KeyRule | undefined, { tally }: Scope): string | undefined {
  // A shape that the name asks for is short.
  if (key === undefined || key.applies !== undefined) return undefined;
  if (!tally.accepts(key.rule, key.rule.score) || tally.keeps(key.rule)) return undefined;
  return tally.settle(key.rule, '', { isWhole: false }).put;
}

/** Redacts what a value is base64 of; undefined when it is of nothing that is text, or stays. Too deep to be followed, it is replaced wholly. */
export function redactBase64(value: string, key: KeyRule | undefined, scope: Scope): Replaced | undefined {
  const encoded = base64Text(value);
  if (encoded === undefined) return undefined;
  const { engine, tally, nesting } = scope;
  if (nesting >= engine.limits.maxNestedJson) return { redacted: tally.drop(RULES.tooLong), original: '' };
  const from = tally.spanCount;
  const replaced = redactValue(encoded.text, key, { ...scope, nesting: nesting + 1 });
  if (tally.explains) tally.rebase(from, encoded.start, encoded.end);
  if (replaced === undefined) return undefined;
  const original = replaced.original === encoded.text ? value : encoded.encode(replaced.original);
  const redacted = encoded.encode(replaced.redacted);
  // What is left may look like something, as whatever is looked at again would find.
  const again = settleNamed(redacted, key, scope)?.put ?? redactFound(redacted, key, scope)?.redacted;
  return { redacted: again ?? redacted, original };
}

function redactFound(text: string, key: KeyRule | undefined, { engine, tally }: Scope): Replaced | undefined {
  const findings = engine.detect(text, true, key?.hints);
  return findings.length === 0 ? undefined : replaceFindings(text, findings, tally);
}

/**
 * Redacts one value that is known as a whole: by the name that it stands under, as JSON, or by its content.
 * Undefined when it stays as it is.
 */
export function redactValue(text: string, key: KeyRule | undefined, scope: Scope): Replaced | undefined {
  const named = settleNamed(text, key, scope);
  if (named !== undefined) return { redacted: named.put, original: named.neverKept ? '' : text };
  if (text.length < 4) return undefined;
  const nested = redactNested(text, scope);
  if (nested !== undefined) return nested.redacted === text ? undefined : nested;
  const document = redactDocument(text, scope);
  if (document !== undefined) return document.redacted === text ? undefined : document;
  const markup = redactMarkup(text, scope);
  if (markup !== undefined) return markup.redacted === text ? undefined : markup;
  const encoded = redactBase64(text, key, scope);
  if (encoded !== undefined) return encoded;
  return redactFound(text, key, scope);
}
