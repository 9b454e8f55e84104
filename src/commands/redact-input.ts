import { createReadStream } from 'node:fs';
import { AffidavitError } from '../record/index.ts';
import { HEAD_BYTES } from './redact-type.ts';

/** Content that is redacted, its first bytes looked at. */
export interface Input {
  /** How it is called in what is said about it. */
  readonly name: string;
  /** The file's path; undefined for standard input. */
  readonly path: string | undefined;
  readonly head: Uint8Array;
  /** All of its bytes, once. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

function unreadable(name: string, thrown: unknown): AffidavitError {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : '';
  if (code === 'ENOENT') return new AffidavitError('not_found', `there is no file ${name}`, { cause: thrown });
  if (code === 'EISDIR')
    return new AffidavitError('io.failed', `${name} is a folder: name the files in it`, { cause: thrown });
  return AffidavitError.from(thrown, 'io.failed', `read ${name}`);
}

async function* readAll(stream: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (thrown) {
    throw unreadable(name, thrown);
  }
}

async function* joined(first: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** Opens a file, or standard input, and reads its first bytes. @throws AffidavitError not_found, io.failed */
export async function openInput(path: string | undefined): Promise<Input> {
  const name = path ?? 'standard input';
  const stream = path === undefined ? process.stdin : createReadStream(path, { highWaterMark: 65_536 });
  const chunks = readAll(stream as AsyncIterable<Uint8Array>, name);
  const first: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < HEAD_BYTES) {
    const next = await chunks.next();
    if (next.done === true) break;
    first.push(next.value);
    bytes += next.value.length;
  }
  const head = Buffer.concat(first).subarray(0, HEAD_BYTES);
  return { name, path, head, chunks: joined(first, chunks) };
}
