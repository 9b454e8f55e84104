import { Auditor } from '../../../src/audit/index.ts';
import { auditSettings, auditTiming } from '../../../src/commands/audit-settings.ts';
import { SEALS_NOTHING } from '../../../src/commands/last-epoch.ts';
import { runProducer } from '../../../src/commands/producer-process.ts';
import { LedgerReader } from '../../../src/ledger/index.ts';
import type { TileSource } from '../../../src/proof/index.ts';
import { AffidavitError } from '../../../src/record/index.ts';
import type { FileSystem } from '../../../src/runtime/index.ts';
import { LEDGER_DIRECTORY, logVerifierKey } from '../../support/ledger.ts';
import type { Program } from './machine.ts';
import { openProducer, publishTo, unending } from './recorder.ts';
import type { AskPositions, ProducerSurroundings } from './recorder.ts';
import type { World } from './world.ts';

/** `affidavit audit`: what commands/auditor-process.ts does, on this machine's disk. */
export function auditorProgram(around: ProducerSurroundings, source: TileSource, askPositions: AskPositions): Program {
  return async (process) => {
    const kind = { role: 'auditor', key: around.key, ingestKeys: SEALS_NOTHING, gatherMs: 0 };
    const { open, config, ports, logger } = await openProducer(around, process, kind);
    const { keyId, epoch } = open.producer;
    const auditor = Auditor.start({
      ...{ source, logKey: logVerifierKey, writer: open.producer, keyId, epoch },
      ...{ settings: auditSettings(config), timing: auditTiming(config), intervalMs: config.audit.intervalMs },
      ...{ clock: ports.clock, logger },
    });
    const server = { port: 0, drain: () => auditor.stop(), hasUnrecordedLosses: false, stats: () => auditor.stats() };
    const running = runProducer(open, server, kind.role, config, logger, unending(around.world, process));
    await publishTo(Promise.race([process.asked, auditor.failed]), running, around, process, askPositions);
  };
}

/** The log over the network, as it stands on the disk of a ledger that answers. */
export class RemoteLog implements TileSource {
  private readonly world: World;
  private readonly files: () => FileSystem | undefined;

  /** @param files of the ledger; undefined when it doesn't answer */
  constructor(world: World, files: () => FileSystem | undefined) {
    this.world = world;
    this.files = files;
  }

  readTile(level: number, index: number, width: number): Promise<Uint8Array> {
    return this.ask((reader) => reader.readTile(level, index, width));
  }

  readEntries(index: number, width: number): Promise<Uint8Array> {
    return this.ask((reader) => reader.readEntries(index, width));
  }

  readCheckpoint(): Promise<Uint8Array> {
    return this.ask((reader) => reader.readCheckpoint());
  }

  private ask(read: (reader: LedgerReader) => Promise<Uint8Array>): Promise<Uint8Array> {
    const { scheduler, random } = this.world;
    const asking = scheduler.current;
    return new Promise((resolve, reject) => {
      const answer = (tell: () => void): void => void scheduler.after(random.between(50, 2_000), tell, asking);
      const fail = (thrown: unknown): void => {
        answer(() => {
          reject(AffidavitError.from(thrown, 'io.failed', 'ask the ledger'));
        });
      };
      scheduler.worldAfter(random.between(50, 2_000), () => {
        const files = this.files();
        if (files === undefined) fail(new AffidavitError('io.failed', 'the ledger is away'));
        else
          read(new LedgerReader(files, LEDGER_DIRECTORY)).then((bytes) => {
            answer(() => {
              resolve(bytes);
            });
          }, fail);
      });
    });
  }
}
