/** Which part of an exchange is being redacted. */
export type PartName =
  | 'request_headers'
  | 'response_headers'
  | 'request_trailers'
  | 'response_trailers'
  | 'target'
  | 'request_body'
  | 'response_body';

/**
 * What is done with a finding. `mask` keeps the last four characters or none, `drop` nothing, `token` puts a keyed
 * hash in its place, `seal` keeps the original under the unmask key, `keep` leaves it.
 */
export type Action = 'mask' | 'drop' | 'token' | 'seal' | 'keep';

/** A header field. `value` is a binary string: one character for each byte. */
export interface HeaderField {
  name: string;
  value: string;
}

/** How often a rule acted. */
export interface RuleCount {
  rule: string;
  version: number;
  entity: string;
  action: Action;
  count: number;
}

/** One value that was replaced: what proves it later, without a word of it. */
export interface RedactedValue {
  readonly rule: string;
  readonly version: number;
  readonly entity: string;
  readonly action: Action;
  /**
   * 32 bytes, HMAC-SHA-256 of the value under a salt of its own. Empty where nothing may be committed to, also because of what is
   * in the value, where one was too long to be held, and without a salt.
   */
  readonly commitment: Uint8Array;
}

/** An original that a rule says to seal. */
export interface SealedOriginal {
  /** Its place in the list of the part's values, which its marker names. */
  readonly index: number;
  readonly value: Uint8Array;
}

/** What every result says besides the redacted text. */
export interface RedactionFindings {
  /** How often each rule acted, in the order of the rules; rules that found nothing are absent. */
  readonly counts: readonly RuleCount[];
  /** Each value that was replaced, up to a limit. Absent when none was. */
  readonly values?: readonly RedactedValue[];
  /** Originals that a rule says to seal: they belong in the unmask part. Absent when no rule does. */
  readonly originals?: readonly SealedOriginal[];
  /** Tokens of the people that the content is about: they belong in the index part. Absent when no rule makes any. */
  readonly subjectTokens?: readonly Uint8Array[];
  /** What was thrown inside the engine, each by its kind and code alone. Absent when nothing was. */
  readonly failures?: readonly string[];
}

/** A key for tokens. Its version stands in each token, so that the tokens of two keys are never taken for each other. */
export interface TokenKey {
  /** 1 to 65,535. */
  readonly version: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** What is known of the call that something belongs to: policies differ by it. */
export interface RedactedCall {
  /** Name of the route. */
  readonly route?: string | undefined;
  /** Who called, as far as that is sure: a workload's identity. */
  readonly identity?: string | undefined;
  /**
   * Gives 32 bytes that key the commitments of values; another one for each part, and none that anything else is keyed
   * with. Asked once something is found. Without it there are no commitments.
   */
  readonly valueSalt?: (() => Uint8Array) | undefined;
}

/** Redacted header fields, in the order in which they came. */
export interface RedactedHeaders extends RedactionFindings {
  readonly fields: HeaderField[];
}

/** A redacted request target; `query` is what follows the first `?`, without it. */
export interface RedactedTarget extends RedactionFindings {
  readonly path: string;
  readonly query: string;
}

/** A redacted short text. */
export interface RedactedText extends RedactionFindings {
  readonly text: string;
}

/** What is known about a body before its first byte. */
export interface RedactContext extends RedactedCall {
  readonly part: PartName;
  /** Value of `content-type`; a body without one is of unknown type. */
  readonly contentType?: string;
  /** Value of `content-encoding`. */
  readonly contentEncoding?: string;
  /** The request's target, or its path: the method of an RPC is named by its last two segments. */
  readonly path?: string | undefined;
  /** Value of `grpc-encoding`, or of `connect-content-encoding`: how messages are compressed that say that they are. */
  readonly messageEncoding?: string | undefined;
  /** True for a gRPC message stream. */
  readonly grpc?: boolean;
  /** The protocol of what follows an upgrade or a CONNECT, in lower case: `websocket`, `connect` …; empty or absent for a body. */
  readonly upgrade?: string;
}

/**
 * Why a body's content was given up; its length and commitment are kept.
 * - `unknown_type`: a content type that isn't walked (yet), or none;
 * - `undecodable`: an unknown or broken content encoding or charset, binary data in text, a decompression bomb;
 * - `unparseable`: not valid in the format that it claims;
 * - `too_deep`: nested deeper than the limit;
 * - `over_limit`: a token larger than the limit;
 * - `engine_failed`: an exception inside the engine;
 * - `out_of_time`: the engine took longer than it may;
 * - `ended_early`: cut off, and nothing certain can be said without the rest.
 */
export const WITHDRAW_REASONS = [
  'unknown_type',
  'undecodable',
  'unparseable',
  'too_deep',
  'over_limit',
  'engine_failed',
  'out_of_time',
  'ended_early',
] as const;

/** One of {@link WITHDRAW_REASONS}. */
export type WithdrawReason = (typeof WITHDRAW_REASONS)[number];

/** What both outcomes of a body have. */
export interface BodySummary extends RedactionFindings {
  /** Bytes as they came, before any decoding. */
  readonly originalBytes: number;
  /** Bytes after content decoding; of a withdrawn body those that were decoded until then. */
  readonly decodedBytes: number;
  /**
   * 32 bytes, HMAC-SHA-256 under the salt. Of a kept body: of the decoded original without the values that may never
   * be kept (card verification codes, PINs) or were too long to be looked into. Of a withdrawn one: of the bytes as they came, or
   * empty when such a value had been found in them.
   */
  readonly commitment: Uint8Array;
}

/** The redacted content may be kept: everything that `write` returned, then `tail`. */
export interface KeptBody extends BodySummary {
  readonly state: 'kept';
  readonly tail: Uint8Array;
}

/** Nothing of the content may be kept, what `write` returned before included. */
export interface WithdrawnBody extends BodySummary {
  readonly state: 'withdrawn';
  readonly reason: WithdrawReason;
}

/** How a body ended. */
export type BodyOutcome = KeptBody | WithdrawnBody;

/** Redacts one body, in pieces of any size. The result doesn't depend on how the body was cut. */
export interface BodyRedactor {
  /**
   * Takes the next bytes (not kept after the call, or after its promise resolved) and returns redacted bytes, which
   * are provisional until {@link end} says `kept`; they lag behind and never hold a part of an undecided finding. The
   * next call must wait for a returned promise. Never throws for what the bytes are.
   */
  write(chunk: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /**
   * The body is over. `early` says that it was cut off: what can't be judged without its rest is dropped (lines,
   * form fields) or withdrawn as `ended_early` (JSON, compressed bodies).
   */
  end(early?: boolean): BodyOutcome | Promise<BodyOutcome>;
  /** Frees everything; nothing may be called after it. */
  abort(): void;
}

/** The engine. One for the process; holds no state of a call. All text is binary strings (one character a byte). */
export interface Redactor {
  /** Version of the rules and detectors, for the record. */
  readonly engineVersion: string;
  /** Version of the key that tokens are made with, for the record; zero without one. */
  readonly tokenKeyVersion: number;
  /** Header or trailer fields, by name and by content. A field that can't be judged loses its value. Never throws. */
  headers(part: PartName, fields: readonly HeaderField[], call?: RedactedCall): RedactedHeaders;
  /** The value of `:path`. Percent-encoding is seen through, and written again only where something is replaced. */
  target(path: string, call?: RedactedCall): RedactedTarget;
  /** A short value from anywhere else. */
  text(value: string, call?: RedactedCall): RedactedText;
  /** A body; `salt` keys the commitment of the whole, the context's that of its values. */
  body(context: RedactContext, salt: Uint8Array): BodyRedactor;
}
