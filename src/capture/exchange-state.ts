import type { Ended, Profile } from '../record/index.ts';
import type { BodyMessage, EnvoyMessage, HeadersMessage, Side } from './ext-proc-wire.ts';
import type { FrameState } from './websocket.ts';

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
 * A response can be whole for its client before its end is seen: one to HEAD with its headers, any with the last byte
 * that its Content-Length declares, also over HTTP/2, where many clients ask for no more. Strict holds back from there on.
 * Of one whose trailers are announced, which Envoy sends only after that byte was answered, the end is waited for.
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
  /** Bytes of the response's content with the last of which it is whole for its client, where that is so. */
  readonly declaredBytes: number | undefined;
  /** In strict: answers withheld until the record is durable, from the one on that makes the response whole. */
  readonly held: readonly ReplyEffect[];
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

/** An answer to Envoy. It may wait for long, so it holds nothing of the message that it answers but what goes back. */
export interface ReplyEffect {
  readonly type: 'reply';
  /** What it answers. */
  readonly to: EnvoyMessage['type'];
  readonly side: Side;
  /** It answers the end of its direction. */
  readonly end: boolean;
  /** Where Envoy passes on only what is sent back: that. */
  readonly passOn: BodyMessage | undefined;
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
  /** Whether trailers can reach the client behind a body with a Content-Length: over HTTP/2 and later (RFC 9113, 8.1). */
  readonly takesTrailers: boolean;
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
