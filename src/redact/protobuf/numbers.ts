import { type Scope, settleNamed } from '../engine.ts';
import { regionsOf, type Replaced, settleRegion } from '../findings.ts';
import type { KeyRule } from '../words/key-rule.ts';
import { digitsOf } from '../walkers/json-text.ts';
import type { FieldKind } from './types.ts';
import { varintBigInt, varintNumber, WIRE_TYPE } from './wire.ts';

/** Fewer digits are nothing by themselves. */
const MIN_DIGITS = 6;
/** Of a number that nothing is known of: the digits of the shortest payment card. */
const MIN_UNKNOWN_DIGITS = 12;
/** Bytes of the longest varint whose value a number holds exactly. */
const MAX_EXACT_BYTES = 7;
/** A varint of so few bytes has fewer than {@link MIN_DIGITS} digits. */
const MAX_HARMLESS_BYTES = 2;
/** So many bytes a varint has at least that has {@link MIN_UNKNOWN_DIGITS}. */
const MIN_UNKNOWN_BYTES = 5;

/** A number as it stands in a message. */
export interface WireNumber {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** One of `WIRE_TYPE`: varint, fixed32 or fixed64. */
  readonly wire: number;
}

/** The wire type that a kind of number is written with; undefined for what is no number. */
export function wireOf(kind: FieldKind): number | undefined {
  switch (kind) {
    case 'int':
    case 'uint':
    case 'sint':
    case 'choice':
      return WIRE_TYPE.varint;
    case 'fixed32':
    case 'sfixed32':
    case 'float':
      return WIRE_TYPE.fixed32;
    case 'fixed64':
    case 'sfixed64':
    case 'double':
      return WIRE_TYPE.fixed64;
    default:
      return undefined;
  }
}

function zigzag(value: bigint): bigint {
  return value >> 1n;
}

function magnitude(value: bigint): string {
  return (value < 0n ? -value : value).toString();
}

function varintDigits({ text, start, end }: WireNumber, kind: FieldKind): string {
  if (end - start <= MAX_EXACT_BYTES) {
    const value = varintNumber(text, start, end);
    return String(kind === 'sint' ? Math.ceil(value / 2) : value);
  }
  const value = varintBigInt(text, start, end);
  if (kind === 'sint') return magnitude(zigzag(value) ^ -(value & 1n));
  return kind === 'int' ? magnitude(BigInt.asIntN(64, value)) : value.toString();
}

function fixedDigits({ text, start, end }: WireNumber, kind: FieldKind): string {
  const bytes = Buffer.from(text.slice(start, end), 'latin1');
  switch (kind) {
    case 'float':
      return digitsOf(String(bytes.readFloatLE()));
    case 'double':
      return digitsOf(String(bytes.readDoubleLE()));
    case 'sfixed32':
      return String(Math.abs(bytes.readInt32LE()));
    case 'sfixed64':
      return magnitude(bytes.readBigInt64LE());
    default:
      return String(bytes.length === 4 ? bytes.readUInt32LE() : bytes.readBigUInt64LE());
  }
}

/** What a number may be of which no descriptor tells the kind. */
const UNKNOWN_KINDS: Readonly<Record<number, readonly FieldKind[]>> = {
  [WIRE_TYPE.varint]: ['uint', 'sint'],
  [WIRE_TYPE.fixed64]: ['fixed64', 'double'],
  [WIRE_TYPE.fixed32]: ['fixed32'],
};

function digitsIn(number: WireNumber, kind: FieldKind): string {
  return number.wire === WIRE_TYPE.varint ? varintDigits(number, kind) : fixedDigits(number, kind);
}

/**
 * Counts the digits of a number that its name, or what it is, gives away. A part of a number is never one.
 * @returns whether it may be committed to; undefined when it stays
 */
function settleDigits(
  digits: string,
  minDigits: number,
  key: KeyRule | undefined,
  scope: Scope,
): 'committed' | 'never_kept' | undefined {
  // Zero is what stands in the place of others.
  if (digits === '0') return undefined;
  const named = settleNamed(digits, key, scope);
  if (named !== undefined) return named.neverKept ? 'never_kept' : 'committed';
  if (digits.length < minDigits) return undefined;
  const found = scope.engine.detect(digits, true, key?.hints);
  const whole = found.filter(({ start, end }) => start === 0 && end === digits.length);
  const region = regionsOf(digits, whole, scope.tally)[0];
  if (region === undefined) return undefined;
  return settleRegion(digits, region, scope.tally).neverKept ? 'never_kept' : 'committed';
}

function mayBe(number: WireNumber, isKnown: boolean, key: KeyRule | undefined): boolean {
  const bytes = number.end - number.start;
  if (key !== undefined) return true;
  if (number.wire === WIRE_TYPE.varint) return bytes > MAX_HARMLESS_BYTES && (isKnown || bytes >= MIN_UNKNOWN_BYTES);
  return isKnown || number.wire === WIRE_TYPE.fixed64;
}

/**
 * Looks at a number and counts what it is.
 * @param kind as a descriptor has it; undefined when none does
 * @returns zero in the same encoding, which stands in its place; undefined when it stays
 */
export function redactNumber(
  number: WireNumber,
  kind: FieldKind | undefined,
  key: KeyRule | undefined,
  scope: Scope,
): Replaced | undefined {
  const isKnown = kind !== undefined && kind !== 'choice';
  // True and false, or the member of an enumeration: what it is named for is not in it.
  const rule = kind === 'choice' ? undefined : key;
  if (!mayBe(number, isKnown, rule)) return undefined;
  const minDigits = isKnown ? MIN_DIGITS : MIN_UNKNOWN_DIGITS;
  for (const each of isKnown ? [kind] : (UNKNOWN_KINDS[number.wire] ?? [])) {
    const settled = settleDigits(digitsIn(number, each), minDigits, rule, scope);
    if (settled === undefined) continue;
    const zero = number.wire === WIRE_TYPE.varint ? '\0' : '\0'.repeat(number.end - number.start);
    return { redacted: zero, original: settled === 'never_kept' ? zero : number.text.slice(number.start, number.end) };
  }
  return undefined;
}
