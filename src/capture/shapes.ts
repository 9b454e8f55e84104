import { idHidesMore } from '../redact/index.ts';

/**
 * Shapes of what may stand in a leaf. A client makes up most of these values; what doesn't fit goes to the sealed
 * payload instead, so that nothing personal can be smuggled into the public part.
 */

/** Tells whether a text has a shape. */
export type Shape = (text: string) => boolean;

/** A text that has a shape, and nothing of one that hasn't. */
export function shaped(text: string, shape: Shape): string {
  return shape(text) ? text : '';
}

const matches =
  (pattern: RegExp, maxLength: number): Shape =>
  (text) =>
    text.length <= maxLength && pattern.test(text);

/** The methods of the IANA registry (RFC 9110, 16.1.1): any other is free text of the client. */
const METHODS: ReadonlySet<string> = new Set([
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'LINK', 'UNLINK'],
  ...['PROPFIND', 'PROPPATCH', 'MKCOL', 'COPY', 'MOVE', 'LOCK', 'UNLOCK', 'SEARCH', 'ACL', 'ORDERPATCH', 'MKCALENDAR'],
  ...['VERSION-CONTROL', 'REPORT', 'CHECKOUT', 'CHECKIN', 'UNCHECKOUT', 'MKWORKSPACE', 'UPDATE', 'LABEL', 'MERGE'],
  ...['BASELINE-CONTROL', 'MKACTIVITY', 'BIND', 'REBIND', 'UNBIND', 'MKREDIRECTREF', 'UPDATEREDIRECTREF'],
]);

/** A registered HTTP method. */
export const isMethod: Shape = (text) => METHODS.has(text);

const isUuid = matches(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, 36);
const isRandomUuid = matches(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i, 36);

/** A UUID in its text form (RFC 9562) that a client may have made up, as the id of the hop before. */
export const isClaimedId: Shape = (text) => isUuid(text) && !idHidesMore(text);
/**
 * The id of an exchange: Envoy's `%UNIQUE_ID%` is a random UUID, and none may be refused, since the access log names the
 * call by it; any other UUID comes from a client whose configuration lets it choose.
 */
export const isExchangeId: Shape = (text) => isRandomUuid(text) || isClaimedId(text);
/** `HTTP/1.1`, `HTTP/2` … */
export const isProtocol = matches(/^HTTP\/[0-9](\.[0-9])?$/, 8);
/** The protocol of an upgraded connection: of the IANA registry (RFC 9110, 16.7) or in common use; any other is free text. */
export const isUpgrade = matches(
  /^(?:websocket|h2c|connect-(?:udp|ip|tcp)|tcp|raw|spdy\/3\.1|http\/[0-9](?:\.[0-9])?|tls\/[0-9]\.[0-9])$/i,
  16,
);
/** Names out of Envoy's configuration: routes and clusters. */
export const isConfiguredName = matches(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/, 256);
/** `address:port`, or the path of a socket. */
export const isHostAddress = matches(/^([0-9A-Za-z.:%_[\]-]+|(unix:)?[/@][\x21-\x7e]*|envoy:\/\/[\x21-\x7e]+)$/, 256);
/** SPIFFE-ID (section 2): a trust domain and a path of unreserved characters. */
export const isSpiffeId = matches(/^spiffe:\/\/[a-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/, 2048);

/** A leaf has 64,000 bytes: a longer workload id counts as misshapen. */
export const MAX_WORKLOAD_BYTES = 512;

/**
 * Trace and span id of a `traceparent` (W3C Trace Context, 3.2); `undefined` when it is none, or one of them can be read
 * as more than an id.
 */
export function parseTraceparent(text: string): { traceId: Uint8Array; spanId: Uint8Array } | undefined {
  const match = text.length <= 128 ? /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-|$)/.exec(text) : null;
  const [, traceId = '', spanId = ''] = match ?? [];
  if (/^0*$/.test(traceId) || /^0*$/.test(spanId) || idHidesMore(traceId) || idHidesMore(spanId)) return undefined;
  return { traceId: new Uint8Array(Buffer.from(traceId, 'hex')), spanId: new Uint8Array(Buffer.from(spanId, 'hex')) };
}

/** A final HTTP status, 0 when it is none. */
export function parseStatus(text: string): number {
  return /^[1-5][0-9]{2}$/.test(text) ? Number(text) : 0;
}

/** The same of a number. */
export function statusOf(status: number): number {
  return status >= 100 && status <= 599 ? status : 0;
}

/** An RFC 3339 time, as Envoy writes its attributes, in microseconds since 1970; `undefined` when it is none. */
export function parseTimeUs(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  const [, seconds = '', fraction = '', zone = ''] = match ?? [];
  const milliseconds = Date.parse(`${seconds}${zone}`);
  if (!Number.isFinite(milliseconds) || milliseconds < 0) return undefined;
  return milliseconds * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

/**
 * The part of Envoy's response code details that Envoy itself made: what follows in braces, or any other character,
 * may hold what a client or an upstream sent.
 */
export function responseCodeDetails(text: string): string {
  return /^[A-Za-z0-9_.:-]{1,96}/.exec(text)?.[0] ?? '';
}
