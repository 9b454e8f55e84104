import type { Header } from '../record/index.ts';

/** Bytes as Latin-1 text: what HTTP allows in a field value, one character a byte. */
export function asciiText(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString('latin1');
}

/** Whether a Content-Type is that of gRPC, which frames messages in its body and says in trailers how it went. */
export function isGrpc(contentType: string | undefined): boolean {
  return /^application\/grpc(?![-\w])|^application\/grpc\+/i.test(contentType ?? '');
}

/** The first value of a field, as {@link asciiText}. Envoy writes names in lower case. */
export function headerText(headers: readonly Header[], name: string): string | undefined {
  const found = headers.find((header) => header.name === name);
  return found === undefined ? undefined : asciiText(found.value);
}

/** What the headers of a message say about its body; `messageEncoding` about each message of gRPC or Connect in it. */
export function contentFields(headers: readonly Header[]) {
  return {
    contentType: headerText(headers, 'content-type'),
    contentEncoding: headerText(headers, 'content-encoding'),
    messageEncoding: headerText(headers, 'grpc-encoding') ?? headerText(headers, 'connect-content-encoding'),
  };
}

/** Bytes of names and values. */
export function headerBytes(headers: readonly { name: string; value: Uint8Array }[]): number {
  return headers.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
}
