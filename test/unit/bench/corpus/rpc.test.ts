import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor/index.js';
import type { LabelledBody } from '../../../../bench/corpus/body.ts';
import { DEFAULT_SEED, generateCorpus } from '../../../../bench/corpus/generate.ts';

const CORPUS = generateCorpus(DEFAULT_SEED);

function ofFormat(format: string): LabelledBody[] {
  const bodies = CORPUS.filter((body) => body.format === format);
  assert.ok(bodies.length > 20, format);
  return bodies;
}

/** The messages of a body as it comes, trailers left out. */
function messagesOf({ contentType, wire }: LabelledBody): Buffer[] {
  let bytes = Buffer.from(wire?.bytes ?? []);
  if (/proto(buf)?$/.test(contentType) && !contentType.includes('grpc')) return [bytes];
  if (contentType.endsWith('-text')) bytes = Buffer.from(bytes.toString(), 'base64');
  const messages: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const [flags = 0, end] = [bytes[at], at + 5 + bytes.readUInt32BE(at + 1)];
    const content = bytes.subarray(at + 5, end);
    if (flags !== 0x80) messages.push(flags === 1 ? gunzipSync(content) : content);
    at = end;
  }
  return messages;
}

function valuesIn(value: unknown): string[] {
  if (value !== null && typeof value === 'object') return Object.values(value).flatMap(valuesIn);
  return [String(value)];
}

describe('bodies of gRPC', () => {
  it('are read by protobufjs with their descriptors, labels standing in their fields', () => {
    for (const body of ofFormat('grpc')) {
      const { wire, labels } = body;
      assert.ok(wire?.descriptors !== undefined && wire.path !== undefined);
      const set = descriptor.FileDescriptorSet.decode(wire.descriptors);
      const root = (protobuf.Root as unknown as { fromDescriptor(set: unknown): protobuf.Root }).fromDescriptor(set);
      const [service = '', method = ''] = wire.path.slice(1).split('/');
      const type = root.lookupType(root.lookupService(service).methods[method]?.requestType ?? '');
      const messages = messagesOf(body).map((message) => type.toObject(type.decode(message), { longs: String }));
      const values = valuesIn(messages);
      assert.ok(values.length > 0);
      for (const { value, isEncoded } of labels.filter((label) => !label.isEncoded)) {
        const text = Buffer.from(value, 'latin1').toString();
        assert.ok(isEncoded || values.some((one) => one.includes(text)), text);
      }
    }
  });

  it('have their labels in the decompressed frames', () => {
    for (const body of [...ofFormat('grpc'), ...ofFormat('unknownGrpc'), ...ofFormat('rpcJson')]) {
      const messages = Buffer.concat(messagesOf(body)).toString('latin1');
      for (const { value, start, end } of body.labels) {
        assert.equal(body.text.slice(start, end), value);
        assert.ok(messages.includes(value));
      }
    }
  });
});

describe('bodies of WebSockets', () => {
  it('are frames of whole messages, with the labels in what they say unmasked', () => {
    for (const { wire, labels } of ofFormat('webSocket')) {
      const bytes = Buffer.from(wire?.bytes ?? []);
      let said = '';
      for (let at = 0; at < bytes.length;) {
        assert.equal(bytes[at], 0x81);
        const isMasked = ((bytes[at + 1] ?? 0) & 0x80) !== 0;
        const short = (bytes[at + 1] ?? 0) & 0x7f;
        const length = short === 126 ? bytes.readUInt16BE(at + 2) : short;
        at += short === 126 ? 4 : 2;
        const mask = isMasked ? bytes.subarray(at, at + 4) : Buffer.alloc(4);
        at += isMasked ? 4 : 0;
        said += Buffer.from(bytes.subarray(at, at + length).map((byte, i) => byte ^ (mask[i % 4] ?? 0))).toString(
          'latin1',
        );
        at += length;
      }
      for (const { value } of labels) assert.ok(said.includes(value), value);
    }
  });
});
