import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createRedactor, type BodyOutcome, type RedactContext, type Redactor } from '../../../src/redact/index.ts';

/** The salt of every body here. */
export const SALT = new Uint8Array(32).fill(7);

/** What became of a body. */
export interface Redacted {
  /** Everything that `write` returned, then the tail. */
  output: string;
  outcome: BodyOutcome;
}

/** Passes a body through a redactor in the given pieces. */
export async function redactPieces(
  pieces: readonly Uint8Array[],
  context: Partial<RedactContext>,
  redactor: Redactor = createRedactor(),
  early = false,
): Promise<Redacted> {
  const body = redactor.body({ part: 'request_body', valueSalt: () => SALT, ...context }, SALT);
  const outputs: Uint8Array[] = [];
  for (const piece of pieces) outputs.push(await body.write(piece));
  const outcome = await body.end(early);
  if (outcome.state === 'kept') outputs.push(outcome.tail);
  return { output: Buffer.concat(outputs).toString('latin1'), outcome };
}

/** Passes a body through a redactor in one piece. */
export async function redact(content: string | Uint8Array, contentType: string, encoding?: string): Promise<Redacted> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return redactPieces([bytes], { contentType, ...(encoding === undefined ? {} : { contentEncoding: encoding }) });
}

/** The redacted text of a JSON body, parsed. */
export async function redactJsonValue(value: unknown): Promise<unknown> {
  const { output } = await redact(JSON.stringify(value), 'application/json');
  return JSON.parse(Buffer.from(output, 'latin1').toString());
}

/** A line of running text as it is recorded. */
export async function textOf(text: string): Promise<string> {
  return Buffer.from((await redact(text, 'text/plain')).output, 'latin1').toString();
}

/** Checks lines in which «…» is to be replaced. */
export async function replaces(lines: readonly string[], marker: string): Promise<void> {
  for (const line of lines)
    assert.equal(await textOf(line.replace(/[«»]/g, '')), line.replace(/«[^»]*»/g, marker), line);
}

/** Checks lines in which nothing is to be replaced. */
export async function leaves(lines: readonly string[]): Promise<void> {
  for (const line of lines) assert.equal(await textOf(line), line);
}

/** HMAC-SHA-256 under {@link SALT}, in hexadecimal. */
export function hmac(content: string | Uint8Array): string {
  return createHmac('sha256', SALT).update(content).digest('hex');
}

/** Cuts bytes into pieces of the given sizes, in turn. */
export function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let start = 0, i = 0; start < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    pieces.push(bytes.subarray(start, start + size));
    start += size;
  }
  return pieces;
}

/** A text in which «…» is to be replaced: as it is sent, and as it is recorded. */
export function pairOf(marked: string, entity = 'credential'): readonly [text: string, redacted: string] {
  return [marked.replace(/[«»]/g, ''), marked.replace(/«[^»]*»/g, `[redacted:${entity}]`)];
}

/** Checks that a body comes out the same in one piece and in small ones, looked at in large blocks and in small ones. */
export async function checkHoweverCut(marked: string, contentType: string): Promise<void> {
  const [text, redacted] = pairOf(marked);
  for (const [size, blockBytes] of [
    [text.length * 2, 16_384],
    [7, 5],
    [1000, 1],
    [5, 4096],
  ] as const) {
    const pieces = cut(Buffer.from(text), [size]);
    const { output } = await redactPieces(pieces, { contentType }, createRedactor({ limits: { blockBytes } }));
    assert.equal(output, redacted);
  }
}

/** Values that may never be seen again, by the marker that stands for each. */
export const PLANTED = {
  email: 'jane.roe+tag@mail.example.com',
  card: '4111 1111 1111 1111',
  amex: '378282246310005',
  iban: 'GB82 WEST 1234 5698 7654 32',
  ssn: '219-45-6780',
  jwt: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJlLW9mLWl0',
} as const;
