import { redactJsonOrNothing, redactValue, type Scope, type Walker } from '../engine.ts';
import type { Output, Replaced } from '../findings.ts';
import { marker } from '../markers.ts';
import { PrintableRuns } from '../protobuf/printable.ts';
import { redactText, settleUnknown } from '../protobuf/text.ts';
import { type Rule, RULES } from '../rules.ts';
import type { WithdrawReason } from '../types.ts';
import { type FrameHeader, headerOf, isControl, OPCODE, readHeader, unmask } from '../websocket/frame.ts';
import { MessageInflater } from '../websocket/inflate.ts';

const MAX_HEADER_BYTES = 14;
const MAX_CONTROL_BYTES = 125;
const CLOSE_CODE_BYTES = 2;
/** What protocols on top put before their JSON: types and ids of Engine.IO and Socket.IO, the type of a SockJS frame. */
const JSON_PREFIX = /^(?:[amc]|\d{1,8}-?(?:\/[^,[{"]{0,128},)?\d{0,10})(?=[[{"])/;

/** The message whose frames are coming. */
interface OpenMessage {
  readonly opcode: number;
  readonly isCompressed: boolean;
  pieces: string[];
  bytes: number;
  /** It isn't held any more: only its length counts. */
  isTooLong: boolean;
}

/** The frame whose payload is coming. */
interface OpenFrame extends FrameHeader {
  /** Of one that isn't held: bytes that have come. */
  skipped: number;
}

/**
 * Walks the frames of one direction of a WebSocket (RFC 6455): messages put together, unmasked and decompressed; those of text
 * as JSON, behind the prefix of a protocol on top, or as text, others by the policy for unknown content. Each is written as one
 * unmasked, uncompressed frame; what can't be judged as a text that says so. One message is held at most. Places are bytes of
 * such frames.
 */
export class WebSocketWalker implements Walker {
  readonly #scope: Scope;
  readonly #output: Output;
  readonly #inflater: MessageInflater;
  #failure: WithdrawReason | undefined;
  #pieces: string[] = [];
  #bufferedBytes = 0;
  #frame: OpenFrame | undefined;
  #message: OpenMessage | undefined;
  /** Where the next message starts in all of them, each in one frame. */
  #offset = 0;

  constructor(scope: Scope, output: Output) {
    this.#scope = scope;
    this.#output = output;
    this.#inflater = new MessageInflater(scope.engine.limits);
  }

  get failure(): WithdrawReason | undefined {
    return this.#failure;
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes + (this.#message?.isTooLong === false ? this.#message.bytes : 0);
  }

  push(text: string): void {
    this.#hold(text);
    while (this.#failure === undefined && this.#step());
  }

  /** A connection may end anywhere: what is left is of a message that nobody has received. */
  end(): void {
    if (this.#bufferedBytes > 0 || this.#frame !== undefined || this.#message !== undefined) {
      const put = this.#scope.tally.drop(RULES.cutOff);
      this.#output.replace(headerOf(OPCODE.text, put.length) + put, '');
    }
    this.#pieces = [];
    this.#bufferedBytes = 0;
    this.#message = undefined;
  }

  #hold(text: string): void {
    if (text !== '') this.#pieces.push(text);
    this.#bufferedBytes += text.length;
  }

  #held(): string {
    if (this.#pieces.length > 1) this.#pieces = [this.#pieces.join('')];
    return this.#pieces[0] ?? '';
  }

  #take(bytes: number): string {
    const held = this.#held();
    this.#pieces = [];
    this.#bufferedBytes = 0;
    this.#hold(held.slice(bytes));
    return held.slice(0, bytes);
  }

  /** True when something was read. */
  #step(): boolean {
    const frame = this.#frame ?? this.#open();
    if (frame === undefined) return false;
    if (this.#message?.isTooLong === true && !isControl(frame.opcode)) return this.#skip(frame, this.#message);
    if (this.#bufferedBytes < frame.payloadBytes) return false;
    this.#frame = undefined;
    const payload = unmask(this.#take(frame.payloadBytes), frame.mask);
    if (isControl(frame.opcode)) this.#control(frame.opcode, payload);
    else this.#add(frame, payload);
    return true;
  }

  #open(): OpenFrame | undefined {
    const header = readHeader(this.#held().slice(0, MAX_HEADER_BYTES));
    if (header === undefined) return undefined;
    const isContinuation = header !== 'invalid' && header.opcode === OPCODE.continuation;
    const isOfMessage = header !== 'invalid' && !isControl(header.opcode);
    // A message begins when none is open, and a part of one says nothing of compression.
    const isOutOfPlace = isOfMessage && isContinuation !== (this.#message !== undefined);
    if (header === 'invalid' || isOutOfPlace || (isContinuation && header.isCompressed)) {
      this.#failure = 'unparseable';
      return undefined;
    }
    this.#take(header.bytes);
    if (isOfMessage) this.#expect(header);
    return (this.#frame = { ...header, skipped: 0 });
  }

  #expect({ opcode, isCompressed, payloadBytes }: FrameHeader): void {
    const message = (this.#message ??= { opcode, isCompressed, pieces: [], bytes: 0, isTooLong: false });
    if (message.isTooLong || message.bytes + payloadBytes <= this.#scope.engine.limits.maxMessageBytes) return;
    message.isTooLong = true;
    this.#output.replace('', message.pieces.join(''));
    message.pieces = [];
    if (message.isCompressed) this.#inflater.lose();
  }

  #skip(frame: OpenFrame, message: OpenMessage): boolean {
    const taken = this.#take(Math.min(frame.payloadBytes - frame.skipped, this.#bufferedBytes));
    this.#output.replace('', unmask(taken, frame.mask, frame.skipped));
    frame.skipped += taken.length;
    if (frame.skipped < frame.payloadBytes) return false;
    this.#frame = undefined;
    message.bytes += frame.payloadBytes;
    if (frame.isLast) this.#endTooLong(message.bytes);
    return true;
  }

  #endTooLong(bytes: number): void {
    this.#message = undefined;
    const start = this.#offset + headerOf(OPCODE.text, bytes).length;
    this.#scope.tally.settle(RULES.tooLong, '', { start, end: start + bytes, isWhole: false });
    const put = marker(RULES.tooLong.entity, String(bytes));
    this.#output.replace(headerOf(OPCODE.text, put.length) + put, '');
    this.#offset = start + bytes;
  }

  #add(frame: FrameHeader, payload: string): void {
    const message = this.#message;
    if (message === undefined) return;
    if (payload !== '') message.pieces.push(payload);
    message.bytes += payload.length;
    if (!frame.isLast) return;
    this.#message = undefined;
    this.#whole(message.opcode, message.pieces.join(''), message.isCompressed);
  }

  #whole(opcode: number, payload: string, isCompressed: boolean): void {
    if (!isCompressed) {
      this.#write(opcode, payload, () => this.#redact(opcode, payload));
      return;
    }
    const inflated = this.#inflater.inflate(payload);
    if ('text' in inflated) this.#write(opcode, inflated.text, () => this.#redact(opcode, inflated.text));
    else if (inflated.failure === 'bomb') this.#failure = 'undecodable';
    else {
      const rule = inflated.failure === 'over_limit' ? RULES.tooLong : RULES.undecodable;
      // As it is, nobody could read it without what was sent before it: no policy keeps that.
      this.#write(opcode, payload, () => this.#dropped(payload, rule));
    }
  }

  #redact(opcode: number, text: string): Replaced | undefined {
    if (text === '') return undefined;
    if (opcode !== OPCODE.text || !new PrintableRuns(text).has(0, text.length))
      return settleUnknown(text, RULES.opaque, this.#scope);
    const prefix = JSON_PREFIX.exec(text)?.[0] ?? '';
    const json = prefix === '' ? undefined : this.#json(text, prefix);
    return json ?? redactText(text, undefined, this.#scope);
  }

  #json(text: string, prefix: string): Replaced | undefined {
    const { tally } = this.#scope;
    const from = tally.spanCount;
    const replaced = redactJsonOrNothing(text.slice(prefix.length), this.#scope);
    tally.rebase(from, (index) => index + prefix.length);
    return replaced && { redacted: prefix + replaced.redacted, original: prefix + replaced.original };
  }

  #dropped(text: string, rule: Rule): Replaced {
    const { neverKept } = this.#scope.tally.settle(rule, text);
    return { redacted: marker(rule.entity, String(text.length)), original: neverKept ? '' : text };
  }

  /** A reason (RFC 6455, 5.5.1), or what a ping carries: it is text, or nothing that anybody reads. */
  #control(opcode: number, payload: string): void {
    const code = opcode === OPCODE.close ? payload.slice(0, CLOSE_CODE_BYTES) : '';
    const text = payload.slice(code.length);
    this.#write(opcode, payload, () => {
      if (text === '') return undefined;
      const { tally } = this.#scope;
      const from = tally.spanCount;
      const isText = new PrintableRuns(text).has(0, text.length);
      const replaced = isText
        ? redactValue(text, undefined, this.#scope)
        : settleUnknown(text, RULES.opaque, this.#scope);
      tally.rebase(from, (index) => index + code.length);
      if (replaced === undefined) return undefined;
      const isTooLong = code.length + replaced.redacted.length > MAX_CONTROL_BYTES;
      const redacted = isTooLong ? tally.drop(RULES.tooLong) : replaced.redacted;
      return { redacted: code + redacted, original: code + replaced.original };
    });
  }

  /** Writes a message, or what `work` makes of it. */
  #write(opcode: number, payload: string, work: () => Replaced | undefined): void {
    const { tally } = this.#scope;
    const header = headerOf(opcode, payload.length);
    const from = tally.spanCount;
    const replaced = work();
    const start = this.#offset + header.length;
    tally.rebase(from, (index) => index + start);
    this.#offset = start + payload.length;
    if (replaced === undefined) {
      this.#output.copy(header + payload);
      return;
    }
    const { redacted, original } = replaced;
    // What stands for bytes is text.
    const kind = opcode === OPCODE.binary && tally.unknownContent === 'hash' ? OPCODE.text : opcode;
    this.#output.replace(headerOf(kind, redacted.length) + redacted, headerOf(opcode, original.length) + original);
  }
}
