import assert from 'node:assert/strict';
import { join } from 'node:path';
import { RunningGroup } from '../../support/running-group.ts';
import { REQUEST } from '../capture/support/calls.ts';
import { connect, EnvoyStream } from '../capture/support/envoy-client.ts';
import { affidavit, environment, removeFolders, temporaryFolder } from './support/cli.ts';

const LIMIT_MS = 60_000;
/** Long enough for the program that ends in its place to start: a signal would end that, and there would be no exit code. */
const INSISTS_EACH_MS = 2_000;
/** Less than the drain that waits for a call. */
const INSISTED_MS = 15_000;

describe('npm run affidavit -- up, and Ctrl-C', function () {
  this.timeout(120_000);
  const groups: RunningGroup[] = [];

  afterEach(async () => {
    for (const group of groups.splice(0)) group.killGroup();
    await removeFolders();
  });

  async function up(): Promise<{ data: string; group: RunningGroup }> {
    const data = join(await temporaryFolder(), 'data');
    const group = new RunningGroup('npm', ['run', '-s', 'affidavit', '--', 'up', '--data', data], environment({}));
    groups.push(group);
    await group.until(/"the ledger is open"/, 1, LIMIT_MS);
    return { data, group };
  }

  it('drains and says that it stopped, although the signal comes from the terminal and from npm', async () => {
    const { data, group } = await up();
    group.signalGroup('SIGINT');
    assert.equal(await group.ended, 0, group.output);
    assert.match(group.output, /"the ledger is closed"/);
    const { stdout } = await affidavit(['list', '--kind', 'producer', '--data', data]);
    assert.match(stdout, / producer +recorder stopped\n.* producer +auditor stopped\n$/);
  });

  it('drains and says that it stopped when its terminal is closed', async () => {
    const { data, group } = await up();
    group.signalGroup('SIGHUP');
    // npm itself doesn't wait for what it has started.
    await group.ended;
    assert.match(group.output, /"the ledger is closed"/);
    const { stdout } = await affidavit(['list', '--kind', 'producer', '--data', data]);
    assert.match(stdout, / producer +recorder stopped\n/);
  });

  it('ends at once, without the drain, for somebody who goes on insisting', async () => {
    const { group } = await up();
    const client = connect(Number(/"port":(\d+)/.exec(group.output)?.[1]));
    const call = new EnvoyStream(client, 'strict');
    await call.ask(REQUEST);
    const asked = performance.now();
    const insisting = setInterval(() => {
      if (group.isRunning) group.signalGroup('SIGINT');
    }, INSISTS_EACH_MS);
    try {
      assert.equal(await group.ended, 130, group.output);
      const tookMs = performance.now() - asked;
      assert.ok(tookMs >= 1_000 && tookMs < INSISTED_MS, `${tookMs} ms`);
      assert.doesNotMatch(group.output, /"the ledger is closed"/);
    } finally {
      clearInterval(insisting);
      client.close();
    }
  });
});
