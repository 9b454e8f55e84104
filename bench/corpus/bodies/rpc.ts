import { gzipSync } from 'node:zlib';
import type { Wire } from '../body.ts';
import type { Field } from '../field.ts';
import { type Column, fieldOf, recordOf } from '../fields.ts';
import { anyStyle, identifier, styled } from '../keys.ts';
import { concat, join, type Marked } from '../marked.ts';
import { noiseSentence } from '../noise.ts';
import { bytesField, descriptorSet, type FieldKind, numberField, type TypeOf, utf8, varint } from '../protobuf.ts';
import type { Random } from '../random.ts';
import { list, nestedTree, object, objectOf, text, toJson } from '../tree.ts';
import type { Draft, Maker } from './maker.ts';
import { proseOf } from './prose.ts';

/** A message with the types that it needs, its own first. */
interface Message {
  readonly content: Marked;
  readonly types: readonly TypeOf[];
}

function typeName(words: string, taken: readonly TypeOf[]): string {
  const name = identifier(styled(words, 'pascal')).replaceAll('_', '') || 'Message';
  return taken.some((type) => type.name === name) ? `${name}${String(taken.length)}` : name;
}

function kindOf({ isRaw, value }: Field): FieldKind {
  if (!isRaw) return 'string';
  if (/^(true|false)$/.test(value.text)) return 'bool';
  return value.text.includes('.') ? 'double' : 'int64';
}

function written(number: number, kind: FieldKind, value: Marked): Marked {
  if (kind === 'string') return bytesField(number, utf8(value));
  if (kind === 'bool') return concat(varint(number * 8) + varint(value.text === 'true' ? 1 : 0));
  return numberField(number, value);
}

/** A message whose fields are `fields`, those with a parent in messages of their own. */
function messageOf(name: string, fields: readonly Field[], taken: readonly TypeOf[] = []): Message {
  const parents = new Map<string, Field[]>();
  for (const field of fields) parents.set(field.parent, [...(parents.get(field.parent) ?? []), field]);
  const own: { name: string; number: number; kind: FieldKind }[] = [];
  const contents: Marked[] = [];
  const types: TypeOf[] = [];
  const add = (words: string, kind: FieldKind, content: (number: number) => Marked): void => {
    const number = own.length + 1;
    own.push({ name: identifier(styled(words, 'snake')).toLowerCase() || `f${String(number)}`, number, kind });
    contents.push(content(number));
  };
  for (const [parent, members] of parents) {
    if (parent === '') {
      for (const field of members)
        add(field.key, kindOf(field), (number) => written(number, kindOf(field), field.value));
      continue;
    }
    const inner = messageOf(
      typeName(parent, [...taken, ...types]),
      members.map((field) => ({ ...field, parent: '' })),
    );
    types.push(...inner.types);
    add(parent, { message: inner.types[0]?.name ?? '' }, (number) => bytesField(number, inner.content));
  }
  return { content: concat(...contents), types: [{ name, fields: own }, ...types] };
}

/** A byte of flags, four of the length, the content (gRPC over HTTP/2, Length-Prefixed-Message). */
function frame(content: Marked, flags = 0): Marked {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flags);
  prefix.writeUInt32BE(content.text.length, 1);
  return concat(prefix.toString('latin1'), content);
}

function bytesOf({ text: binary }: Marked): Buffer {
  return Buffer.from(binary, 'latin1');
}

function compressedFrame(content: Marked): Buffer {
  const compressed = gzipSync(bytesOf(content));
  return bytesOf(frame(concat(compressed.toString('latin1')), 1));
}

const TRAILERS = 'grpc-status: 0\r\ngrpc-message: \r\n';

/** Messages in the framings of gRPC and gRPC-Web, or one alone. */
function framed(random: Random, messages: readonly Marked[], more: Partial<Wire>): Draft {
  const frames = concat(...messages.map((message) => frame(message)));
  const kind = random.int(0, 6);
  if (kind === 0 && messages.length === 1 && messages[0] !== undefined)
    return {
      contentType: random.word('application/x-protobuf|application/proto|application/protobuf'),
      content: messages[0],
      wire: { ...more, bytes: bytesOf(messages[0]) },
    };
  if (kind === 1) {
    const content = concat(frames, frame(concat(TRAILERS), 0x80));
    return { contentType: 'application/grpc-web+proto', content, wire: { ...more, bytes: bytesOf(content) } };
  }
  if (kind === 2) {
    const bytes = Buffer.from(bytesOf(frames).toString('base64'));
    return { contentType: 'application/grpc-web-text', content: frames, wire: { ...more, bytes } };
  }
  const contentType = random.word('application/grpc|application/grpc+proto');
  if (kind === 3) {
    const bytes = Buffer.concat(messages.map(compressedFrame));
    return { contentType, content: frames, wire: { ...more, bytes, messageEncoding: 'gzip' } };
  }
  return { contentType, content: frames, wire: { ...more, bytes: bytesOf(frames) } };
}

/** Messages of a type that a descriptor set knows: names come from there. */
export const grpc: Maker = (random, columns) => {
  const packageName = random.word('acme.billing.v1|example.people.v2|shop.orders|clinic.records.v1');
  const service = random.word('Customers|Accounts|Intake|Profiles');
  const method = random.word('Create|Update|Search|Submit');
  const first = messageOf(`${method}Request`, recordOf(random, columns, 2));
  const messages = random.chance(0.2) ? [first.content, first.content] : [first.content];
  const type = first.types[0]?.name ?? '';
  const descriptors = descriptorSet(first.types, { packageName, service, method, type });
  return framed(random, messages, { path: `/${packageName}.${service}/${method}`, descriptors });
};

/** Messages of a type that nobody knows: what is in them has to speak for itself, so it stands in sentences. */
export const unknownGrpc: Maker = (random, columns) => {
  const messages = Array.from({ length: random.int(1, 2) }, () => {
    const sentences = columns.map((column: Column) => fieldOf(random, column).sentence);
    const inner = concat(bytesField(1, utf8(concat(noiseSentence(random)))), varint(2 * 8) + varint(random.int(0, 99)));
    const texts = sentences.map((sentence, index) => bytesField(index + 3, utf8(sentence)));
    return concat(varint(8) + varint(random.int(1, 1e9)), bytesField(2, inner), ...texts);
  });
  return framed(random, messages, { path: '/unknown.v1.Service/Call' });
};

/** JSON behind the prefix that gRPC and Connect put before each message. */
export const rpcJson: Maker = (random, columns) => {
  const documents = Array.from({ length: random.int(1, 2) }, () =>
    toJson(nestedTree(random, recordOf(random, columns), 'camel')),
  );
  const content = concat(...documents.map((document) => frame(utf8(document))));
  return {
    contentType: random.word('application/grpc+json|application/connect+json'),
    content,
    wire: { bytes: bytesOf(content), path: '/shop.orders.Intake/Submit' },
  };
};

function webSocketFrame(payload: Marked, mask: Buffer | undefined): Marked {
  const { length } = payload.text;
  const masked = mask === undefined ? 0 : 0x80;
  const header = length < 126 ? [0x81, masked | length] : [0x81, masked | 126, length >> 8, length & 0xff];
  const body = mask === undefined ? payload.text : bytesOf(payload).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  const start = Buffer.concat([Buffer.from(header), mask ?? Buffer.alloc(0)]).toString('latin1');
  return typeof body === 'string' ? concat(start, payload) : concat(start, Buffer.from(body).toString('latin1'));
}

/** Text messages of a WebSocket (RFC 6455): JSON, plain or behind what Socket.IO puts first, and prose; masked or not. */
export const webSocket: Maker = (random, columns) => {
  const style = anyStyle(random);
  const payloads = Array.from({ length: random.int(1, 2) }, () => {
    const data = objectOf(recordOf(random, columns, 2), style);
    const kind = random.int(0, 3);
    if (kind === 0) return proseOf(random, columns, ' ');
    if (kind === 1) return concat('42', toJson(list([text('update'), data])));
    return toJson(
      random.chance(0.5)
        ? data
        : object([
            ['event', text('message')],
            ['data', data],
          ]),
    );
  })
    .map(utf8)
    .filter(({ text: bytes }) => bytes.length < 0x1_0000);
  const isMasked = random.chance(0.6);
  const wireFrames = payloads.map((payload) => webSocketFrame(payload, isMasked ? random.bytes(4) : undefined));
  return {
    contentType: '',
    content: join(
      payloads.map((payload) => webSocketFrame(payload, undefined)),
      '',
    ),
    wire: { bytes: Buffer.concat(wireFrames.map(bytesOf)), upgrade: 'websocket' },
  };
};
