import type { Scope } from '../engine.ts';
import { Output, type Replaced } from '../findings.ts';
import { type KeyRule, ruleApplies } from '../words/key-rule.ts';
import { redactValue } from '../engine.ts';
import { graphqlTokens, type GraphqlToken } from './graphql-text.ts';
import { redactScalar } from './json-value.ts';
import { digitsOf, unescapeJson } from './json-text.ts';

/** What an open bracket holds for what is in it. */
interface Container {
  readonly opening: string;
  /** What the name before it says. */
  readonly key: KeyRule | undefined;
  /** What holds for the fields in it. */
  readonly outer: KeyRule | undefined;
}

/** Values and types that say nothing. */
const KNOWN_NAME = /^(?:true|false|null|String|Int|Float|ID|Boolean)$/;
/** What a number stands behind, if not behind a comma. */
const VALUE_SIGNS = [':', '=', '['];
const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Follows a document (GraphQL specification, October 2021, 2) token by token: the rule of the value that comes next. */
export class Arguments {
  readonly #scope: Scope;
  readonly #stack: Container[] = [];
  key: KeyRule | undefined;
  /** True when that is of a variable. */
  #isVariable = false;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  get isClosed(): boolean {
    return this.#stack.length === 0;
  }

  /** A name before a colon. */
  argument(name: string, isVariable: boolean): void {
    const outer = this.#stack.at(-1)?.outer;
    this.key = this.#scope.engine.classify(name, outer) ?? outer;
    this.#isVariable = isVariable;
  }

  /** Any other name. False for one that is a value to be replaced: what looks like a document is none then. */
  name(name: string): boolean {
    const opening = this.#stack.at(-1)?.opening;
    const key = this.#isVariable || KNOWN_NAME.test(name) ? undefined : this.key;
    if (key !== undefined && ruleApplies(key, name)) return false;
    // Behind a variable stand its type and its default.
    if (opening !== '(' && opening !== '[') this.key = undefined;
    return true;
  }

  /** False when brackets don't match, or are too deep. */
  bracket(sign: string): boolean {
    const { key } = this;
    if (sign === '(' || sign === '[' || sign === '{') {
      const outer = sign === '{' ? key?.members?.() : undefined;
      this.#stack.push({ opening: sign, key, outer });
      this.key = sign === '[' ? (key?.elements?.() ?? key) : outer;
      return this.#stack.length <= this.#scope.engine.limits.maxDepth;
    }
    const closed = this.#stack.pop();
    this.key = sign === ']' ? closed?.key : undefined;
    return closed?.opening === CLOSING[sign];
  }
}

/** What stands in the place of a string, number or comment; undefined when it stays. */
function redactToken(token: GraphqlToken, key: KeyRule | undefined, scope: Scope): Replaced | undefined {
  const { kind, text: raw, at: offset } = token;
  if (kind === 'number') return redactScalar({ raw, text: digitsOf(raw), offset, isNumber: true }, key, scope);
  const inside = kind === 'string' ? unescapeJson(raw.slice(1, -1)) : undefined;
  if (inside !== undefined) return redactScalar({ raw, text: inside, offset, isNumber: false }, key, scope);
  // Block strings and comments have no escapes to speak of; those of other strings are of characters beyond ASCII.
  const border = kind === 'block' ? 3 : kind === 'string' ? 1 : 0;
  const from = scope.tally.spanCount;
  const text = raw.slice(border, raw.length - border);
  const replaced = redactValue(text, kind === 'comment' ? undefined : key, scope);
  scope.tally.rebase(from, (index) => offset + border + index);
  const quote = raw.slice(0, border);
  return replaced && { redacted: quote + replaced.redacted + quote, original: quote + replaced.original + quote };
}

/** True when a number may stand behind `before`: it is a part of nothing else. */
function isValueBehind(before: GraphqlToken | undefined, text: string, at: number): boolean {
  if (before === undefined) return false;
  return VALUE_SIGNS.includes(before.text) || text.slice(before.at + before.text.length, at).includes(',');
}

/** Puts out a document, its values redacted; false when it turns out to be none. */
function walk(text: string, tokens: readonly GraphqlToken[], scope: Scope, output: Output): boolean {
  const around = new Arguments(scope);
  let done = 0;
  for (const [index, token] of tokens.entries()) {
    const { kind, text: raw, at } = token;
    const before = tokens[index - 1];
    if (kind === 'number' && !isValueBehind(before, text, at)) return false;
    if (kind === 'name') {
      if (tokens[index + 1]?.text === ':') around.argument(raw, before?.text === '$');
      // The name of a variable is no value.
      else if (before?.text !== '$' && !around.name(raw)) return false;
    } else if (kind === 'sign') {
      // What has been read as running text once is read so again.
      if (!around.bracket(raw) || text.startsWith('[redacted:', at)) return false;
    } else if (kind !== 'other') {
      output.copy(text.slice(done, at));
      const replaced = redactToken(token, around.key, scope);
      output.replace(replaced?.redacted ?? raw, replaced?.original ?? raw);
      done = at + raw.length;
    }
  }
  output.copy(text.slice(done));
  return around.isClosed;
}

/**
 * Redacts a GraphQL document: strings and numbers in it by the names of their arguments, fields of input objects and
 * variables, and by content; comments by content. A redacted number becomes a string. Undefined, and nothing is counted,
 * when the text is no such document, or has something to be found where names stand.
 */
export function redactGraphql(text: string, scope: Scope): Replaced | undefined {
  const tokens = graphqlTokens(text);
  if (tokens === undefined) return undefined;
  const names = tokens.flatMap(({ kind, text: name }) => (kind === 'name' ? [name] : []));
  if (scope.engine.detect(names.join('\n')).length > 0) return undefined;
  const before = scope.tally.mark();
  const output = new Output();
  if (walk(text, tokens, scope, output)) return output.take();
  scope.tally.rollBack(before);
  return undefined;
}
