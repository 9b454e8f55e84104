/** What stands in for `node:timers/promises` in a simulation: it follows the timers that are in force. */
export function setTimeout<T>(ms?: number, value?: T): Promise<T | undefined> {
  return new Promise((resolve) => {
    globalThis.setTimeout(() => {
      resolve(value);
    }, ms);
  });
}
