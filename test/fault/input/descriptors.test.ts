import assert from 'node:assert/strict';
import { Agent, get } from 'node:http';
import { runCommand } from '../../../scripts/processes.ts';
import { connect } from '../../integration/capture/support/envoy-client.ts';
import { removeFolders, temporaryFolder, Up } from '../../integration/commands/support/cli.ts';
import { assertEndsInOrder, strictCallOn, verified } from './support/running.ts';

/** A segment holds a few of these. */
const BODY = JSON.stringify({ text: 'x'.repeat(200_000) });
const MOST_CALLS = 200;
/** Below what any process has open: nothing more can be opened. */
const NONE_LEFT = 3;
const ENOUGH = 1_000;

async function limitDescriptors({ pid }: { readonly pid: number }, soft: number): Promise<void> {
  const { status, stderr } = await runCommand('prlimit', ['--pid', String(pid), `--nofile=${soft}:`]);
  assert.equal(status, 0, stderr);
}

/** Asks over a connection that stays, since no other one could be made. */
function ready(agent: Agent, url: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const request = get(`${url}/readyz`, { agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => {
        resolve({ status: response.statusCode, text });
      });
    });
    request.on('error', reject);
  });
}

describe('bad input: no file descriptor left', function () {
  this.timeout(180_000);
  afterEach(removeFolders);

  it('refuses calls and says so, and goes on by itself once there are some; nothing answered is missing', async () => {
    const data = await temporaryFolder();
    const settings = { AFFIDAVIT_SPOOL_SEGMENT_BYTES: '1048576', AFFIDAVIT_TELEMETRY_ADDRESS: '127.0.0.1:0' };
    const up = await Up.start(`${data}/data`, settings);
    const url = String(up.line('telemetry is served')?.['url']);
    const client = connect(up.capturePort);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let answered = 0;
    const callUntil = async (wanted: boolean): Promise<void> => {
      for (let count = 0; count < MOST_CALLS; count++) {
        assert.equal(up.service.ended(), undefined);
        const isAnswered = (await strictCallOn(client, BODY)) === 0;
        if (isAnswered) answered += 1;
        await ready(agent, url);
        if (isAnswered === wanted) return;
      }
      throw new Error(`${MOST_CALLS} calls, and none was ${wanted ? 'answered' : 'refused'}`);
    };
    try {
      await callUntil(true);
      await limitDescriptors(up.service, NONE_LEFT);
      await callUntil(false);
      assert.deepEqual(await ready(agent, url), { status: 503, text: 'spool: no file descriptor is left\n' });
      assert.notEqual(await strictCallOn(client, BODY), 0);

      await limitDescriptors(up.service, ENOUGH);
      await callUntil(true);
      assert.equal((await ready(agent, url)).status, 200);
    } finally {
      client.close();
      agent.destroy();
    }
    await assertEndsInOrder(up);
    assert.ok(up.warnings().some((each) => each.startsWith('no file descriptor is left for the spool')));
    const { kinds } = await verified(`${data}/data`);
    assert.ok((kinds['exchange'] ?? 0) >= answered, `${kinds['exchange'] ?? 0} of ${answered}`);
  });
});
