import type { Scheduler, Task } from './scheduler.ts';

type Callback = (...args: unknown[]) => void;

/** A timer of the simulation: as much of Node's as the product uses. */
class SimulatedTimer {
  task: Task | undefined;

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

const names = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const;

/** Turns of an event loop take some time, so that a loop of them can't stop the clock. */
const TURN_US = 2;

/**
 * Replaces the timers of this thread by those of a simulation; what is returned puts the real ones back. A simulation
 * runs in a thread of its own, and one at a time.
 */
export function replaceTimers(scheduler: Scheduler): () => void {
  const originals = names.map((name) => [name, globalThis[name]] as const);
  const cancel = (timer: unknown): void => {
    if (timer instanceof SimulatedTimer && timer.task !== undefined) timer.task.cancelled = true;
  };
  const once = (callback: Callback, ms: number, args: unknown[]): SimulatedTimer => {
    const timer = new SimulatedTimer();
    timer.task = scheduler.after(ms * 1000 + TURN_US, () => {
      callback(...args);
    });
    return timer;
  };
  const repeat = (callback: Callback, ms: number, args: unknown[]): SimulatedTimer => {
    const timer = new SimulatedTimer();
    const arm = (): void => {
      timer.task = scheduler.after(Math.max(1, ms) * 1000 + TURN_US, () => {
        arm();
        callback(...args);
      });
    };
    arm();
    return timer;
  };
  Object.assign(globalThis, {
    setTimeout: (callback: Callback, ms = 1, ...args: unknown[]) => once(callback, Math.max(1, ms), args),
    setInterval: (callback: Callback, ms = 1, ...args: unknown[]) => repeat(callback, ms, args),
    setImmediate: (callback: Callback, ...args: unknown[]) => once(callback, 0, args),
    clearTimeout: cancel,
    clearInterval: cancel,
    clearImmediate: cancel,
  });
  const timeout = Object.getOwnPropertyDescriptor(AbortSignal, 'timeout');
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    once(
      () => {
        controller.abort();
      },
      ms,
      [],
    );
    return controller.signal;
  };
  return () => {
    if (timeout !== undefined) Object.defineProperty(AbortSignal, 'timeout', timeout);
    Object.assign(globalThis, Object.fromEntries(originals));
  };
}
