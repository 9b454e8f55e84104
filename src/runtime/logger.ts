import { pino } from 'pino';

/** Structured log lines. Never hand it bodies, header values or anything else that a call carried. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** JSON lines on standard error from `level` up. */
export function createLogger(level: string, name: string): Logger {
  return pino({ level, name, base: { name } }, pino.destination({ dest: 2, sync: true }));
}

/** Says nothing: for tests. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
