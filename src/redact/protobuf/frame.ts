import type { Scope } from '../engine.ts';
import type { KeyRule } from '../words/key-rule.ts';
import { isValueRole, pairRole, pairRule } from '../walkers/pairs.ts';
import type { Descriptors, FieldType, MessageType } from './types.ts';
import { FieldCursor, WIRE_TYPE } from './wire.ts';

/** What holds for the fields of one message. */
export interface Frame {
  readonly type: MessageType | undefined;
  /** What the name that the message stands under says about all that is in it. */
  readonly key: KeyRule | undefined;
  /** What the message itself says about a field of it, by the name or key in another one. */
  readonly named: KeyRule | undefined;
  /** Of google.protobuf.Any: the type of what is in it. */
  readonly content: MessageType | undefined;
  readonly depth: number;
  /** How many texts around this one may be messages as well. */
  readonly ambiguous: number;
}

/** What a name may look like that stands beside a value. */
const NAME = /^[\w.:[\]/ -]{2,64}$/;
const MAX_NAME_BYTES = 64;
const MAX_KEY_BYTES = 128;
const MAX_URL_BYTES = 512;
/** Of a map's entry, and so most often of other named values: the key, and the value. */
const KEY_FIELD: number = 1;
const VALUE_FIELD: number = 2;

/** The last value of a field of bytes in a message; undefined for none, and for a longer one. */
function stringIn(text: string, place: { start: number; end: number }, field: number, maxBytes: number) {
  const cursor = new FieldCursor(text, place.start, place.end);
  let found: string | undefined;
  while (cursor.next())
    if (cursor.number === field && cursor.wire === WIRE_TYPE.bytes)
      found = cursor.end - cursor.start > maxBytes ? undefined : text.slice(cursor.start, cursor.end);
  return found;
}

/** The key of what may be the entry of a map, of which no type is known: its first field, before the value. */
function keyBeforeValue(text: string, { start, end }: { start: number; end: number }): string | undefined {
  const cursor = new FieldCursor(text, start, end);
  if (!cursor.next() || cursor.number !== KEY_FIELD || cursor.wire !== WIRE_TYPE.bytes) return undefined;
  if (cursor.end - cursor.start > MAX_NAME_BYTES) return undefined;
  const key = text.slice(cursor.start, cursor.end);
  return cursor.next() && cursor.number === VALUE_FIELD ? key : undefined;
}

function ruleOfName(name: string | undefined, classify: (name: string) => KeyRule | undefined): KeyRule | undefined {
  const rule = name !== undefined && NAME.test(name) ? classify(name) : undefined;
  return rule && pairRule(rule);
}

/** What holds for the fields of the message at a place: what it says itself is read ahead. */
export function frameOf(
  text: string,
  place: { start: number; end: number },
  known: Pick<Frame, 'type' | 'key' | 'depth' | 'ambiguous'>,
  { engine }: Scope,
  descriptors: Descriptors | undefined,
): Frame {
  const { type } = known;
  let named: KeyRule | undefined;
  let content: MessageType | undefined;
  if (type === undefined) named = ruleOfName(keyBeforeValue(text, place), engine.classify);
  else if (type.form === 'entry') {
    const key = stringIn(text, place, KEY_FIELD, MAX_KEY_BYTES);
    named = key === undefined ? undefined : engine.classify(key);
  } else if (type.form === 'any') {
    const url = stringIn(text, place, KEY_FIELD, MAX_URL_BYTES) ?? '';
    content = descriptors?.message(url.slice(url.lastIndexOf('/') + 1));
  } else if (type.nameField !== 0)
    named = ruleOfName(stringIn(text, place, type.nameField, MAX_NAME_BYTES), engine.classifyHeader);
  return { ...known, named, content };
}

/** What the name of a field says about its value. */
export function keyOf(
  number: number,
  field: FieldType | undefined,
  { type, key, named }: Frame,
  { engine }: Scope,
): KeyRule | undefined {
  if (field === undefined || type === undefined)
    return type === undefined && number === VALUE_FIELD ? (named ?? key) : key;
  let own = key;
  if (type.form === 'entry') {
    // A key is what names something: nothing names it.
    if (number === KEY_FIELD) return undefined;
    own = named ?? key;
  } else if (type.form !== 'transparent')
    own = engine.classify(field.name, key) ?? (isValueRole(pairRole(field.name)) ? named : undefined) ?? key;
  return field.isRepeated ? (own?.elements?.() ?? own) : own;
}

/** The type of the message or group in a field, and what holds for all that is in it. */
export function typeInside(
  field: FieldType | undefined,
  key: KeyRule | undefined,
  descriptors: Descriptors | undefined,
): Pick<Frame, 'type' | 'key'> {
  const isMessage = field?.kind === 'message' || field?.kind === 'group';
  const type = isMessage ? descriptors?.message(field.typeName) : undefined;
  return { type, key: type?.form === 'transparent' ? key : key?.members?.() };
}
