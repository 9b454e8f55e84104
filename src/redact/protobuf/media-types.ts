import type { MessageType } from './types.ts';
import type { Descriptors } from './types.ts';
import type { RedactContext } from '../types.ts';

/** How the messages of a call stand in a body, each behind a byte of flags and its length. */
export interface Framing {
  /** gRPC over HTTP/2, gRPC-Web, or the streaming form of Connect: their flags differ. */
  readonly protocol: 'grpc' | 'web' | 'connect';
  /** True when all of it is written in base64 (gRPC-Web for clients that read text only). */
  readonly isBase64: boolean;
  /** What the messages are. */
  readonly codec: 'proto' | 'json';
}

const FRAMED = /^application\/(grpc|grpc-web|grpc-web-text|connect)(?:\+(proto|json))?$/;
const PROTOCOLS = { grpc: 'grpc', 'grpc-web': 'web', 'grpc-web-text': 'web', connect: 'connect' } as const;
/** Types of a single message; Connect's among them. */
const SINGLE = new Set(
  ['protobuf', 'x-protobuf', 'proto', 'x-google-protobuf', 'vnd.google.protobuf'].map((name) => `application/${name}`),
);
const DELIMITED = /;\s{0,8}encoding\s{0,8}=\s{0,8}"?delimited/i;
const MESSAGE_NAME = /;\s{0,8}(?:proto|messagetype|message)\s{0,8}=\s{0,8}"?([A-Za-z_][\w.]{0,255})/i;

/** The framing of a media type in lower case, without parameters; undefined for one without framed messages. */
export function framingOf(type: string): Framing | undefined {
  const [, name, codec] = FRAMED.exec(type) ?? [];
  if (name === undefined || (name === 'connect' && codec === undefined)) return undefined;
  return {
    protocol: PROTOCOLS[name as keyof typeof PROTOCOLS],
    isBase64: name === 'grpc-web-text',
    codec: codec === 'json' ? 'json' : 'proto',
  };
}

/** True for a content type of one protobuf message. `type` is it in lower case, without parameters. */
export function isProtobuf(type: string, contentType: string): boolean {
  return SINGLE.has(type) && !DELIMITED.test(contentType);
}

/** The type of the messages in a body: by the call's method, or the name in the content type. */
export function messageTypeOf(context: RedactContext, descriptors: Descriptors | undefined): MessageType | undefined {
  if (descriptors === undefined) return undefined;
  const name = MESSAGE_NAME.exec(context.contentType ?? '')?.[1];
  if (name !== undefined) return descriptors.message(name);
  const method = context.path === undefined ? undefined : descriptors.method(context.path.split('?', 1)[0] ?? '');
  return context.part === 'response_body' ? method?.output : method?.input;
}
