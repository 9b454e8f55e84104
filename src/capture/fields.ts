import type { Header } from '../record/index.ts';
import type { HeaderField } from '../redact/index.ts';
import { asciiText } from './header-values.ts';

/** A field as the record has it, from one whose value is a binary string. To be encoded at once: it is a view of a larger buffer. */
export function toHeader(field: HeaderField): Header {
  return { name: field.name, value: Buffer.from(field.value, 'latin1') };
}

/** The same for a field that may have come through unchanged: then it is what came in, not encoded anew. `read` is what
 * {@link toField} made of it. */
export function toHeaderAgain(field: HeaderField, came?: Header, read?: HeaderField): Header {
  if (came === undefined || field.value !== read?.value || field.name !== read.name) return toHeader(field);
  return came;
}

/** A field as the redactor takes it. */
export function toField(header: Header): HeaderField {
  return { name: header.name, value: asciiText(header.value) };
}
