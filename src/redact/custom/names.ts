import { AffidavitError } from '../../record/index.ts';
import { withCustomHints } from '../context.ts';
import type { ClassifyKey, KeyRule } from '../words/key-rule.ts';
import { phrasesOf, wordsOf } from '../words/words.ts';
import { ANY, ANY_NUMBER, normalised, type Step } from './paths.ts';
import type { CustomRule } from './rule.ts';

/** Most states that are remembered; further ones are worked out each time. */
const MAX_STATES = 4096;

/** A hint that a value stands where a rule with paths looks. */
export function pathHint(rule: CustomRule): string {
  return `path ${rule.rule.id}`;
}

/** A hint that a name around a value is among a rule's words of context. */
export function contextHint(rule: CustomRule): string {
  return `context ${rule.rule.id}`;
}

/** Where a rule's path has been followed to. */
interface Position {
  readonly rule: CustomRule;
  readonly steps: readonly Step[];
  readonly at: number;
}

/** What the names from the outside in to a value say to custom rules. */
interface State {
  readonly key: string;
  readonly positions: readonly Position[];
  readonly hints: ReadonlySet<string>;
  /** The rule that all of the value is a finding of. */
  readonly whole: CustomRule | undefined;
  readonly next: Map<string, State>;
  /** Rules of names as they are with this state. */
  readonly keys: Map<KeyRule | undefined, KeyRule>;
}

/** A rule of a name that carries the state with it. */
interface KeyWithState extends KeyRule {
  readonly state: State;
  readonly base: KeyRule | undefined;
}

function hasState(key: KeyRule | undefined): key is KeyWithState {
  return key !== undefined && 'state' in key;
}

/** What follows from a name: where it leads to, from there over any number of names too. */
function advance({ rule, steps, at }: Position, name: string): Position[] {
  const step = steps[at];
  if (step === ANY_NUMBER) return [{ rule, steps, at }, ...advance({ rule, steps, at: at + 1 }, name)];
  return step === ANY || step === name ? [{ rule, steps, at: at + 1 }] : [];
}

const NO_VALUE: KeyRule['applies'] = { test: () => false };

/** Follows names from the outside in for the rules that care for them. */
export class NamedRules {
  readonly #rules: readonly CustomRule[];
  readonly #byPhrase = new Map<string, CustomRule[]>();
  readonly #states = new Map<string, State>();
  readonly #start: State;

  constructor(rules: readonly CustomRule[]) {
    this.#rules = rules.filter(({ paths, context }) => paths.length > 0 || context.size > 0);
    for (const rule of this.#rules)
      for (const phrase of rule.context) this.#byPhrase.set(phrase, [...(this.#byPhrase.get(phrase) ?? []), rule]);
    const positions = this.#rules.flatMap((rule) => rule.paths.map((steps) => ({ rule, steps, at: 0 })));
    this.#start = this.#state(positions, new Set(), undefined);
  }

  /** `classify`, with what the rules say added. */
  classifier(classify: ClassifyKey): ClassifyKey {
    if (this.#rules.length === 0) return classify;
    return (name, outer) => {
      const from = hasState(outer) ? outer.state : this.#start;
      const state = this.#step(from, name);
      const inside = hasState(outer) ? outer.base : outer;
      const base = classify(name, inside);
      if (state === this.#start && !hasState(outer)) return base;
      return this.#keyed(base ?? inside, state);
    };
  }

  #step(from: State, name: string): State {
    const known = from.next.get(name);
    if (known !== undefined) return known;
    const plain = normalised(name);
    const positions = new Map<string, Position>();
    const hints = new Set(from.hints);
    let { whole } = from;
    for (const position of from.positions.flatMap((each) => advance(each, plain))) {
      const { rule, steps, at } = position;
      if (at < steps.length) positions.set(`${rule.rule.id} ${steps.join('.')} ${at}`, position);
      else {
        hints.add(pathHint(rule));
        if (rule.pattern === undefined) whole = rule;
      }
    }
    for (const phrase of phrasesOf(wordsOf(name)))
      for (const rule of this.#byPhrase.get(phrase) ?? []) hints.add(contextHint(rule));
    const state = this.#state([...positions.values()], hints, whole);
    if (from.next.size < MAX_STATES) from.next.set(name, state);
    return state;
  }

  #state(positions: readonly Position[], hints: ReadonlySet<string>, whole: CustomRule | undefined): State {
    const places = positions.map(({ rule, steps, at }) => `${rule.rule.id} ${steps.join('.')} ${at}`).sort();
    const key = JSON.stringify([places, [...hints].sort(), whole?.rule.id]);
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const state: State = { key, positions, hints, whole, next: new Map(), keys: new Map() };
    if (this.#states.size < MAX_STATES) this.#states.set(key, state);
    return state;
  }

  #keyed(base: KeyRule | undefined, state: State): KeyRule {
    const known = state.keys.get(base);
    if (known !== undefined) return known;
    const hints = state.hints.size === 0 ? base?.hints : withCustomHints(base?.hints, state.hints);
    const elements = base?.elements;
    const key: KeyWithState = {
      ...(this.#wholeKey(base, state) ?? base ?? { rule: this.#anyRule(), applies: NO_VALUE }),
      ...(hints === undefined ? {} : { hints }),
      members: () => this.#keyed(base?.members?.(), state),
      ...(elements === undefined ? {} : { elements: () => this.#keyed(elements(), state) }),
      state,
      base,
    };
    if (state.keys.size < MAX_STATES) state.keys.set(base, key);
    return key;
  }

  /** What may never be kept goes before a rule of one's own. */
  #wholeKey(base: KeyRule | undefined, { whole }: State): KeyRule | undefined {
    if (whole === undefined || (base?.rule.neverKept === true && base.applies === undefined)) return undefined;
    const { rule, passes } = whole;
    return { rule, line: 'whole', ...(whole.checks.length === 0 ? {} : { applies: { test: passes } }) };
  }

  /** Stands where no rule of a name does: nothing is found by it. */
  #anyRule(): CustomRule['rule'] {
    const [first] = this.#rules;
    if (first === undefined) throw new AffidavitError('internal', 'a name was followed for no rule');
    return first.rule;
  }
}
