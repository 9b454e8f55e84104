import { redactJsonOrNothing, type Scope, type Walker } from '../engine.ts';
import type { Output, Replaced } from '../findings.ts';
import { marker } from '../markers.ts';
import { MessageDecompressor } from '../protobuf/compression.ts';
import type { Framing } from '../protobuf/media-types.ts';
import { MessageRedactor, replacedMessage } from '../protobuf/message.ts';
import { settleUnknown } from '../protobuf/text.ts';
import { isTrailers, redactTrailers } from '../protobuf/trailers.ts';
import type { MessageType } from '../protobuf/types.ts';
import { isMessage } from '../protobuf/wire.ts';
import { type Rule, RULES } from '../rules.ts';
import type { WithdrawReason } from '../types.ts';

/** A byte of flags and four of the length (gRPC over HTTP/2, Length-Prefixed-Message). */
const PREFIX_BYTES = 5;
const COMPRESSED = 0x01;
/** Of the frame that is no message but ends the stream: trailers in gRPC-Web, JSON in Connect. */
const END_FLAGS = { grpc: 0, web: 0x80, connect: 0x02 } as const;

/** What a frame holds. */
type FrameKind = 'proto' | 'json' | 'trailers';

/** What is known of a body's frames before the first one. */
export interface FramedSetup {
  readonly framing: Framing;
  /** Type of its messages; undefined when nothing is known of them. */
  readonly type: MessageType | undefined;
  /** How messages are compressed that say that they are. */
  readonly encoding: string | undefined;
}

/** The frame that is being read. */
interface OpenFrame {
  readonly flags: number;
  readonly bytes: number;
  /** Of a frame that is too long to be held: how much of it is still to come. */
  left: number;
}

function prefixOf(flags: number, bytes: number): string {
  return String.fromCharCode(flags, bytes >>> 24, (bytes >>> 16) & 0xff, (bytes >>> 8) & 0xff, bytes & 0xff);
}

/**
 * Walks messages behind their lengths: gRPC (PROTOCOL-HTTP2.md), gRPC-Web with its trailers (PROTOCOL-WEB.md) and Connect's
 * streams. One message is held at a time, and each is written without compression. A message that can't be judged is replaced
 * by one that says so; what isn't framed at all withdraws the body. Places are bytes of the frames with their messages
 * decompressed.
 */
export class FramedWalker implements Walker {
  readonly #scope: Scope;
  readonly #output: Output;
  readonly #setup: FramedSetup;
  readonly #decompressor: MessageDecompressor;
  #failure: WithdrawReason | undefined;
  #pieces: string[] = [];
  #bufferedBytes = 0;
  #frame: OpenFrame | undefined;
  /** Where the next frame starts in all frames with their messages decompressed. */
  #offset = 0;

  constructor(scope: Scope, output: Output, setup: FramedSetup) {
    this.#scope = scope;
    this.#output = output;
    this.#setup = setup;
    this.#decompressor = new MessageDecompressor(setup.encoding, scope.engine.limits);
  }

  get failure(): WithdrawReason | undefined {
    return this.#failure;
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  push(text: string): void {
    this.#hold(text);
    while (this.#failure === undefined && this.#step());
  }

  end(early: boolean): void {
    if (this.#failure === undefined && (this.#bufferedBytes > 0 || this.#frame !== undefined)) this.#endCut(early);
    this.#pieces = [];
    this.#bufferedBytes = 0;
  }

  #hold(text: string): void {
    if (text !== '') this.#pieces.push(text);
    this.#bufferedBytes += text.length;
  }

  /** The first bytes of those held, which are let go of. */
  #take(bytes: number): string {
    const held = this.#pieces.length === 1 ? (this.#pieces[0] ?? '') : this.#pieces.join('');
    this.#pieces = [];
    this.#bufferedBytes = 0;
    this.#hold(held.slice(bytes));
    return held.slice(0, bytes);
  }

  /** True when something was read. */
  #step(): boolean {
    if (this.#frame === undefined) return this.#bufferedBytes >= PREFIX_BYTES && this.#open(this.#take(PREFIX_BYTES));
    if (this.#frame.left > 0) return this.#skip(this.#frame);
    if (this.#bufferedBytes < this.#frame.bytes) return false;
    const { flags, bytes } = this.#frame;
    this.#frame = undefined;
    this.#message(flags, this.#take(bytes));
    return true;
  }

  #open(prefix: string): boolean {
    const flags = prefix.charCodeAt(0);
    if ((flags & ~(COMPRESSED | END_FLAGS[this.#setup.framing.protocol])) !== 0) {
      this.#failure = 'unparseable';
      return false;
    }
    let bytes = 0;
    for (let i = 1; i < PREFIX_BYTES; i += 1) bytes = bytes * 0x100 + prefix.charCodeAt(i);
    const isTooLong = bytes > this.#scope.engine.limits.maxMessageBytes;
    this.#frame = { flags, bytes, left: isTooLong ? bytes : 0 };
    if (isTooLong) this.#startSkipping(flags, bytes);
    return true;
  }

  #startSkipping(flags: number, bytes: number): void {
    const { tally } = this.#scope;
    const start = this.#offset + PREFIX_BYTES;
    tally.settle(RULES.tooLong, '', { start, end: start + bytes, isWhole: false });
    const content = standIn(marker(RULES.tooLong.entity, String(bytes)), this.#kindOf(flags));
    this.#output.replace(prefixOf(flags & ~COMPRESSED, content.length) + content, prefixOf(flags, bytes));
    this.#offset = start + bytes;
  }

  #skip(frame: OpenFrame): boolean {
    const taken = this.#take(Math.min(frame.left, this.#bufferedBytes));
    this.#output.replace('', taken);
    frame.left -= taken.length;
    if (frame.left === 0) this.#frame = undefined;
    return taken !== '';
  }

  /** The stream ended within a frame. */
  #endCut(early: boolean): void {
    const frame = this.#frame;
    if (frame !== undefined && frame.left > 0) return;
    if (early) {
      this.#scope.tally.drop(RULES.cutOff);
      return;
    }
    const flags = frame?.flags ?? 0;
    const rest = this.#take(this.#bufferedBytes);
    const { redacted = rest } = this.#unjudged(rest, RULES.unparseable, this.#kindOf(flags)) ?? {};
    const original = (frame === undefined ? '' : prefixOf(flags, frame.bytes)) + rest;
    this.#output.replace(prefixOf(flags & ~COMPRESSED, redacted.length) + redacted, original);
  }

  #kindOf(flags: number): FrameKind {
    const { protocol, codec } = this.#setup.framing;
    if ((flags & END_FLAGS[protocol]) === 0) return codec;
    return protocol === 'web' ? 'trailers' : 'json';
  }

  #message(flags: number, message: string): void {
    const kind = this.#kindOf(flags);
    if ((flags & COMPRESSED) === 0 || message === '') {
      this.#write(flags, message, this.#redact(message, kind));
      return;
    }
    const decoded = this.#decompressor.decode(message);
    if ('text' in decoded) this.#write(flags & ~COMPRESSED, decoded.text, this.#redact(decoded.text, kind));
    else if (decoded.failure === 'bomb') this.#failure = 'undecodable';
    else {
      const rule = decoded.failure === 'over_limit' ? RULES.tooLong : RULES.undecodable;
      this.#write(flags, message, this.#unjudged(message, rule, kind));
    }
  }

  #write(flags: number, message: string, replaced: Replaced | undefined): void {
    this.#offset += PREFIX_BYTES + message.length;
    if (replaced === undefined) {
      this.#output.copy(prefixOf(flags, message.length) + message);
      return;
    }
    const { redacted, original } = replaced;
    const before = prefixOf(flags & ~COMPRESSED, redacted.length);
    this.#output.replace(before + redacted, prefixOf(flags, original.length) + original);
  }

  #redact(message: string, kind: FrameKind): Replaced | undefined {
    if (message === '') return undefined;
    const start = this.#offset + PREFIX_BYTES;
    if (kind === 'trailers') return this.#trailers(message, start);
    if (kind === 'json') return this.#json(message, start) ?? this.#unjudged(message, RULES.unparseable, kind);
    if (!isMessage(message, 0, message.length)) return this.#unjudged(message, RULES.unparseable, kind);
    const redactor = new MessageRedactor(this.#scope, this.#scope.engine.descriptors, message, start);
    return redactor.redact(this.#setup.type);
  }

  #trailers(message: string, start: number): Replaced | undefined {
    const isTooLong = message.length > this.#scope.engine.limits.maxHeaderValueBytes;
    if (!isTooLong && isTrailers(message)) return redactTrailers(message, start, this.#scope);
    return this.#unjudged(message, isTooLong ? RULES.tooLong : RULES.unparseable, 'trailers');
  }

  #json(message: string, start: number): Replaced | undefined {
    const { tally } = this.#scope;
    const from = tally.spanCount;
    const replaced = redactJsonOrNothing(message, this.#scope);
    if (tally.explains) tally.rebase(from, (index) => index + start);
    return replaced;
  }

  /** What stands in the place of a whole message; undefined when the policy keeps it. */
  #unjudged(message: string, rule: Rule, kind: FrameKind): Replaced | undefined {
    const { tally } = this.#scope;
    const from = tally.spanCount;
    const replaced = settleUnknown(message, rule, this.#scope);
    if (tally.explains) tally.rebase(from, (index) => index + this.#offset + PREFIX_BYTES);
    if (replaced === undefined || tally.unknownContent !== 'hash') return replaced;
    return { redacted: standIn(replaced.redacted, kind), original: replaced.original };
  }
}

/** Content of a frame that says what became of what was in it. */
function standIn(text: string, kind: FrameKind): string {
  if (kind === 'trailers') return `grpc-message: ${text}\r\n`;
  return kind === 'json' ? `"${text}"` : replacedMessage(text);
}
