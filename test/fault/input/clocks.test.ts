import assert from 'node:assert/strict';
import { ENDED, GAP_REASON } from '../../../src/record/index.ts';
import { systemRandom } from '../../../src/runtime/index.ts';
import type { Clock } from '../../../src/runtime/index.ts';
import type { Ledger } from '../../../src/ledger/index.ts';
import { Capture } from '../../integration/capture/support/capture.ts';
import { bodyText } from '../../integration/capture/support/memory-writer.ts';
import { bodyOf, REQUEST, RESPONSE } from '../../integration/capture/support/calls.ts';
import {
  assertOnce,
  chunkFrame,
  exchange,
  gapsOf,
  messages,
  openLedger,
  readLog,
  recorderKey,
  status,
  TestEpoch,
  testPart,
} from '../../support/ledger.ts';
import type { TestBatch } from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

const DAY_US = 86_400_000_000;
const YEAR_US = 365 * DAY_US;
/** 2026, in the middle of a day. */
const NOW_US = 1_785_585_600_000_000;

/** A wall clock that is set at will, beside one that only ever goes on. */
class SetClock implements Clock {
  wallUs = NOW_US;
  private elapsedUs = 0;

  nowUs(): number {
    return this.wallUs + (this.elapsedUs += 1000);
  }

  monotonicUs(): number {
    return (this.elapsedUs += 1000);
  }
}

/** Where a clock may be set to: back to 1970, a year back, an hour, on by an hour, a year, past 2038 and 2100. */
const JUMPS = [-NOW_US, -YEAR_US, -DAY_US / 24, DAY_US / 24, YEAR_US, 13 * YEAR_US, 100 * YEAR_US, 0];

describe('bad input: clocks that jump', function () {
  this.timeout(60_000);

  it('the ledger: each batch once, and no payload lost, wherever its clock is set to and back', async () => {
    const disk = new SimulatedDisk(1);
    const clock = new SetClock();
    const options = { clock, storage: { maxUnclaimedDays: 10 } };
    const epoch = new TestEpoch('a');
    const sent: TestBatch[] = [epoch.batch([status('started')])];
    let ledger: Ledger = await openLedger(disk.files(), options);
    let position = 1;
    await ledger.ingest(messages([sent[0]?.frame ?? new Uint8Array(0)]));
    for (const [at, jump] of JUMPS.entries()) {
      const part = testPart(new Uint8Array(900).fill(at + 1), true);
      await ledger.ingest(messages([chunkFrame(recorderKey, part.chunks[0] ?? new Uint8Array(0))], position++));
      clock.wallUs = NOW_US + jump;
      // What is sent ahead waits for its record over a commit at the new time, and one back at the old.
      await ledger.ingest(messages([Buffer.from(`noise ${at}`)], position++));
      clock.wallUs = NOW_US;
      await ledger.ingest(messages([Buffer.from(`more ${at}`)], position++));
      clock.wallUs = NOW_US + jump;
      const batch = epoch.batch([exchange(`${at}`, [part])]);
      sent.push(batch);
      await ledger.ingest(messages([batch.frame], position++));
      await ledger.close();
      ledger = await openLedger(disk.files(), options);
    }
    const log = await readLog(disk.files());
    assertOnce(log, sent);
    assert.deepEqual(
      gapsOf(log).filter(({ reason }) => reason === GAP_REASON.payload_missing),
      [],
    );
  });

  it('the recorder: a call that lasts over jumps is one exchange, with the duration that it had', async () => {
    const capture = new Capture();
    const clock = new SetClock();
    try {
      const call = await capture.open('strict', { clock, random: systemRandom });
      await call.ask({ request_headers: REQUEST.request_headers });
      for (const jump of JUMPS) {
        clock.wallUs = NOW_US + jump;
        await call.ask(bodyOf('request', '{"n":1}'));
      }
      await call.ask(bodyOf('request', '', true));
      await call.ask(RESPONSE);
      await call.ask(bodyOf('response', '{}', true));
      assert.equal(await call.ended(), 0);
      await capture.recorded();
      const { exchange: recorded, parts } = capture.only();
      assert.equal(recorded.ended, ENDED.complete);
      // Each look at this clock takes a millisecond.
      assert.ok(recorded.endedAfterUs > 0 && recorded.endedAfterUs < 1_000_000, `${recorded.endedAfterUs}`);
      assert.equal(bodyText(parts, 'request'), '{"n":1}'.repeat(JUMPS.length));
    } finally {
      await capture.close();
    }
  });
});
