import { request as plainRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { AffidavitError } from '../record/index.ts';
import type { Credentials } from './certificates.ts';

/** A request to a server that may be anybody. */
export interface HttpRequest {
  /** `http:` or `https:`. */
  readonly url: string;
  /** Time for all of it, the answer's body included. */
  readonly timeoutMs: number;
  /** Largest body of an answer that is read. */
  readonly maxBytes: number;
  /** Authority of the server's certificate, and what is shown to it; the system's authorities without `ca`. */
  readonly tls?: Credentials | undefined;
  /** What is posted; without it the request is a GET. */
  readonly body?: string;
}

/** An answer, whole. */
export interface HttpAnswer {
  readonly status: number;
  /** Header `location`, of a redirect. */
  readonly location: string | undefined;
  /** At most the first 4 KiB of an answer that says no. */
  readonly body: Uint8Array;
}

const MAX_REFUSAL_BYTES = 4096;

/**
 * Asks a server. Redirects are answers like any other: nothing is followed.
 * @throws limit.exceeded for a body over `maxBytes`; else what Node throws, `TimeoutError` when the time was over
 */
export async function httpRequest(wanted: HttpRequest): Promise<HttpAnswer> {
  const signal = AbortSignal.timeout(wanted.timeoutMs);
  try {
    return await ask(wanted, signal);
  } catch (thrown) {
    throw signal.aborted ? signal.reason : thrown;
  }
}

/** A connection that was kept open may be closed by the server just when it is used again. */
async function ask(wanted: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const request = send(wanted, signal);
  try {
    const response = await answerOf(request);
    const body = await readBody(response, wanted);
    return { status: response.statusCode ?? 0, location: response.headers.location, body };
  } catch (thrown) {
    if (request.reusedSocket && wanted.body === undefined && codeOf(thrown) === 'ECONNRESET' && !signal.aborted)
      return ask(wanted, signal);
    throw thrown;
  }
}

function send({ url, tls = {}, body }: HttpRequest, signal: AbortSignal): ClientRequest {
  const target = new URL(url);
  const options: RequestOptions = { signal, method: body === undefined ? 'GET' : 'POST' };
  const request =
    target.protocol === 'https:' ? tlsRequest(target, { ...options, ...tls }) : plainRequest(target, options);
  return request.end(body);
}

function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // Errors after the answer has begun reach whoever reads its body.
    request.on('response', resolve).on('error', reject);
  });
}

async function readBody(response: IncomingMessage, { url, maxBytes }: HttpRequest): Promise<Uint8Array> {
  const { statusCode = 0 } = response;
  const isRefusal = statusCode < 200 || statusCode > 299;
  const parts: Buffer[] = [];
  let total = 0;
  // Leaving the loop ends the connection.
  for await (const part of response as AsyncIterable<Buffer>) {
    total += part.length;
    if (isRefusal && total > MAX_REFUSAL_BYTES) break;
    if (total > maxBytes) throw new AffidavitError('limit.exceeded', `${url} has over ${maxBytes} bytes`);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}
