import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { HttpTileSource } from '../../../src/ledger/index.ts';

describe('ledger: a log at a URL that can not be read', () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  });

  /** Listens on a free port; gives the URL. */
  const serve = async (server: Server): Promise<string> => {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket.on('error', () => undefined));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  };
  const answer = (status: number): Promise<string> =>
    serve(createHttpServer((_request, response) => response.writeHead(status).end('no')));
  const fails = async (url: string, code: string, parts: readonly string[], timeoutMs = 10_000): Promise<void> => {
    const source = new HttpTileSource(url, { timeoutMs });
    await assert.rejects(source.readCheckpoint(), (thrown: Error & { code?: string }) => {
      assert.equal(thrown.code, code);
      for (const part of [`${url}/checkpoint`, ...parts]) assert.ok(thrown.message.includes(part), thrown.message);
      assert.ok(!thrown.message.includes('fetch failed'), thrown.message);
      return true;
    });
  };

  it('follows no redirect, wherever it leads: names where it would have gone', async () => {
    let asked = 0;
    const other = await serve(createHttpServer((_request, response) => response.end(String((asked += 1)))));
    for (const status of [301, 302, 303, 307, 308]) {
      const redirect = createHttpServer((_request, response) =>
        response.writeHead(status, { location: `${other}/checkpoint` }).end(),
      );
      await fails(await serve(redirect), 'io.failed', [`redirects to "${other}/checkpoint"`, 'not followed']);
    }
    assert.equal(asked, 0);
  });

  it('names URL, reason and remedy when nobody listens', async () => {
    const url = await serve(createServer());
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
    await fails(url, 'io.failed', ['connection refused', 'check host and port', '`affidavit ledger`']);
    await fails(url.replace('127.0.0.1', 'localhost'), 'io.failed', ['connection refused']);
  });

  it('names URL, reason and remedy when the host has no name', () =>
    fails('http://ledger.invalid:1234', 'io.failed', ['check the', 'name']));

  it('names URL, time and remedy when no answer comes', async () =>
    fails(await serve(createServer()), 'io.failed', ['no whole answer within 0.05 s', 'try again'], 50));

  it('names URL, status and remedy when the answer is another', async () => {
    await fails(await answer(503), 'io.failed', ['status 503', 'try again later']);
    await fails(await answer(401), 'io.failed', ['status 401', 'is this the URL of a ledger?']);
    await fails(await answer(404), 'not_found', ['status 404', 'is this the URL of a ledger?']);
  });

  it('names URL, reason and remedy when it speaks something else', async () => {
    const url = await serve(createServer((socket) => socket.end('SSH-2.0-other\r\n')));
    await fails(url, 'io.failed', ['does not speak HTTP', 'http or https']);
    await fails(url.replace('http:', 'https:'), 'io.failed', ['does not speak TLS', 'http or https']);
  });

  it('names URL and reason when the answer is cut', async () => {
    const cut = createHttpServer((request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('x', () => request.socket.destroy());
    });
    await fails(await serve(cut), 'io.failed', ['the connection was cut', 'try again']);
  });

  it('says nothing of a password that stands in the URL', () => {
    assert.throws(
      () => new HttpTileSource('http://user:hunter2@ledger.example/'),
      (thrown: Error & { code?: string }) => {
        assert.equal(thrown.code, 'usage');
        return thrown.message.includes('ledger.example') && !/hunter2|user:/.test(thrown.message);
      },
    );
  });
});
