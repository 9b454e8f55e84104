import { decodeField, encodePercent, isEscapeAt } from './percent.ts';

const PERCENT = 37;

/** How many characters of `text` stand at `at` of `whole`, too. */
function commonLength(text: string, whole: string, at: number): number {
  if (whole.startsWith(text, at)) return text.length;
  let length = 0;
  while (length < text.length && text.charCodeAt(length) === whole.charCodeAt(at + length)) length += 1;
  return length;
}

/**
 * Writes what became of the decoded value of a form's field, which comes in pieces: as the field had it up to where the two first
 * differ, and encoded anew behind that, since nobody can tell any more what was written how. That follows from the whole of both,
 * never from their pieces.
 */
export class AsWritten {
  /** What was read of the field and isn't written yet, from {@link #at} on. */
  #raw = '';
  #at = 0;
  /** The first `%` there; the end of the text when there is none. */
  #nextPercent = 0;
  /** The same decoded, from {@link #decodedAt} on. */
  #decoded = '';
  #decodedAt = 0;
  #differs = false;

  /** Takes the next piece of the field, in which no escape reaches over its end. @returns it decoded */
  read(raw: string): string {
    const decoded = decodeField(raw);
    if (this.#differs) return decoded;
    this.#raw = this.#raw.slice(this.#at) + raw;
    this.#decoded = this.#decoded.slice(this.#decodedAt) + decoded;
    this.#at = this.#decodedAt = 0;
    this.#nextPercent = this.#percentFrom(0);
    return decoded;
  }

  /** The next piece of what became of it, as it is to be written. */
  write(text: string): string {
    if (this.#differs) return encodePercent(text);
    const same = commonLength(text, this.#decoded, this.#decodedAt);
    const start = this.#at;
    this.#skip(same);
    const raw = this.#raw.slice(start, this.#at);
    if (same === text.length) return raw;
    this.#differs = true;
    this.#raw = this.#decoded = '';
    return raw + encodePercent(text.slice(same));
  }

  /** Another one that has read and written the same. */
  fork(): AsWritten {
    const other = new AsWritten();
    other.#raw = this.#raw;
    other.#at = this.#at;
    other.#nextPercent = this.#nextPercent;
    other.#decoded = this.#decoded;
    other.#decodedAt = this.#decodedAt;
    other.#differs = this.#differs;
    return other;
  }

  #percentFrom(at: number): number {
    if (this.#raw.charCodeAt(at) === PERCENT) return at;
    const next = this.#raw.indexOf('%', at);
    return next === -1 ? this.#raw.length : next;
  }

  /** Goes past so many decoded characters, all of which are there. */
  #skip(count: number): void {
    this.#decodedAt += count;
    let left = count;
    while (left > 0) {
      const step = Math.min(left, this.#nextPercent - this.#at);
      this.#at += step;
      left -= step;
      if (left === 0) return;
      this.#at += isEscapeAt(this.#raw, this.#at) ? 3 : 1;
      left -= 1;
      this.#nextPercent = this.#percentFrom(this.#at);
    }
  }
}
