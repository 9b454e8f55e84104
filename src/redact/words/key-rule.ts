import type { Hints } from '../context.ts';
import type { EntityName } from '../entities.ts';
import { hasMarker, isMarker } from '../markers.ts';
import { type Rule, RULES } from '../rules.ts';

/** Tells whether a value has a shape; a regular expression is one. */
export interface Shape {
  test(value: string): boolean;
}

/** The shape of nothing: of a rule that no value is replaced by. */
export const NEVER: Shape = /(?!)/;

/** What the name of a field says about its value. */
export interface KeyRule {
  readonly rule: Rule;
  /** The value's shape, where the name alone says too little. */
  readonly applies?: Shape;
  /** The shape of values that the name doesn't mean, where it may also stand for something harmless. */
  readonly unless?: Shape;
  /** What holds for the members of an object under this name. */
  readonly members?: () => KeyRule;
  /** What holds for the elements of an array under this name, where it is another rule than the array's. */
  readonly elements?: () => KeyRule;
  /** What this rule of members says by their names, which elsewhere say nothing; it counts before the rule itself. */
  readonly byName?: (name: string) => KeyRule | undefined;
  /**
   * The value in running text, a sticky pattern: what has such a shape is believed behind a name of several words, and
   * on the next line.
   */
  readonly inText?: RegExp;
  /** What the name speaks for without being sure of it: then the value's shape has to agree. */
  readonly hints?: Hints;
  /** In running text the value is that of a header: cookies, or a scheme and what it takes; or the rest of the line. */
  readonly line?: 'cookies' | 'credentials' | 'whole';
  /** A common word: in running text a colon after it isn't enough. */
  readonly common?: boolean;
  /** What the name says beside others that tell of somebody. */
  readonly inPerson?: KeyRule;
  /** True for a name under which something else stands mostly: what holds around weighs more. */
  readonly isWeak?: true;
  /** True for the members of what has pins that are no secrets: a board, a plug. */
  readonly hasPins?: true;
  /** True for a name that tells that what it stands in is about somebody. */
  readonly tellsOfPerson?: boolean;
}

/** True for a rule that no value is replaced by: at most it speaks for something. */
export function isSureOfNothing(key: KeyRule): boolean {
  return key.applies === NEVER;
}

const merged = new WeakMap<KeyRule, WeakMap<KeyRule, KeyRule>>();

/** `own` with what the name around speaks for: the same object each time. */
function withOuterHints(own: KeyRule, outer: KeyRule): KeyRule {
  if (own.hints !== undefined || outer.hints === undefined || outer.hints.isHarmless === true) return own;
  const known = merged.get(own) ?? new WeakMap<KeyRule, KeyRule>();
  merged.set(own, known);
  const found = known.get(outer) ?? { ...own, hints: outer.hints };
  known.set(outer, found);
  return found;
}

/**
 * What the member `name` of an object whose members have the rule `outer` is; `own` is what the name says anywhere.
 * Undefined when nothing but `outer` holds.
 */
export function memberRule(name: string, own: KeyRule | undefined, outer: KeyRule | undefined): KeyRule | undefined {
  if (outer === undefined) return own;
  if (outer.hasPins === true && own?.rule.entity === RULES.pin.entity) return outer;
  const inside = outer.byName?.(name);
  if (own === undefined) return inside;
  if (inside !== undefined && !own.rule.neverKept) return inside;
  // The id of somebody, or of something: that says what stands around.
  if (own.hints?.isId === true && own.hints.isHarmless !== true && own.hints.size === 0) return asId(outer);
  if (!isSureOfNothing(own) && own.isWeak !== true) return own;
  return isSureOfNothing(outer) || outer.isWeak === true ? withOuterHints(own, outer) : outer;
}

const ids = new WeakMap<KeyRule, KeyRule>();
/** A number of these kinds has no id of its own. */
const WITHOUT_ID: ReadonlySet<string> = new Set<EntityName>(['phone', 'date_of_birth', 'card']);

/** `outer` for a member that is an id. */
function asId(outer: KeyRule): KeyRule {
  const known = ids.get(outer);
  if (known !== undefined) return known;
  const { hints } = outer;
  const left = Object.assign(new Set([...(hints ?? [])].filter((entity) => !WITHOUT_ID.has(entity))), {
    ...(hints?.named && { named: new Set([...hints.named].filter((entity) => !WITHOUT_ID.has(entity))) }),
    ...(hints?.custom && { custom: hints.custom }),
    isId: hints?.has('card') !== true,
  });
  const made: KeyRule = { ...outer, hints: left };
  ids.set(outer, made);
  return made;
}

/** What a name says beside others, of which some may tell of somebody. */
export function beside(key: KeyRule | undefined, isPerson: boolean): KeyRule | undefined {
  return (isPerson ? key?.inPerson : undefined) ?? key;
}

/** What is left of a rule that doesn't apply to a value: what the name speaks for. */
export function hintsAlone(key: KeyRule | undefined): KeyRule | undefined {
  return key?.hints === undefined ? undefined : { rule: key.rule, applies: NEVER, hints: key.hints };
}

/** Tells by its name what a field holds; `outer` is what holds for the members of what the field stands in. */
export type ClassifyKey = (name: string, outer?: KeyRule) => KeyRule | undefined;

/** True when the value of a field with this rule has to be replaced; not when that has been done already. */
export function ruleApplies(key: KeyRule, value: string): boolean {
  if (value === '' || isMarker(value)) return false;
  // What is left of a value that hadn't the shape has none.
  if (key.applies !== undefined && hasMarker(value)) return false;
  return hasShape(key, value);
}

/** The same of a value in which there is no bracket, so no marker. */
export function appliesUnmarked(key: KeyRule, value: string): boolean {
  return value !== '' && hasShape(key, value);
}

function hasShape({ applies, unless }: KeyRule, value: string): boolean {
  return (applies?.test(value) ?? true) && unless?.test(value) !== true;
}
