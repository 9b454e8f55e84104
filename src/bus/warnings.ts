const NEGATIVE_TIMEOUT = 'TimeoutNegativeWarning';

let installed = false;

/**
 * Keeps Node from printing the one warning that kafkajs 2.2.4 causes now and then: its request queue hands a negative
 * delay to setTimeout (tulios/kafkajs#1751), which is harmless. The same warning from elsewhere, and every other
 * warning, passes.
 */
export function filterNegativeTimeouts(): void {
  if (installed) return;
  installed = true;
  const emit = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  const filtered = (...args: unknown[]): void => {
    if (args[1] === NEGATIVE_TIMEOUT && new Error().stack?.includes('/kafkajs/') === true) return;
    emit(...args);
  };
  process.emitWarning = filtered;
}
