import { bool, list, message, type MessageOf, optional, string, strings, uint } from './schema.ts';

/**
 * The rules by which certificates are made. Whatever may let the same leaves come to another certificate is a method with the
 * next number; the rules of those before it are kept, so that what was made by them can be made again for ever.
 */
export const CERTIFICATE_METHOD = 3;

/** How many calls of a window there are of each sort. */
export const CallCounts = message('CallCounts', {
  /** Calls that Envoy says it served on recorded routes: the sum of the five that follow. */
  served: uint(1),
  complete: uint(2),
  /** Calls that broke off by themselves, recorded as far as they went. */
  cut: uint(3),
  /** Recorded, but not all that there was of them. */
  partial: uint(4),
  /** Not recorded. */
  missing: uint(5),
  /** Recorded whole, with other sizes of bodies than Envoy says. */
  differing: uint(6),
  /** Envoy answered before it would have offered them: malformed requests. */
  neverOffered: uint(7),
  /** On routes that are said not to be recorded. */
  unrecordedRoutes: uint(8),
  /** Recorded, and named by no access log. */
  unlogged: uint(9),
  /** Calls with more than one record. */
  repeated: uint(10),
  /** Of those that a list should name: so many it doesn't. */
  unnamed: uint(11),
});
/** {@link CallCounts} as a value. */
export type CallCounts = MessageOf<typeof CallCounts>;

/** Envoy's own counters against its access log, as far as both were read at the end of the window. */
export const CounterCheck = message('CounterCheck', {
  processStartedUs: uint(1),
  /** {@link COUNTER_BASIS}: what the finished calls were counted by. */
  basis: uint(2),
  /** When the last of the counters that were compared were read, by Envoy's clock. */
  readUs: uint(3),
  /** Calls begun, and calls over, as the counters moved from the window before to this one. */
  begun: uint(4),
  finished: uint(5),
  /** Calls over that no access log names, at the least. */
  unlogged: uint(6),
  /** Calls that the recording filter let go by unrecorded. */
  bypassed: uint(7),
});
/** {@link CounterCheck} as a value. */
export type CounterCheck = MessageOf<typeof CounterCheck>;

/** A time of which nobody can know (any more, or yet) what it should have brought. By Envoy's clock. */
export const UnknownSpan = message('UnknownSpan', {
  sinceUs: uint(1),
  /** Zero: it lasts. */
  untilUs: uint(2),
  /** {@link UNKNOWN_WHAT}. */
  what: uint(3),
});
/** {@link UnknownSpan} as a value. */
export type UnknownSpan = MessageOf<typeof UnknownSpan>;

/** What a certificate was made with, so that it can be made again. */
export const AuditSettings = message('AuditSettings', {
  windowUs: uint(1),
  /** How long an entry may be on its way from the end of its call to the recorder. */
  logDelayUs: uint(2),
  /** How long a producer, or an Envoy whose counters are read, may be silent. */
  silentUs: uint(3),
  /** Sizes of bodies are not compared: filters in front of the recording one change them. */
  ignoresBytes: bool(4),
  /** Routes whose calls are not recorded, as the operator says. */
  unrecordedRoutes: strings(5),
});
/** {@link AuditSettings} as a value. */
export type AuditSettings = MessageOf<typeof AuditSettings>;

/** Body of `certificate`: what the leaves before `treeSize` say about the calls of one Envoy that ended in a window. */
export const Certificate = message('Certificate', {
  /** {@link CERTIFICATE_METHOD}. */
  method: uint(1),
  /** Empty: calls that were recorded, and that no Envoy's access log names. */
  nodeId: string(2),
  windowStartUs: uint(3),
  /** Exclusive. */
  windowEndUs: uint(4),
  /** From 0. */
  revision: uint(5),
  /** Leaf of the certificate that this one takes the place of, plus one; zero for revision 0. */
  revisesLeafPlusOne: uint(6),
  treeSize: uint(7),
  /** The auditor's time of judgement: who is silent depends on it. */
  judgedUs: uint(8),
  /** {@link CERTIFICATE_STATE}. */
  state: uint(9),
  counts: optional(10, CallCounts),
  counters: optional(11, CounterCheck),
  unknown: list(12, UnknownSpan),
  settings: optional(13, AuditSettings),
  /** Calls that recorders themselves say went on unrecorded, in gap records about times that touch the window. */
  declaredLost: uint(14),
  logNames: strings(15),
});
/** {@link Certificate} as a value. */
export type Certificate = MessageOf<typeof Certificate>;

/** One call of a certificate's list. */
export const ListedCall = message('ListedCall', {
  exchangeId: string(1),
  startedUs: uint(2),
  endedUs: uint(3),
  connectionId: uint(4),
  route: string(5),
  status: uint(6),
  /** Leaf of its access-log entry, and of its record, plus one; zero: there is none. */
  logLeafPlusOne: uint(7),
  recordLeafPlusOne: uint(8),
  /** What is wrong with it. */
  reason: string(9),
});
/** {@link ListedCall} as a value. */
export type ListedCall = MessageOf<typeof ListedCall>;

/** An attachment of a certificate: the calls of one sort. */
export const CallList = message('CallList', { calls: list(1, ListedCall) });
/** {@link CallList} as a value. */
export type CallList = MessageOf<typeof CallList>;
