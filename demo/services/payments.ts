import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { isMain } from '../../scripts/processes.ts';
import { CALL_HEADER, callOfKey, markerOf, plantedFor } from '../client/planted.ts';
import { type AuthorizeReply, type AuthorizeRequest, paymentsService } from './grpc-methods.ts';
import {
  type Operation,
  readBody,
  runAsProcess,
  type SampleService,
  send,
  type ServiceDefinitions,
  type ServiceOptions,
  startSampleService,
} from './server.ts';

const SLOW_MS = 10_000;

function paymentOf(call: number, seed: number): object {
  const person = plantedFor(seed, 'service', call);
  return {
    id: `payment-${call}`,
    state: 'charged',
    note: markerOf(call),
    payer: { email: person.email, iban: person.iban, ssn: person.ssn },
    token: person.jwt,
  };
}

async function charge({ request, response, call, seed }: Operation): Promise<void> {
  const payment: unknown = JSON.parse((await readBody(request)).toString('utf8'));
  const amount = typeof payment === 'object' && payment !== null && 'amountCents' in payment ? payment.amountCents : 0;
  send(response, 200, { ...paymentOf(call, seed), amountCents: amount });
}

async function checkOut({ request, response, call, seed }: Operation): Promise<void> {
  const form = new URLSearchParams((await readBody(request)).toString('utf8'));
  send(response, 200, { ...paymentOf(call, seed), fields: [...form.keys()] });
}

async function takeNote({ request, response, call, seed }: Operation): Promise<void> {
  const note = await readBody(request);
  const { email } = plantedFor(seed, 'service', call);
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  const answer = Buffer.from(`${markerOf(call)}: ${note.length} bytes filed by ${email}.\n`);
  response.setHeader('content-length', answer.length.toString());
  response.end(answer);
}

/** Text, and trailers that say what it hashes to. */
function sendReport({ response, call, seed }: Operation): void {
  const person = plantedFor(seed, 'service', call);
  const text = `Report ${markerOf(call)}\n${person.email} paid with ${person.cardSpaced}, account ${person.iban}.\n`;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.setHeader('trailer', 'x-report-sha256, x-report-lines');
  response.write(text);
  response.addTrailers({
    'x-report-sha256': createHash('sha256').update(text).digest('hex'),
    'x-report-lines': '2',
  });
  response.end();
}

/** A first line at once, the second only after seconds: nobody is expected to wait for it. */
async function settle({ response, call, seed }: Operation): Promise<void> {
  const { email } = plantedFor(seed, 'service', call);
  const left = new AbortController();
  response.on('close', () => {
    left.abort();
  });
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.write(`${markerOf(call)}: settling for ${email}\n`);
  await delay(SLOW_MS, undefined, { signal: left.signal }).catch((error: unknown) => {
    if (!left.signal.aborted) throw error;
  });
  if (!response.destroyed) response.end('settled\n');
}

function authorize(
  { request, metadata }: ServerUnaryCall<AuthorizeRequest, AuthorizeReply>,
  callback: sendUnaryData<AuthorizeReply>,
  seed: number,
): void {
  const call = callOfKey(metadata.get(CALL_HEADER)[0]?.toString());
  const { card } = plantedFor(seed, 'service', call);
  callback(null, { authorizationId: `authorization-${call}`, approved: true, cardNumber: card, note: request.note });
}

const definitions: ServiceDefinitions = {
  name: 'payments',
  route(method, path) {
    const resource = `${method} ${path}`;
    if (resource === 'POST /payments') return { name: 'charge', run: charge };
    if (resource === 'POST /payments/checkout') return { name: 'checkout', run: checkOut };
    if (resource === 'PUT /payments/notes') return { name: 'note', run: takeNote };
    if (resource === 'GET /payments/report') return { name: 'report', run: sendReport };
    return resource === 'GET /payments/slow' ? { name: 'slow', run: settle } : undefined;
  },
  grpc: (count, seed) => ({
    definition: paymentsService,
    implementation: {
      Authorize: (call: ServerUnaryCall<AuthorizeRequest, AuthorizeReply>, callback: sendUnaryData<AuthorizeReply>) => {
        count('authorize');
        authorize(call, callback, seed);
      },
    },
  }),
};

/** Starts the sample service "payments": JSON, a form, text, trailers, a response that takes long, a gRPC call. */
export function startPayments(options?: ServiceOptions): Promise<SampleService> {
  return startSampleService(definitions, options);
}

if (isMain(import.meta.url)) await runAsProcess(definitions, { port: 8082, grpcPort: 9082, seed: 1 });
