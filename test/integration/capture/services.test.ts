import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { recoverOpened } from '../../../src/capture/index.ts';
import { ACCESS_LOG_SERVICE, HEALTH } from '../../../src/capture/index.ts';
import { AccessLog, AffidavitError, ENDED, ExchangeHead, Gap, KIND } from '../../../src/record/index.ts';
import { decode, encode } from '../../unit/capture/support/protos.ts';
import { writeTlsFolder } from '../envoy/certificates.ts';
import { Capture } from './support/capture.ts';
import { connect } from './support/envoy-client.ts';
import { MemoryWriter } from './support/memory-writer.ts';

const LOG = 'envoy.service.accesslog.v3.StreamAccessLogsMessage';

function logMessage(entries: number, withIdentifier: boolean): Uint8Array {
  const identifier = { node: { id: 'envoy-1', cluster: 'edge' }, log_name: 'affidavit' };
  const logged = Array.from({ length: entries }, () => ({ protocol_version: 'HTTP2' }));
  return encode(LOG, { ...(withIdentifier ? { identifier } : {}), http_logs: { log_entry: logged } });
}

describe('the access-log service', () => {
  let capture: Capture;
  let client: Client | undefined;

  beforeEach(() => {
    capture = new Capture();
  });
  afterEach(async () => {
    client?.close();
    await capture.close();
  });

  function stream(port: number) {
    client = connect(port);
    const { path, requestSerialize, responseDeserialize } = ACCESS_LOG_SERVICE.streamAccessLogs;
    let answered: (error: ServiceError | null) => void = () => undefined;
    const answer = new Promise<ServiceError | null>((resolve) => (answered = resolve));
    const call = client.makeClientStreamRequest(path, requestSerialize, responseDeserialize, (error) => {
      answered(error);
    });
    return { call, answer };
  }

  it('makes a record of each message, under the name that the first one gave', async () => {
    const { port } = await capture.start();
    const logs = capture.writer;
    const { call, answer } = stream(port);
    call.write(logMessage(2, true));
    call.write(Uint8Array.of(0xff));
    call.write(logMessage(1, false));
    call.end();
    assert.equal(await answer, null);
    await logs.until(() => logs.ofKind(KIND.access_log).length === 2);
    const read = logs.ofKind(KIND.access_log).map(({ body }) => AccessLog.decode(body));
    assert.deepEqual(
      read.map(({ nodeId, entries }) => [nodeId, entries.length]),
      [
        ['envoy-1', 2],
        ['envoy-1', 1],
      ],
    );
    const { accessLogMessages, accessLogEntries, undecodable } = capture.server.stats();
    assert.deepEqual([accessLogMessages, accessLogEntries, undecodable], [2, 3, 1]);
  });

  it('numbers the messages of each stream, so that one which can’t be read is missing, and a gap tells it', async () => {
    const { port } = await capture.start();
    const { call, answer } = stream(port);
    for (const message of [logMessage(1, true), logMessage(0, false), Uint8Array.of(0xff), logMessage(1, false)])
      call.write(message);
    call.end();
    await answer;
    await capture.server.drain();
    const logs = capture.writer.ofKind(KIND.access_log).map(({ body }) => AccessLog.decode(body));
    assert.deepEqual(
      logs.map(({ messageNo }) => messageNo),
      [0, 2],
    );
    const [first, second] = logs.map(({ streamId }) => streamId);
    assert.equal(first?.length, 16);
    assert.deepEqual(second, first);
    const [gap] = capture.writer.ofKind(KIND.gap).map(({ body }) => Gap.decode(body));
    assert.deepEqual([gap?.count, gap?.detail], [1, 'access_log']);
  });

  it('drains only when its records are answered, and tells those that were lost', async () => {
    const { port } = await capture.start();
    const { promise: gate, resolve: release } = Promise.withResolvers<undefined>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
    capture.writer.beforeDurable = async (draft) => {
      if (draft.kind !== KIND.access_log) return;
      begin(undefined);
      await gate;
      throw new AffidavitError('io.full', 'disk full');
    };
    const { call, answer } = stream(port);
    call.write(logMessage(1, true));
    call.end();
    await Promise.all([begun, answer]);
    const drained = capture.server.drain();
    release(undefined);
    await drained;
    assert.equal(capture.writer.ofKind(KIND.gap).length, 1);
  });

  it('takes, while it drains, what Envoy still has of the last calls, and no new stream', async () => {
    const { port } = await capture.start();
    const { call, answer } = stream(port);
    call.write(logMessage(1, true));
    await capture.writer.until(() => capture.writer.ofKind(KIND.access_log).length === 1);
    const drained = capture.server.drain();
    call.write(logMessage(1, false));
    call.write(logMessage(1, false));
    assert.equal(await answer, null);
    await drained;
    assert.equal(capture.writer.ofKind(KIND.access_log).length, 3);
  });

  it('goes on when a record can’t be written, and counts it', async () => {
    const { port } = await capture.start();
    let failed: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (failed = resolve));
    capture.writer.beforeDurable = () => {
      capture.writer.beforeDurable = () => Promise.resolve();
      failed();
      return Promise.reject(new AffidavitError('io.full', 'disk full'));
    };
    const { call } = stream(port);
    call.write(logMessage(1, true));
    await first;
    call.write(logMessage(1, false));
    await capture.writer.until(() => capture.writer.records.length === 1);
    assert.equal(capture.server.stats().accessLogLost, 1);
  });

  it('answers its streams when it drains', async () => {
    const { port } = await capture.start();
    const { call, answer } = stream(port);
    call.write(logMessage(1, true));
    await capture.writer.until(() => capture.writer.records.length === 1);
    await capture.server.drain();
    assert.equal(await answer, null);
  });
});

describe('the health service', () => {
  it('serves, and says that it doesn’t before a drain ends', async () => {
    const capture = new Capture();
    const { port } = await capture.start();
    const client = connect(port);
    const request = encode('grpc.health.v1.HealthCheckRequest', {});
    const { path, requestSerialize, responseDeserialize } = HEALTH.check;
    const check = (name: string): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const asked = encode('grpc.health.v1.HealthCheckRequest', { service: name });
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, asked, (error, bytes) => {
          if (error !== null) reject(error);
          else resolve(decode('grpc.health.v1.HealthCheckResponse', bytes ?? new Uint8Array())['status']);
        });
      });
    assert.equal(await check(''), 'SERVING');
    assert.equal(await check('envoy.service.ext_proc.v3.ExternalProcessor'), 'SERVING');
    await assert.rejects(check('another'), (error: ServiceError) => error.code === status.NOT_FOUND);

    const watch = client.makeServerStreamRequest(HEALTH.watch.path, requestSerialize, responseDeserialize, request);
    const seen: unknown[] = [];
    let drained: Promise<void> | undefined;
    for await (const bytes of watch as AsyncIterable<Uint8Array>) {
      seen.push(decode('grpc.health.v1.HealthCheckResponse', bytes)['status']);
      drained ??= capture.server.drain();
    }
    assert.deepEqual(seen, ['SERVING', 'NOT_SERVING']);
    await drained;
    client.close();
  });
});

describe('what a restart left open', () => {
  it('is ended by a record of its own', async () => {
    const writer = new MemoryWriter();
    const head = ExchangeHead.create({ exchangeId: 'a', method: 'GET' });
    const epoch = new Uint8Array(16).fill(7);
    await recoverOpened([{ head, openedSeq: 0, epoch, parts: 2 }], writer);
    const [only] = writer.exchanges();
    assert.equal(only?.exchange.ended, ENDED.recorder_restart);
    const { openedSeqPlusOne, openedEpoch, parts } = only.exchange;
    assert.deepEqual([openedSeqPlusOne, openedEpoch, parts], [1, epoch, 2]);
    assert.deepEqual({ ...only.exchange.head }, { ...head });
  });
});

describe('TLS', () => {
  it('is refused with a typed error when its files aren’t there', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'affidavit-capture-'));
    const tls = { certFile: join(dir, 'cert.pem'), keyFile: join(dir, 'key.pem') };
    const missing = (error: unknown): boolean => error instanceof AffidavitError && error.code === 'not_found';
    await assert.rejects(new Capture().start({ tls }), missing);
    await rm(dir, { recursive: true });
  });

  it('takes only clients that show a certificate of the authority, when one is named', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'affidavit-capture-'));
    const { authority, caller, recorder } = writeTlsFolder(dir);
    const tls = {
      certFile: join(dir, 'own.crt'),
      keyFile: join(dir, 'own.key'),
      clientCaFile: join(dir, 'callers-ca.crt'),
    };
    await writeFile(tls.certFile, recorder.certificate);
    await writeFile(tls.keyFile, recorder.key);
    const capture = new Capture();
    const { port } = await capture.start({ tls });
    const pem = (text: string): Buffer => Buffer.from(text);
    const check = async (...shown: Buffer[]): Promise<void> => {
      const secured = credentials.createSsl(pem(authority.certificate), ...shown);
      const asking = new Client(`127.0.0.1:${port}`, secured, {
        'grpc.ssl_target_name_override': 'recorder.affidavit.internal',
      });
      const { path, requestSerialize, responseDeserialize } = HEALTH.check;
      try {
        await new Promise<void>((resolve, reject) => {
          asking.makeUnaryRequest(path, requestSerialize, responseDeserialize, new Uint8Array(), (error) => {
            if (error === null) resolve();
            else reject(error);
          });
        });
      } finally {
        asking.close();
      }
    };
    await check(pem(caller.key), pem(caller.certificate));
    await assert.rejects(check(), (error: ServiceError) => error.code === status.UNAVAILABLE);
    await capture.close();
    await rm(dir, { recursive: true });
  });
});
