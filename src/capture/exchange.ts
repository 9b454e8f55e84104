import { ENDED, type Ended, PROFILE, type Profile } from '../record/index.ts';
import { type BodyMessage, type EnvoyMessage, type HeadersMessage, type Side } from './ext-proc-wire.ts';
import { headerText } from './header-values.ts';
import { followFrames, type FrameState, NO_FRAMES } from './websocket.ts';

/**
 * The exchange as a pure state machine: Envoy's messages in, effects out; no clock, no I/O.
 *
 * States:
 * - `idle`: nothing seen yet. `open`: from the first message on; each direction goes from nothing over headers and body
 *   to its end, by itself: a response may begin, and end, before its request has ended.
 * - `finished`: the one `finish` has been given out, or the stream ended before anything came. Nothing has an effect.
 *
 * Not every exchange that ends has both directions ended. When the response has ended and the request has not, its rest
 * is awaited for `lingerUs`, since both ends may cross; then it counts as cut. An upgraded connection has no such rest:
 * it is over when either end is. Envoy marks no end of it: a WebSocket says with a Close frame that it closes, any other
 * is over when the stream is.
 *
 * In observe Envoy keeps the stream of a cut call for half a minute: once the access log says that it was cut (`call_cut`),
 * what is on its way is awaited for `callCutLingerUs`. Of other calls it says nothing: their messages may come after it.
 */
export type ExchangeState = IdleState | OpenState | FinishedState;

/** Nothing seen yet. */
export interface IdleState {
  readonly phase: 'idle';
}

/** At least one message was seen. Its size doesn't grow. */
export interface OpenState {
  readonly phase: 'open';
  readonly request: DirectionState;
  readonly response: DirectionState;
  /** An upgrade was granted (101), or a CONNECT (2xx): from now on bytes of another protocol. */
  readonly tunnel: boolean;
  readonly asked: 'connect' | 'websocket' | undefined;
  /** Frames of a WebSocket, to see whether it is closed or breaks off. */
  readonly frames: Readonly<Record<Side, FrameState>> | undefined;
  /** No content can follow the response's headers (RFC 9110, 6.4.1): HEAD, 204, 304. */
  readonly bodiless: boolean;
  readonly parts: number;
  /** Bytes of both directions that no `exchange_part` covers yet. */
  readonly bytesSincePart: number;
  readonly partUs: number;
  /** Envoy's access log says that the call was cut. */
  readonly callCut: boolean;
  /** When the response ended before its request; when the call had ended, the time of the last message. */
  readonly lingerSinceUs: number | undefined;
  /** In strict: the answer to the response's last message, withheld until the record is durable. */
  readonly held: ReplyEffect | undefined;
}

/** The end. */
export interface FinishedState {
  readonly phase: 'finished';
}

/** How far one direction has come. */
export interface DirectionState {
  readonly headers: boolean;
  readonly trailers: boolean;
  readonly ended: boolean;
  readonly bodyBytes: number;
}

/** What happens to an exchange besides Envoy's messages. */
export type ExchangeEvent =
  /** Time went by. */
  | { readonly type: 'tick' }
  /** Envoy ended the stream, in order or by a reset. */
  | { readonly type: 'peer_ended'; readonly how: 'closed' | 'reset' }
  /** Envoy's access log says that the call was cut: what isn't here yet is on its way, or will never come. */
  | { readonly type: 'call_cut' }
  /** Envoy sent what can't be read. */
  | { readonly type: 'broken'; readonly reason: string }
  /** The recorder stops following it. */
  | { readonly type: 'give_up'; readonly reason: string };

/** An answer to Envoy. `message` is what it answers. */
export interface ReplyEffect {
  readonly type: 'reply';
  readonly message: EnvoyMessage;
  /** Envoy passes on only what is sent back. */
  readonly passOn: boolean;
}

/** What is to be done, in this order. */
export type ExchangeEffect =
  /** The first message came. */
  | { readonly type: 'open' }
  | { readonly type: 'headers'; readonly message: HeadersMessage }
  | { readonly type: 'body'; readonly side: Side; readonly bytes: Uint8Array }
  | { readonly type: 'trailers'; readonly side: Side; readonly message: Extract<EnvoyMessage, { type: 'trailers' }> }
  /** The end of a direction was seen. */
  | { readonly type: 'ended'; readonly side: Side }
  /** Record `exchange_opened`; durable before the effects that follow. */
  | { readonly type: 'record_opened' }
  /** Record `exchange_part` number `partNo`; in strict, durable before the effects that follow. */
  | { readonly type: 'part'; readonly partNo: number }
  | ReplyEffect
  /** Record `exchange`; in strict, durable before the effects that follow. */
  | { readonly type: 'finish'; readonly ended: Ended; readonly reason: string }
  /** End the gRPC stream: in order, or with an error so that Envoy doesn't go on without us unseen. */
  | { readonly type: 'close'; readonly error: string | undefined };

/** What a step depends on besides state and message. */
export interface ExchangeSettings {
  readonly profile: Profile;
  /** Of each direction: whether Envoy passes on only what is sent back (FULL_DUPLEX_STREAMED, GRPC). */
  readonly passOn: Readonly<Record<Side, boolean>>;
  /** An `exchange_part` is due after so many bytes … */
  readonly partBytes: number;
  /** … or so much time with any bytes in it. */
  readonly partIntervalUs: number;
  /** In strict: no more bytes pass before an `exchange_part` is durable. */
  readonly windowBytes: number;
  /** How long the rest of a request is awaited after its response has ended. */
  readonly lingerUs: number;
  /** The same for a call that was cut, as the access log says, and whose response hasn't ended here. */
  readonly callCutLingerUs: number;
}

/** What {@link step} gives. */
export interface Step {
  readonly state: ExchangeState;
  readonly effects: readonly ExchangeEffect[];
}

/** The state before the first message. */
export const IDLE: IdleState = { phase: 'idle' };
const FINISHED: FinishedState = { phase: 'finished' };
const NOTHING: DirectionState = { headers: false, trailers: false, ended: false, bodyBytes: 0 };
const NO_EFFECTS: readonly ExchangeEffect[] = [];

/** The next state and what is to be done, for one message or event at the time `nowUs` (monotonic). */
export function step(
  settings: ExchangeSettings,
  state: ExchangeState,
  input: EnvoyMessage | ExchangeEvent,
  nowUs: number,
): Step {
  if (state.phase === 'finished') return { state, effects: NO_EFFECTS };
  if (isMessage(input)) return onMessage(settings, state, input, nowUs);
  if (state.phase === 'idle') return onIdleEvent(state, input);
  switch (input.type) {
    case 'tick':
      return onTick(settings, state, nowUs);
    case 'peer_ended':
      return onStreamEnd(settings, state, `stream_${input.how}`);
    case 'call_cut':
      // In the path of the call, Envoy ends the stream with it; ending it first would let the rest pass unrecorded.
      if (settings.profile !== PROFILE.observe) return { state, effects: NO_EFFECTS };
      return { state: { ...state, callCut: true, lingerSinceUs: state.lingerSinceUs ?? nowUs }, effects: NO_EFFECTS };
    case 'broken':
      return finish(settings, state, [], [ENDED.protocol_error, input.reason], input.reason);
    case 'give_up':
      return finish(settings, state, [], [ENDED.recorder_gave_up, input.reason], giveUpError(settings, input.reason));
  }
}

/** When {@link step} wants a tick at the latest, besides regular ones; `undefined` when it doesn't. */
export function lingerDeadlineUs(settings: ExchangeSettings, state: ExchangeState): number | undefined {
  if (state.phase !== 'open' || state.lingerSinceUs === undefined) return undefined;
  return state.lingerSinceUs + lingerUs(settings, state);
}

function isMessage(input: EnvoyMessage | ExchangeEvent): input is EnvoyMessage {
  return input.type === 'headers' || input.type === 'body' || input.type === 'trailers';
}

/** A clean end makes Envoy go on unrecorded, which is what observe and inline promise, and strict forbids. */
function giveUpError(settings: ExchangeSettings, reason: string): string | undefined {
  return settings.profile === PROFILE.strict ? reason : undefined;
}

function onIdleEvent(state: IdleState, event: ExchangeEvent): Step {
  if (event.type === 'tick' || event.type === 'call_cut') return { state, effects: NO_EFFECTS };
  const error = event.type === 'peer_ended' ? undefined : event.reason;
  return { state: FINISHED, effects: [{ type: 'close', error }] };
}

function onMessage(
  settings: ExchangeSettings,
  before: IdleState | OpenState,
  message: EnvoyMessage,
  nowUs: number,
): Step {
  const effects: ExchangeEffect[] = [];
  let state: OpenState;
  if (before.phase === 'idle') {
    effects.push({ type: 'open' });
    state = opened(nowUs);
  } else state = before;
  const fault = faultOf(state, message);
  if (fault !== undefined) return finish(settings, state, effects, [ENDED.protocol_error, fault], fault);

  const recorded = recordMessage(state, message, effects);
  if (recorded[message.side].ended && !state[message.side].ended) effects.push({ type: 'ended', side: message.side });
  if (before.phase === 'idle' && settings.profile === PROFILE.strict) effects.push({ type: 'record_opened' });
  const next = withPart(settings, recorded, effects, nowUs);
  return afterMessage(settings, next, message, effects, nowUs);
}

function opened(nowUs: number): OpenState {
  return {
    phase: 'open',
    request: NOTHING,
    response: NOTHING,
    tunnel: false,
    asked: undefined,
    frames: undefined,
    bodiless: false,
    parts: 0,
    bytesSincePart: 0,
    partUs: nowUs,
    callCut: false,
    lingerSinceUs: undefined,
    held: undefined,
  };
}

/** Interim responses aside, a direction has one set of headers, and they come first. */
function faultOf(state: OpenState, message: EnvoyMessage): string | undefined {
  if (message.type !== 'headers') return undefined;
  const direction = state[message.side];
  if (direction.headers) return `second ${message.side} headers`;
  return direction.ended || direction.bodyBytes > 0 ? `${message.side} headers after the body` : undefined;
}

function recordMessage(state: OpenState, message: EnvoyMessage, effects: ExchangeEffect[]): OpenState {
  const direction = state[message.side];
  switch (message.type) {
    case 'headers':
      if (isInterim(message)) return state;
      effects.push({ type: 'headers', message });
      return withHeaders(state, message);
    case 'body':
      // Envoy may repeat the last chunk (envoy#46237): what comes after the end is answered and not recorded.
      if (direction.ended) return state;
      if (message.bytes.length > 0) effects.push({ type: 'body', side: message.side, bytes: message.bytes });
      return withBody(state, message);
    case 'trailers':
      if (direction.trailers) return state;
      effects.push({ type: 'trailers', side: message.side, message });
      return { ...state, [message.side]: { ...direction, trailers: true, ended: true } };
  }
}

/** 100-continue, 103 early hints …: the final headers are still to come. */
function isInterim(message: HeadersMessage): boolean {
  if (message.side === 'request' || message.endOfStream) return false;
  const status = statusOf(message);
  return status >= 100 && status < 200 && status !== 101;
}

function statusOf(message: HeadersMessage): number {
  const text = headerText(message.headers, ':status');
  return text !== undefined && /^[1-5][0-9]{2}$/.test(text) ? Number(text) : 0;
}

function withHeaders(state: OpenState, message: HeadersMessage): OpenState {
  const direction = { ...state[message.side], headers: true, ended: message.endOfStream };
  if (message.side === 'request') {
    const method = headerText(message.headers, ':method');
    const websocket = headerText(message.headers, 'upgrade')?.toLowerCase() === 'websocket';
    const asked = method === 'CONNECT' ? 'connect' : websocket ? 'websocket' : undefined;
    return { ...state, request: direction, asked, bodiless: method === 'HEAD' };
  }
  const status = statusOf(message);
  return {
    ...state,
    response: direction,
    tunnel: status === 101 || (state.asked === 'connect' && status >= 200 && status < 300),
    frames: status === 101 && state.asked === 'websocket' ? { request: NO_FRAMES, response: NO_FRAMES } : undefined,
    bodiless: state.bodiless || status === 204 || status === 304,
  };
}

function withBody(state: OpenState, message: BodyMessage): OpenState {
  const direction = state[message.side];
  const frames = state.frames && {
    ...state.frames,
    [message.side]: followFrames(state.frames[message.side], message.bytes),
  };
  return {
    ...state,
    frames,
    bytesSincePart: state.bytesSincePart + message.bytes.length,
    [message.side]: {
      ...direction,
      bodyBytes: direction.bodyBytes + message.bytes.length,
      ended: message.endOfStream || message.endOfStreamWithoutMessage,
    },
  };
}

function withPart(settings: ExchangeSettings, state: OpenState, effects: ExchangeEffect[], nowUs: number): OpenState {
  if (isOver(state)) return state;
  const limit =
    settings.profile === PROFILE.strict ? Math.min(settings.windowBytes, settings.partBytes) : settings.partBytes;
  const due = state.bytesSincePart > 0 && nowUs - state.partUs >= settings.partIntervalUs;
  if (state.bytesSincePart < limit && !due) return state;
  effects.push({ type: 'part', partNo: state.parts });
  return { ...state, parts: state.parts + 1, bytesSincePart: 0, partUs: nowUs };
}

/** Nothing more is to be recorded, whether or not it was seen whole. */
function isOver(state: OpenState): boolean {
  if (!state.response.ended) return false;
  return state.request.ended || state.tunnel || !isRequestSeen(state);
}

/** A response may come alone: Envoy's own answer, given before the filter saw the request. */
function isRequestSeen(state: OpenState): boolean {
  return state.request.headers || state.request.trailers || state.request.ended || state.request.bodyBytes > 0;
}

function afterMessage(
  settings: ExchangeSettings,
  state: OpenState,
  message: EnvoyMessage,
  effects: ExchangeEffect[],
  nowUs: number,
): Step {
  const strict = settings.profile === PROFILE.strict;
  const passOn = message.type === 'body' && settings.passOn[message.side];
  const reply: ReplyEffect = { type: 'reply', message, passOn };
  const over = isOver(state);
  const last = strict && (over || (state.response.ended && message.side === 'response'));
  if (settings.profile !== PROFILE.observe && !last) effects.push(reply);
  // A repeated last message while the first one's answer is held: nothing is worth waiting for.
  if (over || (last && state.held !== undefined))
    return finish(settings, state, effects, outcomeOf(state, 'stream_closed'), undefined, last ? reply : undefined);
  const lingerSinceUs = state.callCut ? nowUs : (state.lingerSinceUs ?? (state.response.ended ? nowUs : undefined));
  return { state: { ...state, lingerSinceUs, held: state.held ?? (last ? reply : undefined) }, effects };
}

/** Nothing more comes. What is complete by that alone, a tunnel, has its ends only now. */
function onStreamEnd(settings: ExchangeSettings, state: OpenState, how: StreamEnd): Step {
  const outcome = outcomeOf(state, how);
  const sides = (['request', 'response'] as const).filter((side) => !state[side].ended);
  const ends = outcome[0] === ENDED.complete ? sides.map((side): ExchangeEffect => ({ type: 'ended', side })) : [];
  return finish(settings, state, ends, outcome, undefined);
}

/** A stream keeps its order: before the end of a response nothing is missing. */
function lingerUs(settings: ExchangeSettings, state: OpenState): number {
  return state.response.ended ? settings.lingerUs : settings.callCutLingerUs;
}

function onTick(settings: ExchangeSettings, state: OpenState, nowUs: number): Step {
  if (state.lingerSinceUs !== undefined && nowUs - state.lingerSinceUs >= lingerUs(settings, state))
    return onStreamEnd(settings, state, state.callCut ? 'call_cut' : 'stream_closed');
  const effects: ExchangeEffect[] = [];
  return { state: withPart(settings, state, effects, nowUs), effects };
}

/** A WebSocket says that it closes; any other tunnel is over when its stream is. */
function isTunnelClosed({ request, response, frames }: OpenState, how: StreamEnd): boolean {
  if (request.ended || response.ended) return true;
  return frames === undefined ? how !== 'stream_reset' : frames.request.closed || frames.response.closed;
}

type StreamEnd = 'stream_closed' | 'stream_reset' | 'call_cut';
type Outcome = readonly [ended: Ended, reason: string];

/** How the capture ended, when nothing more comes. */
function outcomeOf(state: OpenState, how: StreamEnd): Outcome {
  const { request, response } = state;
  const responseWhole = response.ended || (response.headers && state.bodiless);
  if (responseWhole && request.ended) return [ENDED.complete, ''];
  if (state.tunnel && isTunnelClosed(state, how)) return [ENDED.complete, 'tunnel_closed'];
  if (responseWhole) return [ENDED.request_cut, isRequestSeen(state) ? 'response_ended_first' : 'request_not_seen'];
  if (response.headers || response.bodyBytes > 0) return [ENDED.response_cut, how];
  return request.ended ? [ENDED.no_response, how] : [ENDED.request_cut, how];
}

/**
 * Outside strict nobody waits for a record, so the stream is ended first: each open one takes a place under Envoy's
 * circuit breaker. In strict the record comes first, then the answer that was held.
 */
function finish(
  settings: ExchangeSettings,
  state: OpenState,
  effects: ExchangeEffect[],
  [ended, reason]: Outcome,
  error: string | undefined,
  afterHeld?: ReplyEffect,
): Step {
  const close: ExchangeEffect = { type: 'close', error };
  const record: ExchangeEffect = { type: 'finish', ended, reason };
  if (settings.profile !== PROFILE.strict) effects.push(close, record);
  else {
    effects.push(record);
    if (state.held !== undefined && error === undefined) effects.push(state.held);
    if (afterHeld !== undefined) effects.push(afterHeld);
    effects.push(close);
  }
  return { state: FINISHED, effects };
}
