import { extname } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';

/** Types by the endings of files' names. */
const TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.ndjson': 'application/x-ndjson',
  '.jsonl': 'application/x-ndjson',
  '.xml': 'application/xml',
  '.csv': 'text/csv',
  '.html': 'text/html',
  '.htm': 'text/html',
  '.graphql': 'application/graphql',
  '.txt': 'text/plain',
  '.log': 'text/plain',
  '.md': 'text/plain',
};
/** Content encodings by the endings of files' names. */
const ENCODINGS: Readonly<Record<string, string>> = { '.gz': 'gzip', '.br': 'br', '.zst': 'zstd' };
/** What compressed content starts with (RFC 1952, RFC 8878); brotli has no sign of its own. */
const SIGNS: readonly (readonly [encoding: string, sign: Buffer])[] = [
  ['gzip', Buffer.from('1f8b', 'hex')],
  ['zstd', Buffer.from('28b52ffd', 'hex')],
];

/** Most bytes of an input that a guess looks at. */
export const HEAD_BYTES = 4096;

/** What somebody said about an input. */
export interface Said {
  readonly type?: string | undefined;
  readonly encoding?: string | undefined;
}

/** What an input is taken for. */
export interface InputType {
  readonly contentType: string;
  /** Empty for none. */
  readonly contentEncoding: string;
  /** By what the type was guessed: its name or its content; undefined when it was said. */
  readonly guessedBy: 'name' | 'content' | undefined;
}

/** The first bytes of content that is compressed with gzip; nothing when they can't be read. */
function gunzipHead(head: Uint8Array): Uint8Array {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1024 * HEAD_BYTES });
  } catch {
    // Broken content is for the engine to judge; here it only says nothing.
    return new Uint8Array(0);
  }
}

const FORM = /^[\w.[\]%+-]{1,64}=[^\s<>{}]*$/;
const EVENTS = /^(?:data|event|id|retry)?: ?\S/;
const XML = /^<(?:\?xml|[A-Za-z_][\w:.-]{0,63}[\s>/])/;
const HTML = /^<(?:!doctype html|html)/i;

/** The type that the first bytes of content look like. */
function typeOfContent(head: Uint8Array): string {
  const text = Buffer.from(head.subarray(0, HEAD_BYTES))
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  if (text.startsWith('{') || text.startsWith('[')) return 'application/json';
  if (HTML.test(text)) return 'text/html';
  if (XML.test(text)) return 'application/xml';
  if (EVENTS.test(text) && /^data:/m.test(text)) return 'text/event-stream';
  return FORM.test(text.trimEnd()) ? 'application/x-www-form-urlencoded' : 'text/plain';
}

/**
 * What an input is: what somebody said, else what its name ends with, else what its first bytes look like.
 * @returns undefined when it is compressed and nothing tells what is in it
 */
export function inputType(said: Said, name: string | undefined, head: Uint8Array): InputType | undefined {
  const ending = extname(name ?? '').toLowerCase();
  const sign = SIGNS.find(([, start]) => start.equals(head.subarray(0, start.length)))?.[0];
  const contentEncoding = said.encoding ?? ENCODINGS[ending] ?? sign ?? '';
  if (said.type !== undefined) return { contentType: said.type, contentEncoding, guessedBy: undefined };
  const isPacked = ENCODINGS[ending] !== undefined;
  const inner = isPacked ? extname((name ?? '').slice(0, -ending.length)).toLowerCase() : ending;
  const byName = TYPES[inner];
  if (byName !== undefined) return { contentType: byName, contentEncoding, guessedBy: 'name' };
  if (contentEncoding !== '' && contentEncoding !== 'identity' && contentEncoding !== 'gzip') return undefined;
  const start = contentEncoding === 'gzip' ? gunzipHead(head) : head;
  return { contentType: typeOfContent(start), contentEncoding, guessedBy: 'content' };
}
