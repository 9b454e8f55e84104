import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { CallContext, CallResult, Kind, Outcome } from './kinds.ts';
import { CALL_HEADER, callKey, markerOf, mixedSeed, type Planted, plantedFor, seededRandom } from './planted.ts';
import { callGrpcStream, callGrpcUnary, callWebSocket } from './streams.ts';
import type { Answer, HttpCall } from './transport.ts';

const MEGABYTE = 1_000_000;
const UPLOAD_PIECE_BYTES = 65_521;
const HARMLESS: Planted = {
  email: 'nobody',
  card: 'none',
  cardSpaced: 'none',
  iban: 'none',
  ssn: 'none',
  jwt: 'none',
  bearer: 'none',
  basic: 'bm9uZTpub25l',
  cvv: 'none',
  password: 'none',
  cookie: 'none',
  apiKey: 'none',
};

type MakeCall = (context: CallContext, person: Planted) => Promise<Outcome>;

const CALLS: Record<Kind, MakeCall> = {
  'json-http1': createOrder,
  'json-http2': charge,
  gzip: getOrder,
  form: checkOut,
  text: fileNote,
  head: headOrder,
  delete: deleteOrder,
  trailers: getReport,
  'grpc-unary': callGrpcUnary,
  'grpc-stream': callGrpcStream,
  events: readEvents,
  websocket: callWebSocket,
  'gives-up': giveUp,
  upload,
  download,
};

/** Makes one call of a kind. Never rejects: what went wrong stands in the result. */
export async function makeCall(kind: Kind, context: CallContext): Promise<CallResult> {
  const person = context.planted ? plantedFor(context.seed, 'client', context.call) : HARMLESS;
  const named = { kind, call: context.call, exchangeKey: callKey(context.call), gaveUp: kind === 'gives-up' };
  try {
    const { answer, requestBytes, error } = await CALLS[kind](context, person);
    const { status, digest, responseBytes } = answer;
    return { ...named, ok: error === '', status, digest, requestBytes, responseBytes, error };
  } catch (cause) {
    return { ...named, ok: false, status: 0, digest: '', requestBytes: 0, responseBytes: 0, error: String(cause) };
  }
}

/** HTTP/1.1 for every other call of kinds that don't say. */
function protocolOf(call: number): 'http1' | 'http2' {
  return call % 2 === 0 ? 'http1' : 'http2';
}

async function ask(
  { connections, call }: CallContext,
  request: HttpCall,
  status: number,
  check: (answer: Answer) => boolean,
): Promise<Outcome> {
  const answer = await connections.call({ ...request, headers: { ...request.headers, [CALL_HEADER]: callKey(call) } });
  const requestBytes = (request.body ?? []).reduce((sum, piece) => sum + piece.length, 0);
  const text = answer.start.toString('utf8').slice(0, 200);
  if (answer.status !== status) return { answer, requestBytes, error: `status ${answer.status}: ${text}` };
  return { answer, requestBytes, error: check(answer) ? '' : `unexpected answer: ${text}` };
}

function hasMarker(call: number): (answer: Answer) => boolean {
  return ({ start }) => start.includes(markerOf(call));
}

function createOrder(context: CallContext, person: Planted): Promise<Outcome> {
  const order = {
    note: markerOf(context.call),
    items: [{ sku: 'A-17', count: 2 }],
    customer: { email: person.email, ssn: person.ssn, password: person.password },
    payment: { card: person.card, cvv: person.cvv, iban: person.iban },
    text: `Please write to ${person.email}, card ${person.cardSpaced}.`,
  };
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${person.bearer}`,
    cookie: `theme=dark; session=${person.cookie}`,
  };
  const body = [Buffer.from(JSON.stringify(order))];
  const request = { address: context.target.orders, protocol: 'http1', method: 'POST', path: '/orders' } as const;
  return ask(context, { ...request, headers, body }, 201, hasMarker(context.call));
}

function charge(context: CallContext, person: Planted): Promise<Outcome> {
  const payment = {
    note: markerOf(context.call),
    amountCents: context.call * 10,
    payer: { email: person.email, iban: person.iban },
    card: { number: person.card, cvv: person.cvv },
    token: person.jwt,
  };
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${person.jwt}` };
  const body = [Buffer.from(JSON.stringify(payment))];
  const request = { address: context.target.payments, protocol: 'http2', method: 'POST', path: '/payments' } as const;
  return ask(context, { ...request, headers, body }, 200, hasMarker(context.call));
}

function getOrder(context: CallContext, person: Planted): Promise<Outcome> {
  const query = new URLSearchParams({ api_key: person.apiKey, email: person.email, view: 'full' });
  return ask(
    context,
    {
      address: context.target.orders,
      protocol: 'http1',
      method: 'GET',
      path: `/orders/order-${context.call}?${query.toString()}`,
      headers: { 'accept-encoding': 'gzip', cookie: `session=${person.cookie}` },
    },
    200,
    ({ start }) => gunzipSync(start).includes(markerOf(context.call)),
  );
}

function checkOut(context: CallContext, person: Planted): Promise<Outcome> {
  const form = new URLSearchParams({
    note: markerOf(context.call),
    email: person.email,
    card: person.card,
    cvv: person.cvv,
    iban: person.iban,
    ssn: person.ssn,
    password: person.password,
    remark: `bill to ${person.email} & co`,
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${person.basic}` };
  const body = [Buffer.from(form.toString())];
  const request = { address: context.target.payments, protocol: 'http1', method: 'POST' } as const;
  return ask(context, { ...request, path: '/payments/checkout', headers, body }, 200, hasMarker(context.call));
}

function fileNote(context: CallContext, person: Planted): Promise<Outcome> {
  const random = seededRandom(mixedSeed('text', context.seed, context.call));
  const filler = 'The parcel was left with the neighbours.\n'.repeat(1 + Math.floor(random() * 500));
  const text = [
    `${markerOf(context.call)}\n${filler}Write to ${person.email} or to account ${person.iban}.\n`,
    `Card ${person.cardSpaced}, SSN ${person.ssn}.\nAuthorization: Bearer ${person.jwt}\n${filler}`,
  ];
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-api-key': person.apiKey };
  const body = text.map((piece) => Buffer.from(piece));
  const request = { address: context.target.payments, protocol: protocolOf(context.call), method: 'PUT' } as const;
  return ask(context, { ...request, path: '/payments/notes', headers, body }, 200, hasMarker(context.call));
}

function headOrder(context: CallContext, person: Planted): Promise<Outcome> {
  const headers = { authorization: `Bearer ${person.bearer}` };
  const request = { address: context.target.orders, protocol: protocolOf(context.call), method: 'HEAD' } as const;
  const path = `/orders/order-${context.call}`;
  return ask(context, { ...request, path, headers }, 200, ({ responseBytes }) => responseBytes === 0);
}

function deleteOrder(context: CallContext, person: Planted): Promise<Outcome> {
  const headers = { authorization: `Basic ${person.basic}` };
  const request = { address: context.target.orders, protocol: protocolOf(context.call), method: 'DELETE' } as const;
  const path = `/orders/order-${context.call}`;
  return ask(context, { ...request, path, headers }, 204, ({ responseBytes }) => responseBytes === 0);
}

function getReport(context: CallContext, person: Planted): Promise<Outcome> {
  const headers = { te: 'trailers', cookie: `session=${person.cookie}` };
  const request = { address: context.target.payments, protocol: protocolOf(context.call), method: 'GET' } as const;
  return ask(context, { ...request, path: '/payments/report', headers }, 200, ({ start, trailers }) => {
    return trailers['x-report-sha256'] === createHash('sha256').update(start).digest('hex');
  });
}

function readEvents(context: CallContext, person: Planted): Promise<Outcome> {
  const query = new URLSearchParams({ access_token: person.bearer });
  return ask(
    context,
    {
      address: context.target.orders,
      protocol: protocolOf(context.call),
      method: 'GET',
      path: `/orders/events?${query.toString()}`,
      headers: { accept: 'text/event-stream' },
    },
    200,
    ({ start }) => start.includes('"step 3"'),
  );
}

function giveUp(context: CallContext, person: Planted): Promise<Outcome> {
  const headers = { authorization: `Bearer ${person.jwt}` };
  const request = { address: context.target.payments, protocol: protocolOf(context.call), method: 'GET' } as const;
  const call = { ...request, path: '/payments/slow', headers, givesUp: true };
  return ask(context, call, 200, hasMarker(context.call));
}

async function upload(context: CallContext, person: Planted): Promise<Outcome> {
  const random = seededRandom(mixedSeed('upload', context.seed, context.call));
  const line = Buffer.from(`${markerOf(context.call)} ${person.email} ${person.card} ${person.iban}\n`);
  const content = Buffer.alloc(Math.floor((2 + 2 * random()) * MEGABYTE), line);
  const body: Buffer[] = [];
  for (let at = 0; at < content.length; at += UPLOAD_PIECE_BYTES)
    body.push(content.subarray(at, at + UPLOAD_PIECE_BYTES));
  const headers = { 'content-type': 'application/octet-stream', authorization: `Bearer ${person.jwt}` };
  const request = { address: context.target.orders, protocol: protocolOf(context.call), method: 'PUT' } as const;
  const sha256 = createHash('sha256').update(content).digest('hex');
  return ask(context, { ...request, path: '/orders/attachments', headers, body }, 200, ({ start }) => {
    return start.includes(sha256) && start.includes(`"size":${content.length}`);
  });
}

function download(context: CallContext, person: Planted): Promise<Outcome> {
  const random = seededRandom(mixedSeed('download', context.seed, context.call));
  const records = Math.floor((2 + 2 * random()) * MEGABYTE * 0.007);
  const headers = { authorization: `Bearer ${person.bearer}` };
  const request = { address: context.target.orders, protocol: protocolOf(context.call), method: 'GET' } as const;
  const path = `/orders/export?records=${records}`;
  return ask(context, { ...request, path, headers }, 200, ({ responseBytes }) => responseBytes > 1.5 * MEGABYTE);
}
