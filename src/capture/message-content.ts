import { concatBytes } from '../proof/index.ts';
import { ExchangeContent, type Header } from '../record/index.ts';
import type { Budget } from './budget.ts';
import type { Side } from './ext-proc-wire.ts';

const EMPTY: Readonly<ExchangeContent> = ExchangeContent.create();

/** What of the part `message` is known only when the exchange is over. */
export type MessageEnd = Pick<ExchangeContent, 'requestBody' | 'responseBody' | 'redacted'>;

/**
 * The part `message` of an exchange. Headers and trailers are encoded as soon as they are known, since most of its time an
 * exchange waits: as a list of fields they would take several times the memory, and in strict be encoded twice.
 */
export class MessageContent {
  /** The encoded fields 1 to 4 of the message. One message is the bytes of its fields, one after the other. */
  readonly #lists: [Uint8Array?, Uint8Array?, Uint8Array?, Uint8Array?] = [];
  readonly #held: Budget;

  /** @param held what all exchanges hold of this sort */
  constructor(held: Budget) {
    this.#held = held;
  }

  /** Takes the headers or trailers of a direction. Their values may change afterwards. */
  addFields(type: 'headers' | 'trailers', side: Side, fields: Header[]): void {
    if (type === 'headers' && side === 'request') this.#keep(0, { requestHeaders: fields });
    else if (type === 'headers') this.#keep(1, { responseHeaders: fields });
    else if (side === 'request') this.#keep(2, { requestTrailers: fields });
    else this.#keep(3, { responseTrailers: fields });
  }

  #keep(place: 0 | 1 | 2 | 3, fields: Partial<ExchangeContent>): void {
    const list = ExchangeContent.encode({ ...EMPTY, ...fields });
    this.#held.give(this.#lists[place]?.length ?? 0);
    this.#held.take(list.length);
    this.#lists[place] = list;
  }

  /** Nothing of it is needed any more. */
  release(): void {
    for (const list of this.#lists.splice(0)) this.#held.give(list?.length ?? 0);
  }

  /** What there is so far, with what `end` adds. */
  encode(end?: MessageEnd): Uint8Array {
    const encoded = this.#lists.filter((list) => list !== undefined);
    if (end !== undefined) encoded.push(ExchangeContent.encode({ ...EMPTY, ...end }));
    return concatBytes(...encoded);
  }
}
