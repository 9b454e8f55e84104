import { byteStrings, bytes, list, message, type MessageOf, string, uint } from './schema.ts';

/** A header field; the value is bytes, as Envoy saw it, after redaction. */
export const Header = message('Header', { name: string(1), value: bytes(2) });
/** {@link Header} as a value. */
export type Header = MessageOf<typeof Header>;

/** One value that redaction replaced. */
export const RedactedEntry = message('RedactedEntry', {
  /** `request_headers`, `target`, `response_body` …: the part of the exchange. */
  part: string(1),
  /** Its place among the part's values, from 0. */
  index: uint(2),
  rule: string(3),
  version: uint(4),
  entity: string(5),
  action: string(6),
  /** HMAC-SHA-256 of the value under a salt of its own, 32 bytes; empty for what may not be committed to. */
  commitment: bytes(7),
});
/** {@link RedactedEntry} as a value. */
export type RedactedEntry = MessageOf<typeof RedactedEntry>;

/** Plaintext of the part `message`. Small bodies stand in it; larger ones are parts of their own. */
export const ExchangeContent = message('ExchangeContent', {
  requestHeaders: list(1, Header),
  responseHeaders: list(2, Header),
  requestTrailers: list(3, Header),
  responseTrailers: list(4, Header),
  requestBody: bytes(5),
  responseBody: bytes(6),
  /** Every value that was replaced, in the order of the parts and of each part's content. */
  redacted: list(7, RedactedEntry),
});
/** {@link ExchangeContent} as a value. */
export type ExchangeContent = MessageOf<typeof ExchangeContent>;

/** Plaintext of the part `index`: what search needs, redacted. */
export const ExchangeIndex = message('ExchangeIndex', {
  path: string(1),
  query: string(2),
  authority: string(3),
  /** Who called, when that may be a person. */
  identity: string(4),
  provenance: uint(5),
  subjectTokens: byteStrings(6),
  text: string(7),
  /** Values of the leaf that failed their shape check, by field name. */
  misshapen: list(8, Header),
});
/** {@link ExchangeIndex} as a value. */
export type ExchangeIndex = MessageOf<typeof ExchangeIndex>;

/** Plaintext of the part `originals`. The `name` of an original is `part/index` of its entry in the list of redacted values. */
export const ExchangeUnmask = message('ExchangeUnmask', { originals: list(1, Header) });
/** {@link ExchangeUnmask} as a value. */
export type ExchangeUnmask = MessageOf<typeof ExchangeUnmask>;
