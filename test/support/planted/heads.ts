import { keyOf, type PlantedCall, secretsOf } from './planted-call.ts';
import { CALL_HEADER, type Reply } from './messages.ts';
import { ENTITY_OF, type Kind, type Values, valuesFor } from './values.ts';

/** Where in the head of a call values stand. */
interface Head {
  readonly name: string;
  readonly carries: readonly Kind[];
  /** Entities that are found; those of the values by default. */
  readonly entities?: readonly string[];
  readonly path?: (values: Values) => string;
  readonly headers?: (values: Values) => Record<string, string>;
  readonly trailers?: (values: Values) => Record<string, string>;
  readonly replyHeaders?: (values: Values) => Record<string, string | string[]>;
  readonly replyTrailers?: (values: Values) => Record<string, string>;
}

const codeInQuery = (code: string): string => `cvv=${code}&`;

function query(values: Values): string {
  const { email, card, iban, ssn, phone, jwt, password, name, cvv } = values;
  return new URLSearchParams({
    email,
    card,
    iban,
    ssn,
    phone,
    cvv,
    full_name: name,
    password,
    access_token: jwt,
  }).toString();
}

/** Each byte but letters and digits escaped, in lower case. */
function escaped(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

const HEADS: readonly Head[] = [
  {
    name: 'query',
    carries: ['email', 'card', 'iban', 'ssn', 'phone', 'cvv', 'name', 'password', 'jwt'],
    entities: ['email', 'card', 'iban', 'us_ssn', 'phone', 'card_code', 'person_name', 'credential'],
    path: (values) => `/orders?page=2&${query(values)}&last=1`,
  },
  {
    name: 'query, escaped throughout',
    carries: ['email', 'password', 'phone'],
    path: ({ email, password, phone }) =>
      `/orders?mail=${escaped(email)}&user_password=${escaped(password)}&to=${escaped(phone)}`,
  },
  {
    name: 'path',
    carries: ['email', 'card', 'iban'],
    path: ({ email, card, iban }) => `/orders/of/${email}/cards/${card}/${iban}`,
  },
  {
    name: 'path, escaped',
    carries: ['email', 'githubToken'],
    path: ({ email, githubToken }) => `/orders/${encodeURIComponent(email)}/${githubToken}`,
  },
  {
    name: 'request headers',
    carries: ['email', 'card', 'iban', 'jwt', 'password', 'githubToken', 'phone'],
    entities: ['email', 'card', 'iban', 'credential', 'phone'],
    headers: ({ email, card, iban, jwt, password, githubToken, phone }) => ({
      authorization: `Bearer ${jwt}`,
      'x-api-key': githubToken,
      'x-customer-email': email,
      'x-user-password': password,
      'x-payment': `card ${card}; from=${iban}`,
      referer: `https://shop.example.com/?phone=${encodeURIComponent(phone)}`,
    }),
  },
  {
    name: 'cookies',
    carries: ['jwt', 'githubToken', 'email'],
    entities: ['credential'],
    headers: ({ jwt, githubToken, email }) => ({
      cookie: `theme=dark; session=${jwt}; id=${githubToken}; who=${encodeURIComponent(email)}`,
    }),
  },
  {
    name: 'response headers',
    carries: ['email', 'card', 'iban', 'jwt', 'githubToken'],
    entities: ['email', 'card', 'iban', 'credential'],
    replyHeaders: ({ email, card, iban, jwt, githubToken }) => ({
      'set-cookie': [`session=${jwt}; HttpOnly`, `id=${githubToken}; Path=/`],
      location: `/orders?email=${encodeURIComponent(email)}`,
      'x-payment': JSON.stringify({ card }),
      link: `<https://bank.example.com/${iban}>; rel="next"`,
    }),
  },
  {
    name: 'trailers',
    carries: ['email', 'iban', 'card'],
    trailers: ({ email }) => ({ 'x-end': `for ${email}` }),
    replyTrailers: ({ iban, card }) => ({ 'x-end': iban, 'x-paid-with': card }),
  },
  {
    name: 'message of a gRPC status',
    carries: ['email', 'githubToken'],
    replyTrailers: ({ email, githubToken }) => ({
      'grpc-status': '3',
      'grpc-message': escaped(`no such user ${email}, who pushed ${githubToken}`),
    }),
  },
];

const PROTOCOLS = ['http1', 'http2'] as const;

/** A call for each part of a head, over both protocols. */
export function headCalls(seed: number): PlantedCall[] {
  return HEADS.flatMap((head) => PROTOCOLS.map((protocol) => headCall(seed, head, protocol)));
}

function headCall(seed: number, head: Head, protocol: (typeof PROTOCOLS)[number]): PlantedCall {
  const name = `${head.name}, ${protocol}`;
  const values = valuesFor(seed, 'client', name);
  const reply: Reply = {
    headers: { 'content-type': 'text/plain', ...head.replyHeaders?.(values) },
    body: Buffer.from(`answered: ${values.marker}\n`),
    trailers: head.replyTrailers?.(values) ?? {},
  };
  const hasTrailers = head.trailers !== undefined;
  return {
    name,
    request: {
      protocol,
      method: hasTrailers ? 'POST' : 'GET',
      path: head.path?.(values) ?? '/orders',
      headers: { 'content-type': 'text/plain', ...head.headers?.(values), [CALL_HEADER]: keyOf(name) },
      body: Buffer.from(hasTrailers ? 'a line\n' : ''),
      trailers: head.trailers?.(values) ?? {},
    },
    reply,
    secrets: secretsOf(name, name, values, head.carries, codeInQuery),
    entities: new Set(head.entities ?? head.carries.map((kind) => ENTITY_OF[kind])),
    markers: [values.marker],
    mayBeGivenUp: false,
  };
}
