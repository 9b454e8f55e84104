import type { Clock } from '../runtime/index.ts';

/** Marks that are kept; when there are more, every other one goes, and ages are less exact. */
const MAX_MARKS = 4_096;
const LEAST_GAP_US = 1_000_000;

/** Knows about when each frame of a spool became durable, to the second; of those from before this start only that. */
export class FrameAges {
  readonly #clock: Pick<Clock, 'monotonicUs'>;
  readonly #startUs: number;
  /** In order: the frame became durable at `timeUs`, those up to the next mark within a second after. */
  #marks: { readonly frame: number; readonly timeUs: number }[] = [];

  constructor(clock: Pick<Clock, 'monotonicUs'>) {
    this.#clock = clock;
    this.#startUs = clock.monotonicUs();
  }

  /** A group that begins with this frame has become durable. */
  note(frame: number): void {
    const timeUs = this.#clock.monotonicUs();
    const last = this.#marks.at(-1);
    if (last !== undefined && timeUs - last.timeUs < LEAST_GAP_US) return;
    this.#marks.push({ frame, timeUs });
    if (this.#marks.length > MAX_MARKS) this.#marks = this.#marks.filter((_, index) => index % 2 === 0);
  }

  /** Seconds since a frame became durable, at most since this start. Frames before it are forgotten. */
  secondsSince(frame: number): number {
    const at = this.#marks.findLastIndex((mark) => mark.frame <= frame);
    if (at > 0) this.#marks = this.#marks.slice(at);
    const sinceUs = at < 0 ? this.#startUs : (this.#marks[0]?.timeUs ?? this.#startUs);
    return (this.#clock.monotonicUs() - sinceUs) / 1_000_000;
  }
}
