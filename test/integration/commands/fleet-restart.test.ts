import assert from 'node:assert/strict';
import { join } from 'node:path';
import { freePort } from '../../../scripts/processes.ts';
import { RunningGroup } from '../../support/running-group.ts';
import { affidavit, removeFolders, temporaryFolder } from './support/cli.ts';

const LIMIT_MS = 30_000;

describe('affidavit recorder --processes, when none of them runs any more', function () {
  this.timeout(60_000);
  let group: RunningGroup | undefined;

  afterEach(async () => {
    group?.killGroup();
    await removeFolders();
  });

  it('starts them again, and ends in order meanwhile when asked to', async () => {
    const data = join(await temporaryFolder(), 'data');
    // Without ingest keys a recorder ends with exit code 3, which is tried again.
    const settings = { AFFIDAVIT_BUS_KIND: 'kafka', AFFIDAVIT_BUS_KAFKA_BROKERS: '127.0.0.1:1' };
    const args = ['src/cli.ts', 'recorder', '--processes', '1', '--data', data];
    group = new RunningGroup(process.execPath, args, { ...process.env, ...settings });
    await group.until(/no set of ingest keys[^]*no set of ingest keys[^]*started again/, 0, LIMIT_MS);
    group.signal('SIGTERM');
    assert.equal(await group.ended, 0);
  });

  it('end in order when what keeps them is killed', async () => {
    const data = join(await temporaryFolder(), 'data');
    const settings = { AFFIDAVIT_BUS_KIND: 'kafka', AFFIDAVIT_BUS_KAFKA_BROKERS: '127.0.0.1:1' };
    assert.equal((await affidavit(['keys', 'init', '--data', data])).status, 0);
    const port = await freePort();
    const args = ['src/cli.ts', 'recorder', '--processes', '2', '--data', data];
    group = new RunningGroup(process.execPath, args, {
      ...{ ...process.env, ...settings },
      AFFIDAVIT_CAPTURE_PORT: String(port),
    });
    await group.until(/takes calls[^]*takes calls/, 2, LIMIT_MS);
    group.signal('SIGKILL');
    await group.ended;
    assert.equal(group.output.match(/the recorder has stopped/g)?.length, 2, group.output);
  });
});
