import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { ROOT, startService } from '../../../scripts/processes.ts';
import { environment, removeFolders, temporaryFolder } from './support/cli.ts';

const END_MS = 20_000;

describe('a ledger whose broker takes connections and answers nothing', function () {
  this.timeout(90_000);
  let broker: Server;

  beforeEach(async () => {
    broker = createServer();
    broker.listen(0, '127.0.0.1');
    await once(broker, 'listening');
  });
  afterEach(async () => {
    broker.close();
    await removeFolders();
  });

  it('ends in order when it is told to', async () => {
    const folder = await temporaryFolder();
    const { port } = broker.address() as AddressInfo;
    const settings = { AFFIDAVIT_BUS_KIND: 'kafka', AFFIDAVIT_BUS_KAFKA_BROKERS: `127.0.0.1:${port}` };
    const args = [join(ROOT, 'src', 'cli.ts'), 'ledger', '--data', join(folder, 'data')];
    const run = { logFile: join(folder, 'ledger.log'), env: environment(settings) };
    const ledger = await startService('affidavit ledger', process.execPath, args, run);
    const [socket] = (await once(broker, 'connection')) as [Socket];
    await once(socket, 'data');
    await ledger.stop(END_MS);
    assert.equal(ledger.ended(), 'exit code 0');
  });
});
