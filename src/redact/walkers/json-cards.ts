import { listedCodeIn } from '../detectors/cards.ts';

/** Values behind a card number among which month, year and code may be. */
const MAX_BEHIND = 4;
/** As long as the shortest number, and the longest with blanks. */
const MIN_CHARS = 12;
const MAX_CHARS = 24;
const NUMBER = /^\s*\d[\d -]{10,}$/;

/** What an element of a list is to the card number before it: its code, or what may be, as those behind it will say. */
export type Listed = 'code' | 'may_be_code' | 'before_is_code' | 'nothing';

/** A card number in a list, and the values behind it: `["4111111111111111", "12", "2027", "737"]`. */
export class CardList {
  #values: string[] = [];

  /** True while values behind a number are looked at. */
  get isOpen(): boolean {
    return this.#values.length > 0;
  }

  /** True when the next value is the first behind the number. */
  get isBehindNumber(): boolean {
    return this.#values.length === 1;
  }

  close(): void {
    if (this.#values.length > 0) this.#values = [];
  }

  /** Takes an element of the list at hand. */
  add(text: string): Listed {
    if (text.length >= MIN_CHARS && text.length <= MAX_CHARS && NUMBER.test(text)) this.#values = [text];
    else if (this.#values.length > 0) return this.#addBehind(text);
    return 'nothing';
  }

  #addBehind(text: string): Listed {
    const { isBehindNumber } = this;
    this.#values.push(text);
    const code = listedCodeIn(this.#values);
    if (this.#values.length > MAX_BEHIND || code !== -1) this.close();
    if (code !== -1) return code === 1 ? 'before_is_code' : 'code';
    return isBehindNumber && /^\s*\d{3,4}\s*$/.test(text) ? 'may_be_code' : 'nothing';
  }
}
