import { AffidavitError, CHUNK_BYTES, ENDED, PROFILE, type Profile } from '../record/index.ts';
import type { Attributes } from './attributes.ts';
import { BodyIntake } from './body-intake.ts';
import { IDLE, lingerDeadlineUs, step } from './exchange.ts';
import type { ExchangeEffect, ExchangeEvent, ExchangeSettings, ExchangeState } from './exchange-state.ts';
import {
  BODY_MODE,
  decodeProcessingRequest,
  type EnvoyMessage,
  type ProcessingRequest,
  type Side,
} from './ext-proc-wire.ts';
import { ID_HEADER } from './head.ts';
import { headerBytes, headerText } from './header-values.ts';
import type { Recording } from './recording.ts';
import { reasonOf } from './reason.ts';
import { goOnReply, passOnReply } from './replies.ts';
import type { SessionContext, SessionStream } from './session-context.ts';
import { isExchangeId } from './shapes.ts';
import { NOT_RECORDED, notRecordedReply, refusalCause, type StrictRefusal, StrictWait } from './strict-wait.ts';
import { type Work, WorkQueue } from './work-queue.ts';

/** What a part doesn't make durable: in each direction, bytes of a chunk that isn't full yet. */
const UNSEALED_BYTES = 2 * CHUNK_BYTES;

/**
 * Drives one exchange: hands Envoy's messages to the state machine and carries out the effects. Work (redaction,
 * sealing, recording) is queued and done in order; reading doesn't wait for it except through the budgets. Answers are
 * given at once, but in strict in their place in the queue, so that what stands before them is durable.
 */
export class Session {
  readonly #context: SessionContext;
  readonly #stream: SessionStream;
  readonly #pathProfile: Profile;
  readonly #onDone: () => void;
  readonly #queue: WorkQueue;
  readonly #bodies: BodyIntake;
  #state: ExchangeState = IDLE;
  #settings: ExchangeSettings | undefined;
  #recording: Recording | undefined;
  #paused = false;
  #closed = false;
  #lost = false;
  #done = false;
  readonly #wait: StrictWait;
  #exchangeId: string | undefined;

  /**
   * @param pathProfile the profile when Envoy waits for answers: `inline` or `strict`.
   * @param onDone called once, when nothing of the exchange is left in memory.
   */
  constructor(context: SessionContext, stream: SessionStream, pathProfile: Profile, onDone: () => void) {
    this.#context = context;
    this.#stream = stream;
    this.#pathProfile = pathProfile;
    this.#onDone = onDone;
    this.#wait = new StrictWait(context.strictWaiting);
    this.#queue = new WorkQueue(context.work, context.budget, {
      onWorked: this.#regulate,
      onFailed: this.#fail,
      onIdle: this.#idle,
    });
    this.#bodies = new BodyIntake(context, this.#queue, (bytes, run, side) => {
      this.#enqueue(bytes, run, side);
    });
  }

  /** Takes one message of the stream. */
  onMessage(bytes: Uint8Array): void {
    if (this.#state.phase === 'finished') return;
    let request: ProcessingRequest;
    try {
      request = decodeProcessingRequest(bytes);
    } catch (error) {
      this.#context.counters.undecodable += 1;
      this.#context.logger.warn({ reason: reasonOf(error) }, 'Envoy sent a message that cannot be read');
      this.#apply({ type: 'broken', reason: 'undecodable' });
      return;
    }
    this.#settings ??= this.#settle(request);
    if (request.attributes !== undefined) this.#addAttributes(request.attributes);
    if (request.message?.type === 'headers' && request.message.side === 'request') {
      const id = headerText(request.message.headers, ID_HEADER);
      if (id !== undefined && isExchangeId(id)) this.#exchangeId = id;
    }
    if (request.message !== undefined) this.#apply(request.message);
    this.#regulate();
  }

  /** Envoy ended the stream. */
  onPeerEnded(how: 'closed' | 'reset'): void {
    if (how === 'reset') this.#closed = true;
    this.#wait.forgo();
    this.#apply({ type: 'peer_ended', how });
  }

  /** Envoy's access log says that the call was cut. */
  onCallCut(): void {
    if (this.#settings !== undefined) this.#apply({ type: 'call_cut' });
  }

  /** Lets time pass. */
  onTick(): void {
    if (this.#settings === undefined) return;
    const { clock, limits } = this.#context;
    this.#failFor(this.#wait.overdue(clock.monotonicUs(), limits.strictDeadlineMs));
    this.#apply({ type: 'tick' });
  }

  /** Records the exchange as it stands and ends the stream. */
  giveUp(reason: string): void {
    this.#apply({ type: 'give_up', reason });
  }

  /** The id that Envoy gave the call, once it was seen; always of the shape of one. */
  get exchangeId(): string | undefined {
    return this.#exchangeId;
  }

  /** Monotonic time at which {@link onTick} is due, when it is due soon. */
  get deadlineUs(): number | undefined {
    return this.#settings === undefined ? undefined : lingerDeadlineUs(this.#settings, this.#state);
  }

  #settle(request: ProcessingRequest): ExchangeSettings {
    const { limits } = this.#context;
    const profile = request.observability ? PROFILE.observe : this.#pathProfile;
    const passOn = (mode: number | undefined): boolean => mode === BODY_MODE.fullDuplex || mode === BODY_MODE.grpc;
    this.#recording = this.#context.record(profile);
    return {
      profile,
      passOn: { request: passOn(request.bodyModes?.request), response: passOn(request.bodyModes?.response) },
      takesTrailers: /^HTTP\/[2-9]/.test(String(request.attributes?.get('request.protocol') ?? '')),
      partBytes: limits.partBytes,
      partIntervalUs: limits.partIntervalMs * 1000,
      windowBytes: Math.max(1, limits.strictWindowBytes - UNSEALED_BYTES),
      lingerUs: (profile === PROFILE.strict ? limits.strictLingerMs : limits.lingerMs) * 1000,
      callCutLingerUs: limits.callCutLingerMs * 1000,
    };
  }

  #addAttributes(attributes: Attributes): void {
    this.#enqueue(0, () => {
      const envoyUs = this.#recording?.addAttributes(attributes);
      const seenUs = this.#recording?.firstSeenUs ?? 0;
      if (envoyUs !== undefined) this.#context.clocks.takeCall(envoyUs, seenUs, () => this.#stream.peer);
      return undefined;
    });
  }

  #apply(input: EnvoyMessage | ExchangeEvent): void {
    // What is still to be recorded is waited for, whatever else Envoy or time says of the exchange.
    if (this.#state.phase === 'finished') return;
    const settings = this.#settings;
    const nowUs = this.#context.clock.monotonicUs();
    if (settings === undefined) {
      if (input.type === 'broken') this.#countLost();
      this.#state = { phase: 'finished' };
      this.#close(input.type === 'broken' || input.type === 'give_up' ? input.reason : undefined);
      this.#finished();
      return;
    }
    this.#recording?.see(input, nowUs);
    if (input.type === 'headers' && input.side === 'response') this.#wait.seeResponse();
    const { state, effects } = step(settings, this.#state, input, nowUs);
    this.#state = state;
    const recorded = effects.some((effect) => effect.type === 'finish');
    for (const effect of effects) this.#carryOut(settings, effect);
    if (state.phase !== 'finished' || (recorded && !this.#lost)) return;
    if (!recorded && input.type === 'broken') this.#countLost();
    this.#finished();
  }

  #carryOut(settings: ExchangeSettings, effect: ExchangeEffect): void {
    const recording = this.#recording;
    if (recording === undefined) return;
    switch (effect.type) {
      case 'reply':
      case 'close':
        if (settings.profile === PROFILE.strict) this.#answerInTurn(effect);
        else this.#answer(effect);
        return;
      case 'open':
        this.#context.counters.opened += 1;
        if (settings.profile === PROFILE.strict)
          this.#failFor(this.#wait.refusal(this.#context.limits.strictMaxWaiting));
        return;
      case 'headers':
      case 'trailers':
        this.#enqueue(headerBytes(effect.message.headers), () => {
          recording.addFields(effect.message);
          return undefined;
        });
        return;
      case 'body':
        this.#bodies.take(settings.profile, recording, effect.side, effect.bytes);
        return;
      case 'ended':
        recording.markEnded(effect.side);
        return;
      case 'record_opened':
        this.#enqueue(0, () => this.#wait.track(recording.recordOpened(), false));
        return;
      case 'part': {
        const append = recording.partAppender(effect.partNo);
        this.#enqueue(0, () => this.#awaitedInStrict(settings, append()));
        return;
      }
      case 'finish':
        this.#enqueue(0, () => this.#wait.track(this.#finish(recording, effect.ended, effect.reason), true));
    }
  }

  /** In strict what follows waits; elsewhere a part that can't be written shows when the exchange is. */
  #awaitedInStrict(settings: ExchangeSettings, durable: Promise<void>): Promise<void> | undefined {
    if (settings.profile === PROFILE.strict) return this.#wait.track(durable, false);
    durable.catch((error: unknown) => {
      this.#context.logger.warn({ reason: reasonOf(error) }, 'an exchange_part was not recorded');
    });
    return undefined;
  }

  /** In strict each answer waits for what stands before it. */
  #answerInTurn(effect: Extract<ExchangeEffect, { type: 'reply' | 'close' }>): void {
    if (effect.type === 'reply' && !this.#lost) this.#wait.owe(this.#context.clock.monotonicUs());
    this.#enqueue(0, () => {
      if (effect.type === 'reply') this.#wait.paid(effect.side, effect.to);
      this.#answer(effect);
      return undefined;
    });
  }

  #answer(effect: Extract<ExchangeEffect, { type: 'reply' | 'close' }>): void {
    if (effect.type === 'close') this.#close(effect.error);
    else if (!this.#closed) {
      const { to, side, passOn } = effect;
      this.#stream.reply(passOn === undefined ? goOnReply(to, side) : passOnReply(passOn));
    }
  }

  #close(error: string | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stream.close(error);
  }

  async #finish(recording: Recording, ...[ended, reason]: Parameters<Recording['finish']>): Promise<void> {
    try {
      await recording.finish(ended, reason);
    } catch (error) {
      // What was sealed ahead may be lost since, or this may be too much at once: outside strict the rest is recorded.
      if (this.#settings?.profile === PROFILE.strict || !recording.giveUpBodies('recorder_error')) throw error;
      this.#context.counters.bodiesGivenUp += 1;
      this.#context.logger.warn({ reason: reasonOf(error) }, 'an exchange is recorded without its bodies');
      await recording.finish(ended, reason);
    }
    this.#context.counters.recorded(ended);
    this.#countUnjudged(recording);
    if (this.#settings?.profile !== PROFILE.strict) this.#finished();
  }

  #countUnjudged({ unjudgedParts, redactionFailures }: Recording): void {
    if (unjudgedParts === 0 && redactionFailures.length === 0) return;
    this.#context.counters.redactionFailed += unjudgedParts;
    const facts = { exchangeId: this.#exchangeId, parts: unjudgedParts, thrown: redactionFailures };
    this.#context.logger.warn(facts, 'redaction could not judge what was dropped');
  }

  #enqueue(bytes: number, run: Work, bodyOf?: Side): void {
    if (!this.#lost) this.#queue.add(bytes, run, bodyOf);
  }

  /** The queue is empty: in strict, that is when the last answer has gone out. */
  readonly #idle = (): void => {
    if (this.#state.phase === 'finished' && (this.#settings?.profile === PROFILE.strict || this.#lost))
      this.#finished();
  };

  #failFor(refusal: StrictRefusal | undefined): void {
    if (refusal !== undefined) this.#fail(refusal);
  }

  /** The exchange can't be recorded. In strict the call must not succeed; elsewhere it goes on, and is counted. */
  readonly #fail = (error: unknown): void => {
    if (this.#lost) return;
    this.#lost = true;
    const { counters, logger } = this.#context;
    const failure = AffidavitError.from(error, 'internal', 'recording an exchange');
    logger.error({ code: failure.code, reason: failure.message }, 'an exchange was not recorded');
    this.#queue.drop();
    const cause = refusalCause(failure);
    const endFollows = this.#leaveEnd(cause);
    if (this.#settings?.profile !== PROFILE.strict || this.#closed) {
      if (!endFollows) this.#countLost();
      return;
    }
    counters.refused += 1;
    this.#state = { phase: 'finished' };
    const { isResponseSent } = this.#wait;
    if (!isResponseSent) this.#stream.reply(notRecordedReply(cause));
    this.#close(isResponseSent ? `${NOT_RECORDED}.${cause}` : undefined);
    if (!this.#queue.isWorking) this.#idle();
  };

  /** Back-pressure, for those profiles in which Envoy waits. */
  readonly #regulate = (): void => {
    const { limits, budget } = this.#context;
    if (this.#closed || this.#settings === undefined || this.#settings.profile === PROFILE.observe) return;
    const own = this.#queue.pendingBytes > limits.maxStreamBufferedBytes / (this.#paused ? 2 : 1);
    const all = this.#queue.pendingBytes > 0 && !budget.fits(0);
    if (all) budget.wait(this.#regulate);
    if ((own || all) === this.#paused) return;
    this.#paused = !this.#paused;
    if (this.#paused) this.#stream.pause();
    else this.#stream.resume();
  };

  /**
   * Where a beginning is recorded an end must follow, however late, and tell what the call may have done upstream. What is
   * on its way may still become durable: then the end follows it, or it was the end.
   */
  #leaveEnd(cause: string): boolean {
    const recording = this.#recording;
    const { inFlight, upstream } = this.#wait;
    if (inFlight !== undefined && recording !== undefined) {
      void inFlight.then((isEnded) => isEnded || this.#leaveEnd(cause));
      return true;
    }
    recording?.discard();
    if (recording?.isBegun !== true) return false;
    const { unended, counters } = this.#context;
    this.#recording = undefined;
    const reason = this.#settings?.profile === PROFILE.strict ? `${upstream}.${cause}` : cause;
    unended.add({
      body: recording.encodeWithoutContent(reason),
      recorded: () => {
        recording.end();
        counters.recorded(ENDED.recorder_gave_up);
      },
    });
    void unended.record();
    return true;
  }

  #countLost(): void {
    const { counters, losses, clock } = this.#context;
    counters.lost += 1;
    losses.add('exchanges', this.#recording?.firstSeenUs ?? clock.nowUs());
  }

  #finished(): void {
    if (this.#done) return;
    this.#done = true;
    this.#context.budget.cancel(this.#regulate);
    this.#wait.end();
    this.#recording?.end();
    this.#onDone();
  }
}
