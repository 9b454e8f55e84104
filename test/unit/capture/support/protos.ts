import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';

const repository = join(import.meta.dirname, '../../../..');

/** The folder of our own .proto files. */
export const OWN_PROTOS = join(repository, 'proto');

const copy = join(repository, 'node_modules/@grpc/grpc-js-xds/deps');
const copyFolders = [
  ...['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'].map((name) => join(copy, name)),
  join(repository, 'node_modules/protobufjs'),
];

/** Our own files for Envoy's API and health checks, by path. */
export function ownEnvoyFiles(): string[] {
  return ['envoy', 'grpc', 'google'].flatMap((folder) =>
    readdirSync(join(OWN_PROTOS, folder), { recursive: true })
      .map((name) => `${folder}/${String(name)}`)
      .filter((name) => name.endsWith('.proto')),
  );
}

function load(folders: readonly string[], files: readonly string[]): protobuf.Root {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => {
    const found = folders.map((folder) => join(folder, target)).find((path) => existsSync(path));
    // Prometheus' data model, which the copy leaves to others.
    return found ?? (target.startsWith('io/') ? join(OWN_PROTOS, target) : target);
  };
  // protobufjs would take its own definitions of google.protobuf instead of the files.
  for (const file of files.filter((name) => name.startsWith('google/'))) {
    protobuf.parse(readFileSync(join(OWN_PROTOS, file), 'utf8'), root, { keepCase: true });
    root.files.push(file);
  }
  root.loadSync([...files], { keepCase: true });
  root.resolveAll();
  return root;
}

/** Our own definitions. */
export function ownRoot(): protobuf.Root {
  return load([OWN_PROTOS], ownEnvoyFiles());
}

/** The copy that `@grpc/grpc-js-xds` brings, of those of our files that it has. */
export function copiedRoot(): protobuf.Root {
  return load(
    copyFolders,
    ownEnvoyFiles().filter((file) => file.startsWith('envoy/')),
  );
}

const root = ownRoot();

/** Encodes a value of one of our messages with protobufjs: what Envoy would send. */
export function encode(type: string, value: object): Uint8Array {
  const message = root.lookupType(type);
  return message.encode(message.fromObject(value)).finish();
}

/** Decodes with protobufjs: what Envoy would read. Bytes come as base64. */
export function decode(type: string, bytes: Uint8Array): Record<string, unknown> {
  const message = root.lookupType(type);
  return message.toObject(message.decode(bytes), { bytes: String, enums: String, oneofs: true });
}

/** Header fields as Envoy sends them. */
export function headerMap(fields: Readonly<Record<string, string>>): object {
  return { headers: Object.entries(fields).map(([key, value]) => ({ key, raw_value: Buffer.from(value, 'latin1') })) };
}

/** Attributes as Envoy sends them. */
export function attributes(values: Readonly<Record<string, string | number | boolean>>): object {
  const fields = Object.entries(values).map(([name, value]) => {
    if (typeof value === 'string') return [name, { string_value: value }];
    return [name, typeof value === 'number' ? { number_value: value } : { bool_value: value }];
  });
  return { 'envoy.filters.http.ext_proc': { fields: Object.fromEntries(fields) as object } };
}

/** A ProcessingRequest's bytes. */
export function processingRequest(value: object): Uint8Array {
  return encode('envoy.service.ext_proc.v3.ProcessingRequest', value);
}
