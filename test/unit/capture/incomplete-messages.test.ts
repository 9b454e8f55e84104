import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { ServerInterceptor } from '@grpc/grpc-js';
import { asCall } from '../../../src/capture/grpc-calls.ts';
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
  /** What grpc-js knows of each stream's messages. */
  let decoders: { readonly readPartialMessage: readonly Uint8Array[]; readonly readCompressFlag: Uint8Array }[] = [];
  let warnings: string[] = [];
  /** As another version of grpc-js would be. */
  let hidden: string | undefined;
  const bound: ServerInterceptor = (method, wrapped) => {
    if (hidden === undefined) return bounds.interceptor(method, wrapped);
    const name = hidden;
    const view = new Proxy(wrapped, {
      get: (call, asked): unknown => (asked === name ? undefined : Reflect.get(call, asked)),
    });
    bounds.interceptor(method, view);
    return asCall(wrapped);
  };
  const noteDecoder: ServerInterceptor = (_method, wrapped) => {
    const call = asCall(wrapped);
    decoders.push(Reflect.get(call, 'decoder') as (typeof decoders)[number]);
    return call;
  };

  beforeEach(async () => {
    received = [];
    decoders = [];
    warnings = [];
    hidden = undefined;
    const logger = { ...silentLogger, warn: (_fields: object, message: string) => warnings.push(message) };
    bounds = new IncompleteMessages(logger, MOST_BYTES);
    server = new Server({ interceptors: [noteDecoder, bound] });
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

  it('are no longer kept once they are whole, though the call goes on and no other message comes', async () => {
    const stream = client.open().send(wireMessage(new Uint8Array(CLAIMED_BYTES)));
    const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
    while (received.length === 0) await turn();
    const [decoder] = decoders;
    assert.ok(decoder !== undefined);
    while (decoder.readPartialMessage.length > 0) await turn();
    assert.ok(decoder.readCompressFlag.buffer.byteLength < 100, 'nor what their first byte came in');
    const next = new Uint8Array(100_000);
    assert.equal(await stream.send(wireMessage(next)).end().ended, 0);
    assert.deepEqual(received, [CLAIMED_BYTES, next.length]);
  });

  it('may be many, as long as they are whole in time', async () => {
    for (let at = 0; at < 6; at++) assert.equal(await finish(begin(400_000), 100_000), 0);
    assert.equal(received.length, 6);
  });

  it('are seen in the version of grpc-js that is installed: nothing is warned of', async () => {
    assert.equal(await finish(begin(400_000), 100_000), 0);
    assert.deepEqual(warnings, []);
  });

  for (const name of ['decoder', 'stream'])
    it(`are not seen where a version of grpc-js has no ${name}: that is warned of once, and calls go on`, async () => {
      hidden = name;
      for (let at = 0; at < 3; at++) assert.equal(await finish(begin(400_000), 100_000), 0);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', /grpc-js .* memory is not bounded/);
    });
});
