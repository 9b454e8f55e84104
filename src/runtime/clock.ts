/** Time comes in from outside, so that a simulation can repeat it. */
export interface Clock {
  /** Wall clock, microseconds since 1970 UTC. May jump. */
  nowUs(): number;
  /** Microseconds since some fixed moment of this process. Never goes back. */
  monotonicUs(): number;
}

/** The machine's clock. */
export const systemClock: Clock = {
  nowUs: () => Math.floor((performance.timeOrigin + performance.now()) * 1000) + wallCorrectionUs(),
  monotonicUs: () => Math.floor(performance.now() * 1000),
};

/** `timeOrigin` is fixed at start: a clock that was set since is followed in whole milliseconds. */
function wallCorrectionUs(): number {
  const driftMs = Date.now() - (performance.timeOrigin + performance.now());
  return Math.abs(driftMs) < 5 ? 0 : Math.round(driftMs) * 1000;
}

/**
 * Wall-clock time since now, but for what the clock is set forward from now on: what has just come isn't old because a
 * clock was wrong, before or after. A start takes the clock's word.
 */
export function steadyTime(clock: Clock): () => number {
  const startUs = clock.nowUs() - clock.monotonicUs();
  return () => Math.min(clock.nowUs(), startUs + clock.monotonicUs());
}
