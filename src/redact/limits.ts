import { AffidavitError } from '../record/index.ts';

/** Bounds of everything that the engine holds or follows, per body or value. */
export interface RedactLimits {
  /** Decoded bytes that are walked at once; a shorter body is held until its end. */
  readonly blockBytes: number;
  /** Longest JSON string, form field or event line held as a whole; longer ones are scanned as running text. */
  readonly maxValueBytes: number;
  /** Longest JSON number or literal; a longer one withdraws the body. */
  readonly maxNumberBytes: number;
  /** Deepest JSON nesting; a deeper one withdraws the body. */
  readonly maxDepth: number;
  /** How often JSON inside a JSON string is followed. */
  readonly maxNestedJson: number;
  /** Most content encodings on top of each other. */
  readonly maxEncodings: number;
  /** Most bytes that a compressed body may decode to. */
  readonly maxDecodedBytes: number;
  /** Most decoded bytes for each compressed one, once more than `minRatioBytes` have been decoded. */
  readonly maxDecodedRatio: number;
  /** Below this many decoded bytes the ratio isn't looked at. */
  readonly minRatioBytes: number;
  /** Longest message of gRPC and protobuf, decompressed; all of one is held. A longer one is replaced wholly. */
  readonly maxMessageBytes: number;
  /** Longest header value, target or short text; a longer one is replaced wholly. */
  readonly maxHeaderValueBytes: number;
  /**
   * Most milliseconds of the engine's work on a part; a body may take as long again for each whole MiB of decoded content. What
   * takes longer is dropped.
   */
  readonly maxEngineMs: number;
}

/** The limits in force unless configured otherwise. */
export const DEFAULT_LIMITS: RedactLimits = {
  blockBytes: 16 * 1024,
  maxValueBytes: 64 * 1024,
  maxNumberBytes: 1024,
  maxDepth: 512,
  maxNestedJson: 3,
  maxEncodings: 3,
  maxDecodedBytes: 1024 * 1024 * 1024,
  maxDecodedRatio: 250,
  minRatioBytes: 1024 * 1024,
  maxMessageBytes: 4 * 1024 * 1024,
  maxHeaderValueBytes: 64 * 1024,
  maxEngineMs: 2000,
};

/**
 * The defaults with `overrides` applied.
 * @throws AffidavitError `config.invalid` for a limit that isn't a positive integer.
 */
export function resolveLimits(overrides: Partial<RedactLimits> = {}): RedactLimits {
  const limits = { ...DEFAULT_LIMITS, ...overrides };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new AffidavitError('config.invalid', `redaction limit ${name} is ${value}: a positive integer is needed`);
  }
  return limits;
}
