import { EngineBody } from './body.ts';
import { detector } from './detectors/index.ts';
import { type Engine, newScope, redactValue } from './engine.ts';
import { redactHeader } from './headers.ts';
import { keyClassifier } from './keys.ts';
import { type RedactLimits, resolveLimits } from './limits.ts';
import { ENGINE_VERSION, RULES } from './rules.ts';
import { redactTarget } from './target.ts';
import type { HeaderField, PartName, RedactContext, RedactedHeaders, RedactedTarget, RedactedText } from './types.ts';
import type { Redactor } from './types.ts';
import { redactJson } from './walkers/json.ts';

/** How the engine is set up. */
export interface RedactorOptions {
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<RedactLimits>;
  /** Further names of headers, members, fields and parameters that hold credentials. */
  readonly credentialNames?: readonly string[];
}

/** The engine with every detector. @throws AffidavitError `config.invalid` for a limit that isn't one. */
export function makeEngine(options: RedactorOptions = {}): Engine {
  const classify = keyClassifier(options.credentialNames);
  const classifyParameter = keyClassifier(options.credentialNames, 'parameter');
  return {
    limits: resolveLimits(options.limits),
    classify,
    classifyHeader: keyClassifier(options.credentialNames, 'header'),
    classifyParameter,
    detect: detector(classify, classifyParameter),
    json: redactJson,
  };
}

/** {@link Redactor} on an engine. Whatever throws inside, the content is dropped and the caller never sees it. */
export class EngineRedactor implements Redactor {
  readonly engineVersion = ENGINE_VERSION;
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  headers(_part: PartName, fields: readonly HeaderField[]): RedactedHeaders {
    const scope = newScope(this.#engine);
    const redacted = fields.map((field) => redactHeader(field, this.#engine, scope));
    return { fields: redacted, counts: scope.tally.counts() };
  }

  target(path: string): RedactedTarget {
    const scope = newScope(this.#engine);
    try {
      if (path.length > this.#engine.limits.maxHeaderValueBytes) {
        scope.tally.add(RULES.tooLong);
        return { path: RULES.tooLong.marker, query: '', counts: scope.tally.counts() };
      }
      const redacted = redactTarget(path, scope);
      return { ...redacted, counts: scope.tally.counts() };
    } catch {
      return { path: RULES.failed.marker, query: '', counts: failedCounts(this.#engine) };
    }
  }

  text(value: string): RedactedText {
    const scope = newScope(this.#engine);
    try {
      if (value.length > this.#engine.limits.maxHeaderValueBytes) {
        scope.tally.add(RULES.tooLong);
        return { text: RULES.tooLong.marker, counts: scope.tally.counts() };
      }
      const text = redactValue(value, undefined, scope)?.redacted ?? value;
      return { text, counts: scope.tally.counts() };
    } catch {
      return { text: RULES.failed.marker, counts: failedCounts(this.#engine) };
    }
  }

  body(context: RedactContext, salt: Uint8Array): EngineBody {
    return new EngineBody(this.#engine, context, salt);
  }
}

function failedCounts(engine: Engine): RedactedText['counts'] {
  const { tally } = newScope(engine);
  tally.add(RULES.failed);
  return tally.counts();
}

/**
 * The redaction engine of a process.
 * @throws AffidavitError `config.invalid` for a limit that isn't a positive integer.
 */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  return new EngineRedactor(makeEngine(options));
}
