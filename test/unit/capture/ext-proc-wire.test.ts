import assert from 'node:assert/strict';
import { BODY_MODE, decodeProcessingRequest, MAX_HEADER_BYTES } from '../../../src/capture/ext-proc-wire.ts';
import { goOnReply, immediateReply, passOnReply } from '../../../src/capture/replies.ts';
import { AffidavitError } from '../../../src/record/index.ts';
import { attributes, decode, headerMap, processingRequest } from './support/protos.ts';

const RESPONSE = 'envoy.service.ext_proc.v3.ProcessingResponse';
const isProtocol = (error: unknown): boolean => error instanceof AffidavitError && error.code === 'protocol';
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

describe('reading a ProcessingRequest', () => {
  for (const side of ['request', 'response'] as const) {
    it(`takes ${side} headers from raw_value, or value of an older Envoy`, () => {
      const map = {
        headers: [{ key: 'a', raw_value: Buffer.from('\xff1', 'latin1') }, { key: 'b', value: '2' }, { key: 'c' }],
      };
      const { message } = decodeProcessingRequest(
        processingRequest({ [`${side}_headers`]: { headers: map, end_of_stream: true } }),
      );
      assert.ok(message?.type === 'headers' && message.side === side && message.endOfStream);
      assert.deepEqual(
        message.headers.map(({ name, value }) => [name, text(value)]),
        [
          ['a', '\xff1'],
          ['b', '2'],
          ['c', ''],
        ],
      );
    });

    it(`takes a piece of a ${side} body as a view of the message`, () => {
      const bytes = processingRequest({ [`${side}_body`]: { body: Buffer.from('hello'), end_of_stream: true } });
      const { message } = decodeProcessingRequest(bytes);
      assert.ok(message?.type === 'body' && message.side === side);
      assert.equal(text(message.bytes), 'hello');
      assert.equal(message.bytes.buffer, bytes.buffer);
      assert.deepEqual(
        [message.endOfStream, message.endOfStreamWithoutMessage, message.compressed],
        [true, false, false],
      );
    });

    it(`takes ${side} trailers`, () => {
      const { message } = decodeProcessingRequest(
        processingRequest({ [`${side}_trailers`]: { trailers: headerMap({ x: 'y' }) } }),
      );
      assert.ok(message?.type === 'trailers' && message.side === side);
      assert.equal(message.headers[0]?.name, 'x');
    });
  }

  it('takes the newer marks of a body and the protocol configuration', () => {
    const { message, bodyModes, observability } = decodeProcessingRequest(
      processingRequest({
        request_body: { end_of_stream_without_message: true, grpc_message_compressed: true },
        protocol_config: { request_body_mode: 'GRPC', response_body_mode: 'FULL_DUPLEX_STREAMED' },
        observability_mode: true,
      }),
    );
    assert.ok(
      message?.type === 'body' && message.endOfStreamWithoutMessage && message.compressed && !message.endOfStream,
    );
    assert.deepEqual(bodyModes, { request: BODY_MODE.grpc, response: BODY_MODE.fullDuplex });
    assert.equal(observability, true);
  });

  it('takes those attributes that it knows, and no others', () => {
    const values = {
      'connection.id': 7,
      'connection.mtls': true,
      'request.protocol': 'HTTP/2',
      'request.path': '/secret',
    };
    const read = decodeProcessingRequest(processingRequest({ attributes: attributes(values) })).attributes;
    assert.deepEqual([...(read ?? [])].sort(), [
      ['connection.id', 7],
      ['connection.mtls', true],
      ['request.protocol', 'HTTP/2'],
    ]);
  });

  it('has no message when only a newer Envoy knows it', () => {
    assert.equal(decodeProcessingRequest(Uint8Array.of(0xa2, 0x06, 0x01, 0x00)).message, undefined);
    assert.equal(decodeProcessingRequest(new Uint8Array(0)).message, undefined);
  });

  it('gives a typed error for every cut of a message that doesn’t end on a field', () => {
    const whole = processingRequest({ request_headers: { headers: headerMap({ ':method': 'GET', ':path': '/' }) } });
    for (let length = 1; length < whole.length; length++)
      assert.throws(() => decodeProcessingRequest(whole.subarray(0, length)), isProtocol, `${length} bytes`);
  });

  it('refuses headers over the limit, by bytes and by number', () => {
    const large = processingRequest({ request_headers: { headers: headerMap({ a: 'x'.repeat(MAX_HEADER_BYTES) }) } });
    assert.throws(() => decodeProcessingRequest(large), isProtocol);
    const half = 'x'.repeat(MAX_HEADER_BYTES / 2);
    const [one, two] = ['a', 'b'].map((name) =>
      processingRequest({ request_headers: { headers: headerMap({ [name]: half }) } }),
    );
    assert.ok(one !== undefined && two !== undefined);
    const maps = Buffer.concat([one, two].map((message) => message.subarray(5)));
    const lengthBytes: number[] = [];
    for (let rest = maps.length; rest > 0; rest >>>= 7) lengthBytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    const inTwoMaps = Buffer.concat([one.subarray(0, 1), Uint8Array.from(lengthBytes), maps]);
    assert.equal(decodeProcessingRequest(one).message?.type, 'headers');
    assert.throws(() => decodeProcessingRequest(inTwoMaps), isProtocol);
    const many = { headers: Array.from({ length: 10_001 }, () => ({ key: 'a' })) };
    assert.throws(() => decodeProcessingRequest(processingRequest({ request_headers: { headers: many } })), isProtocol);
  });

  it('refuses a header name that isn’t UTF-8', () => {
    const bytes = processingRequest({ request_headers: { headers: headerMap({ abc: 'x' }) } });
    bytes[bytes.indexOf(0x61)] = 0xff;
    assert.throws(() => decodeProcessingRequest(bytes), isProtocol);
  });
});

describe('answers to Envoy', () => {
  for (const type of ['headers', 'body', 'trailers'] as const)
    for (const side of ['request', 'response'] as const)
      it(`go on after ${side} ${type}`, () => {
        const name = `${side}_${type}`;
        assert.deepEqual(decode(RESPONSE, goOnReply(type, side)), { response: name, [name]: {} });
      });

  it('pass a body on with its marks', () => {
    const base = { type: 'body', side: 'response', bytes: Buffer.from('ab'), compressed: true } as const;
    const reply = decode(RESPONSE, passOnReply({ ...base, endOfStream: true, endOfStreamWithoutMessage: false }));
    assert.deepEqual(reply['response_body'], {
      response: {
        body_mutation: {
          mutation: 'streamed_response',
          streamed_response: { body: 'YWI=', end_of_stream: true, grpc_message_compressed: true },
        },
      },
    });
  });

  it('end a call with a status and a reason', () => {
    const { immediate_response: immediate } = decode(RESPONSE, immediateReply(503, 'no', 'why'));
    assert.deepEqual(immediate, { status: { code: 'ServiceUnavailable' }, body: 'bm8=', details: 'why' });
  });
});
