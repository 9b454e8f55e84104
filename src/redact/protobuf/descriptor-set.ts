import { AffidavitError, WireReader } from '../../record/index.ts';
import { isValueRole, pairRole } from '../walkers/pairs.ts';
import type { Descriptors, FieldKind, FieldType, MessageForm, MessageType, MethodTypes } from './types.ts';

/** Most bytes of one descriptor set. */
export const MAX_DESCRIPTOR_BYTES = 64 * 1024 * 1024;
/** Most message types, and most methods, of one. */
export const MAX_DESCRIPTOR_TYPES = 100_000;
/** Deepest nesting of message types in each other. */
const MAX_TYPE_DEPTH = 64;
const HOW = 'make it with `protoc --include_imports --descriptor_set_out=FILE` or `buf build -o FILE.binpb`';

/** Numbers of google.protobuf.FieldDescriptorProto.Type. */
const KINDS: readonly (FieldKind | undefined)[] = [
  ...([undefined, 'double', 'float', 'int', 'uint', 'int', 'fixed64', 'fixed32', 'choice', 'string'] as const),
  ...(['group', 'message', 'bytes', 'uint', 'choice', 'sfixed32', 'sfixed64', 'sint', 'sint'] as const),
];
const REPEATED = 3;

const FORMS: ReadonlyMap<string, MessageForm> = new Map<string, MessageForm>([
  ['google.protobuf.Any', 'any'],
  ['google.protobuf.Timestamp', 'timestamp'],
  ['google.type.Date', 'date'],
  ...['Struct', 'Value', 'ListValue', 'StringValue', 'BytesValue', 'BoolValue', 'DoubleValue', 'FloatValue']
    .concat(['Int32Value', 'Int64Value', 'UInt32Value', 'UInt64Value'])
    .map((name) => [`google.protobuf.${name}`, 'transparent'] as const),
]);

/** Reads a message: calls `field` for each, which reads its value and says so, or returns false to have it passed over. */
function readFields(bytes: Uint8Array, field: (number: number, reader: WireReader) => boolean): void {
  const reader = new WireReader(bytes);
  while (!reader.done) {
    const [number, wire] = reader.tag();
    if (!field(number, reader)) reader.skip(wire);
  }
}

/** A name with the dot that marks it as full taken away. */
function fullName(name: string): string {
  return name.startsWith('.') ? name.slice(1) : name;
}

/** google.protobuf.FieldDescriptorProto, and of an extension the type that it extends. */
function parseField(bytes: Uint8Array): { field: FieldType | undefined; extendee: string } {
  const parsed = { name: '', extendee: '', number: 0, label: 0, type: 0, typeName: '' };
  readFields(bytes, (number, reader) => {
    if (number === 1) parsed.name = reader.string();
    else if (number === 2) parsed.extendee = fullName(reader.string());
    else if (number === 3) parsed.number = reader.varint();
    else if (number === 4) parsed.label = reader.varint();
    else if (number === 5) parsed.type = reader.varint();
    else if (number === 6) parsed.typeName = fullName(reader.string());
    else return false;
    return true;
  });
  const { name, extendee, number, typeName } = parsed;
  const kind = KINDS[parsed.type];
  const isRepeated = parsed.label === REPEATED;
  return { field: kind && { name, number, kind, typeName, isRepeated }, extendee };
}

function isMapEntry(options: Uint8Array): boolean {
  let isEntry = false;
  readFields(options, (number, reader) => {
    if (number !== 7) return false;
    isEntry = reader.varint() !== 0;
    return true;
  });
  return isEntry;
}

/** Of a message that has a value by that name beside it: the number of the field that names it. */
function nameFieldOf(fields: ReadonlyMap<number, FieldType>): number {
  const all = [...fields.values()];
  const hasValue = all.some(({ name }) => isValueRole(pairRole(name)));
  const naming = all.find(({ name, kind }) => kind === 'string' && pairRole(name) === 'name');
  return hasValue ? (naming?.number ?? 0) : 0;
}

/** google.protobuf.DescriptorProto. */
function parseMessage(name: string, bytes: Uint8Array, extensions: readonly FieldType[]): MessageType {
  const fields = new Map<number, FieldType>(extensions.map((field) => [field.number, field]));
  const options = { isEntry: false };
  readFields(bytes, (number, reader) => {
    if (number === 2) {
      const { field } = parseField(reader.view());
      if (field !== undefined) fields.set(field.number, field);
    } else if (number === 7) options.isEntry = isMapEntry(reader.view());
    else return false;
    return true;
  });
  const form = options.isEntry ? 'entry' : (FORMS.get(name) ?? 'plain');
  return { name, form, fields, nameField: form === 'plain' ? nameFieldOf(fields) : 0 };
}

/** Names of a method's types. */
interface MethodNames {
  readonly input: string;
  readonly output: string;
}

/** One descriptor set: where each type stands in it; a type is read when it is first asked for. */
class DescriptorSet implements Descriptors {
  readonly #places = new Map<string, Uint8Array>();
  readonly #extensions = new Map<string, FieldType[]>();
  readonly #methods = new Map<string, MethodNames>();
  readonly #parsed = new Map<string, MessageType>();
  readonly #files = new Set<string>();
  /** Imported file → one that imports it. */
  readonly #imports = new Map<string, string>();

  message(name: string): MessageType | undefined {
    const known = this.#parsed.get(name);
    if (known !== undefined) return known;
    const bytes = this.#places.get(name);
    if (bytes === undefined) return undefined;
    const parsed = parseMessage(name, bytes, this.#extensions.get(name) ?? []);
    this.#parsed.set(name, parsed);
    return parsed;
  }

  method(path: string): MethodTypes | undefined {
    const [service, method] = path.split('/').slice(-2);
    const names = this.#methods.get(`${service ?? ''}/${method ?? ''}`);
    return names && { input: this.message(names.input), output: this.message(names.output) };
  }

  /** An imported file that isn't there, and who imports it. */
  get missingImport(): { file: string; by: string } | undefined {
    for (const [file, by] of this.#imports) if (!this.#files.has(file)) return { file, by };
    return undefined;
  }

  get isEmpty(): boolean {
    return this.#files.size === 0;
  }

  /** Reads every type once, so that none can fail later. */
  check(): void {
    for (const [name, bytes] of this.#places) parseMessage(name, bytes, []);
  }

  /** google.protobuf.FileDescriptorProto. */
  addFile(bytes: Uint8Array): void {
    const [file, packageName] = [nameOf(bytes), packageOf(bytes)];
    this.#files.add(file);
    const prefix = packageName === '' ? '' : `${packageName}.`;
    readFields(bytes, (number, reader) => {
      if (number === 3) this.#imports.set(reader.string(), file);
      else if (number === 4) this.#addMessage(prefix, reader.view(), 0);
      else if (number === 6) this.#addService(prefix, reader.view());
      else if (number === 7) this.#addExtension(reader.view());
      else return false;
      return true;
    });
  }

  #addMessage(prefix: string, bytes: Uint8Array, depth: number): void {
    if (depth > MAX_TYPE_DEPTH) throw new AffidavitError('limit.exceeded', `types nested over ${MAX_TYPE_DEPTH} deep`);
    const name = `${prefix}${nameOf(bytes)}`;
    this.#places.set(name, bytes);
    if (this.#places.size > MAX_DESCRIPTOR_TYPES)
      throw new AffidavitError('limit.exceeded', `more than ${MAX_DESCRIPTOR_TYPES} message types`);
    readFields(bytes, (number, reader) => {
      if (number === 3) this.#addMessage(`${name}.`, reader.view(), depth + 1);
      else if (number === 6) this.#addExtension(reader.view());
      else return false;
      return true;
    });
  }

  #addExtension(bytes: Uint8Array): void {
    const { field, extendee } = parseField(bytes);
    if (field === undefined) return;
    const known = this.#extensions.get(extendee);
    if (known === undefined) this.#extensions.set(extendee, [field]);
    else known.push(field);
  }

  /** google.protobuf.ServiceDescriptorProto. */
  #addService(prefix: string, bytes: Uint8Array): void {
    const name = `${prefix}${nameOf(bytes)}`;
    readFields(bytes, (number, reader) => {
      if (number !== 2) return false;
      this.#addMethod(name, reader.view());
      return true;
    });
  }

  /** google.protobuf.MethodDescriptorProto. */
  #addMethod(service: string, bytes: Uint8Array): void {
    const method = { name: '', input: '', output: '' };
    readFields(bytes, (number, reader) => {
      if (number === 1) method.name = reader.string();
      else if (number === 2) method.input = fullName(reader.string());
      else if (number === 3) method.output = fullName(reader.string());
      else return false;
      return true;
    });
    this.#methods.set(`${service}/${method.name}`, method);
    if (this.#methods.size > MAX_DESCRIPTOR_TYPES)
      throw new AffidavitError('limit.exceeded', `more than ${MAX_DESCRIPTOR_TYPES} methods`);
  }
}

/** Field 1 of a descriptor. */
function nameOf(bytes: Uint8Array): string {
  let name = '';
  readFields(bytes, (number, reader) => {
    if (number !== 1) return false;
    name = reader.string();
    return true;
  });
  return name;
}

/** Field 2 of a file's descriptor. */
function packageOf(bytes: Uint8Array): string {
  let name = '';
  readFields(bytes, (number, reader) => {
    if (number !== 2) return false;
    name = reader.string();
    return true;
  });
  return name;
}

function parseSet(bytes: Uint8Array): DescriptorSet {
  const set = new DescriptorSet();
  readFields(bytes, (number, reader) => {
    if (number !== 1) return false;
    set.addFile(reader.view());
    return true;
  });
  set.check();
  return set;
}

/** What a file is that is no descriptor set, by its first bytes. */
function otherFormat(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0x1f && second === 0x8b) return 'compressed with gzip';
  return first === 0x7b ? 'JSON' : undefined;
}

/**
 * Reads a google.protobuf.FileDescriptorSet in binary form (descriptor.proto), the imports of its files included. `source`
 * names it in errors. The bytes may not change afterwards.
 * @throws AffidavitError `config.invalid` with what is wrong and what to do when it isn't one, or lacks an import
 */
export function loadDescriptors(bytes: Uint8Array, source = 'the descriptor set'): Descriptors {
  const invalid = (what: string, cause?: unknown): AffidavitError =>
    new AffidavitError('config.invalid', `${source} ${what}: ${HOW}`, { cause });
  if (bytes.length > MAX_DESCRIPTOR_BYTES)
    throw invalid(`has ${bytes.length} bytes, ${MAX_DESCRIPTOR_BYTES} are the most; leave out what isn't called`);
  const other = otherFormat(bytes);
  if (other !== undefined) throw invalid(`is ${other}, not a FileDescriptorSet in binary form`);
  let set: DescriptorSet;
  try {
    set = parseSet(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw invalid(`can't be read as a FileDescriptorSet (${why})`, error);
  }
  if (set.isEmpty) throw invalid('has no file in it');
  const missing = set.missingImport;
  if (missing !== undefined) throw invalid(`lacks "${missing.file}", which "${missing.by}" imports`);
  return set;
}

/** Several descriptor sets as one; of a name that is in more than one the first counts. */
export function joinDescriptors(sets: readonly Descriptors[]): Descriptors | undefined {
  if (sets.length < 2) return sets[0];
  return {
    message: (name) => first(sets, (set) => set.message(name)),
    method: (path) => first(sets, (set) => set.method(path)),
  };
}

function first<T>(sets: readonly Descriptors[], find: (set: Descriptors) => T | undefined): T | undefined {
  for (const set of sets) {
    const found = find(set);
    if (found !== undefined) return found;
  }
  return undefined;
}
