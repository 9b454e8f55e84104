import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BusHandler, BusMessage } from '../../../src/bus/index.ts';
import { ensureLedgerKeys } from '../../../src/commands/key-setup.ts';
import { type RunningLedger, startLedger } from '../../../src/commands/ledger-process.ts';
import { systemPorts } from '../../../src/commands/ports.ts';
import { parseConfig } from '../../../src/config/index.ts';
import { silentLogger } from '../../../src/runtime/index.ts';
import { removeFolders, temporaryFolder } from '../../integration/commands/support/cli.ts';

/** A source whose lots the test hands over. */
class HandedSource {
  readonly id = 'embedded:00';
  #next = 0;

  get end(): number {
    return this.#next;
  }

  readonly #handler = Promise.withResolvers<BusHandler>();

  async run(_from: number | undefined, handler: BusHandler, signal: AbortSignal): Promise<void> {
    this.#handler.resolve(handler);
    if (!signal.aborted) await once(signal, 'abort');
  }

  /** Resolves when the next lot may come. */
  async take(messages: number, bytes: number): Promise<void> {
    const handler = await this.#handler.promise;
    const lot = Array.from({ length: messages }, (): BusMessage => {
      return { position: this.#next++, value: new Uint8Array(bytes) };
    });
    await handler(lot);
  }
}

describe('commits of a ledger', () => {
  let source: HandedSource;
  let running: RunningLedger;

  beforeEach(async () => {
    source = new HandedSource();
    const dataDir = join(await temporaryFolder(), 'data');
    const config = parseConfig('', {
      AFFIDAVIT_DATA_DIR: dataDir,
      AFFIDAVIT_LEDGER_PORT: '0',
      AFFIDAVIT_LEDGER_COMMIT_INTERVAL_MS: '60000',
    });
    const keys = await ensureLedgerKeys(config, systemPorts);
    running = await startLedger(config, keys, { ...systemPorts, source }, silentLogger);
  });
  afterEach(async () => {
    await running.stop();
    await removeFolders();
  });

  it('leave time for others to share the next one, until somebody waits for the last', async () => {
    const before = running.ledger.size;
    let isOver = false;
    const taken = source.take(1, 10).then(() => (isOver = true));
    while (running.ledger.size === before) await delay(5);
    await delay(100);
    assert.equal(isOver, false);
    running.hurry();
    await taken;
    await source.take(1, 10);
    assert.equal(running.ledger.position, 2);
  });

  it('follow each other at once while much waits', async () => {
    await source.take(250, 1);
    await source.take(2, 512 * 1024);
    assert.equal(running.ledger.position, 252);
  });
});
