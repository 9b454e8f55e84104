import { gzipSync } from 'node:zlib';
import { frame } from '../../unit/redact/protobuf/wire-bytes.ts';
import { keyOf, type PlantedCall, secretsOf } from './planted-call.ts';
import { CALL_HEADER } from './messages.ts';
import { type Values, valuesFor } from './values.ts';

/** What of a call is broken. */
interface Broken {
  readonly contentType?: (values: Values) => string;
  readonly path?: (values: Values) => string;
  readonly headers?: (values: Values) => Record<string, string>;
  readonly body?: (values: Values) => string | Uint8Array;
  readonly leaves?: 'client' | 'service';
}

const DEPTH = 10_000;
const LONG_VALUE_BYTES = 40_000;
const BOMB_BYTES = 32 * 1024 * 1024;

function order({ email, card, password }: Values): string {
  return JSON.stringify({ email, card, password, items: [1, 2, 3] });
}

const json = (): string => 'application/json';

const BROKEN: Readonly<Record<string, Broken>> = {
  'JSON that ends early': { contentType: json, body: (values) => order(values).slice(0, -8) },
  'JSON with text behind it': {
    contentType: json,
    body: (values) => `${order(values)} ${values.email} "${values.card}`,
  },
  'JSON with a broken escape': { contentType: json, body: ({ email }) => `{"a":"\\u00g0","mail":"${email}"}` },
  'JSON that is nested too deep': {
    contentType: json,
    body: ({ email }) => `${'{"a":['.repeat(DEPTH)}"${email}"${']}'.repeat(DEPTH)}`,
  },
  'gzip that ends early': {
    contentType: json,
    headers: () => ({ 'content-encoding': 'gzip' }),
    body: (values) => gzipSync(order(values)).subarray(0, -12),
  },
  'gzip with text behind it': {
    contentType: json,
    headers: () => ({ 'content-encoding': 'gzip' }),
    body: (values) => Buffer.concat([gzipSync(order(values)), Buffer.from(`and ${values.email}`)]),
  },
  'text that says that it is gzip': {
    contentType: json,
    headers: () => ({ 'content-encoding': 'gzip' }),
    body: order,
  },
  'an encoding that nobody knows': {
    contentType: json,
    headers: ({ email }) => ({ 'content-encoding': email }),
    body: order,
  },
  'a bomb': {
    contentType: () => 'text/plain',
    headers: () => ({ 'content-encoding': 'gzip' }),
    body: ({ email }) => gzipSync(Buffer.concat([Buffer.alloc(BOMB_BYTES, ' '), Buffer.from(email)])),
  },
  'a type with a value in it': { contentType: ({ email }) => `application/json; name="${email}"`, body: order },
  'a type that is a value': { contentType: ({ email }) => email, body: order },
  'multipart without an end': {
    contentType: () => 'multipart/form-data; boundary=b',
    body: ({ email, card }) => `--b\r\nContent-Disposition: form-data; name="${email}"\r\n\r\n${card}`,
  },
  'multipart without a boundary': {
    contentType: () => 'multipart/form-data',
    body: ({ email }) =>
      `--b\r\nContent-Disposition: form-data; name="a"; filename="${email}.txt"\r\n\r\n${email}\r\n--b--\r\n`,
  },
  'XML that is none': {
    contentType: () => 'text/xml',
    body: ({ email, password }) => `<a><password>${password}</a b="${email}`,
  },
  'a form with broken escapes': {
    contentType: () => 'application/x-www-form-urlencoded',
    body: ({ email, password }) => `a=%zz&mail=${email}%&password=%${password}&${encodeURIComponent(email)}=1`,
  },
  'a frame with a false length': {
    contentType: () => 'application/grpc',
    body: ({ email, card }) =>
      Buffer.concat([frame(Buffer.from(email)), Buffer.from([0, 0, 9, 9, 9]), Buffer.from(card)]),
  },
  'an event of one endless line': {
    contentType: () => 'text/event-stream',
    body: ({ email, card }) => `data: ${'x'.repeat(200_000)} ${email} ${'y'.repeat(200_000)} ${card}`,
  },
  'a client that leaves': { contentType: json, leaves: 'client', body: order },
  'a service that leaves': { contentType: json, leaves: 'service', body: order },
  'a path with broken escapes': {
    path: ({ email, card }) => `/orders/%zz/${email}/%/%e0%/${card}?%=%&${email}=1`,
  },
  'a query whose names are values': { path: ({ email, iban }) => `/orders?${encodeURIComponent(email)}&${iban}=1` },
  'headers that Envoy and tracing own': {
    headers: ({ email, card, iban }) => ({
      'x-affidavit-id': email,
      'x-affidavit-parent-id': email,
      'x-request-id': email,
      traceparent: `00-${card}${card}-${card}-01`,
      tracestate: `vendor=${iban}`,
      'x-forwarded-for': email,
      'user-agent': `client of ${email}`,
    }),
  },
  'a very long header': {
    headers: ({ email, password }) => ({
      'x-note': `${'a, '.repeat(LONG_VALUE_BYTES / 3)}${email}`,
      'x-password': `${'b'.repeat(1000)}${password}`,
    }),
  },
  'a header that is too long': { headers: ({ email }) => ({ 'x-note': `${email} ${'a '.repeat(LONG_VALUE_BYTES)}` }) },
  'a host that is a value': { headers: ({ email }) => ({ host: email }) },
  'headers whose names are values': { headers: ({ iban, card }) => ({ [iban]: '1', [`x-${card}`]: '1' }) },
  'a route that is not there': { path: ({ email }) => `/${email}/none` },
};

/** Calls that are broken in some way: what they carry may not be found, whatever becomes of them. */
export function hostileCalls(seed: number): PlantedCall[] {
  return Object.entries(BROKEN).map(([name, broken]) => {
    const values = valuesFor(seed, 'client', name);
    const contentType = broken.contentType?.(values) ?? 'text/plain';
    const body = Buffer.from(broken.body?.(values) ?? '');
    const headers = { 'content-type': contentType, ...broken.headers?.(values), [CALL_HEADER]: keyOf(name) };
    return {
      name,
      request: {
        protocol: 'http1',
        method: 'POST',
        path: broken.path?.(values) ?? '/orders',
        headers,
        body,
        trailers: {},
        leaves: broken.leaves === 'client',
      },
      reply: {
        headers: { 'content-type': contentType, ...replyEncoding(headers) },
        body,
        trailers: {},
        breaksOff: broken.leaves === 'service',
        isEarly: broken.leaves === 'client',
      },
      secrets: secretsOf(name, name, values, ['email', 'card', 'iban', 'password']),
      entities: new Set(),
      markers: [],
      mayBeGivenUp: true,
    };
  });
}

/** The service answers with the same broken body. */
function replyEncoding(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const { 'content-encoding': encoding } = headers;
  return encoding === undefined ? {} : { 'content-encoding': encoding };
}
