import { FieldCursor, varintBigInt, WIRE_TYPE } from './wire.ts';

/** Seconds of the last moment that google.protobuf.Timestamp knows, and of the first. */
const MAX_SECONDS = 253_402_300_799n;
const MIN_SECONDS = -62_135_596_800n;

/** The numbers of a message's first three fields. */
function numbersIn(text: string, start: number, end: number): [bigint, bigint, bigint] {
  const numbers: [bigint, bigint, bigint] = [0n, 0n, 0n];
  const cursor = new FieldCursor(text, start, end);
  while (cursor.next())
    if (cursor.wire === WIRE_TYPE.varint && cursor.number <= 3)
      numbers[cursor.number - 1] = BigInt.asIntN(64, varintBigInt(text, cursor.start, cursor.end));
  return numbers;
}

function timestampText(seconds: bigint): string | undefined {
  // Zero is what stands in the place of others.
  if (seconds === 0n || seconds < MIN_SECONDS || seconds > MAX_SECONDS) return undefined;
  const text = new Date(Number(seconds) * 1000).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : `${text.slice(0, 19)}Z`;
}

/**
 * The text of a point in time (google.protobuf.Timestamp) or a day (google.type.Date) in a binary string, as ISO 8601 has
 * it; of a time at midnight, the day. Undefined for none.
 */
export function dateText(text: string, start: number, end: number, isDate: boolean): string | undefined {
  const [first, month, day] = numbersIn(text, start, end);
  if (!isDate) return timestampText(first);
  if (first < 1n || first > 9999n || month < 1n || month > 12n || day < 1n || day > 31n) return undefined;
  return `${String(first).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
