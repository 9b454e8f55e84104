import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ROOT } from '../../../scripts/processes.ts';
import { affidavit, messageLines } from './support/cli.ts';

/** A log with a call of each sort in one window. */
const LOG = join(ROOT, 'test', 'golden', 'v3');
const ID = '00000000-0000-4000-8000-00000000000';

interface Gap {
  state: string;
  window: string;
  counts: Record<string, number>;
  lists: Record<string, { exchangeId: string }[]>;
}

describe('affidavit gaps', function () {
  this.timeout(60_000);

  const run = async (...args: string[]) => {
    const { status, stdout, stderr } = await affidavit(['gaps', '--log', LOG, ...args], {
      AFFIDAVIT_AUDIT_UNRECORDED_ROUTES: 'health',
    });
    return { status, stdout, messages: messageLines(stderr) };
  };

  it('names the calls that are missing, and what is known of the others', async () => {
    const { status, stdout } = await run('--json');
    assert.equal(status, 0);
    const { gaps, calls } = JSON.parse(stdout) as { gaps: Gap[]; calls: Record<string, number> };
    assert.ok((calls.served ?? 0) >= 5 && calls.missing === 1, stdout);
    const gap = gaps.find(({ window }) => window === '2026-01-02T03:04:00.000000Z');
    assert.equal(gap?.state, 'incomplete');
    const { served, complete, cut, partial, missing, differing, neverOffered, unrecordedRoutes } = gap.counts;
    assert.deepEqual([served, complete, cut, partial, missing, differing], [5, 1, 1, 1, 1, 1]);
    assert.deepEqual([neverOffered, unrecordedRoutes], [1, 1]);
    const named = Object.entries(gap.lists).map(([list, calls]) => [list, calls.map((call) => call.exchangeId)]);
    assert.deepEqual(Object.fromEntries(named), {
      missing: [`${ID}5`],
      partial: [`${ID}2`],
      differing: [`${ID}3`],
      never_offered: [''],
    });
  });

  it('says it to a person, with the reason for each call', async () => {
    const { stdout } = await run();
    assert.match(stdout, /2026-01-02T03:04:00\.000000Z {2}incomplete {2}edge-1: 2 of 5 served calls are recorded/);
    assert.match(stdout, /missing .*0005 {2}orders {2}200 {2}not recorded/);
    assert.match(stdout, /differing .*response body 69 bytes, Envoy says 70/);
    assert.match(stdout, /partial .*recorder_gave_up/);
  });

  it('says of producers that they fell silent', async () => {
    const { stdout } = await run();
    assert.match(stdout, /^silent {6}2026-01-02T.* fell silent without "stopped" after leaf \d+$/m);
  });

  it('looks at what ended since a time', async () => {
    const { stdout } = await run('--since', '2026-01-03', '--json');
    const { calls, ...rest } = JSON.parse(stdout) as { calls: { served: number } };
    assert.equal(calls.served, 0);
    assert.deepEqual(rest, { windows: 0, countedOnly: 0, gaps: [], pending: [], producers: [], missing: [] });
    assert.equal(
      (await run('--since', '1h')).stdout,
      'No window to judge: no access log and no counters came in this time.\n',
    );
    const { status, messages } = await run('--since', 'yesterday');
    assert.equal(status, 2);
    assert.match(messages.join(), /not a time: "yesterday"/);
  });

  it('is for a log that is there', async () => {
    assert.equal((await affidavit(['gaps', '--log', join(ROOT, 'docs')])).status, 3);
  });
});
