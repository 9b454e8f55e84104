import { AccessLog, AccessLogEntry, BODY, Direction, Exchange, ExchangeHead } from '../../record/index.ts';
import type { MessageOf } from '../../record/index.ts';

const EntryFacts = AccessLogEntry.pick([
  'exchangeId',
  'startedUs',
  'connectionId',
  'durationUs',
  'protocol',
  'method',
  'route',
  'upstreamHost',
  'status',
  'responseFlags',
  'requestHeaderBytes',
  'requestBodyBytes',
  'responseBodyBytes',
  'type',
]);
type EntryFacts = MessageOf<typeof EntryFacts>;

/** What is judged of an `access_log` record: most of what is read of a log is that. */
export const AccessLogFacts = AccessLog.pick(['nodeId', 'logName', 'receivedUs', 'entries'], { entries: EntryFacts });
/** {@link AccessLogFacts} as a value. */
export type AccessLogFacts = MessageOf<typeof AccessLogFacts>;

const HeadFacts = ExchangeHead.pick(['exchangeId', 'route', 'startedUs', 'connectionId']);
type HeadFacts = MessageOf<typeof HeadFacts>;
const SideFacts = Direction.pick(['bodyBytes', 'body']);

/** What is judged of an `exchange` record. */
export const ExchangeFacts = Exchange.pick(['head', 'status', 'request', 'response', 'ended', 'endedAfterUs'], {
  head: HeadFacts,
  request: SideFacts,
  response: SideFacts,
});
/** {@link ExchangeFacts} as a value. */
export type ExchangeFacts = MessageOf<typeof ExchangeFacts>;

/** What Envoy says of a call that is over. */
export interface LoggedCall {
  readonly leaf: number;
  readonly exchangeId: string;
  /** Connection and start, where both are known: what joins calls that have no id. */
  readonly second: string;
  readonly startedUs: number;
  readonly endedUs: number;
  readonly connectionId: number;
  readonly route: string;
  readonly status: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Something went wrong with it, says Envoy. */
  readonly isFlagged: boolean;
  /** It came as far as the filters: Envoy gave it an id, or sent it to an upstream. */
  readonly isOffered: boolean;
  /** Envoy had understood its headers. */
  readonly hasHeaders: boolean;
}

/** What a record says of a call. */
export interface RecordedCall {
  readonly leaf: number;
  /** Name of the producer's epoch. */
  readonly epoch: string;
  readonly exchangeId: string;
  readonly second: string;
  readonly startedUs: number;
  readonly endedUs: number;
  readonly connectionId: number;
  readonly route: string;
  readonly status: number;
  readonly ended: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Bodies of which only the length was kept, for want of time or room. */
  readonly givenUp: string;
}

/** `AccessLogType` of Envoy: not set, and DownstreamEnd. Every other one speaks of a call that goes on. */
const ENDS: ReadonlySet<number> = new Set([0, 6]);

function secondKey(connectionId: number, startedUs: number): string {
  return connectionId > 0 && startedUs > 0 ? `${connectionId}/${startedUs}` : '';
}

/** By what the call of a record that tells only of its beginning is found. */
export function begunCall(head: HeadFacts | undefined): Pick<RecordedCall, 'exchangeId' | 'second'> {
  const { exchangeId = '', connectionId = 0, startedUs = 0 } = head ?? {};
  return { exchangeId, second: secondKey(connectionId, startedUs) };
}

/** Entries of TCP connections have nothing of HTTP. */
function isHttp({ protocol, method, status, requestHeaderBytes }: EntryFacts): boolean {
  return protocol !== '' || method !== '' || status > 0 || requestHeaderBytes > 0;
}

/** The calls that are over of an `access_log` record. */
export function loggedCalls({ entries }: AccessLogFacts, leaf: number): LoggedCall[] {
  return entries
    .filter((entry) => ENDS.has(entry.type) && isHttp(entry))
    .map((entry) => ({
      leaf,
      exchangeId: entry.exchangeId,
      second: secondKey(entry.connectionId, entry.startedUs),
      startedUs: entry.startedUs,
      endedUs: entry.startedUs + entry.durationUs,
      connectionId: entry.connectionId,
      route: entry.route,
      status: entry.status,
      requestBytes: entry.requestBodyBytes,
      responseBytes: entry.responseBodyBytes,
      isFlagged: entry.responseFlags.length > 0,
      isOffered: entry.exchangeId !== '' || entry.upstreamHost !== '',
      hasHeaders: entry.requestHeaderBytes > 0,
    }));
}

/** The call of an `exchange` record; `undefined` for one that says nothing of which it is. */
export function recordedCall(exchange: ExchangeFacts, leaf: number, epoch: string): RecordedCall | undefined {
  const { head, request, response, ended, endedAfterUs, status } = exchange;
  if (head === undefined) return undefined;
  const { exchangeId, connectionId, startedUs, route } = head;
  const givenUp = [request, response].map((side, index) =>
    side?.body === BODY.given_up ? (['request', 'response'][index] ?? '') : '',
  );
  return {
    leaf,
    epoch,
    exchangeId,
    second: secondKey(connectionId, startedUs),
    startedUs,
    endedUs: startedUs + Math.max(0, endedAfterUs - 1),
    connectionId,
    route,
    status,
    ended,
    requestBytes: request?.bodyBytes ?? 0,
    responseBytes: response?.bodyBytes ?? 0,
    givenUp: givenUp.filter((side) => side !== '').join(' and '),
  };
}
