import { encodeHex, sha256 } from '../proof/index.ts';
import { AffidavitError, PAYLOAD_CLASS } from '../record/index.ts';
import type { PayloadClass } from '../record/index.ts';

const CLASS_NAMES = new Map<number, string>(Object.entries(PAYLOAD_CLASS).map(([name, number]) => [number, name]));
const CLASS_NUMBERS = new Map<string, PayloadClass>(Object.entries(PAYLOAD_CLASS));

/** A payload class's name in key files. */
export function className(payloadClass: PayloadClass): string {
  return CLASS_NAMES.get(payloadClass) ?? String(payloadClass);
}

/** SHA-256 of all the other members, in their order and without blanks: one bit of a key that changed must not make it another. */
const CHECK = 'check';

function checkOf(members: Readonly<Record<string, unknown>>): string {
  return encodeHex(sha256(Buffer.from(JSON.stringify({ ...members, [CHECK]: undefined }))));
}

/** Text of a JSON key file whose members {@link JsonFile.parse} then finds as they are, or refuses. */
export function formatChecked(members: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ ...members, [CHECK]: checkOf(members) }, null, 2)}\n`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads the fields of a JSON key file. Every fault is `key.malformed` and names file and field, never a value. */
export class JsonFile {
  private readonly fields: Readonly<Record<string, unknown>>;
  private readonly name: string;
  private readonly place: string;

  private constructor(fields: Readonly<Record<string, unknown>>, name: string, place: string) {
    this.fields = fields;
    this.name = name;
    this.place = place;
  }

  /** Parses a file that begins with `"format": format`; one that has no check is taken as it is. @throws key.malformed */
  static parse(text: string, name: string, format: string): JsonFile {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // The parser's message may quote the text, and the text may be a key.
      throw new AffidavitError('key.malformed', `${name} is ${text.trim() === '' ? 'empty' : 'not JSON'}`);
    }
    if (!isObject(value)) throw new AffidavitError('key.malformed', `${name} does not hold a JSON object`);
    const file = new JsonFile(value, name, '');
    if (value['format'] !== format) throw file.malformed('format', `not ${format}`);
    if (CHECK in value && value[CHECK] !== checkOf(value))
      throw file.malformed(
        CHECK,
        'not that of the rest: something has changed in the file; restore it from a backup, or, if you changed it, remove this member',
      );
    return file;
  }

  /** An error that names file and field. */
  malformed(field: string, what: string): AffidavitError {
    return new AffidavitError('key.malformed', `${this.name}: ${this.place}${field} is ${what}`);
  }

  /** A list of objects of at most `maxLength`. */
  list(field: string, maxLength: number): JsonFile[] {
    const value = this.fields[field];
    if (!Array.isArray(value)) throw this.malformed(field, 'not a list');
    if (value.length > maxLength) throw this.malformed(field, `longer than ${maxLength}`);
    return value.map((entry: unknown, index) => {
      const place = `${this.place}${field}[${index}]`;
      if (!isObject(entry)) throw this.malformed(`${field}[${index}]`, 'not an object');
      return new JsonFile(entry, this.name, `${place}.`);
    });
  }

  /** A string that `pattern` matches. */
  string(field: string, pattern: RegExp): string {
    const value = this.fields[field];
    if (typeof value !== 'string' || !pattern.test(value)) throw this.malformed(field, `not a string like ${pattern}`);
    return value;
  }

  /** Bytes in Base64. */
  base64(field: string, count: number): Uint8Array {
    return this.bytes(field, count, 'base64');
  }

  /** Bytes in lower-case hexadecimal. */
  hex(field: string, count: number): Uint8Array {
    return this.bytes(field, count, 'hex');
  }

  /** A payload class by its name. */
  payloadClass(field: string): PayloadClass {
    const value = this.fields[field];
    const found = typeof value === 'string' ? CLASS_NUMBERS.get(value) : undefined;
    if (found === undefined) throw this.malformed(field, 'not index, content or unmask');
    return found;
  }

  private bytes(field: string, count: number, encoding: 'base64' | 'hex'): Uint8Array {
    const value = this.fields[field];
    if (typeof value !== 'string') throw this.malformed(field, 'not a string');
    const bytes = Buffer.from(value, encoding);
    if (bytes.toString(encoding) !== value || bytes.length !== count)
      throw this.malformed(field, `not ${count} bytes in ${encoding}`);
    return new Uint8Array(bytes);
  }
}
