import { pino } from 'pino';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { Repeats } from './log-limit.ts';

/** Warnings or errors of one kind in 10 s. */
const MOST_LINES = 10;
/** Lines that could not be written are kept up to so many bytes, for when they can be; further ones are dropped. */
const MAX_UNWRITTEN_BYTES = 1024 * 1024;

/** Structured log lines. Never hand it bodies, header values or anything else that a call carried. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** JSON lines on standard error from `level` up, as many of a kind as {@link limitRepeats} lets through. */
export function createLogger(level: string, name: string): Logger {
  const destination = pino.destination({ dest: 2, sync: true, maxLength: MAX_UNWRITTEN_BYTES });
  // A terminal that was closed, or a disk of logs that is full, is no reason to record nothing; and where would it be said?
  destination.on('error', () => undefined);
  const lines: Logger = pino({ level, name, base: { name } }, destination);
  return limitRepeats(lines, systemClock);
}

/**
 * A logger whose warnings and errors can't fill a disk, however often somebody causes them: of each kind, which is a message's
 * text, ten lines in 10 s. Further ones are counted, and the next line of the kind says how many (`leftOut`).
 */
export function limitRepeats(logger: Logger, clock: Clock): Logger {
  const repeats = new Repeats(clock, MOST_LINES);
  const limited = (level: 'warn' | 'error') => (fields: object, message: string) => {
    const leftOut = repeats.count(message);
    if (leftOut === undefined) return;
    logger[level](leftOut === 0 ? fields : { ...fields, leftOut }, message);
  };
  return {
    debug: (fields, message) => {
      logger.debug(fields, message);
    },
    info: (fields, message) => {
      logger.info(fields, message);
    },
    warn: limited('warn'),
    error: limited('error'),
  };
}

/** Says nothing: for tests. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
