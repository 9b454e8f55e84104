/**
 * The registry of record kinds (docs/record-format.md). A number is never used again for something else; a reader
 * shows and verifies a kind that it doesn't know.
 */
export const KIND = {
  genesis: 1,
  key: 2,
  producer: 3,
  exchange_opened: 4,
  exchange: 5,
  exchange_part: 6,
  access_log: 7,
  counters: 8,
  gap: 9,
  quarantined: 10,
  config_change: 11,
  certificate: 12,
  violation: 13,
  alert: 14,
  access: 15,
  approval: 16,
  policy: 17,
  erasure: 18,
  retention: 19,
  hold: 20,
  replay: 21,
  scrub: 22,
  report: 23,
} as const;

/** The name of a kind. */
export type KindName = keyof typeof KIND;
/** The number of a kind that this version knows. */
export type Kind = (typeof KIND)[KindName];

const names = new Map<number, string>(Object.entries(KIND).map(([name, number]) => [number, name]));

/** A kind's name, or `kind-<number>` for one that this version doesn't know. */
export function kindName(kind: number): string {
  return names.get(kind) ?? `kind-${kind}`;
}

/** A payload class: each is sealed under a key of its own, because indexing is not viewing, viewing not unmasking. */
export const PAYLOAD_CLASS = { index: 1, content: 2, unmask: 3 } as const;
/** The number of a payload class. */
export type PayloadClass = (typeof PAYLOAD_CLASS)[keyof typeof PAYLOAD_CLASS];

/** What a payload part holds. */
export const PART = {
  /** ExchangeIndex: what search needs. Class `index`. */
  index: 1,
  /** ExchangeContent: redacted headers and trailers of both directions. Class `content`. */
  message: 2,
  /** Redacted request body as bytes. Class `content`. */
  request_body: 3,
  /** Redacted response body as bytes. Class `content`. */
  response_body: 4,
  /** ExchangeUnmask: salts of commitments and sealed originals. Class `unmask`. */
  originals: 5,
} as const;
/** The number of a payload part's name. */
export type PartNumber = (typeof PART)[keyof typeof PART];

/** How the capture of an exchange ended. */
export const ENDED = {
  complete: 1,
  /** The client or Envoy ended the stream before the request was whole. */
  request_cut: 2,
  /** The stream ended before a response began. */
  no_response: 3,
  /** The stream ended before the response was whole. */
  response_cut: 4,
  /** The recorder restarted while the exchange was open. */
  recorder_restart: 5,
  /** The recorder gave it up: overload, a limit, shutdown. */
  recorder_gave_up: 6,
  /** Envoy broke the protocol of the stream. */
  protocol_error: 7,
} as const;
/** The number of how a capture ended. */
export type Ended = (typeof ENDED)[keyof typeof ENDED];

/** What became of a body. */
export const BODY = {
  none: 1,
  kept: 2,
  /** Not kept: type unknown, undecodable, unparseable …; hash and length only. */
  withdrawn: 3,
  /** Given up by the recorder: overload or a limit; length only. */
  given_up: 4,
  /** Kept up to where the stream ended. */
  cut: 5,
} as const;
/** The number of what became of a body. */
export type BodyState = (typeof BODY)[keyof typeof BODY];

/** How sure we are who called. */
export const PROVENANCE = { none: 0, mtls: 1, verified: 2, claimed: 3 } as const;
/** The number of an identity's provenance. */
export type Provenance = (typeof PROVENANCE)[keyof typeof PROVENANCE];

/** The capture profile that an exchange was recorded in. */
export const PROFILE = { observe: 1, inline: 2, strict: 3 } as const;
/** The number of a capture profile. */
export type Profile = (typeof PROFILE)[keyof typeof PROFILE];

/** What a `producer` record says. */
export const PRODUCER_EVENT = { started: 1, heartbeat: 2, draining: 3, stopped: 4 } as const;

/** What a `key` record does. */
export const KEY_ACTION = { enrolled: 1, rotated: 2, retired: 3 } as const;

/** What a key is for. */
export const KEY_ROLE = { root: 1, log: 2, producer: 3, ledger: 4, auditor: 5 } as const;

/** What a reading of an Envoy's clock was taken from. */
export const CLOCK_SOURCE = {
  /** The begin of calls that it sent us to record; it is named by its address. */
  ext_proc: 1,
  /** The end of calls that its access log told of, which waits up to a second in Envoy; it is named by its node id. */
  access_log: 2,
} as const;
/** The number of a {@link CLOCK_SOURCE}. */
export type ClockSource = (typeof CLOCK_SOURCE)[keyof typeof CLOCK_SOURCE];

/** Where Envoy's counters were read. */
export const COUNTER_SOURCE = {
  /** Envoy sent them (`envoy.service.metrics.v3.MetricsService`). */
  metrics_service: 1,
  /** Asked of Envoy's admin page. */
  admin: 2,
} as const;

/** What a certificate comes to; where several would hold, the first of these that does. */
export const CERTIFICATE_STATE = {
  /** Calls are missing, recorded in part, or with other sizes than Envoy says: its lists name them. */
  incomplete: 1,
  /** Calls were served, or recorded, that no access log names. */
  no_access_log: 2,
  /** What the window should have brought can't be known, in part at least. */
  unknown: 3,
  /** Every call that Envoy says it served has a record, as far as it went. */
  whole: 4,
  /** Envoy's counters say that there was no call. */
  no_traffic: 5,
  /** No entry came, and no counters tell whether there was a call. */
  silent: 6,
} as const;
/** The number of what a certificate comes to. */
export type CertificateState = (typeof CERTIFICATE_STATE)[keyof typeof CERTIFICATE_STATE];

/** What a list of a certificate names; the name of its attachment. */
export const CERTIFICATE_LIST = { missing: 1, partial: 2, differing: 3, unlogged: 4, never_offered: 5 } as const;
/** The number of a certificate's list. */
export type CertificateList = (typeof CERTIFICATE_LIST)[keyof typeof CERTIFICATE_LIST];

/** What is unknown of a time. */
export const UNKNOWN_WHAT = {
  /** Calls may have been served that neither a record nor an access log names. */
  calls: 1,
  /** Records of calls may be on their way still. */
  records: 2,
} as const;

/** By what Envoy's finished calls were counted. */
export const COUNTER_BASIS = {
  /** Nothing that was read tells. */
  none: 0,
  /** Requests begun, less those that were open (`downstream_rq_total`, `downstream_rq_active`). */
  requests: 1,
  /** Entries that Envoy's access log wrote or dropped (`access_logs.grpc_access_log.…`). */
  log_entries: 2,
} as const;

/** Why a `gap` record was written. */
export const GAP_REASON = {
  /** Batches of an epoch are missing between two that arrived. */
  batches_missing: 1,
  /** Batches that were missing have arrived. */
  batches_arrived: 2,
  /** The bus continued at another position than the ledger's. */
  position_jumped: 3,
  /** A producer's next epoch began while the last had not said `stopped`. */
  epoch_not_stopped: 4,
  /** A record's payload chunks are not there. */
  payload_missing: 5,
  /** A producer lost part of its spool. */
  spool_damaged: 6,
  /** A recorder gave up exchanges under overload. */
  exchanges_lost: 7,
  /** Payload parts that were missing have arrived. */
  payload_arrived: 8,
} as const;
/** The number of a gap's reason. */
export type GapReason = (typeof GAP_REASON)[keyof typeof GAP_REASON];

/** Why a message was quarantined. */
export const QUARANTINE_REASON = {
  malformed: 1,
  unknown_key: 2,
  bad_signature: 3,
  bad_merkle_root: 4,
  foreign_log: 5,
  fork: 6,
  bad_chain: 7,
  bad_numbering: 8,
  oversized: 9,
  unsupported_format: 10,
} as const;
/** The number of a quarantine's reason. */
export type QuarantineReason = (typeof QUARANTINE_REASON)[keyof typeof QUARANTINE_REASON];
