import { PROFILE } from '../../../src/record/index.ts';
import { decode } from '../../unit/capture/support/protos.ts';
import { CallMessages } from './calls.ts';
import type { CallPlan } from './calls.ts';
import type { Handlers, TakeStream } from './grpc-listener.ts';
import type { Owner } from './scheduler.ts';
import { SimulatedStream } from './stream.ts';
import type { StreamEnd } from './stream.ts';
import type { World } from './world.ts';

/** A recorder that takes streams. */
export interface Listening {
  readonly owner: Owner;
  /** Its epoch, in hex. */
  readonly epoch: string;
  /** What takes new streams; undefined once it listens no more. */
  readonly reach: () => Handlers | undefined;
}

/** What a client knows of its call afterwards, and what Envoy knows of its recording. */
export interface CallOutcome {
  readonly plan: CallPlan;
  /** Epoch of the recorder that took the stream; undefined when none did, and Envoy counts the call itself. */
  epoch: string | undefined;
  /** The client has all of what the upstream answered. */
  answered: boolean;
  /** The upstream was asked: what it did is done. */
  reachedUpstream: boolean;
  /** The recorder turned the stream away. */
  turnedAway: boolean;
  /** What Envoy's access log will say of it: by Envoy's clock, which nobody sets. */
  readonly logged: LoggedOutcome;
  done: boolean;
}

/** What an access log says of a call. */
export interface LoggedOutcome {
  startedUs: number;
  endedUs: number;
  /** Bytes of bodies that Envoy has passed on. */
  requestBytes: number;
  responseBytes: number;
  /** It broke off. */
  isFlagged: boolean;
}

/** How long Envoy waits for an answer. */
const MESSAGE_TIMEOUT_US = 10_000_000;
/** How long Envoy keeps an observed call's stream after the call. */
const DEFERRED_CLOSE_US = 1_000_000;
const PROFILE_NAMES = { [PROFILE.observe]: 'observe', [PROFILE.inline]: 'inline', [PROFILE.strict]: 'strict' };

/** Thrown where a strict call fails, or its client has gone. */
class CallFailed extends Error {}

/** One call: client, Envoy and upstream. */
export class EnvoyCall {
  readonly outcome: CallOutcome;
  private readonly world: World;
  private readonly plan: CallPlan;
  private readonly messages: CallMessages;
  private readonly listening: () => Listening | undefined;
  private stream: SimulatedStream | undefined;
  private streamEnd: StreamEnd | undefined;
  private immediate = false;
  private replies = 0;
  private sent = 0;
  private wake: (() => void) | undefined;
  private readonly onOver: (outcome: CallOutcome) => void;

  /** @param onOver told once the call is over: Envoy logs it then */
  constructor(
    world: World,
    plan: CallPlan,
    listening: () => Listening | undefined,
    onOver: (outcome: CallOutcome) => void,
  ) {
    this.onOver = onOver;
    this.world = world;
    this.plan = plan;
    this.messages = new CallMessages(plan);
    this.listening = listening;
    this.outcome = {
      plan,
      epoch: undefined,
      answered: false,
      reachedUpstream: false,
      turnedAway: false,
      logged: { startedUs: 0, endedUs: 0, requestBytes: 0, responseBytes: 0, isFlagged: false },
      done: false,
    };
  }

  /** The recorder that has the stream is gone. */
  onRecorderGone(owner: Owner): void {
    if (this.owner === owner) this.stream?.break();
  }

  /** Makes the call, when its time has come. */
  async run(): Promise<void> {
    const { plan, world } = this;
    await world.scheduler.sleep(plan.startUs);
    this.outcome.logged.startedUs = world.envoyUs();
    world.detail(() => `call ${plan.id}: begins (${PROFILE_NAMES[plan.profile]}, ${plan.fate})`);
    this.connect();
    try {
      if (plan.profile === PROFILE.observe) await this.observed();
      else await this.inPath();
    } catch (thrown) {
      if (!(thrown instanceof CallFailed)) throw thrown;
      world.note(`call ${plan.id}: ${thrown.message}`);
      this.stream?.close('cancelled');
      this.outcome.logged.isFlagged = true;
    }
    this.outcome.logged.endedUs = world.envoyUs();
    this.outcome.done = true;
    this.onOver(this.outcome);
    world.detail(() => `call ${plan.id}: is over, answered: ${this.outcome.answered}`);
    if (plan.profile === PROFILE.observe) await world.scheduler.sleep(DEFERRED_CLOSE_US);
    if (this.streamEnd === undefined) this.stream?.close(this.outcome.answered ? 'end' : 'cancelled');
  }

  private owner: Owner | undefined;

  private connect(): void {
    const found = this.listening();
    const take = found?.reach()?.process;
    if (found === undefined || take === undefined) {
      this.world.note(`call ${this.plan.id}: no recorder`);
      this.streamEnd = 'broken';
      return;
    }
    this.owner = found.owner;
    const accept: TakeStream = (call) => {
      this.outcome.epoch = found.epoch;
      take(call);
    };
    this.stream = new SimulatedStream(this.world, found.owner, PROFILE_NAMES[this.plan.profile], accept, {
      onReply: (bytes) => {
        this.onReply(bytes);
      },
      onEnd: (how) => {
        this.onEnd(how);
      },
    });
  }

  private onReply(bytes: Uint8Array): void {
    const { response } = decode('envoy.service.ext_proc.v3.ProcessingResponse', bytes);
    if (response === 'immediate_response') this.immediate = true;
    this.replies += 1;
    this.wake?.();
  }

  private onEnd(how: StreamEnd): void {
    this.streamEnd = how;
    if (how === 'turned_away') this.outcome.turnedAway = true;
    this.world.detail(() => `call ${this.plan.id}: its stream is over (${how})`);
    this.wake?.();
  }

  /** Envoy doesn't wait for anything. */
  private async observed(): Promise<void> {
    const { plan, outcome } = this;
    await this.tell(this.messages.requestHeaders());
    for (const [piece, bytes] of plan.request.entries()) {
      await this.tell(this.messages.body('request', piece));
      outcome.logged.requestBytes += bytes;
    }
    outcome.reachedUpstream = true;
    await this.world.scheduler.sleep(plan.upstreamUs);
    await this.mayEnd(0);
    await this.tell(this.messages.responseHeaders());
    for (const [piece, bytes] of plan.response.entries()) {
      await this.mayEnd(piece + 1);
      await this.tell(this.messages.body('response', piece));
      outcome.logged.responseBytes += bytes;
    }
    outcome.answered = true;
  }

  /** Each piece goes on once it is answered. */
  private async inPath(): Promise<void> {
    const { plan, outcome } = this;
    await this.ask(this.messages.requestHeaders());
    for (const [piece, bytes] of plan.request.entries()) {
      await this.ask(this.messages.body('request', piece));
      outcome.logged.requestBytes += bytes;
    }
    outcome.reachedUpstream = true;
    await this.world.scheduler.sleep(plan.upstreamUs);
    await this.mayEnd(0);
    await this.ask(this.messages.responseHeaders());
    for (const [piece, bytes] of plan.response.entries()) {
      await this.mayEnd(piece + 1);
      await this.ask(this.messages.body('response', piece));
      outcome.logged.responseBytes += bytes;
    }
    outcome.answered = true;
  }

  private async mayEnd(after: number): Promise<void> {
    const { fate, fateAfter, profile } = this.plan;
    if (fate === 'ok' || after !== fateAfter) return;
    // What was sent before is on its way, and in observe Envoy keeps the stream open.
    if (profile === PROFILE.observe) await this.world.scheduler.sleep(DEFERRED_CLOSE_US);
    throw new CallFailed(fate);
  }

  private async tell(bytes: Uint8Array): Promise<void> {
    if (this.streamEnd === undefined) this.stream?.send(bytes);
    await this.world.scheduler.sleep(this.world.random.between(10, 2_000));
  }

  /** Sends a message and waits until it is answered, or won't be. */
  private async ask(bytes: Uint8Array): Promise<void> {
    this.checkEnd();
    if (this.streamEnd !== undefined) return;
    this.stream?.send(bytes);
    this.sent += 1;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.wake = () => {
      if (this.replies >= this.sent || this.streamEnd !== undefined) resolve(undefined);
    };
    const timer = this.world.scheduler.worldAfter(MESSAGE_TIMEOUT_US, () => {
      this.streamEnd ??= 'error';
      resolve(undefined);
    });
    await promise;
    timer.cancelled = true;
    this.wake = undefined;
    if (this.immediate || this.replies < this.sent) this.checkEnd();
  }

  /** Strict fails closed; the others go on without the recorder. A stream that ended in order asks for no more. */
  private checkEnd(): void {
    // Envoy gives this answer whenever it comes, also while it waits for the upstream.
    if (this.immediate) throw new CallFailed('answered by the recorder itself');
    if (this.streamEnd === undefined || this.streamEnd === 'ended') return;
    if (this.plan.profile === PROFILE.strict) throw new CallFailed(`fails closed (${this.streamEnd})`);
  }
}
