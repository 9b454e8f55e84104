import { CompletenessAudit } from '../../../../src/proof/completeness/index.ts';
import type { AuditLimits, Judgement } from '../../../../src/proof/completeness/index.ts';
import {
  AccessLog,
  AccessLogEntry,
  AuditSettings,
  BODY,
  CERTIFICATE_STATE,
  Counters,
  CounterValue,
  Direction,
  ENDED,
  Exchange,
  ExchangeHead,
  ExchangeOpened,
  Gap,
  GAP_REASON,
  KEY_ROLE,
  KIND,
  LedgerRecord,
  PRODUCER_EVENT,
  ProducerStatus,
} from '../../../../src/record/index.ts';

export const SECOND = 1_000_000;
/** Begin of the window in which most of a story takes place. */
export const NOON = 1_700_000_040 * SECOND;
export const NODE = 'edge-1';

/** The settings of a story unless it has its own. */
export const SETTINGS: AuditSettings = AuditSettings.create({
  windowUs: 60 * SECOND,
  logDelayUs: 2 * SECOND,
  silentUs: 35 * SECOND,
});

/** One call of a story. Times are seconds after {@link NOON}. */
export interface StoryCall {
  readonly id?: string;
  readonly at?: number;
  readonly seconds?: number;
  readonly connection?: number;
  readonly sent?: number;
  readonly got?: number;
}

/** The id of a story's call number `number`: shaped as Envoy's are. */
export function idOf(number: number): string {
  const hex = (number * 0x9e3779b1) >>> 0;
  return `${hex.toString(16).padStart(8, '0')}-${number.toString(16).padStart(4, '0')}-4000-8000-000000000000`;
}

/** A leaf of a story that isn't in an audit yet. */
export interface StoryLeaf {
  readonly record: LedgerRecord;
  readonly role: number;
}

/** One producer of a story, in its present epoch. */
export class Narrator {
  readonly leaves: StoryLeaf[] = [];
  readonly keyId: Uint8Array;
  readonly role: number;
  epoch = new Uint8Array(16);
  seq = 0;
  #epochs = 0;

  constructor(name: number, role: number = KEY_ROLE.producer) {
    this.keyId = new Uint8Array(32).fill(name);
    this.role = role;
  }

  /** Begins an epoch at a time in seconds after {@link NOON}. */
  start(at: number): this {
    const previousEpoch = this.#epochs === 0 ? new Uint8Array(0) : this.epoch;
    this.#epochs += 1;
    this.epoch = new Uint8Array(16).fill(this.#epochs);
    this.seq = 0;
    return this.status(at, PRODUCER_EVENT.started, previousEpoch);
  }

  status(at: number, event: number, previousEpoch = new Uint8Array(0)): this {
    return this.write(at, KIND.producer, ProducerStatus.encode(ProducerStatus.create({ event, previousEpoch })));
  }

  /** Says every ten seconds that it lives. */
  lives(from: number, until: number): this {
    for (let at = from; at <= until; at += 10) this.status(at, PRODUCER_EVENT.heartbeat);
    return this;
  }

  stop(at: number): this {
    return this.status(at, PRODUCER_EVENT.stopped);
  }

  records(call: StoryCall, changes: Partial<Exchange> = {}, sides: Partial<Direction> = {}): this {
    const { at = 1, seconds = 0.1, sent = 10, got = 20 } = call;
    const side = (bodyBytes: number): Direction =>
      Direction.create({ bodyBytes, body: BODY.kept, ended: true, ...sides });
    const body = Exchange.encode(
      Exchange.create({
        head: headOf(call),
        status: 200,
        ended: ENDED.complete,
        request: side(sent),
        response: side(got),
        endedAfterUs: seconds * SECOND + 1,
        ...changes,
      }),
    );
    return this.write(at + seconds, KIND.exchange, body);
  }

  opens(call: StoryCall): this {
    return this.write(call.at ?? 1, KIND.exchange_opened, ExchangeOpened.encode({ head: headOf(call) }));
  }

  /** Writes what Envoy's access log says. `after`: how many seconds after the last end it arrives. */
  logs(calls: readonly StoryCall[], changes: Partial<AccessLogEntry> = {}, from = NODE, after = 0.5): this {
    const entries = calls.map(({ id, at = 1, seconds = 0.1, connection = 7, sent = 10, got = 20 }) =>
      AccessLogEntry.create({
        exchangeId: id ?? '',
        startedUs: NOON + Math.round(at * SECOND),
        durationUs: Math.round(seconds * SECOND),
        connectionId: connection,
        protocol: 'HTTP/1.1',
        method: 'POST',
        route: 'orders',
        upstreamHost: '192.0.2.7:80',
        status: 200,
        requestBodyBytes: sent,
        responseBodyBytes: got,
        type: 6,
        ...changes,
      }),
    );
    const received = Math.max(...calls.map(({ at = 1, seconds = 0.1 }) => at + seconds)) + after;
    const receivedUs = NOON + Math.round(received * SECOND);
    const body = AccessLog.encode(AccessLog.create({ nodeId: from, logName: 'affidavit', receivedUs, entries }));
    return this.write(received, KIND.access_log, body);
  }

  /** Writes what Envoy's counters say. `after`: how many seconds after they were read they arrive. */
  counts(at: number, values: Readonly<Record<string, number>>, processStarted = -1000, from = NODE, after = 0): this {
    const body = Counters.encode(
      Counters.create({
        nodeId: from,
        receivedUs: NOON + Math.round((at + after) * SECOND),
        takenUs: NOON + Math.round(at * SECOND),
        processStartedUs: NOON + processStarted * SECOND,
        values: Object.entries(values).map(([name, value]) => CounterValue.create({ name, value })),
      }),
    );
    return this.write(at + after, KIND.counters, body);
  }

  loses(from: number, until: number, count: number, detail = 'not recorded'): this {
    const gap = { reason: GAP_REASON.exchanges_lost, count, detail };
    const [fromUs, untilUs] = [NOON + from * SECOND, NOON + until * SECOND];
    return this.write(until, KIND.gap, Gap.encode(Gap.create({ ...gap, fromUs, untilUs })));
  }

  write(at: number, kind: number, body: Uint8Array): this {
    const { keyId, epoch, seq, role } = this;
    this.seq += 1;
    const timeUs = NOON + Math.round(at * SECOND);
    this.leaves.push({ record: LedgerRecord.create({ format: 1, kind, keyId, epoch, seq, timeUs, body }), role });
    return this;
  }
}

function headOf({ id = '', at = 1, connection = 7 }: StoryCall): ExchangeHead {
  const startedUs = NOON + Math.round(at * SECOND);
  return ExchangeHead.create({ exchangeId: id, startedUs, connectionId: connection, route: 'orders' });
}

/** An audit over leaves in the order given; the log began long before {@link NOON}. */
export function auditOf(
  leaves: readonly StoryLeaf[],
  settings: Partial<AuditSettings> = {},
  limits?: AuditLimits,
  method?: number,
): CompletenessAudit {
  const audit = new CompletenessAudit({ ...SETTINGS, ...settings }, limits, undefined, method);
  const genesis = LedgerRecord.create({ kind: KIND.genesis, timeUs: NOON - 100_000 * SECOND });
  audit.add(0, genesis, KEY_ROLE.ledger);
  for (const [index, { record, role }] of leaves.entries()) audit.add(index + 1, record, role);
  return audit;
}

/** What the window that begins at {@link NOON} comes to, judged `at` seconds after it began. */
export function judgeNoon(audit: CompletenessAudit, nodeId: string = NODE, at = 130): Judgement {
  return audit.judge(nodeId, NOON, NOON + at * SECOND);
}

/** The name of a state. */
export function stateName(state: number): string {
  return Object.entries(CERTIFICATE_STATE).find(([, number]) => number === state)?.[0] ?? String(state);
}
