import { type Clock, systemClock } from '../runtime/index.ts';
import { EngineBody } from './body.ts';
import { type CustomParts, CustomRules, type CustomRuleSettings } from './custom/index.ts';
import { detector } from './detectors/index.ts';
import { type Engine, newScope, redactValue, type Scope } from './engine.ts';
import { type Explanation, explainBody, MAX_EXPLAINED_BYTES } from './explain.ts';
import { failureOf } from './failure.ts';
import { droppedField, redactHeader } from './headers.ts';
import type { KeyRule } from './words/key-rule.ts';
import { keyClassifier } from './words/keys.ts';
import { type RedactLimits, resolveLimits } from './limits.ts';
import { marker } from './markers.ts';
import { policyBook, type PolicySettings, type RouteSettings } from './policy.ts';
import type { Descriptors } from './protobuf/types.ts';
import { ENGINE_VERSION, type Rule, RULES } from './rules.ts';
import { redactTarget } from './target.ts';
import { TimeBudget } from './time-budget.ts';
import type { HeaderField, PartName, RedactContext, RedactedCall, RedactedHeaders, RedactedTarget } from './types.ts';
import type { RedactedText, RedactionFindings, Redactor, TokenKey } from './types.ts';
import { redactGraphql } from './walkers/graphql.ts';
import { NameTable } from './walkers/json-names.ts';
import { redactJson } from './walkers/json.ts';
import { redactMarkup } from './walkers/markup.ts';

/** Most fields that are remembered as clean; at one more all are forgotten. */
const MAX_REMEMBERED_FIELDS = 4096;
/** Longest value that is. */
const MAX_REMEMBERED_CHARS = 128;
/**
 * Only fields that say how to transfer and read a message: what is remembered stays in memory, where nothing of a person, and
 * no secret, may stay.
 */
const REMEMBERED_NAMES: ReadonlySet<string> = new Set([
  ...[
    ':method',
    ':scheme',
    ':status',
    'accept',
    'accept-charset',
    'accept-encoding',
    'accept-language',
    'accept-ranges',
  ],
  ...['cache-control', 'connection', 'content-encoding', 'content-language', 'content-length', 'content-type', 'date'],
  ...['grpc-accept-encoding', 'grpc-encoding', 'grpc-status', 'grpc-timeout', 'keep-alive', 'server', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'vary', 'x-envoy-expected-rq-timeout-ms', 'x-envoy-upstream-service-time'],
  ...['x-forwarded-proto'],
]);

/** How the engine is set up. */
export interface RedactorOptions {
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<RedactLimits>;
  /** Further names of headers, members, fields and parameters that hold credentials. */
  readonly credentialNames?: readonly string[];
  /** What is done with what is found: by default, and for the calls of some routes and identities. */
  readonly policy?: PolicySettings & { readonly routes?: readonly RouteSettings[] };
  /** Keys tokens; without it `token` acts as `drop`. */
  readonly tokenKey?: TokenKey;
  /** Types of protobuf messages and methods; without it their fields have no names. See `loadDescriptors`. */
  readonly descriptors?: Descriptors | undefined;
  /** Rules of one's own. */
  readonly customRules?: readonly CustomRuleSettings[];
  /** Measures the engine's work; the machine's clock unless given. */
  readonly clock?: Pick<Clock, 'monotonicUs'>;
}

/**
 * The engine with every detector.
 * @throws AffidavitError `config.invalid` for a limit that isn't one, and a custom rule that can't be or fails its cases.
 */
export function makeEngine(options: RedactorOptions = {}): Engine {
  const { credentialNames, customRules = [], clock = systemClock } = options;
  const custom = new CustomRules(customRules);
  custom.checkCases();
  const names = {
    classify: keyClassifier(credentialNames),
    classifyHeader: keyClassifier(credentialNames, 'header'),
    classifyParameter: keyClassifier(credentialNames, 'parameter'),
  };
  const engine = {
    limits: resolveLimits(options.limits),
    json: redactJson,
    graphql: redactGraphql,
    markup: redactMarkup,
    policyFor: policyBook(options.policy, custom.policy),
    tokenKey: options.tokenKey,
    descriptors: options.descriptors,
    monotonicUs: () => clock.monotonicUs(),
    ...(custom.rules.length === 0 ? { names: new NameTable(), fieldNames: new Map<string, KeyRule | null>() } : {}),
    ...withCustom(names, custom.parts()),
  };
  if (!custom.differByPlace) return engine;
  return { ...engine, narrowed: custom.byPlace((parts) => ({ ...engine, ...withCustom(names, parts) })) };
}

type Names = Pick<Engine, 'classify' | 'classifyHeader' | 'classifyParameter'>;

function withCustom(names: Names, { detect, classifier }: CustomParts): Names & Pick<Engine, 'detect'> {
  const classify = classifier(names.classify);
  const classifyParameter = classifier(names.classifyParameter);
  const classifyHeader = classifier(names.classifyHeader);
  return { classify, classifyHeader, classifyParameter, detect: detector(classify, classifyParameter, detect) };
}

/** {@link Redactor} on an engine. Whatever throws inside, the content is dropped and the caller never sees it. */
export class EngineRedactor implements Redactor {
  readonly engineVersion = ENGINE_VERSION;
  readonly tokenKeyVersion: number;
  readonly #engine: Engine;
  /** Values by field name in which nothing was found: most headers of a service say the same in every call. */
  readonly #cleanFields = new Map<string, Set<string>>();
  #remembered = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.tokenKeyVersion = engine.tokenKey?.version ?? 0;
  }

  headers(part: PartName, fields: readonly HeaderField[], call?: RedactedCall): RedactedHeaders {
    try {
      const scope = newScope(this.#engine, call, false, { part });
      const time = this.#startTime();
      const redacted = fields.map((field) => this.#header(field, scope, time));
      return { fields: redacted, ...scope.tally.result() };
    } catch (error) {
      const dropped = fields.map((field) => droppedField(field, RULES.failed));
      return { fields: dropped, ...failedWith(error, Math.max(1, fields.length)) };
    }
  }

  #startTime(): TimeBudget {
    const time = new TimeBudget(this.#engine.limits, this.#engine.monotonicUs);
    time.start();
    return time;
  }

  #header(field: HeaderField, scope: Scope, time: TimeBudget): HeaderField {
    const { name, value } = field;
    // What is clean on one route may be none on another.
    if (this.#engine.narrowed !== undefined || !REMEMBERED_NAMES.has(name) || value.length > MAX_REMEMBERED_CHARS)
      return redactHeader(field, scope.engine, scope, time);
    const clean = this.#cleanFields.get(name);
    if (clean?.has(value) === true) return field;
    const { total } = scope.tally;
    const redacted = redactHeader(field, this.#engine, scope, time);
    if (scope.tally.total === total && redacted.value === value && redacted.name === name) this.#remember(name, value);
    return redacted;
  }

  #remember(name: string, value: string): void {
    if (this.#remembered >= MAX_REMEMBERED_FIELDS) {
      this.#cleanFields.clear();
      this.#remembered = 0;
    }
    const clean = this.#cleanFields.get(name);
    if (clean === undefined) this.#cleanFields.set(name, new Set([value]));
    else clean.add(value);
    this.#remembered += 1;
  }

  target(path: string, call?: RedactedCall): RedactedTarget {
    try {
      const scope = newScope(this.#engine, call, false, TARGET);
      if (path.length > this.#engine.limits.maxHeaderValueBytes) {
        return { path: scope.tally.drop(RULES.tooLong), query: '', ...scope.tally.result() };
      }
      const time = this.#startTime();
      const redacted = redactTarget(path, scope);
      if (time.isSpent())
        return { path: marker(RULES.outOfTime.entity), query: '', counts: droppedBy(RULES.outOfTime) };
      return { ...redacted, ...scope.tally.result() };
    } catch (error) {
      return { path: marker(RULES.failed.entity), query: '', ...failedWith(error) };
    }
  }

  text(value: string, call?: RedactedCall): RedactedText {
    try {
      const scope = newScope(this.#engine, call);
      if (value.length > this.#engine.limits.maxHeaderValueBytes) {
        return { text: scope.tally.drop(RULES.tooLong), ...scope.tally.result() };
      }
      const time = this.#startTime();
      const text = redactValue(value, undefined, scope)?.redacted ?? value;
      if (time.isSpent()) return { text: marker(RULES.outOfTime.entity), counts: droppedBy(RULES.outOfTime) };
      return { text, ...scope.tally.result() };
    } catch (error) {
      return { text: marker(RULES.failed.entity), ...failedWith(error) };
    }
  }

  body(context: RedactContext, salt: Uint8Array): EngineBody {
    return new EngineBody(this.#engine, context, salt);
  }
}

const TARGET = { part: 'target' } as const;

/** What is counted of a part that wasn't judged: nothing is asked that may have failed. */
function droppedBy({ id, version, entity }: Rule, count = 1): RedactedText['counts'] {
  return [{ rule: id, version, entity, action: 'drop', count }];
}

function failedWith(thrown: unknown, count = 1): RedactionFindings {
  return { counts: droppedBy(RULES.failed, count), failures: [failureOf(thrown)] };
}

/**
 * An engine that tells what it finds in whole bodies, and where.
 * @throws AffidavitError `config.invalid` for a limit that isn't a positive integer.
 */
export function createExplainer(
  options: RedactorOptions = {},
): (context: RedactContext, body: Uint8Array) => Promise<Explanation> {
  // A value that is held as a whole can say where in it something was found; whoever asks for it waits as long as it takes.
  const limits = { ...options.limits, maxValueBytes: MAX_EXPLAINED_BYTES, maxEngineMs: Number.MAX_SAFE_INTEGER };
  const engine = makeEngine({ ...options, limits });
  return (context, body) => explainBody(engine, context, body);
}

/**
 * The redaction engine of a process.
 * @throws AffidavitError `config.invalid` for a limit that isn't a positive integer.
 */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  return new EngineRedactor(makeEngine(options));
}
