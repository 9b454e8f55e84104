import { ENDED, type Ended } from '../record/index.ts';
import type { OpenState } from './exchange-state.ts';

/** Nothing more is to be recorded, whether or not it was seen whole. */
export function isOver(state: OpenState): boolean {
  if (!state.response.ended) return false;
  return state.request.ended || state.tunnel || !isRequestSeen(state);
}

/** A response may come alone: Envoy's own answer, given before the filter saw the request. */
function isRequestSeen(state: OpenState): boolean {
  return state.request.headers || state.request.trailers || state.request.ended || state.request.bodyBytes > 0;
}

/** Whether a client has all of the response once it has what was seen (RFC 9110, 6.4.1 and 8.6; RFC 9112, 6.3). */
export function isResponseWhole({ response, bodiless, declaredBytes, tunnel }: OpenState): boolean {
  if (response.ended) return true;
  if (!response.headers || tunnel) return false;
  return bodiless || (declaredBytes !== undefined && response.bodyBytes >= declaredBytes);
}

/** A WebSocket says that it closes; any other tunnel is over when its stream is. */
function isTunnelClosed({ request, response, frames }: OpenState, how: StreamEnd): boolean {
  if (request.ended || response.ended) return true;
  return frames === undefined ? how !== 'stream_reset' : frames.request.closed || frames.response.closed;
}

/** What ended the stream. */
export type StreamEnd = 'stream_closed' | 'stream_reset' | 'call_cut';
/** How the capture of an exchange ended, and more closely why. */
export type Outcome = readonly [ended: Ended, reason: string];

/** How the capture ended, when nothing more comes. */
export function outcomeOf(state: OpenState, how: StreamEnd): Outcome {
  const { request, response } = state;
  const responseWhole = isResponseWhole(state);
  if (responseWhole && request.ended) return [ENDED.complete, response.ended || state.bodiless ? '' : 'length_reached'];
  if (state.tunnel && isTunnelClosed(state, how)) return [ENDED.complete, 'tunnel_closed'];
  if (responseWhole) return [ENDED.request_cut, isRequestSeen(state) ? 'response_ended_first' : 'request_not_seen'];
  if (response.headers || response.bodyBytes > 0) return [ENDED.response_cut, how];
  return request.ended ? [ENDED.no_response, how] : [ENDED.request_cut, how];
}
