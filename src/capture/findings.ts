import { redactedRoot, MAX_REDACTED_ENTRIES, valuesLabel } from '../proof/index.ts';
import { ExchangeUnmask, type Header, type PartWriter, RedactionCount } from '../record/index.ts';
import type { SealedPart, RedactedEntry } from '../record/index.ts';
import type { PartName, RedactedCall, RedactionFindings, WithdrawReason } from '../redact/index.ts';

/** Most subject tokens that are kept of an exchange. */
const MAX_TOKENS = 10_000;
/** Rules that say that the engine failed, or took too long, with a part; and why a body is withdrawn then. */
const UNJUDGED: ReadonlySet<string> = new Set<WithdrawReason | 'engine.failed' | 'engine.out_of_time'>([
  'engine.failed',
  'engine.out_of_time',
  'engine_failed',
  'out_of_time',
]);

/** Gathers what redaction found in all parts of an exchange, and keys it with the secrets of the part `originals`. */
export class Findings {
  readonly subjectTokens: Uint8Array[] = [];
  /** Each value that was replaced, part by part. */
  readonly entries: RedactedEntry[] = [];
  readonly #openPart: () => PartWriter;
  readonly #originals: Header[] = [];
  readonly #unjudged = new Set<PartName>();
  readonly #failures = new Set<string>();
  readonly #counts = new Map<string, RedactionCount>();
  /** The part `originals`, once something was committed to. */
  #part: PartWriter | undefined;

  /** `openPart` opens the part `originals`. */
  constructor(openPart: () => PartWriter) {
    this.#openPart = openPart;
  }

  /** How the redactor is told of the call that a part belongs to. */
  callOf(part: PartName, route: string, identity: string | undefined): RedactedCall {
    return { route, identity, valueSalt: () => this.secret(valuesLabel(part)) };
  }

  /** A secret that only who can open the part `originals` can compute: 32 bytes. */
  secret(label: string): Uint8Array {
    this.#part ??= this.#openPart();
    return this.#part.secret(label);
  }

  /** Adds the findings of one part; `reason` says why its content was withdrawn. */
  add(part: PartName, findings: RedactionFindings & { readonly reason?: WithdrawReason }): void {
    if (findings.reason !== undefined && UNJUDGED.has(findings.reason)) this.#unjudged.add(part);
    this.addFailures(findings);
    for (const count of findings.counts) {
      if (UNJUDGED.has(count.rule)) this.#unjudged.add(part);
      this.#count(count);
    }
    findings.values?.forEach((value, index) => {
      if (this.entries.length < MAX_REDACTED_ENTRIES) this.entries.push({ part, index, ...value });
    });
    // As many as there are markers that promise them, which is bounded for each part.
    for (const { index, value } of findings.originals ?? []) this.#originals.push({ name: `${part}/${index}`, value });
    for (const token of findings.subjectTokens ?? []) {
      if (this.subjectTokens.length < MAX_TOKENS) this.subjectTokens.push(token);
    }
  }

  /** Adds what was thrown while something was looked at. */
  addFailures({ failures = [] }: Pick<RedactionFindings, 'failures'>): void {
    for (const failure of failures) this.#failures.add(failure);
  }

  /** What was thrown inside of redaction, by kind and code. */
  get failures(): string[] {
    return [...this.#failures];
  }

  /** Parts that redaction couldn't judge, or not in time. */
  get unjudgedParts(): number {
    return this.#unjudged.size;
  }

  /** How often each rule acted, in all parts together. */
  get counts(): RedactionCount[] {
    return [...this.#counts.values()];
  }

  /** What the record says of {@link entries}. */
  get summary(): { redactedValues: number; redactedRoot: Uint8Array } {
    return { redactedValues: this.entries.length, redactedRoot: redactedRoot(this.entries) };
  }

  /** The part `originals`; `undefined` when nothing of the exchange was committed to or sealed. */
  async seal(): Promise<SealedPart | undefined> {
    if (this.#part === undefined && this.#originals.length === 0) return undefined;
    const part = this.#part ?? this.#openPart();
    this.#part = undefined;
    if (this.#originals.length > 0) await part.write(ExchangeUnmask.encode({ originals: this.#originals }));
    return part.finish();
  }

  /** Throws the values, and the part `originals`, away: the exchange will be recorded without its content, or not at all. */
  discard(): void {
    this.#part?.withdraw();
    this.#part = undefined;
    this.#originals.length = 0;
    this.entries.length = 0;
  }

  #count(count: RedactionFindings['counts'][number]): void {
    const key = `${count.rule}\0${count.version}\0${count.entity}\0${count.action}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, RedactionCount.create({ ...count }));
    else known.count += count.count;
  }
}
