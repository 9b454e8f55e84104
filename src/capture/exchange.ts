import { ENDED, PROFILE } from '../record/index.ts';
import { isOver, isResponseWhole, type Outcome, outcomeOf } from './exchange-end.ts';
import type {
  DirectionState,
  ExchangeEffect,
  ExchangeEvent,
  ExchangeSettings,
  ExchangeState,
  FinishedState,
  IdleState,
  OpenState,
  ReplyEffect,
  Step,
} from './exchange-state.ts';
import type { BodyMessage, EnvoyMessage, HeadersMessage } from './ext-proc-wire.ts';
import { headerText, isGrpc } from './header-values.ts';
import { followFrames, NO_FRAMES } from './websocket.ts';

/** The state before the first message. */
export const IDLE: IdleState = { phase: 'idle' };
const FINISHED: FinishedState = { phase: 'finished' };
const NOTHING: DirectionState = { headers: false, trailers: false, ended: false, bodyBytes: 0 };
const NO_EFFECTS: readonly ExchangeEffect[] = [];
/** Most answers withheld: after the last byte of a response come an empty chunk and trailers, and not much else. */
const MAX_HELD = 16;

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
      return finish(settings, state, [], outcomeOf(state, `stream_${input.how}`), undefined);
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

  const recorded = endedByHeaders(settings, recordMessage(settings, state, message, effects), message);
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
    declaredBytes: undefined,
    parts: 0,
    bytesSincePart: 0,
    partUs: nowUs,
    callCut: false,
    lingerSinceUs: undefined,
    held: [],
  };
}

/** Interim responses aside, a direction has one set of headers, and they come first. */
function faultOf(state: OpenState, message: EnvoyMessage): string | undefined {
  if (message.type !== 'headers') return undefined;
  const direction = state[message.side];
  if (direction.headers) return `second ${message.side} headers`;
  return direction.ended || direction.bodyBytes > 0 ? `${message.side} headers after the body` : undefined;
}

function recordMessage(
  settings: ExchangeSettings,
  state: OpenState,
  message: EnvoyMessage,
  effects: ExchangeEffect[],
): OpenState {
  const direction = state[message.side];
  switch (message.type) {
    case 'headers':
      if (isInterim(message)) return state;
      effects.push({ type: 'headers', message });
      return withHeaders(settings, state, message);
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

/**
 * Envoy sends nothing of a response before its headers are answered. In strict the answer to those that make it whole
 * is withheld, so an end of its own, which HTTP/2 may send, is not awaited.
 */
function endedByHeaders(settings: ExchangeSettings, state: OpenState, message: EnvoyMessage): OpenState {
  if (settings.profile !== PROFILE.strict || message.type !== 'headers' || message.side !== 'response') return state;
  return isResponseWhole(state) ? { ...state, response: { ...state.response, ended: true } } : state;
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

/** gRPC says how a call went in its trailers, others name those that they will send (RFC 9110, 6.6.2). */
function awaitsTrailers({ takesTrailers }: ExchangeSettings, { headers }: HeadersMessage): boolean {
  if (!takesTrailers) return false;
  return headerText(headers, 'trailer') !== undefined || isGrpc(headerText(headers, 'content-type'));
}

function declaredBytesOf(message: HeadersMessage): number | undefined {
  const text = headerText(message.headers, 'content-length');
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

function withHeaders(settings: ExchangeSettings, state: OpenState, message: HeadersMessage): OpenState {
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
    declaredBytes: awaitsTrailers(settings, message) ? undefined : declaredBytesOf(message),
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

function afterMessage(
  settings: ExchangeSettings,
  state: OpenState,
  message: EnvoyMessage,
  effects: ExchangeEffect[],
  nowUs: number,
): Step {
  const passOn = message.type === 'body' && settings.passOn[message.side] ? message : undefined;
  const reply: ReplyEffect = { type: 'reply', to: message.type, side: message.side, end: isEnd(message), passOn };
  if (settings.profile === PROFILE.strict) return afterStrictMessage(settings, state, reply, effects, nowUs);
  if (settings.profile !== PROFILE.observe) effects.push(reply);
  if (isOver(state)) return finish(settings, state, effects, outcomeOf(state, 'stream_closed'), undefined);
  return { state: { ...state, lingerSinceUs: lingerSince(state, state.response.ended, nowUs) }, effects };
}

/** What makes the response whole for its client, and what follows that, is answered once the record is durable. */
function afterStrictMessage(
  settings: ExchangeSettings,
  before: OpenState,
  reply: ReplyEffect,
  effects: ExchangeEffect[],
  nowUs: number,
): Step {
  const whole = isResponseWhole(before);
  const over = isOver(before);
  if (!over && !(whole && reply.side === 'response')) {
    effects.push(reply);
    return { state: { ...before, lingerSinceUs: lingerSince(before, whole, nowUs) }, effects };
  }
  const state = { ...before, held: [...before.held, reply], lingerSinceUs: lingerSince(before, whole, nowUs) };
  // A last message that is repeated while the first one's answer is held: nothing is worth waiting for.
  const repeated = reply.end && before.held.some(({ end }) => end);
  if (over || repeated || state.held.length >= MAX_HELD)
    return finish(settings, state, effects, outcomeOf(state, 'stream_closed'), undefined);
  return { state, effects };
}

function isEnd(message: EnvoyMessage): boolean {
  if (message.type === 'trailers') return true;
  return message.endOfStream || (message.type === 'body' && message.endOfStreamWithoutMessage);
}

function lingerSince(state: OpenState, ended: boolean, nowUs: number): number | undefined {
  if (state.callCut) return nowUs;
  return state.lingerSinceUs ?? (ended ? nowUs : undefined);
}

/** A stream keeps its order: before the end of a response nothing is missing. */
function lingerUs(settings: ExchangeSettings, state: OpenState): number {
  return isResponseWhole(state) ? settings.lingerUs : settings.callCutLingerUs;
}

function onTick(settings: ExchangeSettings, state: OpenState, nowUs: number): Step {
  if (state.lingerSinceUs !== undefined && nowUs - state.lingerSinceUs >= lingerUs(settings, state))
    return finish(settings, state, [], outcomeOf(state, state.callCut ? 'call_cut' : 'stream_closed'), undefined);
  const effects: ExchangeEffect[] = [];
  return { state: withPart(settings, state, effects, nowUs), effects };
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
): Step {
  // What is complete before its end was seen, a tunnel or a response by its length, has its ends only now.
  if (ended === ENDED.complete)
    for (const side of ['request', 'response'] as const) if (!state[side].ended) effects.push({ type: 'ended', side });
  const close: ExchangeEffect = { type: 'close', error };
  const record: ExchangeEffect = { type: 'finish', ended, reason };
  if (settings.profile !== PROFILE.strict) effects.push(close, record);
  else {
    effects.push(record);
    if (error === undefined) effects.push(...state.held);
    effects.push(close);
  }
  return { state: FINISHED, effects };
}
