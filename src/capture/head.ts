import { createHash } from 'node:crypto';
import { ExchangeHead, type Header, PROVENANCE, type Profile, type Provenance, Workload } from '../record/index.ts';
import { redactIds } from '../redact/index.ts';
import type { Attributes } from './attributes.ts';
import { headerText } from './header-values.ts';
import {
  isClaimedId,
  isConfiguredName,
  isExchangeId,
  isHostAddress,
  isMethod,
  isProtocol,
  isSpiffeId,
  isUpgrade,
  MAX_WORKLOAD_BYTES,
  parseStatus,
  parseTimeUs,
  parseTraceparent,
  type Shape,
} from './shapes.ts';

/** The request header that Envoy sets for each call, over whatever the client sent. */
export const ID_HEADER = 'x-affidavit-id';
/** The id that the call had one hop before, when the configuration keeps it. A client can forge it. */
export const PARENT_HEADER = 'x-affidavit-parent-id';

/** What is known of who called. */
export interface Caller {
  /** Proven by a certificate that Envoy checked: the only one that stands in a leaf. */
  readonly workload: Workload | undefined;
  /** May name a person, or is only claimed: index part only. */
  readonly identity: string;
  readonly provenance: Provenance;
}

/** What the headers of an exchange tell: what may stand in a leaf, and what may not. */
export interface HeadFacts {
  head: ExchangeHead;
  caller: Caller;
  /** Of a workload, in a header that the client may have made up. */
  claimedWorkload: string;
  /** Where the connection comes from. */
  address: string;
  /** Path of the request as it came, without its query: the method of an RPC. */
  path: string;
  /** Protocol of an upgrade that the request asks for. */
  upgrade: string;
  status: number;
  localReply: boolean;
  /** Values that failed their shape check, by field name. */
  misshapen: Header[];
}

/** What the facts of a new exchange start from. */
export interface HeadDefaults {
  readonly exchangeId: string;
  readonly startedUs: number;
  readonly profile: Profile;
}

/** Facts before any header was seen. */
export function emptyFacts(defaults: HeadDefaults): HeadFacts {
  return {
    head: ExchangeHead.create({ source: 'envoy', ...defaults }),
    caller: { workload: undefined, identity: '', provenance: PROVENANCE.none },
    claimedWorkload: '',
    address: '',
    path: '',
    upgrade: '',
    status: 0,
    localReply: false,
    misshapen: [],
  };
}

/** Protocol that a call went over to; empty when it didn't. */
export function upgradeOf({ status, upgrade, head }: HeadFacts): string {
  if (status === 101) return upgrade;
  return head.method === 'CONNECT' ? 'connect' : '';
}

/** Adds what a request's headers tell. */
export function addRequestHeaders(facts: HeadFacts, headers: readonly Header[]): void {
  const { head } = facts;
  const take = taker(facts, headers);
  head.exchangeId = take(ID_HEADER, 'exchange_id', isExchangeId) || head.exchangeId;
  head.parentId = take(PARENT_HEADER, 'parent_id', isClaimedId);
  facts.path = headerText(headers, ':path')?.split('?', 1)[0] ?? '';
  head.method = take(':method', 'method', isMethod);
  facts.upgrade = take('upgrade', 'upgrade', isUpgrade).toLowerCase();
  const traceparent = headerText(headers, 'traceparent');
  if (traceparent !== undefined) {
    const trace = parseTraceparent(traceparent);
    if (trace === undefined) addMisshapen(facts, 'traceparent', traceparent);
    else Object.assign(head, trace);
  }
  if (facts.caller.provenance !== PROVENANCE.mtls) facts.claimedWorkload = forwardedWorkload(facts, headers);
  setClaimed(facts);
  setSession(facts);
}

/** Adds what a response's headers tell. */
export function addResponseHeaders(facts: HeadFacts, headers: readonly Header[]): void {
  const status = headerText(headers, ':status') ?? '';
  facts.status = parseStatus(status);
  if (facts.status === 0 && status !== '') addMisshapen(facts, 'status', status);
}

/**
 * Adds what Envoy's attributes tell; those of the response know the upstream.
 * @returns when the call began by Envoy's clock, if they say so
 */
export function addAttributes(facts: HeadFacts, attributes: Attributes): number | undefined {
  const { head } = facts;
  const text = (name: string): string => {
    const value = attributes.get(name);
    return typeof value === 'string' ? value : '';
  };
  const take = (name: string, field: string, shape: Shape, before: string): string => {
    const value = text(name);
    if (value === '' || shape(value)) return value || before;
    addMisshapen(facts, field, value);
    return before;
  };
  const startedUs = parseTimeUs(text('request.time'));
  head.startedUs = startedUs ?? head.startedUs;
  head.protocol = take('request.protocol', 'protocol', isProtocol, head.protocol);
  head.route = take('xds.route_name', 'route', isConfiguredName, head.route);
  head.cluster = take('xds.cluster_name', 'cluster', isConfiguredName, head.cluster);
  head.upstreamHost = take('upstream.address', 'upstream_host', isHostAddress, head.upstreamHost);
  head.exchangeId = take(`request.headers['${ID_HEADER}']`, 'exchange_id', isExchangeId, head.exchangeId);
  const connectionId = Number(attributes.get('connection.id') ?? 0);
  if (Number.isSafeInteger(connectionId) && connectionId > 0) head.connectionId = connectionId;
  const details = text('response.code_details');
  if (details !== '') facts.localReply = details !== 'via_upstream';
  facts.address ||= text('source.address');
  setProven(facts, attributes, text);
  setClaimed(facts);
  return startedUs;
}

function taker(facts: HeadFacts, headers: readonly Header[]) {
  return (name: string, field: string, shape: Shape): string => {
    const value = headerText(headers, name);
    if (value === undefined || value === '') return '';
    if (shape(value)) return value;
    addMisshapen(facts, field, value);
    return '';
  };
}

/** Enough to find it by; the whole value stands in the headers. */
const MAX_MISSHAPEN_BYTES = 1024;

function addMisshapen(facts: HeadFacts, name: string, value: string): void {
  const kept = redactIds(value.slice(0, MAX_MISSHAPEN_BYTES));
  facts.misshapen.push({ name, value: new Uint8Array(Buffer.from(kept, 'latin1')) });
}

/**
 * A certificate that Envoy checked names the caller, for good. A workload's name may be public, any other may be a
 * person's.
 */
function setProven(facts: HeadFacts, attributes: Attributes, text: (name: string) => string): void {
  if (facts.caller.provenance === PROVENANCE.mtls || attributes.get('connection.mtls') !== true) return;
  const uri = text('connection.uri_san_peer_certificate');
  const id = workloadId(facts, uri);
  const names = [uri, text('connection.dns_san_peer_certificate'), text('connection.subject_peer_certificate')];
  facts.caller = {
    workload: id === '' ? undefined : Workload.create({ provenance: PROVENANCE.mtls, id }),
    identity: id === '' ? (names.find((name) => name !== '') ?? '') : '',
    provenance: PROVENANCE.mtls,
  };
  facts.head.workload = facts.caller.workload;
}

/** Without a certificate nothing is proven, and nothing of it may stand in a leaf. */
function setClaimed(facts: HeadFacts): void {
  if (facts.caller.provenance === PROVENANCE.mtls) return;
  const identity = [facts.claimedWorkload, facts.address].filter((name) => name !== '').join(' ');
  if (identity !== '') facts.caller = { workload: undefined, identity, provenance: PROVENANCE.claimed };
}

/** What a proxy before us says about its client, or the client about itself (`x-forwarded-client-cert`). */
function forwardedWorkload(facts: HeadFacts, headers: readonly Header[]): string {
  const forwarded = headerText(headers, 'x-forwarded-client-cert') ?? '';
  return workloadId(facts, /(?:^|[;,])URI="?(spiffe:[^;,"]*)/i.exec(forwarded.slice(-16_384))?.[1] ?? '');
}

/** The URI when it is a workload's, else empty. */
function workloadId(facts: HeadFacts, uri: string): string {
  if (!uri.startsWith('spiffe:')) return '';
  if (isSpiffeId(uri) && uri.length <= MAX_WORKLOAD_BYTES) return uri;
  addMisshapen(facts, 'workload', uri);
  return '';
}

const SESSION_KEY_BYTES = 16;

/** Set once, from what is known at the request, so that all records of an exchange have the same. */
function setSession({ head, caller }: HeadFacts): void {
  if (caller.workload === undefined || head.sessionKey.length > 0) return;
  const hash = createHash('sha256').update(caller.workload.id).update('\0').update(head.cluster).digest();
  head.sessionKey = new Uint8Array(hash.subarray(0, SESSION_KEY_BYTES));
}
