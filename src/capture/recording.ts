import {
  ENDED,
  type Ended,
  Exchange,
  type ExchangeHead,
  ExchangeIndex,
  ExchangeOpened,
  ExchangePart,
  type Header,
  KIND,
  PART,
  PAYLOAD_CLASS,
  PROFILE,
  type PartNumber,
  type PayloadClass,
  type Profile,
  type RecordPosition,
  type RecordWriter,
  type SealedPart,
} from '../record/index.ts';
import type { Redactor } from '../redact/index.ts';
import type { Clock, Random } from '../runtime/index.ts';
import type { Attributes } from './attributes.ts';
import { BodyCapture, type CapturedBody } from './body-capture.ts';
import type { Budget } from './budget.ts';
import { DirectionRecord, directionOf } from './direction.ts';
import { randomExchangeId } from './exchange-id.ts';
import type { ExchangeEvent } from './exchange-state.ts';
import type { EnvoyMessage, HeadersMessage, Side, TrailersMessage } from './ext-proc-wire.ts';
import { FieldRedaction } from './field-redaction.ts';
import { Findings } from './findings.ts';
import { addAttributes, addRequestHeaders, addResponseHeaders, emptyFacts, type HeadFacts, upgradeOf } from './head.ts';
import { contentFields, headerBytes, headerText, isGrpc } from './header-values.ts';
import { MessageContent } from './message-content.ts';
import type { OpenFrames } from './open-frames.ts';

/** What recording an exchange needs. */
export interface RecordingContext {
  readonly writer: RecordWriter;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly random: Random;
  readonly openFrames: OpenFrames;
  /** Bytes of headers and trailers that open exchanges hold. */
  readonly heldFields: Budget;
}

const NO_BODY = new Uint8Array(0);
const BODY_PARTS = { request: PART.request_body, response: PART.response_body } as const;

/** Gathers one exchange and writes its records. Methods that work are called one after another, in order. */
export class Recording {
  readonly #context: RecordingContext;
  readonly #facts: HeadFacts;
  readonly #firstWallUs: number;
  readonly #firstUs: number;
  readonly #sides = { request: new DirectionRecord(), response: new DirectionRecord() };
  readonly #content: MessageContent;
  readonly #findings: Findings;
  readonly #fields: FieldRedaction;
  #opened: RecordPosition | undefined;
  #parts = 0;
  #lastUs: number;
  #grpcStatusPlusOne = 0;
  #ended = false;
  /** Stands for the exchange where its frames are held (why not itself: seats.ts). */
  readonly #seat = {};
  #isFinishing = false;

  constructor(context: RecordingContext, profile: Profile) {
    this.#context = context;
    this.#content = new MessageContent(context.heldFields);
    this.#findings = new Findings(() => context.writer.openPart(PAYLOAD_CLASS.unmask, PART.originals));
    this.#firstWallUs = context.clock.nowUs();
    this.#firstUs = context.clock.monotonicUs();
    this.#lastUs = this.#firstUs;
    this.#facts = emptyFacts({ exchangeId: '', startedUs: this.#firstWallUs, profile });
    this.#fields = new FieldRedaction(context.redactor, this.#facts, this.#findings);
  }

  /** Wall-clock time at which the exchange was first seen. */
  get firstSeenUs(): number {
    return this.#firstWallUs;
  }

  /** Counts what arrived, at the time at which it did. What only we do, or time does, moves no time of the exchange. */
  see(input: EnvoyMessage | ExchangeEvent, nowUs: number): void {
    if (input.type === 'peer_ended') this.#lastUs = nowUs;
    if (input.type !== 'headers' && input.type !== 'body' && input.type !== 'trailers') return;
    this.#lastUs = nowUs;
    const side = this.#sides[input.side];
    if (side.endedUs !== undefined) return;
    side.startedUs ??= nowUs;
    if (input.type === 'body') side.bodyBytes += input.bytes.length;
  }

  /** The end of a direction was seen, just now. */
  markEnded(side: Side): void {
    this.#sides[side].endedUs ??= this.#lastUs;
  }

  /** Bytes of a body that arrived. */
  bodyBytes(side: Side): number {
    return this.#sides[side].bodyBytes;
  }

  /** Whether the rest of a body is only counted. */
  isGivenUp(side: Side): boolean {
    return this.#sides[side].givenUp !== undefined;
  }

  /** From now on a body is only counted; {@link dropBody} frees what there is of it. */
  markGivenUp(side: Side, reason: string): void {
    this.#sides[side].givenUp ??= reason;
  }

  /** Throws away what was taken of a body. */
  dropBody(side: Side): void {
    this.#sides[side].capture?.drop();
    this.#sides[side].capture = undefined;
  }

  /** Adds Envoy's attributes, and gives when the call began by its clock, if they say so. */
  addAttributes(attributes: Attributes): number | undefined {
    return addAttributes(this.#facts, attributes);
  }

  /** Redacts and keeps headers or trailers. */
  addFields(message: HeadersMessage | TrailersMessage): void {
    const { headers, side: name, type } = message;
    const side = this.#sides[name];
    if (type === 'trailers') side.trailerCount = headers.length;
    else {
      side.headerCount = headers.length;
      side.headerBytes = headerBytes(headers);
      Object.assign(side, contentFields(headers));
      if (name === 'request') addRequestHeaders(this.#facts, headers);
      else addResponseHeaders(this.#facts, headers);
    }
    if (name === 'response') this.#addGrpcStatus(headers);
    this.#content.addFields(type, name, this.#fields.redact(`${name}_${type}`, headers));
  }

  /** Redacts and seals the next bytes of a body. A body that can't be kept doesn't cost the exchange. */
  addBody(name: Side, bytes: Uint8Array): Promise<void> | undefined {
    const side = this.#sides[name];
    if (side.givenUp !== undefined) return undefined;
    side.capture ??= this.#openBody(name, side);
    return side.capture.write(bytes);
  }

  /** Records `exchange_opened` with the request's headers. Resolves when durable. */
  async recordOpened(): Promise<void> {
    const parts = [
      await this.#sealPart(PAYLOAD_CLASS.index, PART.index, ExchangeIndex.encode(this.#fields.index())),
      await this.#sealPart(PAYLOAD_CLASS.content, PART.message, this.#content.encode()),
    ];
    const body = ExchangeOpened.encode({ head: this.#head() });
    this.#opened = await this.#context.writer.append({ kind: KIND.exchange_opened, body }, parts);
    this.#holdFrame(this.#opened);
  }

  /** Takes the totals as they are now, for an `exchange_part`; what is returned appends it and resolves when durable. */
  partAppender(partNo: number): () => Promise<void> {
    const { request, response } = this.#sides;
    const totals = {
      partNo,
      requestBytes: request.bodyBytes,
      responseBytes: response.bodyBytes,
      afterUs: this.#lastUs,
    };
    return async () => {
      const afterUs = this.#after(totals.afterUs) - 1;
      const openedSeqPlusOne = this.#openedSeqPlusOne();
      const body = ExchangePart.encode({ ...totals, afterUs, openedSeqPlusOne, head: this.#head() });
      this.#parts = partNo + 1;
      this.#holdFrame(await this.#context.writer.append({ kind: KIND.exchange_part, body, patient: this.#isPatient }));
    };
  }

  /** Records `exchange` with all its parts. Resolves when durable. Can be called again when that has failed. */
  async finish(ended: Ended, endedReason: string): Promise<void> {
    const endedUs = this.#lastUs;
    // The part whose secrets values were committed with is gone.
    if (this.#isFinishing) this.#findings.discard();
    this.#isFinishing = true;
    const bodies = { request: await this.#endBody('request'), response: await this.#endBody('response') };
    const body = this.#encode(ended, endedReason, endedUs, bodies);
    const draft = { kind: KIND.exchange, body, patient: this.#isPatient };
    await this.#context.writer.append(draft, await this.#sealParts(bodies));
  }

  /** From now on bodies are only counted; whether anything of one had been taken. */
  giveUpBodies(reason: string): boolean {
    let taken = false;
    for (const name of ['request', 'response'] as const) {
      const side = this.#sides[name];
      if (side.bodyBytes === 0 || side.givenUp !== undefined) continue;
      this.markGivenUp(name, reason);
      this.dropBody(name);
      taken = true;
    }
    return taken;
  }

  /** Parts that redaction couldn't judge, or not in time: what it couldn't was dropped. */
  get unjudgedParts(): number {
    return this.#findings.unjudgedParts;
  }

  /** What was thrown inside of redaction, by kind and code. */
  get redactionFailures(): string[] {
    return this.#findings.failures;
  }

  /** Whether something durable tells of the exchange, so that an end of it has to follow. */
  get isBegun(): boolean {
    return this.#opened !== undefined || this.#parts > 0;
  }

  /** The record of an exchange that can't be recorded as it was: nothing of its content, and why. */
  encodeWithoutContent(reason: string): Uint8Array {
    this.giveUpBodies('recorder_error');
    this.#findings.discard();
    return this.#encode(ENDED.recorder_gave_up, reason, this.#lastUs, { request: undefined, response: undefined });
  }

  #encode(
    ended: Ended,
    endedReason: string,
    endedUs: number,
    bodies: Record<Side, CapturedBody | undefined>,
  ): Uint8Array {
    const { request, response } = this.#sides;
    const facts = this.#facts;
    return Exchange.encode(
      Exchange.create({
        head: this.#head(),
        status: facts.status,
        grpcStatusPlusOne: this.#grpcStatusPlusOne,
        request: directionOf(request, bodies.request),
        response: directionOf(response, bodies.response),
        ended,
        endedReason,
        requestEndedAfterUs: this.#after(request.endedUs),
        responseStartedAfterUs: this.#after(response.startedUs),
        endedAfterUs: this.#after(endedUs),
        redactions: this.#findings.counts,
        redactionEngine: this.#context.redactor.engineVersion,
        tokenKey: this.#context.redactor.tokenKeyVersion,
        ...this.#findings.summary,
        upgrade: upgradeOf(this.#facts),
        parts: this.#parts,
        openedSeqPlusOne: this.#openedSeqPlusOne(),
        localReply: facts.localReply || request.startedUs === undefined,
      }),
    );
  }

  /** Throws away all that was gathered: it will not be recorded. */
  discard(): void {
    this.dropBody('request');
    this.dropBody('response');
    this.#findings.discard();
  }

  /** The exchange is recorded or given up: a restart needs nothing of it any more. */
  end(): void {
    this.#ended = true;
    this.#content.release();
    this.#context.openFrames.release(this.#seat);
  }

  /** Only in strict does a call wait for its records. */
  get #isPatient(): boolean {
    return this.#facts.head.profile !== PROFILE.strict;
  }

  /** An exchange to which Envoy gave no id gets one of ours. */
  #head(): ExchangeHead {
    const { head } = this.#facts;
    if (head.exchangeId === '') head.exchangeId = randomExchangeId(this.#context.random.bytes(16));
    return head;
  }

  #holdFrame({ frame }: RecordPosition): void {
    // A part may become durable after the exchange itself has.
    if (!this.#ended) this.#context.openFrames.hold(this.#seat, frame);
  }

  #openedSeqPlusOne(): number {
    return this.#opened === undefined ? 0 : this.#opened.seq + 1;
  }

  #addGrpcStatus(headers: readonly Header[]): void {
    const status = headerText(headers, 'grpc-status');
    if (status === undefined) return;
    if (/^(?:[0-9]|1[0-6])$/.test(status)) this.#grpcStatusPlusOne = Number(status) + 1;
    else
      this.#facts.misshapen.push({
        name: 'grpc_status',
        value: new Uint8Array(Buffer.from(status.slice(0, 1024), 'latin1')),
      });
  }

  #openBody(name: Side, side: DirectionRecord): BodyCapture {
    const { redactor, writer } = this.#context;
    const { contentType, contentEncoding } = side;
    const part = `${name}_body` as const;
    const context = {
      part,
      ...this.#fields.callOf(part),
      path: this.#facts.path,
      messageEncoding: side.messageEncoding,
      ...(contentType === undefined ? {} : { contentType }),
      ...(contentEncoding === undefined ? {} : { contentEncoding }),
      grpc: isGrpc(contentType),
      upgrade: upgradeOf(this.#facts),
    } as const;
    return new BodyCapture(
      redactor.body(context, this.#findings.secret(part)),
      writer.openPart(PAYLOAD_CLASS.content, BODY_PARTS[name]),
    );
  }

  async #endBody(name: Side): Promise<CapturedBody | undefined> {
    const side = this.#sides[name];
    if (side.givenUp !== undefined) this.dropBody(name);
    if (side.capture === undefined) return undefined;
    const body = await side.capture.end(side.endedUs === undefined);
    this.#findings.add(`${name}_body`, body.outcome);
    return body;
  }

  async #sealParts(bodies: Record<Side, CapturedBody | undefined>): Promise<SealedPart[]> {
    const content = this.#content.encode({
      requestBody: bodies.request?.small ?? NO_BODY,
      responseBody: bodies.response?.small ?? NO_BODY,
      redacted: this.#findings.entries,
    });
    const parts = [
      await this.#sealPart(PAYLOAD_CLASS.index, PART.index, ExchangeIndex.encode(this.#fields.index())),
      await this.#sealPart(PAYLOAD_CLASS.content, PART.message, content),
    ];
    for (const body of [bodies.request, bodies.response]) if (body?.part !== undefined) parts.push(body.part);
    const originals = await this.#findings.seal();
    return originals === undefined ? parts : [...parts, originals];
  }

  async #sealPart(payloadClass: PayloadClass, name: PartNumber, bytes: Uint8Array): Promise<SealedPart> {
    const part = this.#context.writer.openPart(payloadClass, name);
    await part.write(bytes);
    return part.finish();
  }

  /** Microseconds after the start that Envoy tells, plus one; our clock may be behind Envoy's. */
  #after(us: number | undefined): number {
    if (us === undefined) return 0;
    const beforeFirst = Math.max(0, this.#firstWallUs - this.#facts.head.startedUs);
    return beforeFirst + Math.max(0, us - this.#firstUs) + 1;
  }
}
