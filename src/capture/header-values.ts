import { type Header, MAX_SHORT_BYTES, ShortStrings } from '../record/index.ts';

const shortValues = new ShortStrings();

function decodeLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Bytes as Latin-1 text: what HTTP allows in a field value, one character a byte. */
export function asciiText(bytes: Uint8Array): string {
  return bytes.length <= MAX_SHORT_BYTES ? shortValues.get(bytes, 0, bytes.length, decodeLatin1) : decodeLatin1(bytes);
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
