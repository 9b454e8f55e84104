import type { Policy } from './policy.ts';
import { framingOf, isProtobuf } from './protobuf/media-types.ts';
import type { RedactContext } from './types.ts';

/** The formats that are walked; `kept` isn't looked at. */
export type Format =
  | 'json'
  | 'form'
  | 'events'
  | 'xml'
  | 'text'
  | 'csv'
  | 'graphql'
  | 'html'
  | 'multipart'
  | 'framed'
  | 'protobuf'
  | 'websocket'
  | 'kept';

/** Formats of bytes, not of text. */
const BINARY_FORMATS: ReadonlySet<string> = new Set<Format>(['framed', 'protobuf', 'websocket', 'kept']);
const CSV_TYPES = new Set([
  'text/csv',
  'text/tab-separated-values',
  'application/csv',
  'text/x-csv',
  'text/comma-separated-values',
]);
const HTML_TYPES = new Set(['text/html', 'application/xhtml+xml']);

const JSON_TYPES = new Set([
  'application/json',
  'text/json',
  'application/x-json',
  'application/ndjson',
  'application/x-ndjson',
  'application/jsonl',
  'application/x-jsonlines',
  'application/json-seq',
  'application/csp-report',
]);
const XML_TYPES = new Set(['application/xml', 'text/xml']);
const TEXT_TYPES = new Set([
  ...['application/javascript', 'application/x-javascript', 'application/ecmascript'],
  ...['application/yaml', 'application/x-yaml', 'application/toml', 'application/sql', 'application/x-sh'],
  ...['application/x-pem-file', 'application/jwt', 'application/jose', 'application/sdp', 'application/pgp-keys'],
  ...['message/rfc822', 'message/http', 'message/global', 'message/delivery-status', 'application/mbox'],
]);
/** Supersets of ASCII, so that what is looked for looks the same in all of them. */
const CHARSETS = /^(?:utf-?8|us-ascii|ascii|iso-?8859-\d{1,2}|latin1|windows-125\d)$/;
const UTF16 = /^utf-?16(?:-?(le|be))?$/;
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;

function formatOf(type: string): Format | undefined {
  if (JSON_TYPES.has(type) || type.endsWith('+json')) return 'json';
  if (type === 'application/x-www-form-urlencoded') return 'form';
  if (type === 'text/event-stream') return 'events';
  if (HTML_TYPES.has(type)) return 'html';
  if (CSV_TYPES.has(type)) return 'csv';
  if (type === 'application/graphql') return 'graphql';
  if (type.startsWith('multipart/')) return 'multipart';
  if (XML_TYPES.has(type) || type.endsWith('+xml')) return 'xml';
  if (type.startsWith('text/') || TEXT_TYPES.has(type) || type.endsWith('+yaml')) return 'text';
  return undefined;
}

/** The media type in the value of `content-type`, in lower case and without parameters. */
export function mediaType(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** True for a format in which places are counted in bytes. */
export function isBinaryFormat(format: string): boolean {
  return BINARY_FORMATS.has(format);
}

/** True for what follows an upgrade: headers say nothing about it. */
function isUpgraded({ upgrade }: RedactContext): boolean {
  return upgrade !== undefined && upgrade !== '';
}

function charsetOf(contentType: string): string | undefined {
  return CHARSET.exec(contentType)?.[1]?.toLowerCase();
}

/** Which UTF-16 a content type says that its text is in; undefined for another charset, and when it says nothing. */
export function declaredUtf16(contentType = ''): 'utf-16' | 'utf-16le' | 'utf-16be' | undefined {
  const match = UTF16.exec(charsetOf(contentType) ?? '');
  if (match === null) return undefined;
  return match[1] === undefined ? 'utf-16' : match[1] === 'le' ? 'utf-16le' : 'utf-16be';
}

/** How a body is to be walked, or why it can't be. */
export function bodyFormat(context: RedactContext): Format | 'unknown_type' | 'undecodable' {
  const contentType = context.contentType ?? '';
  const type = mediaType(contentType);
  if (isUpgraded(context)) return context.upgrade === 'websocket' ? 'websocket' : 'unknown_type';
  if (framingOf(type) !== undefined) return 'framed';
  if (context.grpc === true) return 'unknown_type';
  if (isProtobuf(type, contentType)) return 'protobuf';
  const format = formatOf(type);
  if (format === undefined || !/^[^\s,/]+\/[^\s,/]+$/.test(type)) return 'unknown_type';
  const charset = charsetOf(contentType);
  return charset === undefined || CHARSETS.test(charset) || UTF16.test(charset) ? format : 'undecodable';
}

/** What a policy makes of content whose type isn't known: it stays unknown, is scanned as running text, or isn't looked at. */
export function formatUnder(format: ReturnType<typeof bodyFormat>, { unknownContent }: Policy): typeof format {
  if (format !== 'unknown_type' || unknownContent === 'hash') return format;
  return unknownContent === 'text' ? 'text' : 'kept';
}

/** The content encodings of a body in the order in which they were applied (RFC 9110, 8.4), `identity` left out. */
export function contentEncodings(context: RedactContext): string[] {
  if (isUpgraded(context)) return [];
  const names = (context.contentEncoding ?? '').split(',').map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== '' && name !== 'identity');
}
