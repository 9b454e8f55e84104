import { AffidavitError } from '../record/index.ts';

/**
 * Typed reading of JSON. Everything throws `protocol` naming the place: an ordinary failure. Only whoever reads what
 * somebody signed makes evidence of it.
 */

function wrong(place: string, expected: string): AffidavitError {
  return new AffidavitError('protocol', `${place} is not ${expected}`);
}

/** What a text says. */
export function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new AffidavitError('protocol', `${place} is not JSON`, { cause: thrown });
  }
}

/** An object, not an array. */
export function asObject(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(place, 'an object');
  return value as Readonly<Record<string, unknown>>;
}

/** A list. */
export function asArray(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(place, 'a list');
  return value;
}

/** A text. */
export function asString(value: unknown, place: string): string {
  if (typeof value !== 'string') throw wrong(place, 'a text');
  return value;
}

/** True or false. */
export function asBoolean(value: unknown, place: string): boolean {
  if (typeof value !== 'boolean') throw wrong(place, 'true or false');
  return value;
}

/** An integer in 0 … 2^53-1. */
export function asCount(value: unknown, place: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw wrong(place, 'a count');
  return value;
}

/** Lower-case hexadecimal of exactly `digits` digits. */
export function asHex(value: unknown, place: string, digits: number): string {
  const text = asString(value, place);
  if (text.length !== digits || !/^[0-9a-f]*$/.test(text)) throw wrong(place, `${digits} hexadecimal digits`);
  return text;
}

/** The bytes of lower-case hexadecimal that was checked before. */
export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}
