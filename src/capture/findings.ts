import { type Header, RedactionCount } from '../record/index.ts';
import type { HeaderField, RedactionFindings } from '../redact/index.ts';
import { asciiText } from './header-values.ts';

/** Most originals, and most subject tokens, that are kept of an exchange. */
const MAX_FINDINGS = 10_000;

/** Gathers what redaction found in all parts of an exchange. */
export class Findings {
  readonly originals: Header[] = [];
  readonly subjectTokens: Uint8Array[] = [];
  readonly #counts = new Map<string, RedactionCount>();

  /** Adds the findings of one part. */
  add(findings: RedactionFindings): void {
    for (const count of findings.counts) {
      const key = `${count.rule}\0${count.version}\0${count.entity}\0${count.action}`;
      const known = this.#counts.get(key);
      if (known === undefined) this.#counts.set(key, RedactionCount.create({ ...count }));
      else known.count += count.count;
    }
    for (const original of findings.originals ?? []) {
      if (this.originals.length < MAX_FINDINGS)
        this.originals.push({ name: `${original.index}`, value: original.value });
    }
    for (const token of findings.subjectTokens ?? []) {
      if (this.subjectTokens.length < MAX_FINDINGS) this.subjectTokens.push(token);
    }
  }

  /** How often each rule acted, in all parts together. */
  get counts(): RedactionCount[] {
    return [...this.#counts.values()];
  }
}

/** A field as the record has it, from one whose value is a binary string. */
export function toHeader(field: HeaderField): Header {
  return { name: field.name, value: new Uint8Array(Buffer.from(field.value, 'latin1')) };
}

/** The same for a field that may have come through unchanged: what came in is copied then, not encoded anew. `read` is what
 * {@link toField} made of it. */
export function toHeaderAgain(field: HeaderField, came?: Header, read?: HeaderField): Header {
  if (came === undefined || field.value !== read?.value || field.name !== read.name) return toHeader(field);
  // A copy: what came in is a view of a message that may be much larger.
  return { name: field.name, value: new Uint8Array(came.value) };
}

/** A field as the redactor takes it. */
export function toField(header: Header): HeaderField {
  return { name: header.name, value: asciiText(header.value) };
}
