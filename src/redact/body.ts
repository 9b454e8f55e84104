import { AffidavitError } from '../record/index.ts';
import { Commitment } from './commitment.ts';
import {
  bodyFormat,
  contentEncodings,
  declaredUtf16,
  type Format,
  formatUnder,
  isBinaryFormat,
  mediaType,
} from './content-type.ts';
import { ContentDecoder } from './decode.ts';
import { type Engine, newScope, type Scope, type Walker } from './engine.ts';
import { Output } from './findings.ts';
import { policyOf } from './policy.ts';
import { type Span, Tally } from './tally.ts';
import { TimeBudget } from './time-budget.ts';
import type { BodyOutcome, BodyRedactor, RedactContext, WithdrawReason } from './types.ts';
import { framingOf, messageTypeOf } from './protobuf/media-types.ts';
import { FormOrJsonWalker } from './walkers/form.ts';
import { FramedWalker } from './walkers/grpc.ts';
import { CharsetWalker } from './walkers/charset.ts';
import { Base64FramesWalker } from './walkers/grpc-web-text.ts';
import { CsvWalker } from './walkers/csv.ts';
import { GraphqlWalker } from './walkers/graphql-body.ts';
import { HtmlWalker } from './walkers/html.ts';
import { JsonWalker } from './walkers/json.ts';
import { MultipartWalker } from './walkers/multipart.ts';
import { boundaryOf, type PartHead } from './walkers/part-head.ts';
import { TextGuard } from './walkers/text-guard.ts';
import { KeptContent } from './walkers/kept.ts';
import { ProtobufWalker } from './walkers/protobuf.ts';
import { EventWalker } from './walkers/sse.ts';
import { TextScanner } from './walkers/text.ts';
import { mayHoldTables, TextWithTables } from './walkers/text-tables.ts';
import { WebSocketWalker } from './walkers/websocket.ts';
import { XmlWalker } from './walkers/xml.ts';

const NOTHING = new Uint8Array(0);

const WALKERS: Record<Format, (scope: Scope, output: Output, context: RedactContext) => Walker> = {
  json: (scope, output) => new JsonWalker(scope, output),
  form: (scope, output) => new FormOrJsonWalker(scope, output),
  events: (scope, output) => new EventWalker(scope, output),
  xml: (scope, output) => new XmlWalker(scope, output),
  text: (scope, output, { contentType = '' }) =>
    mayHoldTables(mediaType(contentType)) ? new TextWithTables(scope, output) : new TextScanner(scope, output),
  csv: (scope, output, { contentType = '' }) =>
    new CsvWalker(
      scope,
      output,
      /tab-sep/i.test(contentType) ? '\t' : undefined,
      !/header\s*=\s*"?absent/i.test(contentType),
    ),
  graphql: (scope, output) => new GraphqlWalker(scope, output),
  html: (scope, output) => new HtmlWalker(scope, output),
  multipart: (scope, output, { contentType }) =>
    new MultipartWalker(scope, output, boundaryOf(contentType), partWalker),
  framed: framedWalker,
  protobuf: (scope, output, context) =>
    new ProtobufWalker(scope, output, messageTypeOf(context, scope.engine.descriptors)),
  websocket: (scope, output) => new WebSocketWalker(scope, output),
  kept: (_scope, output) => new KeptContent(output),
};

const TABLE_TYPES = new Map([
  ['csv', 'text/csv'],
  ['tsv', 'text/tab-separated-values'],
]);

/** The type of a part. Tables are often sent as plain text, or without a type: then their files' names say what they are. */
function typeOfPart({ contentType = 'text/plain', filename = '' }: PartHead): string {
  const table = TABLE_TYPES.get(filename.slice(filename.lastIndexOf('.') + 1).toLowerCase());
  return table !== undefined && mediaType(contentType) === 'text/plain'
    ? contentType.replace(/^[^;]*/, table)
    : contentType;
}

/** The walker of a part by its own type; undefined when it can't be judged. */
function partWalker(head: PartHead, scope: Scope, output: Output, nesting: number): Walker | undefined {
  const contentType = typeOfPart(head);
  const context = { part: 'request_body', contentType } as const;
  const format = formatUnder(bodyFormat(context), scope.tally.policy);
  if (head.encoding !== undefined || format === 'unknown_type' || format === 'undecodable') return undefined;
  if (format === 'multipart') return new MultipartWalker(scope, output, boundaryOf(contentType), partWalker, nesting);
  return walkerOf(format, scope, output, context);
}

/** The walker of a format; of text in whatever charset, with nothing in it that no text has. */
function walkerOf(format: Format, scope: Scope, output: Output, context: RedactContext): Walker {
  if (format === 'multipart' || isBinaryFormat(format)) return WALKERS[format](scope, output, context);
  return new CharsetWalker(scope, output, declaredUtf16(context.contentType), (text) => {
    const walker = WALKERS[format](scope, text, context);
    return format === 'json' ? walker : new TextGuard(walker);
  });
}

function framedWalker(scope: Scope, output: Output, context: RedactContext): Walker {
  const framing = framingOf(mediaType(context.contentType ?? ''));
  if (framing === undefined) throw new AffidavitError('internal', 'a body without frames was taken for a framed one');
  const type = messageTypeOf(context, scope.engine.descriptors);
  const setup = { framing, type, encoding: context.messageEncoding };
  return framing.isBase64 ? new Base64FramesWalker(scope, output, setup) : new FramedWalker(scope, output, setup);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** The engine at work on a body, and whether it can be; when not even its policy can be made, nothing is asked of that. */
function scopeOf(engine: Engine, context: RedactContext, explains: boolean): { scope: Scope; isFit: boolean } {
  try {
    return { scope: newScope(engine, context, explains, context), isFit: true };
  } catch (error) {
    const tally = new Tally({ policy: policyOf() });
    tally.failed(error);
    return { scope: { engine, tally, nesting: 0 }, isFit: false };
  }
}

/**
 * One body on its way through decoding, structure and detectors. Decoded content is walked in blocks of one size, so
 * that nothing depends on how the body was cut. States: walking (`#walker` set), withdrawn (`#reason` set; from then
 * on bytes are only counted and hashed), over.
 */
export class EngineBody implements BodyRedactor {
  readonly #scope: Scope;
  readonly #time: TimeBudget;
  readonly #salt: Uint8Array;
  #decoder: ContentDecoder | undefined;
  readonly #output = new Output();
  #walker: Walker | undefined;
  #reason: WithdrawReason | undefined;
  #isOver = false;
  #pending = '';
  /** What of the chunk at hand comes behind what is pending. */
  #rest: Uint8Array = NOTHING;
  /** Redacted content that is to be taken: written into one buffer then. */
  #ready: string[] = [];
  readonly #decodedText: string[] = [];
  #originalBytes = 0;
  #decodedBytes = 0;
  #wireHash: Commitment | undefined;
  #contentHash: Commitment | undefined;

  constructor(engine: Engine, context: RedactContext, salt: Uint8Array, explains = false) {
    this.#salt = new Uint8Array(salt);
    this.#time = new TimeBudget(engine.limits, engine.monotonicUs);
    const { scope, isFit } = scopeOf(engine, context, explains);
    this.#scope = scope;
    if (!isFit) this.#reason = 'engine_failed';
    else
      this.#guarded(() => {
        this.#start(context);
      });
  }

  #start(context: RedactContext): void {
    const { engine } = this.#scope;
    const format = formatUnder(bodyFormat(context), this.#scope.tally.policy);
    const encodings = contentEncodings(context);
    if (encodings.length > 0)
      this.#decoder = ContentDecoder.create(encodings, engine.limits, (bytes) => {
        this.#guarded(() => {
          this.#accept(bytes);
        });
      });
    if (format === 'unknown_type' || format === 'undecodable') this.#reason = format;
    else if (encodings.length > 0 && this.#decoder === undefined) this.#reason = 'undecodable';
    else {
      this.#walker = walkerOf(format, this.#scope, this.#output, context);
    }
  }

  /** The places of what was found, in characters of {@link decodedText}; only when the body explains itself. */
  get spans(): readonly Span[] {
    return this.#scope.tally.spans;
  }

  /** All of the decoded content as a binary string; only when the body explains itself. */
  get decodedText(): string {
    return this.#decodedText.join('');
  }

  /** Characters and bytes held back at the moment. */
  get bufferedBytes(): number {
    return this.#pending.length + (this.#walker?.bufferedBytes ?? 0) + (this.#decoder?.bufferedBytes ?? 0);
  }

  write(chunk: Uint8Array): Uint8Array | Promise<Uint8Array> {
    if (this.#isOver) throw new AffidavitError('internal', 'a redacted body was written to after its end');
    this.#originalBytes += chunk.length;
    if (this.#reason !== undefined) return this.#hashOnly(chunk);
    if (this.#decoder !== undefined) return this.#writeEncoded(this.#decoder, chunk);
    this.#guarded(() => {
      this.#accept(chunk);
    });
    return this.#take();
  }

  end(early = false): BodyOutcome | Promise<BodyOutcome> {
    if (this.#isOver) throw new AffidavitError('internal', 'a redacted body was ended twice');
    this.#isOver = true;
    if (this.#decoder === undefined || this.#reason !== undefined || this.#originalBytes === 0)
      return this.#finish(early);
    if (early) this.#withdraw('ended_early');
    return this.#endEncoded(this.#decoder);
  }

  abort(): void {
    this.#isOver = true;
    this.#walker = undefined;
    this.#pending = '';
    this.#ready = [];
    this.#decoder?.close();
  }

  #hashOnly(chunk: Uint8Array): Uint8Array {
    this.#wire().update(chunk);
    return NOTHING;
  }

  async #writeEncoded(decoder: ContentDecoder, chunk: Uint8Array): Promise<Uint8Array> {
    this.#wire().update(chunk);
    await this.#decoding(decoder, decoder.write(chunk));
    return this.#take();
  }

  async #decoding(decoder: ContentDecoder, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#fail(error);
    }
    if (decoder.failed) this.#withdraw('undecodable');
  }

  async #endEncoded(decoder: ContentDecoder): Promise<BodyOutcome> {
    if (this.#reason === undefined) await this.#decoding(decoder, decoder.end());
    return this.#finish(false);
  }

  /**
   * Decoded content; walked as soon as there is a whole block of it. Each block is a string of its own: in one that is cut out of
   * another every character takes longer to read, and it keeps all of a large message in memory.
   */
  #accept(bytes: Uint8Array): void {
    if (this.#reason !== undefined) return;
    const { blockBytes } = this.#scope.engine.limits;
    this.#rest = bytes;
    for (let goesOn = true; goesOn && this.#pending.length + this.#rest.length >= blockBytes;) {
      const block = this.#pendingWith(blockBytes - this.#pending.length);
      this.#pending = '';
      if (this.#decoder === undefined) this.#wire().update(block);
      goesOn = this.#walk(block);
      const { redacted, original } = this.#output.take();
      this.#content().update(original);
      if (redacted !== '') this.#ready.push(redacted);
    }
    this.#pending = this.#pendingWith(this.#rest.length);
  }

  /** What is pending, and so many bytes more. */
  #pendingWith(length: number): string {
    const more = latin1(this.#rest.subarray(0, length));
    this.#rest = this.#rest.subarray(length);
    return this.#pending === '' ? more : this.#pending + more;
  }

  /** False when the content has to be withdrawn; then there's no output either. */
  #walk(block: string): boolean {
    const walker = this.#walker;
    if (walker === undefined) return false;
    this.#decodedBytes += block.length;
    if (this.#scope.tally.explains) this.#decodedText.push(block);
    this.#timed(() => {
      walker.push(block);
    });
    return this.#isFine(walker);
  }

  /** False when the content has to be withdrawn. */
  #isFine(walker: Walker): boolean {
    if (walker.failure !== undefined) return this.#withdraw(walker.failure);
    return !this.#time.isSpent(this.#decodedBytes) || this.#withdraw('out_of_time');
  }

  #timed(work: () => void): void {
    this.#time.start();
    work();
    this.#time.stop();
  }

  /** Fail-closed: whatever is thrown below, the content is given up. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(thrown: unknown): void {
    this.#scope.tally.failed(thrown);
    this.#withdraw('engine_failed');
  }

  #withdraw(reason: WithdrawReason): false {
    if (this.#reason !== undefined) return false;
    this.#reason = reason;
    this.#walker = undefined;
    this.#output.take();
    this.#ready = [];
    if (this.#decoder === undefined) {
      if (this.#pending !== '') this.#wire().update(this.#pending);
      if (this.#rest.length > 0) this.#wire().update(this.#rest);
    }
    this.#pending = '';
    this.#rest = NOTHING;
    this.#decoder?.close();
    return false;
  }

  #take(): Uint8Array {
    const ready = this.#ready;
    this.#ready = [];
    const bytes = Buffer.allocUnsafe(ready.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const text of ready) at += bytes.write(text, at, 'latin1');
    return bytes;
  }

  #finish(early: boolean): BodyOutcome {
    if (this.#originalBytes === 0) this.#reason = undefined;
    else
      this.#guarded(() => {
        this.#walkLast(early);
      });
    const summary = { originalBytes: this.#originalBytes, decodedBytes: this.#decodedBytes };
    if (this.#reason !== undefined) {
      // What was found before may not even be committed to.
      const commitment = this.#scope.tally.neverKept > 0 ? NOTHING : this.#wire().digest();
      const failures = this.#scope.tally.failures();
      return { state: 'withdrawn', reason: this.#reason, ...summary, commitment, counts: [], ...failures };
    }
    const { redacted, original } = this.#output.take();
    const commitment = this.#content().update(original).digest();
    if (redacted !== '') this.#ready.push(redacted);
    return { state: 'kept', tail: this.#take(), ...summary, commitment, ...this.#scope.tally.result() };
  }

  /** What is left stays pending meanwhile: its hash as it came is needed only if it has to be withdrawn. */
  #walkLast(early: boolean): void {
    const walker = this.#walker;
    if (walker === undefined || !this.#walk(this.#pending)) return;
    this.#timed(() => {
      walker.end(early);
    });
    this.#isFine(walker);
    this.#pending = '';
  }

  #wire(): Commitment {
    return (this.#wireHash ??= new Commitment(this.#salt));
  }

  #content(): Commitment {
    return (this.#contentHash ??= new Commitment(this.#salt));
  }
}
