import { RAW_TEXT } from './html-text.ts';

/** What a token of HTML is; `raw` is the content of an element that has no markup in it. */
export type TokenKind = 'text' | 'tag' | 'markup' | 'raw';

/** A token, or a piece of one that is too long to be held. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Where it starts in all that was taken. */
  readonly at: number;
  /** True for a piece of a token that is too long, and for a token that the content ends in. */
  readonly isPiece: boolean;
  /** False when more pieces of the same token follow. */
  readonly isEnd: boolean;
}

const CDATA = '<![CDATA[';
/** What starts with `<!` or `<?`, and how it ends. */
const MARKUP: readonly (readonly [start: string, end: string])[] = [
  ['<!--', '-->'],
  [CDATA, ']]>'],
  ['<!', '>'],
  ['<?', '>'],
];
/** An address that looked like a tag, replaced: it is read as before. */
const MARKER_START = '<[redacted:';
const TAG_START = /^<[A-Za-z/]/;
const OPENS = /^<[A-Za-z/!?]/;
const OPENINGS = [...MARKUP.map(([start]) => start), MARKER_START];
const NAME_OF_TAG = /^<([A-Za-z]{1,16})(?=[\s/>])/;
/** Closing tag of an element without markup, and one character behind its name. */
const MAX_CLOSING_CHARS = '</textarea>'.length;

const CLOSING: ReadonlyMap<string, RegExp> = new Map(
  [...RAW_TEXT].map((name) => [name, new RegExp(`</${name}(?=[\\s/>])`, 'gi')]),
);

/** Where in a tag something stands (HTML standard, 13.2.5). */
const AT = { start: 0, name: 1, between: 2, attribute: 3, behindAttribute: 4, equals: 5, value: 6 } as const;
type InTag = (typeof AT)[keyof typeof AT];
const [SLASH, EQUALS] = [47, 61];

/** Where in a tag what stands behind a character is: one outside of quotation marks that doesn't end the tag. */
function behind(state: InTag, code: number): InTag {
  if (state === AT.start) return AT.name;
  const isBlank = code <= 32;
  if (state === AT.value) return isBlank ? AT.between : AT.value;
  if (state === AT.equals) return isBlank ? AT.equals : AT.value;
  if (code === SLASH) return AT.between;
  if (state === AT.name) return isBlank ? AT.between : AT.name;
  // In front of an attribute the sign is a part of its name.
  if (state === AT.between) return isBlank ? AT.between : AT.attribute;
  return isBlank ? AT.behindAttribute : code === EQUALS ? AT.equals : AT.attribute;
}

/** Cuts HTML into texts and tags as browsers do, in bounded memory: each character is looked at once. */
export class HtmlTokens {
  readonly #maxChars: number;
  #buffer = '';
  #offset = 0;
  #kind: TokenKind | undefined;
  /** How the token ends, of markup. */
  #ending = '';
  /** Up to here the buffer doesn't have the token's end. */
  #searched = 0;
  #quote = 0;
  #inTag: InTag = AT.start;
  #isLong = false;
  #raw: RegExp | undefined;

  /** Tokens of more than `maxChars` come in pieces. */
  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  get bufferedBytes(): number {
    return this.#buffer.length;
  }

  push(text: string): void {
    this.#buffer = this.#buffer === '' ? text : this.#buffer + text;
  }

  /** The next token; undefined when there is none, or it isn't whole and more may come. */
  next(isFinal: boolean): Token | undefined {
    if (this.#buffer === '') return undefined;
    const kind = (this.#kind ??= this.#kindOf(isFinal));
    if (kind === undefined) return undefined;
    const end = this.#endOf(kind);
    if (end === 0) return this.#leaveRaw(isFinal);
    if (end !== -1) return this.#take(kind, end, this.#isLong || end > this.#maxChars, true);
    if (isFinal) return this.#take(kind, this.#buffer.length, kind !== 'text' || this.#isTooLong(0), true);
    if (!this.#isLong && !this.#isTooLong(MAX_CLOSING_CHARS)) return undefined;
    const count = this.#buffer.length - MAX_CLOSING_CHARS;
    return count > 0 ? this.#take(kind, count, true, false) : undefined;
  }

  #isTooLong(kept: number): boolean {
    return this.#isLong || this.#buffer.length - kept > this.#maxChars;
  }

  #leaveRaw(isFinal: boolean): Token | undefined {
    this.#raw = undefined;
    this.#kind = undefined;
    this.#searched = 0;
    return this.next(isFinal);
  }

  #take(kind: TokenKind, count: number, isPiece: boolean, isEnd: boolean): Token {
    const text = this.#buffer.slice(0, count);
    const at = this.#offset;
    this.#buffer = this.#buffer.slice(count);
    this.#offset += count;
    this.#searched = Math.max(0, this.#searched - count);
    this.#isLong = !isEnd;
    if (isEnd) {
      this.#kind = undefined;
      this.#searched = 0;
      this.#raw =
        kind === 'tag' && !isPiece ? CLOSING.get(NAME_OF_TAG.exec(text)?.[1]?.toLowerCase() ?? '') : undefined;
    }
    return { kind, text, at, isPiece, isEnd };
  }

  #kindOf(isFinal: boolean): TokenKind | undefined {
    if (this.#raw !== undefined) return 'raw';
    this.#quote = 0;
    this.#inTag = AT.start;
    if (this.#buffer.charCodeAt(0) !== 60) return 'text';
    const start = this.#buffer.slice(0, MARKER_START.length);
    if (!isFinal && OPENINGS.some((opening) => start.length < opening.length && opening.startsWith(start)))
      return undefined;
    if (TAG_START.test(start) || start === MARKER_START) return 'tag';
    const markup = MARKUP.find(([opening]) => start.startsWith(opening));
    if (markup === undefined) return 'text';
    this.#ending = markup[1];
    this.#searched = markup[0].length;
    return 'markup';
  }

  /** Where the token at the start of the buffer ends; -1 when that isn't there. */
  #endOf(kind: TokenKind): number {
    switch (kind) {
      case 'text':
        return this.#endOfText();
      case 'markup':
        return this.#found(this.#buffer.indexOf(this.#ending, this.#searched), this.#ending.length);
      case 'raw':
        return this.#endOfRaw();
      case 'tag':
        return this.#endOfTag();
    }
  }

  /** Before the next sign that opens something; any other is a part of the text. */
  #endOfText(): number {
    let at = this.#buffer.indexOf('<', this.#isLong ? this.#searched : Math.max(1, this.#searched));
    for (; at !== -1; at = this.#buffer.indexOf('<', at + 1)) {
      const start = this.#buffer.slice(at, at + MARKER_START.length);
      if (OPENS.test(start) || start === MARKER_START) return at;
      if (!MARKER_START.startsWith(start)) continue;
      // More has to come to tell.
      this.#searched = at;
      return -1;
    }
    this.#searched = this.#buffer.length;
    return -1;
  }

  #found(index: number, length: number): number {
    if (index !== -1) return index + length;
    this.#searched = Math.max(this.#searched, this.#buffer.length - Math.max(0, length - 1));
    return -1;
  }

  #endOfRaw(): number {
    const closing = this.#raw;
    if (closing === undefined) return -1;
    closing.lastIndex = this.#searched;
    const index = closing.exec(this.#buffer)?.index ?? -1;
    return this.#found(index, index === -1 ? MAX_CLOSING_CHARS : 0);
  }

  /** The first `>` outside of attributes' values. */
  #endOfTag(): number {
    for (let i = this.#searched === 0 && !this.#isLong ? 1 : this.#searched; i < this.#buffer.length; i += 1) {
      const code = this.#buffer.charCodeAt(i);
      if (this.#quote !== 0) {
        if (code === this.#quote) this.#quote = 0;
      } else if (code === 62) return i + 1;
      else if (this.#inTag === AT.equals && (code === 34 || code === 39)) {
        this.#quote = code;
        this.#inTag = AT.between;
      } else this.#inTag = behind(this.#inTag, code);
    }
    this.#searched = this.#buffer.length;
    return -1;
  }
}
