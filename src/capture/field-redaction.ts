import { ExchangeIndex, type Header } from '../record/index.ts';
import type { PartName, RedactedCall, Redactor } from '../redact/index.ts';
import { toField, toHeader, toHeaderAgain } from './fields.ts';
import type { Findings } from './findings.ts';
import type { HeadFacts } from './head.ts';
import { asciiText } from './header-values.ts';

/**
 * Redacts what stands around the bodies of one exchange: headers, trailers, the target and what a caller said of itself.
 * Of these it also makes the index part.
 */
export class FieldRedaction {
  readonly #redactor: Redactor;
  readonly #facts: HeadFacts;
  readonly #findings: Findings;
  readonly #index = ExchangeIndex.create();

  /**
   * @param facts what is known of the exchange; more comes to be
   * @param findings takes what is found
   */
  constructor(redactor: Redactor, facts: HeadFacts, findings: Findings) {
    this.#redactor = redactor;
    this.#facts = facts;
    this.#findings = findings;
  }

  /** Whose call a part belongs to, as rules of redaction ask for it. */
  callOf(part: PartName): RedactedCall {
    return this.#findings.callOf(part, this.#facts.head.route, this.#facts.caller.workload?.id);
  }

  /** Headers or trailers as they may be kept, in their order. */
  redact(part: PartName, headers: readonly Header[]): Header[] {
    const targetAt = headers.findIndex(({ name }) => name === ':path');
    const others = targetAt === -1 ? headers : headers.toSpliced(targetAt, 1);
    const fields = others.map(toField);
    const redacted = this.#redactor.headers(part, fields, this.callOf(part));
    this.#findings.add(part, redacted);
    if (part === 'request_headers')
      this.#index.authority = redacted.fields.find((field) => field.name === ':authority')?.value ?? '';
    const kept = redacted.fields.map((field, at) => toHeaderAgain(field, others[at], fields[at]));
    const target = headers[targetAt];
    if (target !== undefined)
      kept.splice(targetAt, 0, toHeader({ name: ':path', value: this.#target(asciiText(target.value)) }));
    return kept;
  }

  #target(text: string): string {
    const { path, query, ...findings } = this.#redactor.target(text, this.callOf('target'));
    this.#findings.add('target', findings);
    Object.assign(this.#index, { path, query });
    return text.includes('?') ? `${path}?${query}` : path;
  }

  /** The index part; what a client made up is redacted like anything else that it sent. */
  index(): ExchangeIndex {
    const { caller, misshapen } = this.#facts;
    const call = { route: this.#facts.head.route, identity: caller.workload?.id };
    return {
      ...this.#index,
      identity: this.#text(caller.identity, call),
      provenance: caller.provenance,
      subjectTokens: this.#findings.subjectTokens,
      misshapen: misshapen.map(({ name, value }) => toHeader({ name, value: this.#text(asciiText(value), call) })),
    };
  }

  #text(value: string, call: RedactedCall): string {
    const redacted = this.#redactor.text(value, call);
    this.#findings.addFailures(redacted);
    return redacted.text;
  }
}
