import type { KafkaSink, Publisher } from '../bus/index.ts';
import type { CaptureServer, CaptureStats, LogServer, LogStats } from '../capture/index.ts';
import type { Config } from '../config/index.ts';
import { CLOCK_SOURCE, MAX_FRAME_BYTES } from '../record/index.ts';
import type { AffidavitError, ClockReading } from '../record/index.ts';
import type { Labels, Reading, Telemetry } from '../runtime/index.ts';
import type { Producer } from '../seal/index.ts';
import type { DurableGroup, Spool } from '../spool/index.ts';
import type { FrameAges } from './frame-ages.ts';
import type { SpoolKeeper } from './spool-keeper.ts';

/** A spool with less room than this takes no strict call any more: its records and a large chunk must fit. */
const LEAST_ROOM_BYTES = 4 * MAX_FRAME_BYTES;
/** A disk that takes so long over one write may never answer: strict could record nothing now. */
const SILENT_DISK_US = 5_000_000;
const SYNC_SECONDS = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const GROUP_FRAMES = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const GROUP_BYTES = [4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216];

/** What keeps a spool from taking anything, by the code of its refusal. */
const REFUSALS: Readonly<Partial<Record<AffidavitError['code'], string>>> = {
  'io.full': 'its disk is full',
  'io.read_only': 'its disk can only be read',
  'io.no_descriptors': 'no file descriptor is left',
};

/** The parts of a process that writes records; each says how it is. */
interface SpoolParts {
  readonly producer: Producer;
  readonly spool: Spool;
  readonly ages: FrameAges;
}

/** The same of one that others send something to. */
interface ProducerParts extends SpoolParts {
  readonly server: { readonly isServing: boolean };
}

/** The same of a recorder. */
export interface RecorderParts extends ProducerParts {
  readonly server: CaptureServer;
}

/** What a server counts: its name, that of the metric, and what it means. */
type Stat<T> = readonly [stat: keyof T, name: string, help: string];

const COUNTED: readonly Stat<CaptureStats>[] = [
  ['opened', 'exchanges_opened', 'Exchanges that began'],
  ['completed', 'exchanges_completed', 'Exchanges recorded whole'],
  ['cut', 'exchanges_cut', 'Exchanges recorded that were cut, given up or broke the protocol'],
  ['lost', 'exchanges_lost', 'Exchanges that could not be recorded while their call went on: a gap record counts them'],
  ['refused', 'exchanges_refused', 'Calls that strict let fail because there was no record'],
  [
    'turnedAway',
    'streams_turned_away',
    'Streams turned away: too many open, work too far behind (inline), or draining',
  ],
  ['bodiesGivenUp', 'bodies_given_up', 'Bodies given up under overload or for their size: their records say so'],
  ['redactionFailed', 'redaction_failed', 'Parts that redaction could not judge, or not in time: they were dropped'],
];
/** The same of Envoy's log and counters, wherever they are received. */
const LOGGED: readonly Stat<LogStats>[] = [
  ['undecodable', 'messages_undecodable', 'Messages of Envoy that could not be read'],
  ['accessLogMessages', 'access_log_messages', 'Messages of the access log'],
  ['accessLogEntries', 'access_log_entries', 'Calls in them'],
  ['accessLogEntriesUnreadable', 'access_log_entries_unreadable', 'Calls in them whose entries could not be read'],
  ['accessLogLost', 'access_log_lost', 'Access-log records that could not be written'],
  ['counterMessages', 'counters_messages', 'Messages of Envoy’s own counters'],
  ['countersLost', 'counters_lost', 'Records of these that could not be written'],
];
const GAUGED: readonly Stat<CaptureStats>[] = [
  ['open', 'exchanges_open', 'Exchanges not recorded yet'],
  ['held', 'exchanges_held', 'Of these, streams that are not read yet, in observe and inline'],
  ['waiting', 'strict_waiting', 'Of these, calls of strict whose answers wait for their records'],
  ['overdue', 'strict_overdue', 'Of these, calls that were refused because they had waited too long'],
  ['bufferedBytes', 'buffered_bytes', 'Bytes that wait for work'],
];

/** Adds the metrics of a recorder, and what keeps it from being ready. */
export function addRecorderMetrics(telemetry: Telemetry, parts: RecorderParts, config: Config): void {
  const stats = (): CaptureStats => parts.server.stats();
  telemetry.add([...readings('counter', COUNTED, stats), ...readings('gauge', GAUGED, stats)]);
  telemetry.addCheck('strict', () => whyStrictWaits(stats(), config));
  addLogMetrics(telemetry, parts, config);
}

/** A disk that hangs refuses nothing, and nothing becomes durable. */
function whyStrictWaits({ waiting, overdue }: CaptureStats, { capture }: Config): string | undefined {
  if (overdue > 0) return `records of ${overdue} calls are not durable after ${capture.strictDeadlineMs} ms`;
  return waiting < capture.strictMaxWaiting ? undefined : `${waiting} calls wait for their records`;
}

/** Adds the metrics of a process that receives Envoy's access log and counters, and what keeps it from being ready. */
export function addLogMetrics(
  telemetry: Telemetry,
  parts: ProducerParts & { readonly server: Pick<LogServer, 'stats' | 'clocks'> },
  config: Config,
): void {
  const { server } = parts;
  telemetry.add([
    ...readings('counter', LOGGED, () => server.stats()),
    gauge(
      'affidavit_capture_clock_offset_seconds',
      'Our clock minus that of the Envoy that differs most, the way of its messages included',
      () => clockOffsets(server.clocks()),
    ),
  ]);
  telemetry.addCheck('capture', () => (server.isServing ? undefined : 'it drains, and takes no new calls'));
  addSpoolMetrics(telemetry, parts, config);
}

function clockOffsets(clocks: readonly ClockReading[]): [Labels, number][] {
  return Object.entries(CLOCK_SOURCE).flatMap(([source, number]) => {
    const worst = clocks.find((reading) => reading.source === number);
    return worst === undefined ? [] : [[{ source }, (worst.aheadUs - worst.behindUs) / 1_000_000]];
  });
}

/** Adds the metrics of a producer's spool, and what keeps it from taking more. */
export function addSpoolMetrics(telemetry: Telemetry, parts: SpoolParts, config: Config): void {
  const { producer, spool } = parts;
  telemetry.add(spoolReadings(parts, config));
  telemetry.addCheck('producer', () => producer.refusal?.message);
  telemetry.addCheck('spool', () => {
    if (spool.refusal !== undefined) return REFUSALS[spool.refusal.code] ?? spool.refusal.message;
    if (spool.waitsUs >= SILENT_DISK_US)
      return `its disk hasn't answered for ${Math.round(spool.waitsUs / 1_000_000)} s`;
    const left = config.spool.maxBytes - spool.bytes - producer.backlogBytes;
    return left >= LEAST_ROOM_BYTES
      ? undefined
      : `full: ${spool.bytes} bytes, and ${producer.backlogBytes} that wait, of ${config.spool.maxBytes}`;
  });
}

function readings<T extends Readonly<Record<keyof T, number>>>(
  kind: Reading['kind'],
  stats: readonly Stat<T>[],
  read: () => T,
): Reading[] {
  return stats.map(([stat, name, help]) => ({
    name: `affidavit_capture_${name}${kind === 'counter' ? '_total' : ''}`,
    help,
    kind,
    read: () => read()[stat],
  }));
}

function spoolReadings({ producer, spool, ages }: SpoolParts, config: Config): Reading[] {
  return [
    gauge('affidavit_spool_bytes', 'Bytes of the spool on disk', () => spool.bytes),
    gauge('affidavit_spool_max_bytes', 'Bytes that the spool may have (spool.maxBytes)', () => config.spool.maxBytes),
    gauge('affidavit_spool_frames', 'Frames that are kept', () => spool.nextFrame - spool.firstFrame),
    gauge('affidavit_spool_age_seconds', 'Since when the oldest frame is kept, at most since the last start', () =>
      spool.nextFrame > spool.firstFrame ? ages.secondsSince(spool.firstFrame) : 0,
    ),
    gauge('affidavit_producer_backlog_bytes', 'Sealed bytes that are not durable yet', () => producer.backlogBytes),
    {
      name: 'affidavit_spool_frames_written_total',
      help: 'Frames that became durable, since the spool was begun',
      kind: 'counter',
      read: () => spool.nextFrame,
    },
  ];
}

/** Adds the metrics of what carries the spool to Kafka. */
export function addBusMetrics(
  telemetry: Telemetry,
  { spool, ages }: Pick<SpoolParts, 'spool' | 'ages'>,
  publisher: Pick<Publisher, 'published'>,
  sink: Pick<KafkaSink, 'failedSends'>,
): void {
  const waits = (): boolean => spool.nextFrame > publisher.published;
  telemetry.add([
    gauge('affidavit_bus_unpublished_frames', 'Durable frames that Kafka has not acknowledged', () =>
      waits() ? spool.nextFrame - publisher.published : 0,
    ),
    gauge(
      'affidavit_bus_unpublished_age_seconds',
      'Since when the oldest of them waits, at most since the last start',
      () => (waits() ? ages.secondsSince(publisher.published) : 0),
    ),
    {
      name: 'affidavit_bus_failed_sends_total',
      help: 'Sends that Kafka rejected or did not answer: each was made again',
      kind: 'counter',
      read: () => sink.failedSends,
    },
  ]);
}

/** Adds the metrics of what a spool keeps until the ledger has it. */
export function addKeeperMetrics(
  telemetry: Telemetry,
  keeper: Pick<SpoolKeeper, 'uncovered' | 'resends' | 'forcedOut'>,
): void {
  telemetry.add([
    gauge(
      'affidavit_spool_uncovered_frames',
      'Durable frames that the ledger is not known to have',
      () => keeper.uncovered,
    ),
    {
      name: 'affidavit_spool_resends_total',
      help: 'Times that frames were sent again: Kafka had acknowledged them, and the ledger never got them',
      kind: 'counter',
      read: () => keeper.resends,
    },
    {
      name: 'affidavit_spool_frames_forced_out_total',
      help: 'Frames that a bound of the spool forced out: Kafka has them, the ledger is not known to',
      kind: 'counter',
      read: () => keeper.forcedOut,
    },
  ]);
}

/** A metric that is read as it is now. */
export function gauge(name: string, help: string, read: Reading['read']): Reading {
  return { name, help, kind: 'gauge', read };
}

/** Makes what is told of each group commit. */
export function groupMetrics(telemetry: Telemetry): (group: DurableGroup) => void {
  const seconds = telemetry.distribution(
    'affidavit_spool_commit_seconds',
    'Time of a group commit: write and fdatasync',
    SYNC_SECONDS,
  );
  const frames = telemetry.distribution('affidavit_spool_commit_frames', 'Frames of a group commit', GROUP_FRAMES);
  const bytes = telemetry.distribution('affidavit_spool_commit_bytes', 'Bytes of a group commit', GROUP_BYTES);
  return (group) => {
    seconds.record(group.tookUs / 1_000_000);
    frames.record(group.frames);
    bytes.record(group.bytes);
  };
}
