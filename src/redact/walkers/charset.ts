import { StringDecoder } from 'node:string_decoder';
import { TextDecoder } from 'node:util';
import type { Scope, Walker } from '../engine.ts';
import { Output } from '../findings.ts';
import type { WithdrawReason } from '../types.ts';
import { Misreading } from './misread.ts';

/** How UTF-16 is written (RFC 2781); `utf-16` when the content itself says in which order. */
export type Utf16 = 'utf-16' | 'utf-16le' | 'utf-16be';

const LITTLE = '\xff\xfe';
const BIG = '\xfe\xff';
const ORDER_BYTES = 2;

/** Makes the walker of a text in a superset of ASCII. */
export type MakeTextWalker = (output: Output) => Walker;

/** How content that starts with these two bytes is written; undefined when not in UTF-16. */
export function utf16Of(declared: Utf16 | undefined, start: string): 'utf-16le' | 'utf-16be' | undefined {
  if (declared === 'utf-16le' || declared === 'utf-16be') return declared;
  if (start === LITTLE) return 'utf-16le';
  if (start === BIG) return 'utf-16be';
  if (declared === undefined) return undefined;
  // Without a mark of its order: nearly every text starts with a character of ASCII.
  return start.startsWith('\0') ? 'utf-16be' : 'utf-16le';
}

/** A binary string of UTF-8 as one of UTF-16. */
class Utf16Writer {
  readonly #decoder = new StringDecoder('utf8');
  readonly #isBig: boolean;

  constructor(isBig: boolean) {
    this.#isBig = isBig;
  }

  write(text: string): string {
    return this.#encode(this.#decoder.write(Buffer.from(text, 'latin1')));
  }

  end(): string {
    return this.#encode(this.#decoder.end());
  }

  #encode(text: string): string {
    const bytes = Buffer.from(text, 'utf16le');
    return (this.#isBig ? bytes.swap16() : bytes).toString('latin1');
  }
}

/** Tells where in UTF-16, in bytes, each byte of a text in UTF-8 stands. */
class Utf16Places {
  #places = new Uint32Array(1024);
  #length = 0;
  #next = 0;

  add(text: string): void {
    if (this.#length + text.length >= this.#places.length) {
      const grown = new Uint32Array((this.#length + text.length) * 2);
      grown.set(this.#places);
      this.#places = grown;
    }
    for (let i = 0; i < text.length; i += 1, this.#length += 1) {
      const code = text.charCodeAt(i);
      const isContinuation = code >= 0x80 && code < 0xc0;
      this.#places[this.#length] = isContinuation ? Math.max(0, this.#next - ORDER_BYTES) : this.#next;
      if (!isContinuation) this.#next += code >= 0xf0 ? 4 : 2;
    }
  }

  placeOf(index: number): number {
    return index < this.#length ? (this.#places[index] ?? 0) : this.#next;
  }
}

/** Walks UTF-16 as the text that it is, and writes it again in the same order of bytes. */
class Utf16Walker implements Walker {
  readonly #scope: Scope;
  readonly #output: Output;
  readonly #inner = new Output();
  readonly #walker: Walker;
  readonly #decoder: TextDecoder;
  readonly #redacted: Utf16Writer;
  readonly #original: Utf16Writer;
  readonly #places = new Utf16Places();
  readonly #misreading = new Misreading();
  #isBroken = false;

  constructor(scope: Scope, output: Output, encoding: 'utf-16le' | 'utf-16be', makeWalker: MakeTextWalker) {
    this.#scope = scope;
    this.#output = output;
    this.#walker = makeWalker(this.#inner);
    this.#decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    this.#redacted = new Utf16Writer(encoding === 'utf-16be');
    this.#original = new Utf16Writer(encoding === 'utf-16be');
  }

  get failure(): WithdrawReason | undefined {
    return this.#isBroken ? 'undecodable' : this.#walker.failure;
  }

  get bufferedBytes(): number {
    return this.#walker.bufferedBytes;
  }

  push(bytes: string): void {
    this.#misreading.push(bytes);
    const text = this.#decode(bytes, false);
    this.#isBroken ||= this.#misreading.isSure;
    if (text === '' || this.#isBroken) return;
    if (this.#scope.tally.explains) this.#places.add(text);
    this.#work(() => {
      this.#walker.push(text);
    });
  }

  end(early: boolean): void {
    if (!early) this.#decode('', true);
    this.#isBroken ||= this.#misreading.end();
    if (this.failure !== undefined) return;
    this.#work(() => {
      this.#walker.end(early);
    });
    this.#output.replace(this.#redacted.end(), this.#original.end());
  }

  /** As UTF-8; half a pair of surrogates is none. */
  #decode(bytes: string, isLast: boolean): string {
    try {
      const text = this.#decoder.decode(Buffer.from(bytes, 'latin1'), { stream: !isLast });
      return Buffer.from(text, 'utf8').toString('latin1');
    } catch {
      this.#isBroken = true;
      return '';
    }
  }

  #work(work: () => void): void {
    const { tally } = this.#scope;
    const from = tally.spanCount;
    work();
    tally.rebase(from, (index) => this.#places.placeOf(index));
    const { redacted, original } = this.#inner.take();
    this.#output.replace(this.#redacted.write(redacted), this.#original.write(original));
  }
}

/** Walks a text in UTF-16, as its type or its first two bytes say, or in a superset of ASCII. */
export class CharsetWalker implements Walker {
  readonly #scope: Scope;
  readonly #output: Output;
  readonly #declared: Utf16 | undefined;
  readonly #makeWalker: MakeTextWalker;
  #walker: Walker | undefined;
  #start = '';

  constructor(scope: Scope, output: Output, declared: Utf16 | undefined, makeWalker: MakeTextWalker) {
    this.#scope = scope;
    this.#output = output;
    this.#declared = declared;
    this.#makeWalker = makeWalker;
  }

  get failure(): WithdrawReason | undefined {
    return this.#walker?.failure;
  }

  get bufferedBytes(): number {
    return this.#start.length + (this.#walker?.bufferedBytes ?? 0);
  }

  push(text: string): void {
    if (this.#walker !== undefined) {
      this.#walker.push(text);
      return;
    }
    this.#start += text;
    if (this.#start.length >= ORDER_BYTES) this.#choose();
  }

  end(early: boolean): void {
    const walker = this.#walker ?? this.#choose();
    if (walker.failure === undefined) walker.end(early);
  }

  #choose(): Walker {
    const encoding = utf16Of(this.#declared, this.#start.slice(0, ORDER_BYTES));
    const walker =
      encoding === undefined
        ? this.#makeWalker(this.#output)
        : new Utf16Walker(this.#scope, this.#output, encoding, this.#makeWalker);
    this.#walker = walker;
    walker.push(this.#start);
    this.#start = '';
    return walker;
  }
}
