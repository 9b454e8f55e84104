import { join } from 'node:path';
import { AffidavitError } from '../record/index.ts';
import type { Ledger, Retried } from '../ledger/index.ts';
import { nodeFiles, pause, writeFileDurably } from '../runtime/index.ts';
import type { Logger } from '../runtime/index.ts';

/**
 * Requests to judge quarantined messages once more, on their way to a ledger: files in `retries/` of its folder. Nothing
 * that they say is believed but the name: the message itself is verified as any other.
 */

const REQUEST = /^([0-9a-f]{64})\.retry$/;
const MAX_ANSWER_BYTES = 4_096;
const POLL_MS = 100;
/** Requests that are answered in one look; the next look goes on. */
const MAX_AT_ONCE = 100;

function folderOf(ledger: string): string {
  return join(ledger, 'retries');
}

/** Asks the ledger in a folder. */
export async function requestRetry(ledger: string, hash: string, position: number): Promise<void> {
  const folder = folderOf(ledger);
  await nodeFiles.makeDirectory(folder);
  await nodeFiles.remove(join(folder, `${hash}.answer`));
  await writeFileDurably(nodeFiles, join(folder, `${hash}.retry`), new TextEncoder().encode(`${position}\n`));
}

/** What the ledger answered; `undefined` when it hasn't within the time: it takes the request when it runs next. */
export async function awaitRetry(ledger: string, hash: string, timeoutMs: number): Promise<Retried | undefined> {
  const path = join(folderOf(ledger), `${hash}.answer`);
  const never = new AbortController().signal;
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    if ((await nodeFiles.size(path)) !== undefined) {
      const answer = parseAnswer(new TextDecoder().decode(await nodeFiles.readFile(path, MAX_ANSWER_BYTES)), path);
      await nodeFiles.remove(path);
      return answer;
    }
    if (waitedMs >= timeoutMs) return undefined;
    await pause(POLL_MS, never);
  }
}

function parseAnswer(text: string, path: string): Retried {
  try {
    const { outcome, detail, size } = JSON.parse(text) as Partial<Record<keyof Retried, unknown>>;
    const isOutcome =
      outcome === 'appended' || outcome === 'duplicate' || outcome === 'stored' || outcome === 'refused';
    if (isOutcome && typeof detail === 'string' && typeof size === 'number') return { outcome, detail, size };
  } catch (thrown) {
    throw new AffidavitError('io.failed', `${path} is no answer of a ledger: remove it`, { cause: thrown });
  }
  throw new AffidavitError('io.failed', `${path} is no answer of a ledger: remove it`);
}

/** Takes the requests that are there. @throws what {@link Ledger.retry} throws when it can take nothing any more */
export async function takeRetries(directory: string, ledger: Ledger, logger: Logger): Promise<void> {
  const folder = folderOf(directory);
  const names = (await nodeFiles.list(folder)).filter((name) => REQUEST.test(name));
  for (const name of names.slice(0, MAX_AT_ONCE)) {
    const hash = REQUEST.exec(name)?.[1] ?? '';
    const answer = await retry(ledger, hash, await positionIn(join(folder, name)));
    logger.info({ hash, ...answer }, 'a quarantined message was judged once more');
    await writeFileDurably(
      nodeFiles,
      join(folder, `${hash}.answer`),
      new TextEncoder().encode(`${JSON.stringify(answer)}\n`),
    );
    await nodeFiles.remove(join(folder, name));
  }
}

async function positionIn(path: string): Promise<number> {
  const position = Number(new TextDecoder().decode(await nodeFiles.readFile(path, MAX_ANSWER_BYTES)));
  return Number.isSafeInteger(position) && position >= 0 ? position : 0;
}

/** A message that is gone is an answer too; a ledger that failed is not. */
async function retry(ledger: Ledger, hash: string, position: number): Promise<Retried> {
  try {
    return await ledger.retry(hash, position);
  } catch (thrown) {
    if (!(thrown instanceof AffidavitError && thrown.code === 'not_found')) throw thrown;
    return { outcome: 'refused', detail: thrown.message, size: ledger.size };
  }
}
