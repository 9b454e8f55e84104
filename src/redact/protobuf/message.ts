import { type Scope, settleNamed } from '../engine.ts';
import { type Replaced, replaceFindings } from '../findings.ts';
import { hintsAlone, type KeyRule } from '../words/key-rule.ts';
import { type Rule, RULES } from '../rules.ts';
import { dateText } from './dates.ts';
import { type Frame, frameOf, keyOf, typeInside } from './frame.ts';
import { redactNumber, wireOf } from './numbers.ts';
import { PrintableRuns } from './printable.ts';
import { Rewrite } from './rewrite.ts';
import { dividerEnd, holdsSplit, holdsText, isTextual, mayHoldText } from './split.ts';
import { redactText, settleUnknown } from './text.ts';
import type { Descriptors, FieldKind, FieldType, MessageType } from './types.ts';
import { bytesField, FieldCursor, isMessage, varintEnd, WIRE_TYPE } from './wire.ts';

/** Messages within each other: the bound of most implementations of protobuf. */
const MAX_MESSAGE_DEPTH = 100;
/** Texts within each other that may be messages as well. */
const MAX_AMBIGUOUS_DEPTH = 4;
/** Of what stands for a message: a number that no schema can use, being reserved for implementations. */
const REPLACED_FIELD = 19_999;

/** A message that stands for one that can't be kept. */
export function replacedMessage(text: string): string {
  return bytesField(REPLACED_FIELD, text);
}

/** Where a value stands; its tag, and of bytes their length, are before it. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * Redacts one message: with its type by the names of its fields; what no type tells anything of by what it looks like.
 * There bytes that can be read as a message are one, those that are UTF-8 without control characters are text, and any other
 * are replaced by a marker that has their length. The result is a message again.
 *
 * Linear in the message's length: whether bytes are a message is told from its own tags and numbers alone, so that each byte
 * is read as a field of one message only; and bytes that may be text and message are read as both to a small depth only.
 */
export class MessageRedactor {
  readonly #scope: Scope;
  readonly #descriptors: Descriptors | undefined;
  readonly #text: string;
  readonly #printable: PrintableRuns;
  /** Where the text starts in all that was taken. */
  readonly #origin: number;

  constructor(scope: Scope, descriptors: Descriptors | undefined, text: string, origin: number) {
    this.#scope = scope;
    this.#descriptors = descriptors;
    this.#text = text;
    this.#printable = new PrintableRuns(text);
    this.#origin = origin;
  }

  /** What becomes of the whole text, which has to be a message ({@link isMessage}); undefined when it stays. */
  redact(type: MessageType | undefined): Replaced | undefined {
    const place = { start: 0, end: this.#text.length };
    return this.#fields(place, type, undefined, { depth: 0, ambiguous: 0 });
  }

  /** The fields of a message. A group has no length: its fields are read with those around it. */
  #fields(
    place: Place,
    type: MessageType | undefined,
    inherited: KeyRule | undefined,
    depths: Pick<Frame, 'depth' | 'ambiguous'>,
  ): Replaced | undefined {
    const rewrite = new Rewrite(this.#text, place.start, place.end);
    const cursor = new FieldCursor(this.#text, place.start, place.end);
    const around: Frame[] = [];
    let frame = frameOf(this.#text, place, { ...depths, type, key: inherited }, this.#scope, this.#descriptors);
    let [isGuessed, mayBeSplit] = [false, false];
    for (let from = place.start; cursor.next(); from = cursor.end) {
      const field = frame.type?.fields.get(cursor.number);
      const key = keyOf(cursor.number, field, frame, this.#scope);
      isGuessed ||= !isOfKind(cursor, field);
      mayBeSplit ||= isGuessed && isTextual(this.#text, from, dividerEnd(cursor));
      if (cursor.wire === WIRE_TYPE.startGroup) {
        around.push(frame);
        frame = { ...frame, ...typeInside(field, key, this.#descriptors), named: undefined, content: undefined };
      } else if (cursor.wire === WIRE_TYPE.endGroup) frame = around.pop() ?? frame;
      else if (cursor.wire === WIRE_TYPE.bytes) this.#bytes(cursor, field, key, frame, rewrite);
      else this.#number(cursor, field, key, rewrite);
    }
    const replaced = rewrite.finish();
    // Lengths that are written anew may look like text too.
    return mayBeSplit || (isGuessed && replaced !== undefined) ? this.#unlessSplit(place, replaced) : replaced;
  }

  /** What was made of a message, or of it all nothing when there is something in it that goes over its fields. */
  #unlessSplit(place: Place, replaced: Replaced | undefined): Replaced | undefined {
    const isSplit =
      replaced === undefined
        ? holdsSplit(this.#text, place.start, place.end, this.#scope)
        : holdsSplit(replaced.redacted, 0, replaced.redacted.length, this.#scope);
    if (!isSplit || this.#scope.tally.unknownContent === 'keep') return replaced;
    const text = this.#text.slice(place.start, place.end);
    const dropped = this.#whole(place, () =>
      settleUnknown(replaced?.redacted ?? text, RULES.opaque, this.#scope, true),
    );
    return { redacted: replacedMessage(dropped?.redacted ?? ''), original: '' };
  }

  #number(cursor: FieldCursor, field: FieldType | undefined, key: KeyRule | undefined, rewrite: Rewrite): void {
    const { start, end, wire } = cursor;
    const kind = field !== undefined && wireOf(field.kind) === wire ? field.kind : undefined;
    const replaced = this.#numberAt({ start, end }, wire, kind, key);
    if (replaced !== undefined) rewrite.replace(start, end, replaced);
  }

  #numberAt(place: Place, wire: number, kind: FieldKind | undefined, key: KeyRule | undefined): Replaced | undefined {
    return this.#whole(place, () => redactNumber({ text: this.#text, wire, ...place }, kind, key, this.#scope));
  }

  #bytes(
    cursor: FieldCursor,
    field: FieldType | undefined,
    key: KeyRule | undefined,
    frame: Frame,
    rewrite: Rewrite,
  ): void {
    const { afterTag, start, end } = cursor;
    if (start === end) return;
    const replaced = this.#content({ start, end }, field, key, frame);
    if (replaced !== undefined) rewrite.replaceContent(afterTag, start, end, replaced);
  }

  #content(place: Place, field: FieldType | undefined, key: KeyRule | undefined, frame: Frame): Replaced | undefined {
    if (field === undefined) return this.#unknown(place, key, frame);
    if (field.kind === 'string')
      return this.#isMessageOnly(place) ? this.#unknown(place, key, frame) : this.#string(place, key);
    if (field.kind === 'message' || field.kind === 'group') {
      const inside = typeInside(field, key, this.#descriptors);
      return inside.type === undefined
        ? this.#unknown(place, key, frame)
        : this.#message(place, inside.type, inside.key, key, frame);
    }
    const wire = wireOf(field.kind);
    if (wire !== undefined && field.isRepeated) return this.#packed(place, wire, field, key, frame);
    if (frame.content !== undefined && field.number === 2)
      return this.#message(place, frame.content, frame.key, frame.key, frame);
    return this.#unknown(place, key, frame);
  }

  /** True for what isn't text but a message, as a later version of a type may have in the place of a string. */
  #isMessageOnly({ start, end }: Place): boolean {
    return !this.#printable.has(start, end) && isMessage(this.#text, start, end);
  }

  /** `key` is what its name says about the message as a whole, `inherited` about all that is in it. */
  #message(
    place: Place,
    type: MessageType,
    inherited: KeyRule | undefined,
    key: KeyRule | undefined,
    { depth, ambiguous }: Frame,
  ): Replaced | undefined {
    if (depth >= MAX_MESSAGE_DEPTH) return this.#replaced(place, RULES.tooLong);
    if (!isMessage(this.#text, place.start, place.end)) return this.#replaced(place, RULES.unparseable);
    const isTime = type.form === 'timestamp' || type.form === 'date';
    const time = isTime ? this.#date(place, type, key) : undefined;
    return time ?? this.#fields(place, type, inherited, { depth: depth + 1, ambiguous });
  }

  /** A point in time under a name that says something: read as text, and replaced by one without any field. */
  #date(place: Place, type: MessageType, key: KeyRule | undefined): Replaced | undefined {
    const text = key && dateText(this.#text, place.start, place.end, type.form === 'date');
    if (text === undefined || key === undefined) return undefined;
    const original = this.#text.slice(place.start, place.end);
    return this.#whole(place, () => {
      const named = settleNamed(text, key, this.#scope);
      if (named !== undefined) return { redacted: '', original: named.neverKept ? '' : original };
      const found = this.#scope.engine.detect(text, true, key.hints);
      return replaceFindings(text, found, this.#scope.tally) && { redacted: '', original };
    });
  }

  #string(place: Place, key: KeyRule | undefined): Replaced | undefined {
    const { tally } = this.#scope;
    const from = tally.spanCount;
    const replaced = redactText(this.#text.slice(place.start, place.end), key, this.#scope);
    if (tally.explains) tally.rebase(from, (index) => this.#origin + place.start + index);
    return replaced;
  }

  /** Numbers one after another (packed repeated fields); none of them when they aren't whole, or hold text. */
  #packed(place: Place, wire: number, field: FieldType, key: KeyRule | undefined, frame: Frame): Replaced | undefined {
    const rewrite = new Rewrite(this.#text, place.start, place.end);
    if (this.#isTelling(place, frame)) return this.#emptied(place, true);
    const bytes = wire === WIRE_TYPE.fixed64 ? 8 : 4;
    for (let start = place.start; start < place.end;) {
      const end = wire === WIRE_TYPE.varint ? varintEnd(this.#text, start, place.end) : start + bytes;
      if (end === -1 || end > place.end) return this.#emptied(place);
      const replaced = this.#numberAt({ start, end }, wire, field.kind, key);
      if (replaced !== undefined) rewrite.replace(start, end, replaced);
      start = end;
    }
    return rewrite.finish();
  }

  /** True when something is found in what should be numbers, read as text or as a message. */
  #isTelling(place: Place, { depth, ambiguous }: Frame): boolean {
    const text = this.#text.slice(place.start, place.end);
    if (!mayHoldText(text)) return false;
    if (holdsText(text, this.#scope)) return true;
    if (ambiguous >= MAX_AMBIGUOUS_DEPTH || !isMessage(this.#text, place.start, place.end)) return false;
    const { tally } = this.#scope;
    const before = tally.mark();
    const depths = { depth: depth + 1, ambiguous: ambiguous + 1 };
    const asMessage = this.#fields(place, undefined, undefined, depths);
    tally.rollBack(before);
    return asMessage !== undefined;
  }

  #emptied(place: Place, isTelling = false): Replaced | undefined {
    const dropped = this.#unjudged(place, RULES.unparseable, isTelling);
    return dropped && { redacted: '', original: dropped.original };
  }

  /** Bytes that nothing is known of but, perhaps, a name. */
  #unknown(place: Place, key: KeyRule | undefined, frame: Frame): Replaced | undefined {
    const text = this.#text.slice(place.start, place.end);
    const isText = this.#printable.has(place.start, place.end);
    const mayBeMessage = isMessage(this.#text, place.start, place.end);
    if (isText && !mayBeMessage) return this.#string(place, key);
    const named = key && this.#whole(place, () => namedValue(text, key, this.#scope));
    if (named !== undefined) return named;
    if (!mayBeMessage) return this.#unjudged(place, RULES.opaque);
    if (frame.depth >= MAX_MESSAGE_DEPTH || (isText && frame.ambiguous >= MAX_AMBIGUOUS_DEPTH))
      return this.#unjudged(place, RULES.tooLong);
    const { depth, ambiguous } = frame;
    const inherited = key?.members?.();
    if (!isText) return this.#fields(place, undefined, inherited, { depth: depth + 1, ambiguous });
    return this.#ambiguous(place, key, { ...frame, key: inherited });
  }

  /** What may be text and a message: nothing may be found in it either way. */
  #ambiguous(
    place: Place,
    key: KeyRule | undefined,
    { key: inherited, depth, ambiguous }: Frame,
  ): Replaced | undefined {
    const { tally } = this.#scope;
    const unnamed = hintsAlone(key);
    const before = tally.mark();
    const asMessage = this.#fields(place, undefined, inherited, { depth: depth + 1, ambiguous: ambiguous + 1 });
    if (asMessage === undefined) return this.#string(place, unnamed);
    if (redactText(asMessage.redacted, unnamed, this.#scope) === undefined) return asMessage;
    tally.rollBack(before);
    return this.#unjudged(place, RULES.opaque, true);
  }

  #replaced(place: Place, rule: Rule): Replaced | undefined {
    const dropped = this.#unjudged(place, rule);
    return dropped && { redacted: replacedMessage(dropped.redacted), original: dropped.original };
  }

  #unjudged(place: Place, rule: Rule, isTelling = false): Replaced | undefined {
    const text = this.#text.slice(place.start, place.end);
    return this.#whole(place, () => settleUnknown(text, rule, this.#scope, isTelling));
  }

  /** Does what finds nothing smaller than all that is at a place. */
  #whole(place: Place, work: () => Replaced | undefined): Replaced | undefined {
    const { tally } = this.#scope;
    const from = tally.spanCount;
    const replaced = work();
    if (tally.explains && tally.spanCount > from)
      tally.rebase(from, (index) => this.#origin + (index === 0 ? place.start : place.end));
    return replaced;
  }
}

/** True for a field that is written as its type says. */
function isOfKind({ wire }: FieldCursor, field: FieldType | undefined): boolean {
  if (field === undefined) return false;
  return wire === (wireOf(field.kind) ?? (field.kind === 'group' ? WIRE_TYPE.startGroup : WIRE_TYPE.bytes));
}

function namedValue(text: string, key: KeyRule, scope: Scope): Replaced | undefined {
  const named = settleNamed(text, key, scope);
  return named && { redacted: named.put, original: named.neverKept ? '' : text };
}
