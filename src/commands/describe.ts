import {
  BODY,
  BODY_TYPES,
  CallCounts,
  Certificate,
  CERTIFICATE_STATE,
  CLOCK_SOURCE,
  ENDED,
  Exchange,
  ExchangeOpened,
  ExchangePart,
  AccessLog,
  Counters,
  Gap,
  GAP_REASON,
  Genesis,
  KEY_ROLE,
  KIND,
  kindName,
  KeyStatement,
  PART,
  PAYLOAD_CLASS,
  ProducerStatus,
  PRODUCER_EVENT,
  PROFILE,
  Quarantined,
  QUARANTINE_REASON,
  SignedKey,
} from '../record/index.ts';
import type { ClockReading, LedgerRecord } from '../record/index.ts';
import { encodeHex } from '../proof/index.ts';

/** The name that a registry gives a number, or the number. */
export function nameIn(registry: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(registry).find(([, number]) => number === value)?.[0] ?? String(value);
}

/** Microseconds since 1970 as ISO 8601 in UTC, with microseconds. */
export function formatTime(timeUs: number): string {
  const milliseconds = new Date(Math.floor(timeUs / 1000)).toISOString();
  return milliseconds.replace('Z', `${String(timeUs % 1000).padStart(3, '0')}Z`);
}

/** Controls, invisible format characters (all that change the direction of text are), line separators, half pairs. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text that came from outside, safe on a terminal: what it would obey or hide is escaped as in JSON. */
export function printable(text: string): string {
  return text.replace(OBEYED, (character) => character.split('').map(escapeUnit).join(''));
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const REGISTRIES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ended: ENDED,
  profile: PROFILE,
  body: BODY,
};

/** A decoded message as plain JSON: bytes in hex, times in ISO 8601, numbers of registries by name. */
export function toJson(value: unknown, name = ''): unknown {
  if (value instanceof Uint8Array) return encodeHex(value);
  if (Array.isArray(value)) return value.map((item) => toJson(item));
  if (typeof value === 'number') {
    const registry = REGISTRIES[name];
    if (registry !== undefined) return nameIn(registry, value);
    return name === 'startedUs' || name === 'timeUs' || name === 'receivedUs' ? formatTime(value) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, toJson(child, key)]));
}

/** A record as plain JSON, its body decoded when the kind is known. */
export function recordToJson(record: LedgerRecord): Record<string, unknown> {
  const body = BODY_TYPES.get(record.kind)?.decode(record.body) ?? record.body;
  const shown = record.kind === KIND.key ? KeyStatement.decode(SignedKey.decode(record.body).statement) : body;
  const parts = record.parts.map((part) => ({
    class: nameIn(PAYLOAD_CLASS, part.class),
    name: nameIn(PART, part.name),
    manifestHash: encodeHex(part.manifestHash),
    keyCommitment: encodeHex(part.keyCommitment),
  }));
  return { ...(toJson(record) as Record<string, unknown>), kind: kindName(record.kind), parts, body: toJson(shown) };
}

function describeExchange(body: Uint8Array): string {
  const { head, status, ended, response, request } = Exchange.decode(body);
  const sizes = `${request?.bodyBytes ?? 0}→${response?.bodyBytes ?? 0} B`;
  return `${head?.method ?? ''} ${head?.route ?? ''} ${status} ${nameIn(ENDED, ended)} ${sizes} ${head?.exchangeId ?? ''}`;
}

function describeGap(body: Uint8Array): string {
  const gap = Gap.decode(body);
  const batches = gap.epoch.length === 0 ? '' : ` epoch ${encodeHex(gap.epoch).slice(0, 8)}`;
  return `${nameIn(GAP_REASON, gap.reason)}${batches} ${gap.detail}`;
}

function describeCertificate(body: Uint8Array): string {
  const { nodeId, windowStartUs, revision, state, counts } = Certificate.decode(body);
  const { served, missing, partial, differing, unlogged } = counts ?? CallCounts.create();
  const bad = Object.entries({ missing, partial, differing, unlogged }).filter(([, count]) => count > 0);
  const calls = [`${served} calls`, ...bad.map(([name, count]) => `${count} ${name}`)].join(', ');
  const name = nodeId === '' ? '(no log)' : nodeId;
  return `${nameIn(CERTIFICATE_STATE, state)} ${name} ${formatTime(windowStartUs)} revision ${revision}: ${calls}`;
}

function describeClock({ source, name, aheadUs, behindUs }: ClockReading): string {
  const apart = behindUs > 0 ? `at least ${behindUs / 1000} ms behind` : `at most ${aheadUs / 1000} ms ahead of`;
  return `${apart} ${name === '' ? 'Envoy' : name} (${nameIn(CLOCK_SOURCE, source)})`;
}

function describeKey(body: Uint8Array): string {
  const statement = KeyStatement.decode(SignedKey.decode(body).statement);
  return `${nameIn(KEY_ROLE, statement.role)} ${statement.name} ${encodeHex(statement.publicKey).slice(0, 16)}…`;
}

const SUMMARIES: Readonly<Record<number, (body: Uint8Array) => string>> = {
  [KIND.genesis]: (body) => Genesis.decode(body).origin,
  [KIND.key]: describeKey,
  [KIND.producer]: (body) => {
    const { event, role, clocks } = ProducerStatus.decode(body);
    return [`${role} ${nameIn(PRODUCER_EVENT, event)}`, ...clocks.map(describeClock)].join(', ');
  },
  [KIND.exchange_opened]: (body) => {
    const { head } = ExchangeOpened.decode(body);
    return `${head?.method ?? ''} ${head?.route ?? ''} ${head?.exchangeId ?? ''}`;
  },
  [KIND.exchange]: describeExchange,
  [KIND.exchange_part]: (body) => {
    const { head, partNo } = ExchangePart.decode(body);
    return `part ${partNo} of ${head?.exchangeId ?? ''}`;
  },
  [KIND.access_log]: (body) => `${AccessLog.decode(body).entries.length} entries`,
  [KIND.counters]: (body) => {
    const { nodeId, values } = Counters.decode(body);
    return `${values.length} counters of ${nodeId}`;
  },
  [KIND.certificate]: describeCertificate,
  [KIND.gap]: describeGap,
  [KIND.quarantined]: (body) => {
    const { reason, size, detail } = Quarantined.decode(body);
    return `${nameIn(QUARANTINE_REASON, reason)} ${size} B ${detail}`;
  },
};

/** One line about a record, without anything a terminal would obey. */
export function summarize(record: LedgerRecord): string {
  const summary =
    SUMMARIES[record.kind]?.(record.body) ?? `${record.body.length} B of a kind that this version doesn't know`;
  return printable(`${kindName(record.kind).padEnd(16)} ${summary}`.trimEnd());
}

/** The exchange id that a record is about; empty when it's about none. */
export function exchangeIdOf(record: LedgerRecord): string {
  if (record.kind === KIND.exchange) return Exchange.decode(record.body).head?.exchangeId ?? '';
  if (record.kind === KIND.exchange_opened) return ExchangeOpened.decode(record.body).head?.exchangeId ?? '';
  if (record.kind === KIND.exchange_part) return ExchangePart.decode(record.body).head?.exchangeId ?? '';
  return '';
}
