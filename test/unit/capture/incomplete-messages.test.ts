import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { EXTERNAL_PROCESSOR } from '../../../src/capture/index.ts';
import { IncompleteMessages } from '../../../src/capture/incomplete-messages.ts';
import type { ProcessCall } from '../../../src/capture/process-stream.ts';
import { silentLogger } from '../../../src/runtime/index.ts';
import { RawClient, wireMessage } from '../../fault/input/support/raw-grpc.ts';
import type { RawStream } from '../../fault/input/support/raw-grpc.ts';

const MOST_BYTES = 1_000_000;
const CLAIMED_BYTES = 500_000;

describe('capture: messages whose end does not come', () => {
  let bounds: IncompleteMessages;
  let server: Server;
  let client: RawClient;
  let received: number[] = [];

  beforeEach(async () => {
    received = [];
    bounds = new IncompleteMessages(silentLogger, MOST_BYTES);
    server = new Server({ interceptors: [bounds.interceptor] });
    server.addService(EXTERNAL_PROCESSOR, {
      process: (call: ProcessCall) => {
        call.on('data', (bytes: Uint8Array) => received.push(bytes.length));
        call.on('end', () => {
          call.end();
        });
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    client = new RawClient(port);
  });
  afterEach(() => {
    client.close();
    server.forceShutdown();
    bounds.stop();
  });

  const begin = (bytes: number): RawStream => client.open().send(wireMessage(new Uint8Array(bytes), CLAIMED_BYTES));
  const finish = (stream: RawStream, left: number): Promise<unknown> => stream.send(new Uint8Array(left)).end().ended;

  it('of all streams together take so many bytes: those with most end, the others go on', async () => {
    const small = begin(100_000);
    const large = [begin(450_000), begin(440_000), begin(430_000)];
    assert.equal(await Promise.race(large.map((each) => each.ended)), status.RESOURCE_EXHAUSTED);
    const [, ...left] = large;
    assert.equal(await finish(small, 400_000), 0);
    for (const [at, each] of left.entries()) assert.equal(await finish(each, 60_000 + at * 10_000), 0);
    assert.deepEqual(received, [CLAIMED_BYTES, CLAIMED_BYTES, CLAIMED_BYTES]);
  });

  it('take what their pieces take, also when each has one byte', async () => {
    const stream = begin(1);
    for (let sent = 0; sent < 10_000; sent++)
      await new Promise<void>((resolve) => {
        stream.stream.write(new Uint8Array(1), () => {
          resolve();
        });
      });
    assert.equal(await stream.ended, status.RESOURCE_EXHAUSTED);
  });

  it('may be many, as long as they are whole in time', async () => {
    for (let at = 0; at < 6; at++) assert.equal(await finish(begin(400_000), 100_000), 0);
    assert.equal(received.length, 6);
  });
});
