import { LatestOffset } from './offset.ts';
import type { Span } from './spans.ts';

/** A clock that moved by so much more or less than time did was set. */
const STEP_US = 60_000_000;
/** Spans that are kept; of more the first two become one. */
const MAX_SPANS = 64;

/**
 * What a node's clock did beside going on, as far as messages tell: it decides which windows are worth a certificate, and
 * nothing of what a certificate says.
 */
export class ClockSteps {
  readonly #offset = new LatestOffset();
  /** By how much the clock of whoever heard it last was ahead of its own. */
  lastOffsetUs = 0;
  /** Times, by its clock, over which that was set forward: they never were. */
  readonly skipped: Span[] = [];
  /** To when it was set back the last time: what it had told of from then on came a second time, or is still to come. */
  setBackToUs = 0;
  /** How often it was set back; a message that comes over a minute late counts as well. */
  setBacks = 0;
  #lastTimeUs = 0;

  /** Takes the time of a message by the node's clock and by that of its receiver, and the last time that was told before. */
  take(timeUs: number, receivedUs: number, lastUs: number): void {
    const offsetUs = receivedUs - timeUs;
    const setByUs = this.#offset.isKnown ? this.#offset.us - offsetUs : 0;
    this.#offset.add(offsetUs);
    this.lastOffsetUs = offsetUs;
    if (setByUs > STEP_US) this.#setForward(timeUs, lastUs, setByUs);
    if (setByUs < -STEP_US && timeUs < this.#lastTimeUs - STEP_US) this.#setBack(timeUs);
    this.#lastTimeUs = timeUs;
  }

  #setBack(timeUs: number): void {
    this.setBackToUs = timeUs;
    this.setBacks += 1;
    // What it had passed over comes after all.
    const left = this.skipped.map(({ sinceUs, untilUs }) => ({ sinceUs, untilUs: Math.min(untilUs, timeUs) }));
    this.skipped.splice(0, Infinity, ...left.filter(({ sinceUs, untilUs }) => untilUs > sinceUs));
  }

  /** Nobody knows when it was set: what went by meanwhile may be before it or after. */
  #setForward(timeUs: number, lastUs: number, setByUs: number): void {
    const elapsedUs = timeUs - lastUs - setByUs;
    // Less than nothing: it was the receiver's clock that was set back.
    if (elapsedUs >= 0) addSpan(this.skipped, lastUs + elapsedUs, timeUs - elapsedUs);
  }
}

/** Adds a time to those that are kept, unless it is none; of too many the first two become one. */
export function addSpan(spans: Span[], sinceUs: number, untilUs: number): void {
  if (untilUs <= sinceUs) return;
  spans.push({ sinceUs, untilUs });
  if (spans.length <= MAX_SPANS) return;
  const [one, other] = spans.toSorted((a, b) => a.sinceUs - b.sinceUs);
  if (one === undefined || other === undefined) return;
  const merged = { sinceUs: one.sinceUs, untilUs: Math.max(one.untilUs, other.untilUs) };
  spans.splice(0, Infinity, merged, ...spans.filter((each) => each !== one && each !== other));
}
