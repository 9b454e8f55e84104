import type { Answer, Connections, Target } from './transport.ts';

/**
 * What a recorder that follows its rules keeps of a body: all of it after redaction, only hash and length (what it
 * can't look into), as much as came before the client left, or nothing because there is none.
 */
export type BodyExpectation = 'kept' | 'hash' | 'partial' | 'none';

/** What is known about a kind of call before it is made. */
export interface KindFacts {
  /** How often it occurs in the mix, relative to the others. */
  readonly weight: number;
  readonly service: 'orders' | 'payments';
  /** The name that the service counts it under. */
  readonly operation: string;
  readonly requestBody: BodyExpectation;
  readonly responseBody: BodyExpectation;
}

/** Every kind of call of the demo. Those of several MB are rare. */
export const KINDS = {
  'json-http1': { weight: 200, service: 'orders', operation: 'create', requestBody: 'kept', responseBody: 'kept' },
  'json-http2': { weight: 200, service: 'payments', operation: 'charge', requestBody: 'kept', responseBody: 'kept' },
  gzip: { weight: 120, service: 'orders', operation: 'get', requestBody: 'none', responseBody: 'kept' },
  form: { weight: 100, service: 'payments', operation: 'checkout', requestBody: 'kept', responseBody: 'kept' },
  text: { weight: 40, service: 'payments', operation: 'note', requestBody: 'kept', responseBody: 'kept' },
  head: { weight: 30, service: 'orders', operation: 'head', requestBody: 'none', responseBody: 'none' },
  delete: { weight: 30, service: 'orders', operation: 'delete', requestBody: 'none', responseBody: 'none' },
  trailers: { weight: 60, service: 'payments', operation: 'report', requestBody: 'none', responseBody: 'kept' },
  'grpc-unary': { weight: 90, service: 'payments', operation: 'authorize', requestBody: 'kept', responseBody: 'kept' },
  'grpc-stream': { weight: 40, service: 'orders', operation: 'track', requestBody: 'kept', responseBody: 'kept' },
  events: { weight: 30, service: 'orders', operation: 'events', requestBody: 'none', responseBody: 'kept' },
  websocket: { weight: 30, service: 'orders', operation: 'socket', requestBody: 'kept', responseBody: 'kept' },
  'gives-up': { weight: 20, service: 'payments', operation: 'slow', requestBody: 'none', responseBody: 'partial' },
  upload: { weight: 4, service: 'orders', operation: 'upload', requestBody: 'hash', responseBody: 'kept' },
  download: { weight: 4, service: 'orders', operation: 'export', requestBody: 'none', responseBody: 'kept' },
} as const satisfies Record<string, KindFacts>;

/** The name of a kind of call. */
export type Kind = keyof typeof KINDS;

/** All kinds, in the order in which a mix begins. */
export const ALL_KINDS = Object.keys(KINDS) as Kind[];

/** What the client knows of one call that it made. */
export interface CallResult {
  readonly kind: Kind;
  readonly call: number;
  /** The harmless value of the header `x-demo-call`. */
  readonly exchangeKey: string;
  /** True when the answer was what it should be; of a call that is given up, as far as it was waited for. */
  readonly ok: boolean;
  /** HTTP status; of gRPC the grpc-status; 0 when no answer came. */
  readonly status: number;
  /** SHA-256 (hex) of everything the client got: status, headers that matter, body, trailers. */
  readonly digest: string;
  /** Bytes of bodies; of a WebSocket those of its messages' payloads. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly gaveUp: boolean;
  /** Why it is not ok. */
  readonly error: string;
}

/** What a call is made with. */
export interface CallContext {
  readonly connections: Connections;
  readonly target: Target;
  readonly seed: number;
  /** Number of the call in its run, from 1. */
  readonly call: number;
  /** False leaves personal data and secrets out. */
  readonly planted: boolean;
}

/** What was sent, and what came back of it. */
export interface Outcome {
  readonly answer: Omit<Answer, 'start' | 'trailers'>;
  readonly requestBytes: number;
  /** Empty when the answer is as it should be. */
  readonly error: string;
}

/** What the services must have counted when exactly these calls were made. */
export function expectedCounts(results: readonly CallResult[]): Record<'orders' | 'payments', Record<string, number>> {
  const counts: Record<'orders' | 'payments', Record<string, number>> = { orders: {}, payments: {} };
  for (const { kind } of results) {
    const { service, operation } = KINDS[kind];
    counts[service][operation] = (counts[service][operation] ?? 0) + 1;
  }
  return counts;
}
