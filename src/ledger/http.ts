import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server as TlsServer } from 'node:https';
import { AffidavitError, SignedKey } from '../record/index.ts';
import { CHECKPOINT_PATH, decodeBase64, parseTilePath } from '../proof/index.ts';
import type { TileSource } from '../proof/index.ts';
import { ConnectionBounds, logRefusals } from '../runtime/index.ts';
import type { Certificates, Clock, Logger } from '../runtime/index.ts';
import { ANSWER_TIMEOUT_MS, AnswerSlots, boundServer } from './http-bounds.ts';
import { asObject, asString, parseJson } from './json.ts';

/** What the endpoint serves. */
export interface EndpointPorts {
  source: TileSource;
  /** Signed note with every producer's position, or that of one key (hex). */
  positions: (keyId?: string) => Uint8Array;
  /** An attachment by its SHA-256. Throws evidence.missing for one that isn't there. */
  attachment: (hash: Uint8Array) => Promise<Uint8Array>;
  /** Enrols a key that the root key signed. */
  enrol: (signed: SignedKey) => Promise<{ keyId: string; size: number }>;
  /** True while messages can be taken. */
  isReady: () => boolean;
  logger: Logger;
}

/** What an endpoint with TLS needs. */
export interface EndpointTls {
  /** With authorities among them, clients must show a certificate of one. The endpoint watches and closes them. */
  certificates: Certificates;
  clock: Clock;
}

/** A running endpoint. */
export interface Endpoint {
  /** `http://host:port` or `https://host:port` with the port that was given. */
  readonly url: string;
  /** Ends open connections and stops listening. */
  close(): Promise<void>;
}

/** Answers at once from files (a bundle has up to 16 MiB), and with positions (up to 1 MB). */
const FILE_ANSWERS = 16;
const POSITION_ANSWERS = 32;

interface Slots {
  readonly files: AnswerSlots;
  readonly positions: AnswerSlots;
}

interface Bounds {
  readonly bounds: ConnectionBounds;
  readonly slots: Slots;
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array | string;
}

/** C2SP tlog-tiles: "Tiles are immutable": whoever has one needs no other. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
const MAX_REQUEST_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Positions, of one producer or all. */
const POSITIONS = /^v1\/positions(?:\/([0-9a-f]{64}))?$/;
/** An attachment of a record, by its hash. */
const ATTACHMENT = /^v1\/attachments\/([0-9a-f]{64})$/;
const TEXT = 'text/plain; charset=utf-8';

/** Begins to serve. Port 0 takes a free one. @throws port.in_use, io.failed */
export async function serveLedger(
  ports: EndpointPorts,
  host: string,
  port: number,
  tls?: EndpointTls,
): Promise<Endpoint> {
  const server = makeServer(ports, tls);
  try {
    await listen(server, host, port);
  } catch (thrown) {
    tls?.certificates.close();
    throw thrown;
  }
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        tls?.certificates.close();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function makeServer(ports: EndpointPorts, tls: EndpointTls | undefined): Server | TlsServer {
  const bounds = new ConnectionBounds(ANSWER_TIMEOUT_MS);
  const slots = { files: new AnswerSlots(FILE_ANSWERS), positions: new AnswerSlots(POSITION_ANSWERS) };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    void respond(ports, { bounds, slots }, request, response);
  };
  const server =
    tls === undefined ? createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, answer) : secured(ports, tls, answer);
  boundServer(server);
  return server;
}

function secured(ports: EndpointPorts, tls: EndpointTls, answer: RequestListener): TlsServer {
  const { certificates, clock } = tls;
  const { current } = certificates;
  const asksClients = current.ca !== undefined;
  const options = { requestTimeout: REQUEST_TIMEOUT_MS, handshakeTimeout: HANDSHAKE_TIMEOUT_MS };
  const server = createTlsServer(
    { ...options, ...current, requestCert: asksClients, rejectUnauthorized: asksClients },
    answer,
  );
  logRefusals(server, 'the ledger', clock, ports.logger);
  // Connections that are open stay as they are.
  certificates.watch((credentials) => {
    server.setSecureContext(credentials);
  });
  return server;
}

function listen(server: Server | TlsServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (thrown: NodeJS.ErrnoException) => {
      const code = thrown.code === 'EADDRINUSE' ? 'port.in_use' : 'io.failed';
      reject(AffidavitError.from(thrown, code, `listen on ${host}:${port}`));
    });
    server.listen(port, host, resolve);
  });
}

async function respond(
  ports: EndpointPorts,
  { bounds, slots }: Bounds,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = pathOf(request.url).slice(1);
  const { socket } = request;
  if (!bounds.admit(socket, response) || (await slotOf(slots, path)?.take(response)) === false) return;
  let answer: Answer;
  try {
    answer = await answerTo(ports, request, path);
  } catch (thrown) {
    answer = failed(ports, request, thrown);
  }
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  response.writeHead(answer.status, {
    'x-content-type-options': 'nosniff',
    'content-length': String(body.length),
    ...answer.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Whose answers are large enough to be bounded in number. Health and checkpoint are answered at any time. */
function slotOf(slots: Slots, path: string): AnswerSlots | undefined {
  if (POSITIONS.test(path)) return slots.positions;
  return ATTACHMENT.test(path) || path.startsWith('tile/') ? slots.files : undefined;
}

function failed({ logger }: EndpointPorts, { url }: IncomingMessage, thrown: unknown): Answer {
  const error = AffidavitError.from(thrown, 'internal', 'answer a request');
  if (error.code === 'not_found') return plain(404, 'not found\n');
  // What is wrong with what was handed in is for whoever handed it in; anything else stays here.
  if (error.code === 'protocol') return plain(400, `${error.message}\n`);
  if (error.isEvidence || error.code === 'usage')
    return plain(error.code === 'evidence.malformed' ? 400 : 403, `${error.message}\n`);
  if (error.code === 'limit.exceeded') return plain(413, 'too large\n');
  // A query isn't ours, and may hold what no log may keep.
  logger.error({ code: error.code, path: pathOf(url) }, error.message);
  return plain(error.code === 'shutting_down' ? 503 : 500, 'the ledger could not answer\n');
}

function plain(status: number, body: string): Answer {
  return { status, headers: { 'content-type': TEXT, 'cache-control': 'no-store' }, body };
}

function pathOf(url = ''): string {
  return url.split(/[?#]/, 1)[0] ?? '';
}

async function answerTo(ports: EndpointPorts, request: IncomingMessage, path: string): Promise<Answer> {
  if (path === 'v1/enrolments') return request.method === 'POST' ? enrol(ports, request) : notAllowed('POST');
  const answer = await answerGet(ports, path);
  return request.method === 'GET' || request.method === 'HEAD' ? answer : notAllowed('GET, HEAD');
}

function notAllowed(allow: string): Answer {
  const answer = plain(405, `only ${allow}\n`);
  return { ...answer, headers: { ...answer.headers, allow } };
}

async function answerGet(ports: EndpointPorts, path: string): Promise<Answer> {
  const { source, positions, isReady } = ports;
  if (path === 'healthz') return plain(200, 'ok\n');
  if (path === 'readyz') return isReady() ? plain(200, 'ready\n') : plain(503, 'not ready\n');
  const asked = POSITIONS.exec(path);
  if (asked !== null)
    return { status: 200, headers: { 'content-type': TEXT, 'cache-control': 'no-store' }, body: positions(asked[1]) };
  if (path === CHECKPOINT_PATH) {
    const headers = { 'content-type': TEXT, 'cache-control': 'no-cache' };
    return { status: 200, headers, body: await source.readCheckpoint() };
  }
  const [, hash] = ATTACHMENT.exec(path) ?? [];
  if (hash !== undefined) return attachment(ports, hash);
  const tile = parseTilePath(path);
  if (tile === undefined) return plain(404, 'not found\n');
  const { level, index, width } = tile;
  const body = await (level === 'entries' ? source.readEntries(index, width) : source.readTile(level, index, width));
  return { status: 200, headers: { 'content-type': 'application/octet-stream', 'cache-control': IMMUTABLE }, body };
}

async function attachment({ attachment: read }: EndpointPorts, hash: string): Promise<Answer> {
  try {
    const headers = { 'content-type': 'application/octet-stream', 'cache-control': IMMUTABLE };
    return { status: 200, headers, body: await read(Buffer.from(hash, 'hex')) };
  } catch (thrown) {
    if (thrown instanceof AffidavitError && thrown.code === 'evidence.missing') return plain(404, 'not found\n');
    // What was changed on disk is for the ledger's log, not for who asks.
    throw new AffidavitError('io.failed', `attachment ${hash} could not be read`, { cause: thrown });
  }
}

async function enrol(ports: EndpointPorts, request: IncomingMessage): Promise<Answer> {
  const text = Buffer.from(await readRequest(request)).toString('utf8');
  const json = asObject(parseJson(text, 'the request'), 'the request');
  const signed = SignedKey.create({
    statement: base64In(json, 'statement'),
    signature: base64In(json, 'signature'),
  });
  const result = await ports.enrol(signed);
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status: 200, headers, body: `${JSON.stringify(result)}\n` };
}

/** Bytes in a request. What they say may be evidence; that they are no Base64 is the caller's mistake. */
function base64In(json: Readonly<Record<string, unknown>>, name: string): Uint8Array {
  const text = asString(json[name], name);
  try {
    return decodeBase64(text);
  } catch (thrown) {
    throw new AffidavitError('protocol', `${name} is not Base64`, { cause: thrown });
  }
}

async function readRequest(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let total = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    total += part.length;
    if (total > MAX_REQUEST_BYTES) throw new AffidavitError('limit.exceeded', 'a request is too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
