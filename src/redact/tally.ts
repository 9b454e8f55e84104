import { commitmentOf, hmacSha256 } from '../proof/index.ts';
import { ENTITIES, isEntityName } from './entities.ts';
import { failureOf } from './failure.ts';
import { marker } from './markers.ts';
import { normalisedValue } from './normalised.ts';
import type { EntityPolicy, Policy, UnknownContent } from './policy.ts';
import { orderOf, type Rule, RULES } from './rules.ts';
import { mayBeToken } from './token-form.ts';
import type { Action, RedactedValue, RedactionFindings, RuleCount, SealedOriginal, TokenKey } from './types.ts';

/** Most values of a part that are committed to, and most originals that are sealed; of further ones only the count is kept. */
export const MAX_VALUES = 10_000;
/** Bytes of a subject token after its key's version. */
const TOKEN_BYTES = 16;
/** Bytes of a token that stand in a marker. */
const SHOWN_TOKEN_BYTES = 12;
/** What a sum of scores may lack of a threshold that it reaches: 0.85 less 0.35 is 0.4999…. */
const ROUNDING = 1e-9;
/** Of a shorter value the last four characters would be too much. */
const MIN_MASKED_CHARS = 8;
const NOTHING = new Uint8Array(0);
const HAS_AT = /@|%40/;

/** Where a rule found something, in characters of the text that it was looked for in. */
export interface Span {
  readonly start: number;
  /** The character after the last one. */
  readonly end: number;
  readonly rule: Rule;
  readonly score: number;
  readonly action: Action;
}

/** Where and how surely a value was found; without a score as surely as its rule says. */
export interface FoundAt {
  readonly start?: number;
  readonly end?: number;
  readonly score?: number;
  /**
   * False when its end isn't known yet: then nothing can be made of it but its marker, as of what has something in it that may
   * never be kept.
   */
  readonly isWhole?: boolean;
}

const NOWHERE: FoundAt = {};

/** A value that is looked into. */
export interface LookedInto {
  readonly value: string;
  /** How many values it stands in that are looked into. */
  readonly depth: number;
}

/** What a tally works with. */
export interface TallySetup {
  readonly policy: Policy;
  /** Gives what keys the commitments of values; without it there are none. */
  readonly valueSalt?: (() => Uint8Array) | undefined;
  /** Keys tokens; without it `token` acts as `drop`. */
  readonly tokenKey?: TokenKey | undefined;
  /** True when the places of findings are wanted. */
  readonly explains?: boolean | undefined;
  /** Redacts the claims of a web token, whose findings go to `tally`; undefined for what has none. Without it they aren't read. */
  readonly redactToken?: ((token: string, tally: Tally) => string | undefined) | undefined;
  /** Tells whether there is something in a value that may never be kept; without it that isn't looked for. */
  readonly holdsNeverKept?: ((value: string, tally: Tally) => boolean) | undefined;
  /** The e-mail addresses in a value; without it those of values that are replaced as a whole aren't looked for. */
  readonly emailsIn?: ((value: string) => readonly string[]) | undefined;
  /** What is only looked into; see {@link Tally.inside}. */
  readonly lookedInto?: LookedInto | undefined;
}

/** What became of a finding. */
export interface Settled {
  /** Stands in its place; undefined when it stays. */
  readonly put: string | undefined;
  /** True for what may not even be committed to, and what has such a thing in it or may have. */
  readonly neverKept: boolean;
}

/** A state of a tally to which it can be set back. */
export interface TallyMark {
  readonly counts: ReadonlyMap<string, RuleCount> | undefined;
  readonly values: number;
  readonly originals: number;
  readonly spans: number;
}

/** The bytes of a text of the engine: characters of a byte as they are, others as their UTF-8. */
function bytesOf(text: string): Uint8Array {
  return /[^\0-\xff]/.test(text)
    ? Buffer.from(
        text.replace(/[^\0-\xff]+/g, (run) => Buffer.from(run).toString('latin1')),
        'latin1',
      )
    : Buffer.from(text, 'latin1');
}

/** Decides with the policy what becomes of each finding of one part, counts it, and keeps what proves it. */
export class Tally {
  readonly #setup: TallySetup;
  /** Made with the first finding, as are the tokens: in most parts there is none. */
  #counts: Map<string, RuleCount> | undefined;
  readonly #values: RedactedValue[] = [];
  readonly #originals: SealedOriginal[] = [];
  #tokens: Map<string, Uint8Array> | undefined;
  readonly #spans: Span[] = [];
  #salt: Uint8Array | undefined;
  #total = 0;
  #neverKept = 0;
  #failures: Set<string> | undefined;
  /** True while the claims of a web token are read: a token in one isn't looked into. */
  #isInToken = false;

  constructor(setup: TallySetup) {
    this.#setup = setup;
  }

  /** How often any rule acted. */
  get total(): number {
    return this.#total;
  }

  /** How often something was found that may never be kept, or may have such a thing in it; also by what was rolled back. */
  get neverKept(): number {
    return this.#neverKept;
  }

  /** The value that is looked into; undefined for what is redacted. */
  get lookedInto(): LookedInto | undefined {
    return this.#setup.lookedInto;
  }

  /** A tally for a look into a value that is replaced as a whole: nothing comes of it but {@link neverKept}. */
  inside(value: string): Tally {
    const { policy, redactToken, holdsNeverKept, lookedInto } = this.#setup;
    const depth = lookedInto === undefined ? 0 : lookedInto.depth + 1;
    return new Tally({ policy, redactToken, holdsNeverKept, lookedInto: { value, depth } });
  }

  /** True when places of findings are wanted. */
  get explains(): boolean {
    return this.#setup.explains === true;
  }

  /** How many places there are so far. */
  get spanCount(): number {
    return this.#spans.length;
  }

  /** What the policy says about content that can't be judged. */
  get unknownContent(): UnknownContent {
    return this.#setup.policy.unknownContent;
  }

  /** The policy of the call. */
  get policy(): Policy {
    return this.#setup.policy;
  }

  /** What the policy says about a rule's entity. */
  policyOf(rule: Rule): EntityPolicy {
    return this.#setup.policy.of(rule.entity);
  }

  /** True when a finding of this score counts. */
  accepts(rule: Rule, score: number): boolean {
    return rule.isEngine || score + ROUNDING >= this.policyOf(rule).threshold;
  }

  /** True when the policy leaves what the rule finds as it is. */
  keeps(rule: Rule): boolean {
    return !rule.isEngine && this.policyOf(rule).action === 'keep';
  }

  /** The engine can't judge something: counts that. @returns the marker that stands in its place, with `detail` in it */
  drop(rule: Rule, detail?: string): string {
    this.#count(rule, 'drop');
    // What can't be looked into may hold anything.
    if (this.lookedInto !== undefined) this.#neverKept += 1;
    return marker(rule.entity, detail);
  }

  /** A rule found `value`; without a place it is all of the text that it was looked for in. */
  settle(
    rule: Rule,
    value: string,
    { start = 0, end = start + value.length, score = rule.score, isWhole = true }: FoundAt = NOWHERE,
  ): Settled {
    const policy = this.policyOf(rule);
    const neverKept = rule.neverKept || !isWhole || this.#setup.holdsNeverKept?.(value, this) === true;
    if (neverKept) this.#neverKept += 1;
    const isReadable = isWhole && rule.entity === RULES.jwt.entity && policy.action === 'mask' && mayBeToken(value);
    const action = this.#actionOf(rule, policy, !neverKept || isReadable);
    this.#count(rule, action);
    if (this.explains) this.#spans.push({ start, end, rule, score, action });
    const token = neverKept ? undefined : this.#token(rule, value, action);
    if (isWhole && rule.entity !== RULES.email.entity) this.#addEmails(value);
    const readable = isWhole && mayBeToken(value) ? this.#claims(value, isReadable, start) : undefined;
    if (readable === undefined && action === 'keep') return { put: undefined, neverKept };
    const index = this.#addValue(rule, action, neverKept ? NOTHING : this.#commitment(value));
    if (readable !== undefined || neverKept) return { put: readable ?? marker(rule.entity), neverKept };
    return { put: this.#markerOf(rule, action, policy, value, token, index), neverKept };
  }

  /**
   * Looks into a web token: whom its claims speak of is found by it, whatever becomes of it. @returns what is left of it when that is
   * to stay readable
   */
  #claims(token: string, isReadable: boolean, start: number): string | undefined {
    const { redactToken } = this.#setup;
    if (redactToken === undefined || this.#isInToken) return undefined;
    if (!isReadable) {
      this.gatherSubjects((inside) => redactToken(token, inside));
      return undefined;
    }
    const from = this.#spans.length;
    this.#isInToken = true;
    const redacted = redactToken(token, this);
    this.#isInToken = false;
    this.rebase(from, (index) => start + index);
    return redacted;
  }

  /** Keeps the tokens of whom `look` finds in a value that is replaced as a whole, and nothing else of what it finds. */
  gatherSubjects(look: (inside: Tally) => void): void {
    const { holdsNeverKept, policy, tokenKey } = this.#setup;
    if (tokenKey === undefined) return;
    const inside = new Tally({ policy, tokenKey, holdsNeverKept });
    look(inside);
    for (const [key, found] of inside.#tokens ?? []) this.#addToken(key, found);
  }

  /** `isUsable` is false for a value of which nothing may be made. */
  #actionOf(rule: Rule, { action }: EntityPolicy, isUsable: boolean): Action {
    if (rule.neverKept) return 'drop';
    if (action === 'keep') return action;
    if (!isUsable || (action === 'token' && this.#setup.tokenKey === undefined)) return 'drop';
    // Of further ones neither the original nor what would name it is kept.
    return action === 'seal' && this.#values.length >= MAX_VALUES ? 'drop' : action;
  }

  #markerOf(
    rule: Rule,
    action: Action,
    policy: EntityPolicy,
    value: string,
    token: Uint8Array | undefined,
    index: number,
  ) {
    if (action === 'token' && token !== undefined)
      return marker(rule.entity, `t${this.#setup.tokenKey?.version ?? 0}.${shown(token)}`);
    if (action === 'mask' && policy.keepLast > 0) return marker(rule.entity, lastOf(value, policy.keepLast));
    if (action !== 'seal') return marker(rule.entity);
    this.#originals.push({ index, value: bytesOf(value) });
    return marker(rule.entity, `s${index}`);
  }

  #token(rule: Rule, value: string, action: Action): Uint8Array | undefined {
    const key = this.#setup.tokenKey;
    const isSubject = rule.isSubject ?? (isEntityName(rule.entity) && ENTITIES[rule.entity].isSubject);
    if (key === undefined || !(isSubject || action === 'token')) return undefined;
    const token = subjectToken(key, rule.entity, value);
    if (isSubject) this.#addToken(Buffer.from(token).toString('latin1'), token);
    return token;
  }

  /** Whom addresses in a value that is replaced as a whole speak of is found by them. */
  #addEmails(value: string): void {
    const { emailsIn, tokenKey } = this.#setup;
    if (emailsIn === undefined || tokenKey === undefined || !HAS_AT.test(value)) return;
    for (const email of emailsIn(value)) this.#token(RULES.email, email, 'drop');
  }

  #addToken(key: string, token: Uint8Array): void {
    this.#tokens ??= new Map();
    if (this.#tokens.size < MAX_VALUES) this.#tokens.set(key, token);
  }

  #commitment(value: string): Uint8Array {
    if (this.#setup.valueSalt === undefined || this.#values.length >= MAX_VALUES) return NOTHING;
    this.#salt ??= this.#setup.valueSalt();
    return commitmentOf(this.#salt, this.#values.length, bytesOf(value));
  }

  #addValue(rule: Rule, action: Action, commitment: Uint8Array): number {
    const index = this.#values.length;
    if (index < MAX_VALUES) {
      const { id, version, entity } = rule;
      this.#values.push({ rule: id, version, entity, action, commitment });
    }
    return index;
  }

  #count(rule: Rule, action: Action): void {
    this.#total += 1;
    const key = `${rule.id}\0${action}`;
    this.#counts ??= new Map();
    const known = this.#counts.get(key);
    const { id, version, entity } = rule;
    this.#counts.set(key, { rule: id, version, entity, action, count: (known?.count ?? 0) + 1 });
  }

  /** What was found so far. */
  mark(): TallyMark {
    return {
      counts: this.#counts && new Map(this.#counts),
      values: this.#values.length,
      originals: this.#originals.length,
      spans: this.#spans.length,
    };
  }

  /** Forgets what was found since `mark`; subject tokens may stay: each is of something that was there. */
  rollBack(mark: TallyMark): void {
    this.#counts = mark.counts && new Map(mark.counts);
    this.#values.length = mark.values;
    this.#originals.length = mark.originals;
    this.#spans.length = mark.spans;
  }

  /**
   * Moves the places found since there were `from` of them to where `place` says that they stand in the text around; their ends
   * to where `placeEnd` does, where that differs.
   */
  rebase(from: number, place: (index: number) => number, placeEnd = place): void {
    for (let i = from; i < this.#spans.length; i += 1) {
      const span = this.#spans[i];
      if (span !== undefined) this.#spans[i] = { ...span, start: place(span.start), end: placeEnd(span.end) };
    }
  }

  /** The last finding goes on to `end`. */
  extendLast(end: number): void {
    const last = this.#spans.at(-1);
    if (last !== undefined) this.#spans[this.#spans.length - 1] = { ...last, end };
  }

  /** All that was found, as results have it. */
  result(): RedactionFindings {
    return {
      counts: this.counts(),
      ...(this.#values.length === 0 ? {} : { values: this.#values }),
      ...(this.#originals.length === 0 ? {} : { originals: this.#originals }),
      ...(this.#tokens === undefined ? {} : { subjectTokens: [...this.#tokens.values()] }),
      ...this.failures(),
    };
  }

  /** Notes what was thrown inside the engine. */
  failed(thrown: unknown): void {
    (this.#failures ??= new Set()).add(failureOf(thrown));
  }

  /** What was, as results have it. */
  failures(): Pick<RedactionFindings, 'failures'> {
    return this.#failures === undefined ? {} : { failures: [...this.#failures] };
  }

  /** The places of all findings, in the order in which they were found. */
  get spans(): readonly Span[] {
    return this.#spans;
  }

  /** What was counted, in the order of {@link RULES}. */
  counts(): RuleCount[] {
    if (this.#counts === undefined) return [];
    const counts = [...this.#counts.values()];
    return counts.length < 2 ? counts : counts.sort((a, b) => orderOfId(a.rule) - orderOfId(b.rule));
  }
}

const byId = new Map<string, Rule>(Object.values(RULES).map((rule) => [rule.id, rule]));

function orderOfId(id: string): number {
  const rule = byId.get(id);
  return rule === undefined ? Number.MAX_SAFE_INTEGER : orderOf(rule);
}

function shown(token: Uint8Array): string {
  return Buffer.from(token.subarray(2, 2 + SHOWN_TOKEN_BYTES)).toString('base64url');
}

function lastOf(value: string, count: number): string | undefined {
  const plain = value.replace(/[^A-Za-z0-9]+/g, '');
  return plain.length < MIN_MASKED_CHARS ? undefined : plain.slice(-count);
}

/**
 * The token of a value: two bytes of the key's version, and 16 of HMAC-SHA-256 of entity and normalised value. The same
 * value gives the same token as long as the key is the same. `value` is a binary string.
 */
export function subjectToken(key: TokenKey, entity: string, value: string): Uint8Array {
  const mac = hmacSha256(key.key, bytesOf(`${entity}\0${normalisedValue(entity, value)}`));
  return Buffer.concat([Buffer.from([key.version >> 8, key.version & 0xff]), mac.subarray(0, TOKEN_BYTES)]);
}
