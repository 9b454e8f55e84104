import { recoverOpened } from '../capture/index.ts';
import type { Config } from '../config/index.ts';
import { encodeHex } from '../proof/index.ts';
import { GAP_REASON, Gap, KIND } from '../record/index.ts';
import type { RecordWriter } from '../record/index.ts';
import { Producer, recoverLastEpoch } from '../seal/index.ts';
import type { IngestKeySet, Recovery, SigningKey } from '../seal/index.ts';
import type { Spool, SpoolDamage } from '../spool/index.ts';
import { shardOrigin } from './context.ts';
import type { FrameAges } from './frame-ages.ts';
import type { Ports } from './ports.ts';
import { SOFTWARE_VERSION } from './software.ts';

/** For records without a payload: it needs no keys to seal one to. */
export const SEALS_NOTHING: IngestKeySet = { keys: [], rootSignature: new Uint8Array(0) };

/** What one producer differs in from another. */
export interface ProducerKind {
  /** Stands in its `producer` records. */
  readonly role: string;
  readonly key: SigningKey;
  /** Public keys that its payloads are sealed to. */
  readonly ingestKeys: IngestKeySet;
  /** How long a batch that nobody waits for gathers company. */
  readonly gatherMs: number;
}

/** A producer with the spool that it writes to. */
export interface OpenProducer {
  readonly producer: Producer;
  readonly spool: Spool;
  /** The first frame that was written since the spool was opened. */
  readonly begunAt: number;
  /** Begins an epoch of a further producer, with a key of its own, that writes to the same spool. @throws spool.*, io.* */
  join(kind: ProducerKind): Promise<Producer>;
  /** Frame that holds the oldest batch among the newest of each producer. */
  readonly lastBatchFrame: number | undefined;
  /** When its frames became durable. */
  readonly ages: FrameAges;
  /** Closes the spool and lets its folder go. */
  close(): Promise<void>;
}

/** A spool that a producer is to write to. */
type OpenSpool = Pick<OpenProducer, 'spool' | 'ages' | 'close'>;

/**
 * A producer whose epoch begins with what the last one left undone. Whoever calls closes the spool when this fails.
 * @throws what reading the spool or appending to it throws
 */
export async function continueEpochs(
  config: Config,
  kind: ProducerKind,
  open: OpenSpool,
  ports: Ports,
): Promise<OpenProducer> {
  const { spool } = open;
  const begunAt = spool.nextFrame;
  const recovery = await recoverLastEpoch(spool);
  const begin = (each: ProducerKind, first?: (writer: RecordWriter) => Promise<void>): Promise<Producer> =>
    beginEpoch(config, each, spool, recovery, ports, first);
  const producer = await begin(kind, (writer) => settleLastEpoch(writer, recovery, spool.damage));
  await spool.damageReported();
  return joinable({ ...open, begunAt, producer }, begin);
}

function joinable(
  open: Omit<OpenProducer, 'join' | 'lastBatchFrame'>,
  begin: (kind: ProducerKind) => Promise<Producer>,
): OpenProducer {
  const producers = [open.producer];
  return {
    ...open,
    join: async (kind) => {
      const joined = await begin(kind);
      producers.push(joined);
      return joined;
    },
    get lastBatchFrame() {
      const frames = producers.flatMap(({ lastBatchFrame }) => lastBatchFrame ?? []);
      return frames.length === 0 ? undefined : Math.min(...frames);
    },
  };
}

/** Begins an epoch that names the last one of the same key. */
function beginEpoch(
  config: Config,
  kind: ProducerKind,
  spool: Spool,
  { lastOf }: Recovery,
  ports: Ports,
  first?: (writer: RecordWriter) => Promise<void>,
): Promise<Producer> {
  const { environment, tenant, retentionClass } = config;
  const { intervalMs, maxBatchRecords, maxBacklogBytes } = config.seal;
  const options = {
    ...kind,
    logOrigin: shardOrigin(config),
    spool,
    clock: ports.clock,
    random: ports.random,
    environment,
    tenant,
    retentionClass,
    softwareVersion: SOFTWARE_VERSION,
    previous: lastOf.get(encodeHex(kind.key.keyId)),
    limits: { maxBatchRecords, maxBacklogBytes },
    intervalMs,
  };
  return Producer.start(options, first);
}

/** What the last epoch left undone is said first: frames that can't be read, exchanges that nobody ended. */
async function settleLastEpoch(
  writer: RecordWriter,
  recovery: Recovery,
  damage: readonly SpoolDamage[],
): Promise<void> {
  for (const { firstFrame, lastFrame, reason } of damage) {
    const gap = Gap.create({
      reason: GAP_REASON.spool_damaged,
      firstPosition: firstFrame,
      lastPosition: lastFrame,
      count: lastFrame - firstFrame + 1,
      detail: reason,
    });
    await writer.append({ kind: KIND.gap, body: Gap.encode(gap) });
  }
  const forgotten = { untracked: recovery.untracked, unreadable: recovery.unreadable };
  for (const [detail, count] of Object.entries(forgotten)) {
    if (count === 0) continue;
    const gap = Gap.create({ reason: GAP_REASON.exchanges_lost, count, detail: `at most, ${detail} at restart` });
    await writer.append({ kind: KIND.gap, body: Gap.encode(gap) });
  }
  await recoverOpened(recovery.unfinished, writer);
}
