import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { checkTopic, KafkaSink } from '../../../src/bus/index.ts';
import type { KafkaSettings } from '../../../src/bus/index.ts';
import { letGo, silentLogger, systemRandom } from '../../../src/runtime/index.ts';
import type { Logger } from '../../../src/runtime/index.ts';
import { frameOf } from '../../support/spool.ts';

/** Settings of a broker that nobody is. */
async function nowhere(): Promise<KafkaSettings> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return {
    brokers: [`127.0.0.1:${port}`],
    clientId: 'affidavit-test',
    topic: 'records',
    partition: 0,
    partitions: 1,
    createTopic: true,
    replicationFactor: 1,
  };
}

describe('bus: a broker that can not be reached', () => {
  it('is named in a clear error when the topic is checked', async () => {
    const settings = await nowhere();
    const [broker = ''] = settings.brokers;
    await assert.rejects(checkTopic(settings, silentLogger), (thrown: Error & { code?: string }) => {
      assert.equal(thrown.code, 'bus.unavailable');
      assert(thrown.message.includes(broker), thrown.message);
      return true;
    });
  });

  it('is tried again and again by the sink until the signal comes', async () => {
    const waits: number[] = [];
    const stop = new AbortController();
    const logger: Logger = {
      ...silentLogger,
      warn: (fields) => {
        if ('waitMs' in fields && typeof fields.waitMs === 'number') waits.push(fields.waitMs);
        if (waits.length === 3) stop.abort();
      },
    };
    const sink = new KafkaSink({ settings: await nowhere(), random: systemRandom, logger });
    const publishing = sink.publish([{ number: 0, bytes: frameOf('kept') }], stop.signal);
    await assert.rejects(publishing, { code: 'shutting_down' });
    await sink.close();
    assert.equal(waits.length, 3);
  });

  it('leaves what may still be under way as it is, whoever lets the frames go', async () => {
    const bytes = new Uint8Array(128 * 1024).fill(7);
    const stop = new AbortController();
    const logger: Logger = {
      ...silentLogger,
      warn: () => {
        stop.abort();
      },
    };
    const sink = new KafkaSink({ settings: await nowhere(), random: systemRandom, logger });
    await assert.rejects(sink.publish([{ number: 0, bytes }], stop.signal), { code: 'shutting_down' });
    await sink.close();
    letGo(bytes);
    assert.equal(bytes.length, 128 * 1024);
  });

  it('takes one publication at a time', async () => {
    const stop = new AbortController();
    const sink = new KafkaSink({ settings: await nowhere(), random: systemRandom, logger: silentLogger });
    const first = sink.publish([{ number: 0, bytes: frameOf('a') }], stop.signal);
    await assert.rejects(sink.publish([{ number: 1, bytes: frameOf('b') }], stop.signal), { code: 'internal' });
    stop.abort();
    await assert.rejects(first, { code: 'shutting_down' });
  });
});
