import type { Finding } from '../findings.ts';
import { hasMarker } from '../markers.ts';
import { NAME_SHAPE } from '../words/personal-shapes.ts';
import { type Rule, RULES } from '../rules.ts';
import { VOCABULARY } from '../words/vocabulary.ts';
import type { Subject } from './subject.ts';

/** Names of properties that say who somebody is. */
export const CARD_WORDS = VOCABULARY.family(
  '<N: <N; <FN: <FN; <ADR: <ADR; <NICKNAME: <NICKNAME; <ATTENDEE; <ORGANIZER;',
);
/**
 * A line of a contact (RFC 6350, 3.3) or of an appointment (RFC 5545, 3.1): a group, the property, its parameters and its value, of
 * which no more is looked at than such values have.
 */
const PROPERTY =
  /(?:^|[\r\n])(?:[A-Za-z0-9-]{1,24}\.)?(N|FN|ADR|NICKNAME|ATTENDEE|ORGANIZER)((?:;[^:;"\r\n]{0,128}(?:"[^"\r\n]{0,256}")?){0,8}):(?! )([^\r\n]{0,512})/g;
/** Whose address it is, among the parameters. */
const COMMON_NAME = /;CN=(?:"([^"]{1,128})"|([^";:]{1,128}))/;
/** What a semicolon or a comma parts, unless it is escaped. */
const COMPONENT = /(?:[^;,\\]|\\.)+/g;
const FIELD = /(?:[^;\\]|\\.)*(?:;|$)/g;
/** Components of an address that say where somebody lives: box, what else, street (RFC 6350, 6.3.1). */
const STREET_FIELDS = 3;
/** Bytes in quoted-printable (version 2.1). */
const QUOTED = /=[0-9A-F]{2}/g;

class CardScan {
  readonly #found: Finding[];

  constructor(found: Finding[]) {
    this.#found = found;
  }

  #add(rule: Rule, start: number, value: string): void {
    if (!hasMarker(value)) this.#found.push({ start, end: start + value.length, rule });
  }

  /** Parts of a name; a name in one piece says by its property that it is one. */
  names(start: number, value: string): void {
    for (const { 0: part, index } of value.matchAll(COMPONENT))
      if (NAME_SHAPE.test(part.replace(QUOTED, 'x'))) this.#add(RULES.personName, start + index, part);
  }

  /** All but the town and what lies around it. */
  address(start: number, value: string): void {
    let field = 0;
    for (const { 0: raw, index } of value.matchAll(FIELD)) {
      const part = raw.endsWith(';') ? raw.slice(0, -1) : raw;
      if (part.length > 1) this.#add(RULES.postalAddress, start + index, part);
      field += 1;
      if (field === STREET_FIELDS) return;
    }
  }

  commonName(start: number, parameters: string): void {
    const match = COMMON_NAME.exec(parameters);
    const name = match?.[1] ?? match?.[2];
    if (match === null || name === undefined || !NAME_SHAPE.test(name)) return;
    this.#add(RULES.personName, start + match.index + match[0].indexOf(name), name);
  }
}

/** Names and addresses in cards of contacts, and of those whom an appointment is with. */
export function findInCards({ text }: Subject, found: Finding[]): void {
  // Lines that look like the start of one and have none are told faster than the pattern fails.
  if (!text.includes(':')) return;
  PROPERTY.lastIndex = 0;
  for (let match = PROPERTY.exec(text); match !== null; match = PROPERTY.exec(text)) {
    const scan = new CardScan(found);
    const [whole, property, parameters = '', value = ''] = match;
    const end = match.index + whole.length;
    const valueAt = end - value.length;
    if (property === 'ADR') scan.address(valueAt, value);
    else if (property === 'FN' || property === 'NICKNAME' || (property === 'N' && value.includes(';')))
      scan.names(valueAt, value);
    else if (property !== 'N') scan.commonName(valueAt - 1 - parameters.length, parameters);
  }
}
