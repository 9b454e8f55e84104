import type { IncomingHttpHeaders } from 'node:http';

/** The header that says which reply is wanted. */
export const CALL_HEADER = 'x-demo-call';

/** A request that is made through Envoy. */
export interface Request {
  readonly protocol: 'http1' | 'http2' | 'websocket' | 'websocket-deflate';
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly trailers: Readonly<Record<string, string>>;
  /** The client leaves before the end of the body, once an answer has begun. */
  readonly leaves?: boolean;
}

/** A header's or trailer's values as Node gives them. */
export type Fields = Readonly<Record<string, string | string[] | number | undefined>>;

/** What came back, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Fields;
  readonly body: Buffer;
  readonly trailers: Fields;
}

/** What a service is told to answer. */
export interface Reply {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array;
  readonly trailers: Readonly<Record<string, string>>;
  /** The connection is cut after half of the body. */
  readonly breaksOff?: boolean;
  /** It begins as soon as some of the request's body is there. */
  readonly isEarly?: boolean;
}

/** What a service got. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly trailers: Readonly<Record<string, string | string[] | undefined>>;
}
