import { joinAuditor } from '../../../src/commands/auditor-process.ts';
import type { JoinedAuditor } from '../../../src/commands/auditor-process.ts';
import type { RunningProducer } from '../../../src/commands/producer-process.ts';
import { EmbeddedSource, KafkaSource } from '../../../src/bus/index.ts';
import type { BusSource } from '../../../src/bus/index.ts';
import { Ledger, LedgerReader } from '../../../src/ledger/index.ts';
import { KEY_ROLE } from '../../../src/record/index.ts';
import { Pace, pause } from '../../../src/runtime/index.ts';
import {
  enrolment,
  FakeKeyService,
  LEDGER_DIRECTORY,
  ledgerKey,
  ledgerOptions,
  logVerifierKey,
} from '../../support/ledger.ts';
import type { SigningKey } from '../../../src/seal/index.ts';
import type { SignedKey } from '../../../src/record/index.ts';
import type { RememberingLogKey } from '../../support/ledger.ts';
import type { Process, Program } from './machine.ts';
import { configOf, portsOf, startRecorder, watch } from './recorder.ts';
import type { RecorderSurroundings } from './recorder.ts';
import { KAFKA_SOURCE_ID, kafkaSettings } from './settings.ts';
import type { World } from './world.ts';

const COMMIT_INTERVAL_MS = 100;

/** What is around a ledger. */
export interface LedgerSurroundings {
  readonly world: World;
  /** Remembers every checkpoint that was signed, over all processes. */
  readonly logKey: RememberingLogKey;
  /** Keys of those who write to the log. */
  readonly enrolled: readonly SignedKey[];
  /** It answers from now on. */
  opened(ledger: Ledger, process: Process): void;
}

async function openLedger(around: LedgerSurroundings, process: Process, sourceId: string): Promise<Ledger> {
  const { world, logKey, enrolled } = around;
  const ledger = await Ledger.open(
    ledgerOptions(process.files, {
      clock: world.clock(),
      random: world.random.fork(),
      logger: world.logger(process.owner.name),
      logKey,
      keyService: new FakeKeyService(),
      sourceId,
      enrolments: [enrolment(ledgerKey, KEY_ROLE.ledger), ...enrolled],
    }),
  );
  around.opened(ledger, process);
  return ledger;
}

/** Reads a bus into the ledger until asked to stop. */
async function consume(
  world: World,
  ledger: Ledger,
  source: BusSource,
  signal: AbortSignal,
  onIngested?: (next: number | undefined) => Promise<void>,
): Promise<void> {
  const pace = new Pace(world.clock(), COMMIT_INTERVAL_MS);
  await source.run(
    ledger.position,
    async (messages) => {
      pace.begin();
      await ledger.ingest(messages);
      world.detail(() => `ledger: has ${ledger.size} leaves, goes on at ${ledger.position ?? 0}`);
      await onIngested?.(ledger.position);
      await pace.rest(signal);
    },
    signal,
  );
}

/** `affidavit ledger`: what commands/ledger-process.ts does, without sockets. */
export function ledgerProgram(around: LedgerSurroundings): Program {
  return async (process) => {
    const { world } = around;
    const logger = world.logger(process.owner.name);
    const ledger = await openLedger(around, process, KAFKA_SOURCE_ID);
    const topic = { clusterId: 'simulated', sourceId: KAFKA_SOURCE_ID };
    const settings = kafkaSettings('ledger');
    const options = { settings, topic, groupPrefix: 'affidavit', random: world.random.fork(), logger };
    const stopping = new AbortController();
    const consuming = consume(world, ledger, new KafkaSource(options), stopping.signal);
    try {
      await Promise.race([process.asked, consuming]);
    } finally {
      stopping.abort();
      await Promise.allSettled([consuming]);
      await ledger.close();
    }
  };
}

/** `affidavit up`: recorder, ledger and auditor, where there is one, in one process, with the spool between them. */
export function upProgram(
  recorderAround: RecorderSurroundings,
  ledgerAround: LedgerSurroundings,
  auditorKey: SigningKey | undefined,
): Program {
  return async (process) => {
    const { world } = ledgerAround;
    const recorder = await startRecorder(recorderAround, process);
    const source = new EmbeddedSource(recorder.spool);
    const stopping = new AbortController();
    const waiting = new AbortController();
    const ledger = await openLedger(ledgerAround, process, source.id).catch(async (thrown: unknown) => {
      await recorder.stop();
      await recorder.close();
      throw thrown;
    });
    const release = async (next: number | undefined): Promise<void> => {
      if (next !== undefined) await recorder.release(next);
    };
    const consuming = consume(world, ledger, source, stopping.signal, release);
    const failed = consuming.then(() => Promise.race<never>([]));
    failed.catch(() => undefined);
    let auditor: JoinedAuditor | undefined;
    try {
      if (auditorKey !== undefined) auditor = await auditBehind(recorderAround, recorder, auditorKey, process);
      await Promise.race([process.asked, recorder.failed, failed]);
    } finally {
      try {
        await recorder.stop();
        await auditor?.stop();
        await Promise.race([untilIngested(ledger, recorder.spool.nextFrame, waiting.signal), failed]);
      } finally {
        waiting.abort();
        stopping.abort();
        await Promise.allSettled([consuming]);
        await ledger.close();
        await recorder.close();
      }
    }
  };
}

function auditBehind(
  around: RecorderSurroundings,
  recorder: RunningProducer,
  key: SigningKey,
  { files, owner }: Process,
): Promise<JoinedAuditor> {
  const { world, settings } = around;
  const join: RunningProducer['join'] = async (kind) => {
    const producer = await recorder.join(kind);
    watch(producer, around);
    return producer;
  };
  const log = new LedgerReader(files, LEDGER_DIRECTORY);
  const [config, ports, logger] = [configOf(settings), portsOf(world), world.logger(owner.name)];
  return joinAuditor(config, { ...recorder, join }, key, log, logVerifierKey, ports, logger);
}

async function untilIngested(ledger: Ledger, end: number, signal: AbortSignal): Promise<void> {
  while ((ledger.position ?? 0) < end && !signal.aborted) await pause(20, signal);
}
