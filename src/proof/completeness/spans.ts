import type { AuditSettings, UnknownSpan } from '../../record/index.ts';
import type { ProducerBook } from './producers.ts';

/** How often a producer says that it lives; one that was killed was so no later after its last record. */
export const HEARTBEAT_US = 12_000_000;

/** What judging needs of the whole. */
export interface JudgedAt {
  readonly settings: AuditSettings;
  readonly producers: ProducerBook;
  /** By the auditor's clock. */
  readonly judgedUs: number;
  readonly method: number;
}

/** A time, by a node's clock; an end of zero means that it lasts. */
export type Span = Pick<UnknownSpan, 'sinceUs' | 'untilUs'>;

/** One that begins no earlier than time does. */
export function span(sinceUs: number, untilUs: number): Span {
  return { sinceUs: Math.max(0, sinceUs), untilUs };
}

/** True when a time has something in common with [`fromUs`, `untilUs`). */
export function touches({ sinceUs, untilUs: end }: Span, fromUs: number, untilUs: number): boolean {
  return sinceUs < untilUs && (end === 0 || end > fromUs);
}
