import type { Scope, Walker } from '../engine.ts';
import type { Output } from '../findings.ts';
import { MessageRedactor } from '../protobuf/message.ts';
import type { MessageType } from '../protobuf/types.ts';
import { isMessage } from '../protobuf/wire.ts';
import type { WithdrawReason } from '../types.ts';

/** Walks one protobuf message, which is held until its end: the lengths in it can't be written before. */
export class ProtobufWalker implements Walker {
  readonly #scope: Scope;
  readonly #output: Output;
  readonly #type: MessageType | undefined;
  #failure: WithdrawReason | undefined;
  #pieces: string[] = [];
  #bufferedBytes = 0;

  /** `type` is undefined when nothing is known of the message. */
  constructor(scope: Scope, output: Output, type: MessageType | undefined) {
    this.#scope = scope;
    this.#output = output;
    this.#type = type;
  }

  get failure(): WithdrawReason | undefined {
    return this.#failure;
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  push(text: string): void {
    this.#pieces.push(text);
    this.#bufferedBytes += text.length;
    if (this.#bufferedBytes > this.#scope.engine.limits.maxMessageBytes) this.#fail('over_limit');
  }

  end(early: boolean): void {
    if (this.#failure !== undefined) return;
    const text = this.#pieces.join('');
    if (early) this.#fail('ended_early');
    else if (!isMessage(text, 0, text.length)) this.#fail('unparseable');
    else {
      const { descriptors } = this.#scope.engine;
      const replaced = new MessageRedactor(this.#scope, descriptors, text, 0).redact(this.#type);
      if (replaced === undefined) this.#output.copy(text);
      else this.#output.replace(replaced.redacted, replaced.original);
    }
    this.#pieces = [];
    this.#bufferedBytes = 0;
  }

  #fail(reason: WithdrawReason): void {
    this.#failure = reason;
    this.#pieces = [];
    this.#bufferedBytes = 0;
  }
}
