import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ENDED } from '../../../src/record/index.ts';
import { bodyOf, REQUEST, RESPONSE } from './support/calls.ts';
import { Capture } from './support/capture.ts';
import { connect, EnvoyStream } from './support/envoy-client.ts';

const KEEPALIVE_MS = 100;

/** A network in front of a port, that can vanish: then nothing passes any more, and nobody is told. */
class Network {
  readonly #server: Server;
  readonly #sockets: Socket[] = [];

  constructor(port: number) {
    this.#server = createServer((client) => {
      const server = connectTcp(port, '127.0.0.1');
      this.#sockets.push(client, server);
      for (const socket of [client, server]) socket.on('error', () => undefined);
      client.pipe(server).pipe(client);
    }).listen(0, '127.0.0.1');
  }

  async port(): Promise<number> {
    if (!this.#server.listening) await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  vanish(): void {
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

describe('an Envoy whose machine is gone', () => {
  const capture = new Capture();
  let network: Network;
  let client: ReturnType<typeof connect>;

  before(async () => {
    const { port } = await capture.start({ keepaliveMs: KEEPALIVE_MS });
    network = new Network(port);
    client = connect(await network.port());
  });
  after(async () => {
    client.close();
    network.close();
    await capture.close();
  });

  it('is told from one that has nothing to say, and its calls are recorded as cut', async () => {
    const quiet = new EnvoyStream(client, 'strict');
    await quiet.ask(REQUEST);
    await delay(5 * KEEPALIVE_MS);
    quiet.send(bodyOf('request', '{}', true), RESPONSE, bodyOf('response', '{}', true));
    assert.equal(await quiet.ended(), 0);
    const left = new EnvoyStream(client, 'strict');
    await left.ask(REQUEST);
    network.vanish();
    await capture.recorded(2);
    assert.deepEqual(
      capture.writer.exchanges().map(({ exchange }) => exchange.ended),
      [ENDED.complete, ENDED.request_cut],
    );
    while (capture.server.stats().open > 0) await delay(2);
  });
});
