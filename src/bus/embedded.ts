import { AffidavitError, MAX_LOT_MESSAGES } from '../record/index.ts';
import { letGo, pause } from '../runtime/index.ts';
import type { ReadLimits, SpoolFrame, SpoolReader } from '../spool/index.ts';
import type { BusHandler, BusSource } from './types.ts';

const READ_AGAIN_MS = 100;
/** What is in memory at once. Of a large payload it is four whole chunks or more: enough that the ledger doesn't rest. */
const LOT = { maxFrames: MAX_LOT_MESSAGES, maxBytes: 1280 * 1024 };

/** The bus without a broker: reads the spool of the same process. A position is a frame number. */
export class EmbeddedSource implements BusSource {
  readonly id: string;
  private readonly spool: SpoolReader;
  private readonly begunAt: number;
  private next: number | undefined;

  /**
   * @param begunAt the first frame that was written since the spool was opened. A reader that is further has seen frames that
   * the spool has lost: its disk was set back, and their numbers mean others now. Then all that there is comes once more.
   */
  constructor(spool: SpoolReader, begunAt: number = spool.nextFrame) {
    this.spool = spool;
    this.begunAt = begunAt;
    this.id = `embedded:${Buffer.from(spool.id).toString('hex')}`;
  }

  get end(): number {
    return this.spool.nextFrame;
  }

  /** All frames before that were handled; `undefined` before {@link run}. */
  get handled(): number | undefined {
    return this.next;
  }

  async run(from: number | undefined, handler: BusHandler, signal: AbortSignal): Promise<void> {
    let next = from === undefined || from > this.begunAt ? this.spool.firstFrame : from;
    this.next = next;
    while (!signal.aborted) {
      const frames = await readPatiently(this.spool, next, LOT, signal);
      if (frames === undefined) return;
      const last = frames.at(-1);
      if (last === undefined) {
        await waitUnlessStopped(this.spool, next, signal);
        continue;
      }
      await handler(frames.map(({ number, bytes }) => ({ position: number, value: bytes })));
      for (const { bytes } of frames) letGo(bytes);
      next = last.number + 1;
      this.next = next;
    }
  }
}

/**
 * Frames from one on. Without a file descriptor left it tries again: what is in the spool stays there. `undefined` once the
 * signal has come. @throws spool.damaged, spool.closed
 */
export async function readPatiently(
  spool: SpoolReader,
  from: number,
  limits: ReadLimits,
  signal: AbortSignal,
): Promise<SpoolFrame[] | undefined> {
  while (!signal.aborted)
    try {
      return await spool.read(from, limits);
    } catch (thrown) {
      if (!AffidavitError.isPassing(thrown)) throw thrown;
      await pause(READ_AGAIN_MS, signal);
    }
  return undefined;
}

/** Resolves when the frame is durable or the signal comes. @throws spool.failed, spool.closed */
export async function waitUnlessStopped(spool: SpoolReader, frame: number, signal: AbortSignal): Promise<void> {
  try {
    await spool.waitFor(frame, signal);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}
