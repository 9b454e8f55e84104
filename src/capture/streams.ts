import { status } from '@grpc/grpc-js';
import { PROFILE, type Profile } from '../record/index.ts';
import { BufferGarbage, RandomPool } from '../runtime/index.ts';
import { Admission, INLINE_ADMISSION, OBSERVE_ADMISSION } from './admission.ts';
import { Budget } from './budget.ts';
import { ClockReadings } from './clock-readings.ts';
import { giveAll } from './grpc-calls.ts';
import { PROFILE_METADATA } from './grpc-services.ts';
import type { CaptureLimits } from './limits.ts';
import { LogStreams } from './log-streams.ts';
import { Losses } from './losses.ts';
import { OpenFrames } from './open-frames.ts';
import { Entrance, type ProcessCall, ProcessStream, readRest } from './process-stream.ts';
import { Recording } from './recording.ts';
import type { CaptureOptions } from './options.ts';
import { type Seat, Seats } from './seats.ts';
import { isExchangeId } from './shapes.ts';
import { Session } from './session.ts';
import type { SessionContext } from './session-context.ts';
import { CaptureCounters, type CaptureStats } from './stats.ts';
import { notRecordedReply, type Waiting } from './strict-wait.ts';
import { Unended } from './unended.ts';
import { WorkLoop } from './work-loop.ts';

const UNKNOWN_PROFILE = `Envoy names a profile in ${PROFILE_METADATA} that there is not: its calls are recorded as in strict`;

/** How often exchanges whose response has ended before their request are looked at. */
const LINGER_TICK_MS = 50;
/** How often all exchanges are. */
const TICK_MS = 1_000;
/** Log entries remembered for exchanges that may still be to come. */
const MAX_CUT = 10_000;

/** What who opens a stream is told that can't be recorded: in strict the cause, elsewhere a gRPC status. */
interface Refusal {
  readonly cause: 'draining' | 'too_many_open';
  readonly code: status;
  readonly details: string;
}

/** The open streams of a capture server: connects grpc-js to sessions, and lets time pass in them. */
export class CaptureStreams {
  readonly limits: CaptureLimits;
  /** The streams of Envoy's access log and counters. */
  readonly logs: LogStreams;
  /** How far our clock is from Envoy's. */
  readonly clocks: ClockReadings;
  readonly #options: CaptureOptions;
  readonly #counters = new CaptureCounters();
  readonly #losses: Losses;
  readonly #unended: Unended;
  readonly #budget: Budget;
  /** What open calls hold until they end, of headers and trailers: no waiting would free that. */
  readonly #heldFields: Budget;
  readonly #openFrames = new OpenFrames();
  readonly #context: SessionContext;
  readonly #gates: Readonly<Record<'observed' | 'all', readonly Admission[]>>;
  readonly #strictWaiting: Waiting = { calls: 0, overdue: 0 };
  readonly #garbage = new BufferGarbage();
  readonly #seats = new Seats<Session>();
  readonly #lingering = new Set<Seat<Session>>();
  readonly #byId = new Map<string, Seat<Session>>();
  /** Ids of calls that were cut, as the log says, and aren't open here (any more, or yet). */
  readonly #cut = new Set<string>();
  readonly #timers: NodeJS.Timeout[] = [];
  #refusing = false;
  #emptied: (() => void) | undefined;

  constructor(options: CaptureOptions) {
    this.#options = options;
    this.limits = options.limits;
    this.#budget = new Budget(this.limits.maxBufferedBytes);
    this.#heldFields = new Budget(this.limits.maxBufferedBytes);
    const { clock, logger, writer } = options;
    this.#losses = new Losses(writer, clock, logger);
    this.#unended = new Unended(writer, logger);
    this.clocks = new ClockReadings(clock);
    const random = new RandomPool(options.random);
    this.logs = new LogStreams({
      ...{ clock, logger, random: options.random, counters: this.#counters, losses: this.#losses, clocks: this.clocks },
      writer,
      maxPendingBytes: this.limits.maxAccessLogBytes,
      onCut: this.#onCut,
    });
    const recordingContext = { ...options, random, openFrames: this.#openFrames, heldFields: this.#heldFields };
    this.#context = {
      clock,
      logger,
      limits: this.limits,
      budget: this.#budget,
      work: new WorkLoop(clock),
      counters: this.#counters,
      losses: this.#losses,
      unended: this.#unended,
      strictWaiting: this.#strictWaiting,
      clocks: this.clocks,
      backlogBytes: () => writer.backlogBytes,
      openBytes: () => writer.openBytes,
      record: (profile) => new Recording(recordingContext, profile),
    };
    const observe = new Admission(OBSERVE_ADMISSION, this.#context, clock, logger);
    const inline = new Admission(INLINE_ADMISSION, this.#context, clock, logger);
    this.#gates = { observed: [observe], all: [observe, inline] };
    this.#context.work.onTurn = this.#admitWaiting;
  }

  /** Starts the timers. */
  start(): void {
    this.#timers.push(
      setInterval(this.#tickLingering, LINGER_TICK_MS).unref(),
      setInterval(this.#tick, TICK_MS).unref(),
    );
  }

  /** Stops the timers. */
  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** What was done so far. */
  stats(): CaptureStats {
    const { usedBytes: bufferedBytes, highestBytes: highestBufferedBytes } = this.#budget;
    const { opened, completed, cut, lost, refused, turnedAway, bodiesGivenUp, redactionFailed } = this.#counters;
    const open = this.#seats.size;
    const held = this.#gates.all.reduce((sum, { waiting }) => sum + waiting, 0);
    const { calls: waiting, overdue } = this.#strictWaiting;
    const exchanges = {
      opened,
      open,
      held,
      waiting,
      overdue,
      completed,
      cut,
      lost,
      refused,
      turnedAway,
      bodiesGivenUp,
    };
    return { ...exchanges, redactionFailed, ...this.#counters.logStats(), bufferedBytes, highestBufferedBytes };
  }

  /** True while calls that went on unrecorded are in no `gap` record. */
  get hasUnrecordedLosses(): boolean {
    return this.#losses.isUnrecorded;
  }

  /** Oldest frame of the spool that a restart would need to end what is open now. */
  get oldestOpenFrame(): number | undefined {
    return this.#openFrames.oldest;
  }

  /** From now on new streams are turned away. */
  refuseNew(): void {
    this.#refusing = true;
    this.logs.refuseNew();
    for (const gate of this.#gates.all) gate.end();
  }

  /** Resolves when no exchange is open, or after `timeoutMs`. */
  async untilEmpty(timeoutMs: number | undefined): Promise<void> {
    if (this.#seats.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
      if (timeoutMs !== undefined) timer = setTimeout(resolve, timeoutMs);
    });
    clearTimeout(timer);
    this.#emptied = undefined;
  }

  /** Records all open exchanges as they stand. */
  giveUpAll(reason: string): void {
    for (const gate of this.#gates.all) gate.end();
    for (const session of this.#seats.taken()) session.giveUp(reason);
  }

  /** Ends the streams of access log and counters (see {@link LogStreams.end}), and records what was lost. */
  async endLogs(graceMs: number): Promise<void> {
    await this.logs.end(graceMs);
    await this.#unended.record();
  }

  /** Handler of `ExternalProcessor.Process`. */
  readonly process = (call: ProcessCall): void => {
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      this.#turnAway(call, refusal);
      return;
    }
    const stream = new ProcessStream(call);
    const profile = this.#profileOf(call);
    const seat = this.#open(stream, profile);
    // A strict call waits for its own record anyway.
    const gates = profile === PROFILE.strict ? this.#gates.observed : this.#gates.all;
    const entrance = new Entrance(gates, this.#budget, stream, {
      take: (bytes) => {
        this.#take(seat, bytes);
      },
      turnAway: () => {
        this.#counters.turnedAway += 1;
        stream.turnAway('work is too far behind');
        seat.holder?.giveUp('turned away');
      },
    });
    call.on('data', (bytes: Uint8Array) => {
      entrance.onMessage(bytes);
    });
    call.on('end', () => {
      entrance.admit();
      seat.holder?.onPeerEnded('closed');
    });
    call.on('cancelled', () => {
      entrance.admit();
      // What has arrived and waits because reading was paused would be gone with the stream.
      readRest(call);
      seat.holder?.onPeerEnded('reset');
    });
  };

  /** Why a call that begins now can't be recorded. */
  #refusal(): Refusal | undefined {
    if (this.#refusing) return { cause: 'draining', code: status.UNAVAILABLE, details: 'draining' };
    const full = { cause: 'too_many_open', code: status.RESOURCE_EXHAUSTED } as const;
    if (this.#seats.size >= this.limits.maxOpenExchanges) return { ...full, details: 'too many open exchanges' };
    return this.#heldFields.fits(0) ? undefined : { ...full, details: 'open exchanges hold too many bytes of headers' };
  }

  /** Where Envoy waits for an answer it counts the call itself, or lets it fail; of one that is only observed it counts nothing. */
  #turnAway(call: ProcessCall, { cause, code, details }: Refusal): void {
    this.#counters.turnedAway += 1;
    if (namedProfile(call) === 'observe') this.#losses.add('exchanges', this.#options.clock.nowUs());
    else if (this.#profileOf(call) === PROFILE.strict) {
      call.write(notRecordedReply(cause));
      call.end();
      giveAll(call);
      return;
    }
    call.emit('error', { code, details });
  }

  /** Knows nothing of the call: a session keeps what stands in this scope, and may wait long after its call has ended. */
  #open(stream: ProcessStream, profile: Profile): Seat<Session> {
    const seat = this.#seats.next();
    seat.holder = new Session(this.#context, stream, profile, () => {
      this.#lingering.delete(seat);
      const id = seat.holder?.exchangeId;
      if (id !== undefined && this.#byId.get(id) === seat) this.#byId.delete(id);
      this.#seats.leave(seat);
      if (this.#seats.size === 0) this.#emptied?.();
    });
    return seat;
  }

  #take(seat: Seat<Session>, bytes: Uint8Array): void {
    const session = seat.holder;
    if (session === undefined) return;
    this.#garbage.took(bytes.length);
    const wasNamed = session.exchangeId !== undefined;
    session.onMessage(bytes);
    if (!wasNamed) this.#name(seat);
    if (seat.holder !== undefined && session.deadlineUs !== undefined) this.#lingering.add(seat);
  }

  #profileOf(call: ProcessCall): Profile {
    const named = namedProfile(call);
    if (named === undefined) return this.#options.defaultProfile === 'strict' ? PROFILE.strict : PROFILE.inline;
    if (named !== 'strict' && named !== 'inline' && named !== 'observe') {
      // What it is instead stays out of the log: anybody who reaches the port may have sent it.
      this.#options.logger.warn({ characters: named.length }, UNKNOWN_PROFILE);
      return PROFILE.strict;
    }
    return named === 'strict' ? PROFILE.strict : PROFILE.inline;
  }

  #name(seat: Seat<Session>): void {
    const id = seat.holder?.exchangeId;
    if (id === undefined) return;
    this.#byId.set(id, seat);
    // Its log entry can overtake a call whose messages wait to be read.
    if (this.#cut.delete(id)) seat.holder?.onCallCut();
  }

  /** An exchange and its log entry may reach different recorders; when they reach the same one, it need not wait. */
  readonly #onCut = (exchangeId: string): void => {
    if (!isExchangeId(exchangeId)) return;
    const seat = this.#byId.get(exchangeId);
    if (seat === undefined) {
      const [oldest] = this.#cut;
      if (this.#cut.size >= MAX_CUT && oldest !== undefined) this.#cut.delete(oldest);
      this.#cut.add(exchangeId);
      return;
    }
    seat.holder?.onCallCut();
    if (seat.holder?.deadlineUs !== undefined) this.#lingering.add(seat);
  };

  readonly #admitWaiting = (): void => {
    for (const gate of this.#gates.all) gate.release();
  };

  readonly #tickLingering = (): void => {
    this.#admitWaiting();
    const nowUs = this.#options.clock.monotonicUs();
    for (const seat of [...this.#lingering]) {
      const deadlineUs = seat.holder?.deadlineUs;
      if (deadlineUs === undefined) this.#lingering.delete(seat);
      else if (nowUs >= deadlineUs) seat.holder?.onTick();
    }
  };

  readonly #tick = (): void => {
    for (const session of this.#seats.taken()) session.onTick();
    void this.#losses.record();
    void this.#unended.record();
  };
}

function namedProfile(call: ProcessCall): string | undefined {
  const [named] = call.metadata.get(PROFILE_METADATA);
  return named?.toString().trim().toLowerCase();
}
