import type { Entity } from './entities.ts';

/**
 * What a place in a text is: `positive` must be found; `negative` looks like `entity` and isn't; `optional` may be found
 * or not, since people would judge it differently (a city alone, the user name in a connection string).
 */
export type MarkKind = 'positive' | 'negative' | 'optional';

/** A place in a text; `start` and `end` in UTF-16 code units. `encoded`: the text there is base64 of what is marked. */
export interface Mark {
  readonly kind: MarkKind;
  readonly entity: Entity;
  readonly start: number;
  readonly end: number;
  readonly encoded: boolean;
}

/** A text with its marks. */
export interface Marked {
  readonly text: string;
  readonly marks: readonly Mark[];
}

/** `text`, all of it marked. */
export function marked(kind: MarkKind, entity: Entity, text: string): Marked {
  return { text, marks: [{ kind, entity, start: 0, end: text.length, encoded: false }] };
}

/** Texts one after another. */
export function concat(...parts: readonly (Marked | string)[]): Marked {
  let text = '';
  const marks: Mark[] = [];
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    for (const mark of part.marks)
      marks.push({ ...mark, start: mark.start + text.length, end: mark.end + text.length });
    text += part.text;
  }
  return { text, marks };
}

/** Texts with `separator` between them. */
export function join(parts: readonly (Marked | string)[], separator: string): Marked {
  return concat(...parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part])));
}

/** `template` with `value` in the place of its `{}`. */
export function fill(template: string, value: Marked | string): Marked {
  const at = template.indexOf('{}');
  if (at === -1) throw new RangeError(`no {} in ${template}`);
  return concat(template.slice(0, at), value, template.slice(at + 2));
}

/**
 * The text encoded by `encodeText`, which must encode character by character; the marks move with what they mark. It's
 * told whether its piece is within a mark.
 */
export function encode(source: Marked, encodeText: (text: string, isMarked: boolean) => string): Marked {
  const cuts = new Set([0, source.text.length, ...source.marks.flatMap((mark) => [mark.start, mark.end])]);
  const moved = new Map<number, number>();
  let text = '';
  let previous = 0;
  for (const cut of [...cuts].sort((left, right) => left - right)) {
    const isMarked = source.marks.some((mark) => mark.start <= previous && mark.end >= cut);
    text += encodeText(source.text.slice(previous, cut), isMarked);
    moved.set(cut, text.length);
    previous = cut;
  }
  const place = (offset: number): number => moved.get(offset) ?? offset;
  return { text, marks: source.marks.map((mark) => ({ ...mark, start: place(mark.start), end: place(mark.end) })) };
}

/** The text's UTF-8 in base64. A mark becomes the characters that any of its bits stand in, six in each. */
export function base64(source: Marked, alphabet: 'base64' | 'base64url' = 'base64'): Marked {
  const text = Buffer.from(source.text).toString(alphabet);
  const byteOf = (offset: number): number => Buffer.byteLength(source.text.slice(0, offset));
  const marks = source.marks.map((mark) => ({
    ...mark,
    start: Math.floor((byteOf(mark.start) * 8) / 6),
    end: Math.ceil((byteOf(mark.end) * 8) / 6),
    encoded: true,
  }));
  return { text, marks };
}

/** Content of a JSON string (RFC 8259 section 7), without the quotes. */
export function jsonText(source: Marked, isAscii = false): Marked {
  return encode(source, (text) => {
    const escaped = JSON.stringify(text).slice(1, -1);
    if (!isAscii) return escaped;
    return escaped.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  });
}

/** Percent-encoding (RFC 3986 section 2.1); of forms when `isForm`: spaces are `+` (URL standard, section 5). */
export function percent(source: Marked, isForm = false): Marked {
  return encode(source, (text) => {
    const escaped = encodeURIComponent(text);
    return isForm ? escaped.replaceAll('%20', '+') : escaped;
  });
}

/** Character data or attribute values of XML and HTML. */
export function xmlText(source: Marked): Marked {
  return encode(source, (text) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  );
}

/** What XML and HTML that is marked here may also be written as: some characters by their number. */
export function withReferences(source: Marked): Marked {
  const reference = (character: string): string => `&#x${(character.codePointAt(0) ?? 0).toString(16)};`;
  return encode(source, (text, isMarked) => (isMarked ? text.replace(/[@'’\u00a0-\uffff]/g, reference) : text));
}

/** On one line, as logs write it. */
export function oneLine(source: Marked): Marked {
  return encode(source, (text) => text.replaceAll('\r', '\\r').replaceAll('\n', '\\n'));
}
