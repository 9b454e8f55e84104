import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { silentLogger } from '../../../src/runtime/index.ts';
import { serveLedger } from '../../../src/ledger/index.ts';
import type { Endpoint } from '../../../src/ledger/index.ts';
import { MAX_CONNECTIONS } from '../../../src/ledger/http-bounds.ts';
import { ConnectionBounds, MAX_PIPELINED } from '../../../src/runtime/connection-bounds.ts';

/** More than socket buffers on loopback take from who reads nothing. */
const BUNDLE = Buffer.alloc(12 * 1024 * 1024, 1);
const MOST_AT_ONCE = 16;

describe('ledger: what strangers can make the endpoint keep', () => {
  let endpoint: Endpoint;
  let sockets: Socket[] = [];
  let reads = 0;

  beforeEach(async () => {
    reads = 0;
    const never = (): never => assert.fail('not asked for');
    const read = (): Promise<Uint8Array> => {
      reads++;
      return Promise.resolve(BUNDLE);
    };
    const checkpoint = (): Promise<Uint8Array> => Promise.resolve(Buffer.from('checkpoint'));
    const source = { readCheckpoint: checkpoint, readTile: read, readEntries: read };
    const ports = { source, attachment: never, positions: never, enrol: never, isReady: () => true };
    endpoint = await serveLedger({ ...ports, logger: silentLogger }, '127.0.0.1', 0);
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets = [];
    await endpoint.close();
  });

  const open = async (port = Number(new URL(endpoint.url).port)): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => socket.destroy());
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  const asking = (times: number, path = '/tile/entries/000'): string =>
    `GET ${path} HTTP/1.1\r\nhost: ledger\r\n\r\n`.repeat(times);
  const checkpoint = async (): Promise<string> => (await fetch(`${endpoint.url}/checkpoint`)).text();

  it('a few bundles at once, whoever asks and does not read; a checkpoint is answered all the same', async () => {
    for (let at = 0; at < 30; at++) (await open()).pause().write(asking(1));
    assert.equal(await checkpoint(), 'checkpoint');
    assert.ok(reads <= MOST_AT_ONCE, `${reads} bundles were read`);
    for (const socket of sockets) socket.destroy();
    const bundle = await (await fetch(`${endpoint.url}/tile/entries/000`)).arrayBuffer();
    assert.equal(bundle.byteLength, BUNDLE.length, 'who left has given the place back');
  });

  it('a few requests of one connection that wait; with more it ends, and gives all places back', async () => {
    for (let at = 0; at < 2 * MOST_AT_ONCE; at++) {
      const socket = await open();
      socket.write(asking(MAX_PIPELINED + 1));
      await once(socket, 'close');
    }
    const socket = await open();
    socket.write(asking(MAX_PIPELINED, '/checkpoint'));
    let text = '';
    for await (const part of socket as AsyncIterable<Buffer>) {
      text += part.toString('latin1');
      if (text.split('\r\n\r\ncheckpoint').length > MAX_PIPELINED) break;
    }
    const bundle = await (await fetch(`${endpoint.url}/tile/entries/000`)).arrayBuffer();
    assert.equal(bundle.byteLength, BUNDLE.length);
  });

  it('so many connections; a further one is closed', async () => {
    for (let at = 0; at < MAX_CONNECTIONS; at++) await open();
    await once(await open(), 'close');
  });

  it('an answer until its time is over', async () => {
    const bounds = new ConnectionBounds(20);
    const server = createServer((request, response) => {
      if (bounds.admit(request.socket, response)) response.end(BUNDLE);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const socket = await open((server.address() as AddressInfo).port);
    const [held] = await accepted;
    socket.pause().write(asking(1));
    await once(held, 'close');
    server.close();
  });
});
