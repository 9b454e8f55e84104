/**
 * Which frames of the spool a restart would need to end the exchanges that are open now: for each of them the frame of
 * its `exchange_opened`, or of its newest `exchange_part`, which says as much.
 */
export class OpenFrames {
  readonly #frames = new Map<object, number>();

  /** The exchange that `owner` stands for, without holding any of it, is told by this frame from now on. */
  hold(owner: object, frame: number): void {
    this.#frames.set(owner, frame);
  }

  /** The exchange has ended. */
  release(owner: object): void {
    this.#frames.delete(owner);
  }

  /** The oldest of these frames; `undefined` when none is needed. */
  get oldest(): number | undefined {
    let oldest: number | undefined;
    for (const frame of this.#frames.values()) oldest = oldest === undefined ? frame : Math.min(oldest, frame);
    return oldest;
  }
}
