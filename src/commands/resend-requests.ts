import { join } from 'node:path';
import { AffidavitError } from '../record/index.ts';
import { nodeFiles, writeFileDurably } from '../runtime/index.ts';

/**
 * A request to send frames of a spool again, on its way to the process that has it open: a file in the spool's folder, and
 * another one with the answer, which is replaced as it goes on.
 */

/** What is asked for. */
export interface ResendRequest {
  /** Tells one request from another. */
  readonly id: string;
  /** First frame; the oldest one that is kept when that is later. */
  readonly from: number;
  /** Only say what would be sent. */
  readonly dryRun: boolean;
}

/** How far it is. */
export interface ResendAnswer {
  readonly id: string;
  readonly firstFrame: number;
  /** Frame after the last one that is sent again. */
  readonly endFrame: number;
  /** All frames before this one are acknowledged by Kafka. */
  readonly published: number;
  /** Bytes of the files that hold them. */
  readonly bytes: number;
}

const REQUEST = 'resend.request';
const ANSWER = 'resend.answer';
const MAX_FILE_BYTES = 4_096;

/** Asks the process that has a spool open. */
export async function requestResend(spool: string, request: ResendRequest): Promise<void> {
  await nodeFiles.remove(join(spool, ANSWER));
  await put(join(spool, REQUEST), request);
}

/** Takes the request back, or the answer away. */
export async function forgetResend(spool: string): Promise<void> {
  await nodeFiles.remove(join(spool, REQUEST));
  await nodeFiles.remove(join(spool, ANSWER));
}

/** The answer to a request; `undefined` while there is none. */
export async function resendAnswer(spool: string, id: string): Promise<ResendAnswer | undefined> {
  const path = join(spool, ANSWER);
  const json = await get(path);
  if (json?.['id'] !== id) return undefined;
  const { firstFrame, endFrame, published, bytes } = json;
  if (!isCount(firstFrame) || !isCount(endFrame) || !isCount(published) || !isCount(bytes))
    throw new AffidavitError('io.failed', `${path} is no answer of a recorder: remove it`);
  return { id, firstFrame, endFrame, published, bytes };
}

/** The request that is there; `undefined` when there is none, or none that can be understood. */
export async function resendRequest(spool: string): Promise<ResendRequest | undefined> {
  const json = await get(join(spool, REQUEST));
  if (json === undefined) return undefined;
  const { id, from, dryRun } = json;
  return typeof id === 'string' && isCount(from) && typeof dryRun === 'boolean' ? { id, from, dryRun } : undefined;
}

/** Answers a request, the last time or not. */
export async function answerResend(spool: string, answer: ResendAnswer, isLast: boolean): Promise<void> {
  if (isLast) await nodeFiles.remove(join(spool, REQUEST));
  await put(join(spool, ANSWER), answer);
}

function put(path: string, value: object): Promise<void> {
  return writeFileDurably(nodeFiles, path, new TextEncoder().encode(`${JSON.stringify(value)}\n`));
}

async function get(path: string): Promise<Record<string, unknown> | undefined> {
  if ((await nodeFiles.size(path)) === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(await nodeFiles.readFile(path, MAX_FILE_BYTES)));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch (thrown) {
    // It may be gone by now, or not be ours.
    if (thrown instanceof SyntaxError || (thrown instanceof AffidavitError && thrown.code === 'not_found'))
      return undefined;
    throw thrown;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
