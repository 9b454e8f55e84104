/**
 * Codes of bad evidence: what was presented is wrong, whoever presents it. Never used for ordinary failure,
 * so that tampering can't drown among time-outs.
 */
export const EVIDENCE_CODES = [
  /** Bytes that don't parse as what they claim to be. */
  'evidence.malformed',
  /** A signature that doesn't verify under the key it names. */
  'evidence.signature',
  /** Bytes whose hash is not the one that was committed to. */
  'evidence.hash',
  /** An inclusion proof that doesn't lead to the root. */
  'evidence.inclusion',
  /** Two checkpoints, of which neither extends the other. */
  'evidence.consistency',
  /** A checkpoint older than one already seen. */
  'evidence.rollback',
  /** A key that nobody enrolled, or that isn't one of the pinned ones. */
  'evidence.untrusted_key',
  /** Two different statements for the same place. */
  'evidence.fork',
  /** Something that the evidence commits to isn't there. */
  'evidence.missing',
  /** A certificate that says something else than the leaves that it was made from. */
  'evidence.certificate',
] as const;

/** Codes of ordinary failure. */
export const FAILURE_CODES = [
  'usage',
  'config.invalid',
  'key.missing',
  'key.malformed',
  'key.permissions',
  'key.exists',
  'io.failed',
  'io.full',
  'io.read_only',
  'io.no_descriptors',
  'io.locked',
  'io.exists',
  'spool.damaged',
  'spool.closed',
  'spool.failed',
  'bus.unavailable',
  'bus.rejected',
  'bus.topic',
  'ledger.fenced',
  'ledger.damaged',
  'limit.exceeded',
  'not_found',
  'protocol',
  'port.in_use',
  'tool.missing',
  'shutting_down',
  'internal',
] as const;

/** A code of bad evidence. */
export type EvidenceCode = (typeof EVIDENCE_CODES)[number];
/** A code of ordinary failure. */
export type FailureCode = (typeof FAILURE_CODES)[number];
/** Every code that an {@link AffidavitError} can carry. */
export type ErrorCode = EvidenceCode | FailureCode;

/** What is refused now, with nothing done, and may be taken when it is tried again. */
const PASSING_CODES: ReadonlySet<string> = new Set<FailureCode>(['io.full', 'io.read_only', 'io.no_descriptors']);

const evidenceCodes: ReadonlySet<string> = new Set(EVIDENCE_CODES);

/**
 * The only error class of the product. `message` is for the person at the terminal: what, where, what to do.
 * `cause` keeps what lies below and never leaves the process.
 */
export class AffidavitError extends Error {
  /** What went wrong, for programs. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'AffidavitError';
    this.code = code;
  }

  /** True when the evidence itself is bad. */
  get isEvidence(): boolean {
    return evidenceCodes.has(this.code);
  }

  /** True for what a disk or system says that takes nothing now, and may again: no room, or no file descriptor left. */
  static isPassing(thrown: unknown): thrown is AffidavitError {
    return thrown instanceof AffidavitError && PASSING_CODES.has(thrown.code);
  }

  /**
   * Anything that was thrown, as an AffidavitError: itself when it is one, else wrapped under `code` with what
   * happened in words.
   */
  static from(thrown: unknown, code: FailureCode, doing: string): AffidavitError {
    if (thrown instanceof AffidavitError) return thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return new AffidavitError(code, `${doing}: ${reason}`, { cause: thrown });
  }
}
