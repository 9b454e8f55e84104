/** Resolves with the name of the first signal that asks the process to end. */
export function untilAsked(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        // A second one ends the process at once.
        process.once(signal, () => process.exit(130));
        resolve(signal);
      });
  });
}
