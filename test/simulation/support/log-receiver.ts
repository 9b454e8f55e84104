import { LogServer } from '../../../src/capture/index.ts';
import { SEALS_NOTHING } from '../../../src/commands/last-epoch.ts';
import { runProducer } from '../../../src/commands/producer-process.ts';
import { encodeHex } from '../../../src/proof/index.ts';
import { GrpcListener } from './grpc-listener.ts';
import type { Program } from './machine.ts';
import { openProducer, publishTo, unending } from './recorder.ts';
import type { AskPositions, RecorderSurroundings } from './recorder.ts';

const DRAIN_MS = 15_000;

/** `affidavit accesslog`: what commands/accesslog-process.ts does, on this machine's disk. */
export function logReceiverProgram(around: RecorderSurroundings, askPositions: AskPositions): Program {
  return async (process) => {
    const kind = { role: 'accesslog', key: around.key, ingestKeys: SEALS_NOTHING, gatherMs: 0 };
    const { open, config, ports, logger } = await openProducer(around, process, kind);
    const { clock, random } = ports;
    const { maxStreamBytes: maxPendingBytes } = config.accessLog;
    const options = { host: '', port: 0, writer: open.producer, clock, random, logger, maxPendingBytes };
    const server = await LogServer.start(options);
    around.listens({
      owner: process.owner,
      epoch: encodeHex(open.producer.epoch),
      reach: () => GrpcListener.reach(options),
    });
    const drained = {
      port: server.port,
      clocks: () => server.clocks(),
      drain: () => server.drain(DRAIN_MS),
      get hasUnrecordedLosses() {
        return server.hasUnrecordedLosses;
      },
      stats: () => server.stats(),
    };
    const running = runProducer(open, drained, kind.role, config, logger, unending(around.world, process));
    await publishTo(process.asked, running, around, process, askPositions);
  };
}
