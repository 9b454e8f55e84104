import { concatBytes } from '../proof/index.ts';
import { ExchangeContent, type Header } from '../record/index.ts';
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

  /** Takes the headers or trailers of a direction. Their values may change afterwards. */
  addFields(type: 'headers' | 'trailers', side: Side, fields: Header[]): void {
    if (type === 'headers' && side === 'request')
      this.#lists[0] = ExchangeContent.encode({ ...EMPTY, requestHeaders: fields });
    else if (type === 'headers') this.#lists[1] = ExchangeContent.encode({ ...EMPTY, responseHeaders: fields });
    else if (side === 'request') this.#lists[2] = ExchangeContent.encode({ ...EMPTY, requestTrailers: fields });
    else this.#lists[3] = ExchangeContent.encode({ ...EMPTY, responseTrailers: fields });
  }

  /** What there is so far, with what `end` adds. */
  encode(end?: MessageEnd): Uint8Array {
    const encoded = this.#lists.filter((list) => list !== undefined);
    if (end !== undefined) encoded.push(ExchangeContent.encode({ ...EMPTY, ...end }));
    return concatBytes(...encoded);
  }
}
