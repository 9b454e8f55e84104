import type { SpoolReader } from '../spool/index.ts';
import type { BusHandler, BusSource } from './types.ts';

const LOT = { maxFrames: 500, maxBytes: 4 * 1024 * 1024 };

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
      const frames = await this.spool.read(next, LOT);
      const last = frames.at(-1);
      if (last === undefined) {
        await waitUnlessStopped(this.spool, next, signal);
        continue;
      }
      await handler(frames.map(({ number, bytes }) => ({ position: number, value: bytes })));
      next = last.number + 1;
      this.next = next;
    }
  }
}

/** Resolves when the frame is durable or the signal comes. @throws spool.failed, spool.closed */
export async function waitUnlessStopped(spool: SpoolReader, frame: number, signal: AbortSignal): Promise<void> {
  try {
    await spool.waitFor(frame, signal);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}
