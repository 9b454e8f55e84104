import { Certificate } from './certificate-messages.ts';
import { KIND } from './kinds.ts';
import {
  AccessLog,
  Counters,
  Exchange,
  ExchangeOpened,
  ExchangePart,
  Gap,
  Genesis,
  Quarantined,
  SignedKey,
} from './messages.ts';
import { ProducerStatus } from './producer-messages.ts';
import type { MessageType } from './schema.ts';

/** The message type of a kind's body. A kind that isn't here has a body that this version doesn't read. */
export const BODY_TYPES: ReadonlyMap<number, MessageType<unknown>> = new Map<number, MessageType<unknown>>([
  [KIND.genesis, Genesis],
  [KIND.key, SignedKey],
  [KIND.producer, ProducerStatus],
  [KIND.exchange_opened, ExchangeOpened],
  [KIND.exchange, Exchange],
  [KIND.exchange_part, ExchangePart],
  [KIND.access_log, AccessLog],
  [KIND.counters, Counters],
  [KIND.gap, Gap],
  [KIND.quarantined, Quarantined],
  [KIND.certificate, Certificate],
]);
