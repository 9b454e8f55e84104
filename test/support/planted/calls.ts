import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { PlantedSide } from '../../../demo/client/planted.ts';
import { frame } from '../../unit/redact/protobuf/wire-bytes.ts';
import { type Content, CONTENTS, JSON_CONTENT } from './contents.ts';
import { headCalls } from './heads.ts';
import { keyOf, type PlantedCall, type PlantedSecret, secretsOf } from './planted-call.ts';
import { CALL_HEADER } from './messages.ts';
import { ENTITY_OF, type Values, valuesFor } from './values.ts';

type Encode = (bytes: Uint8Array) => Uint8Array;

const ENCODINGS: Readonly<Record<string, Encode>> = {
  identity: (bytes) => bytes,
  gzip: gzipSync,
  deflate: deflateSync,
  'deflate without a head': deflateRawSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
  'gzip, br': (bytes) => brotliCompressSync(gzipSync(bytes)),
};

/** What stands in the header. */
function labelOf(encoding: string): string {
  return encoding === 'deflate without a head' ? 'deflate' : encoding;
}

const SIDES: readonly PlantedSide[] = ['client', 'service'];

/** Every content in every encoding in both directions, and the calls whose values are in their heads. */
export function plantedCalls(seed: number): PlantedCall[] {
  const bodies = CONTENTS.flatMap((content) =>
    Object.keys(ENCODINGS)
      .filter((encoding) => isWanted(content, encoding))
      .map((encoding) => bodyCall(seed, content, encoding)),
  );
  return [...bodies, ...SOCKETS.map((protocol) => socketCall(seed, protocol)), ...headCalls(seed)];
}

function isWanted({ isFramed, isVariant }: Content, encoding: string): boolean {
  // Messages have one encoding each.
  return isVariant ? VARIANTS_IN.has(encoding) : !isFramed || !encoding.includes(',');
}

const VARIANTS_IN: ReadonlySet<string> = new Set(['identity', 'gzip']);
const SOCKETS = ['websocket', 'websocket-deflate'] as const;

function socketCall(seed: number, protocol: (typeof SOCKETS)[number]): PlantedCall {
  const name = `message of a ${protocol}`;
  const [client, service] = SIDES.map((side) => valuesFor(seed, side, name)) as [Values, Values];
  const write = (values: Values): Buffer => Buffer.from(JSON_CONTENT.write(values));
  const request = { protocol, method: 'GET', path: '/orders/socket', trailers: {} };
  return {
    name,
    request: { ...request, headers: { [CALL_HEADER]: keyOf(name) }, body: write(client) },
    reply: { headers: {}, body: write(service), trailers: {} },
    secrets: plantedIn(name, JSON_CONTENT, client, service),
    entities: entitiesOf(JSON_CONTENT),
    markers: [client.marker, service.marker],
    mayBeGivenUp: false,
    status: 101,
    // Unless it is redacted, what is recorded is frames, and those of clients are masked (RFC 6455, 5.3).
    isUnreadable: true,
  };
}

function bodyCall(seed: number, content: Content, encoding: string): PlantedCall {
  const name = `${content.name}, ${encoding}`;
  const [client, service] = SIDES.map((side) => valuesFor(seed, side, name)) as [Values, Values];
  const headers = { 'content-type': content.contentType, ...encodingHeader(content, encoding) };
  const isHttp2 = content.isFramed;
  return {
    name,
    request: {
      protocol: isHttp2 ? 'http2' : 'http1',
      method: 'POST',
      path: isHttp2 ? '/demo.orders.v1.Orders/Get' : '/orders',
      headers: { ...headers, ...(isHttp2 ? { te: 'trailers' } : {}), [CALL_HEADER]: keyOf(name) },
      body: written(content, encoding, client),
      trailers: {},
    },
    reply: {
      headers,
      body: written(content, encoding, service),
      trailers: isHttp2 ? { 'grpc-status': '0' } : {},
    },
    secrets: plantedIn(name, content, client, service),
    entities: entitiesOf(content),
    markers: [client.marker, service.marker],
    mayBeGivenUp: content.mayBeGivenUp,
  };
}

function plantedIn(name: string, content: Content, ...sides: readonly Values[]): PlantedSecret[] {
  return sides.flatMap((values, at) =>
    secretsOf(`${name}, ${SIDES[at] ?? ''}`, name, values, content.carries, content.codeAs),
  );
}

function entitiesOf({ carries }: Content): ReadonlySet<string> {
  return new Set(carries.map((kind) => ENTITY_OF[kind]));
}

function encodingHeader(content: Content, encoding: string): Record<string, string> {
  if (encoding === 'identity') return {};
  return { [content.isFramed ? 'grpc-encoding' : 'content-encoding']: labelOf(encoding) };
}

function written(content: Content, encoding: string, values: Values): Uint8Array {
  const encode = ENCODINGS[encoding] ?? ((bytes) => bytes);
  const plain = content.write(values);
  const bytes = typeof plain === 'string' ? Buffer.from(plain) : plain;
  if (!content.isFramed) return encode(bytes);
  const isPlain = encoding === 'identity';
  return Buffer.concat([frame(bytes), frame(encode(bytes), isPlain ? 0 : 1)]);
}
