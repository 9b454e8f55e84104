import assert from 'node:assert/strict';
import { AffidavitError, ENDED, KIND, PROFILE } from '../../../src/record/index.ts';
import { Held } from './support/held-session.ts';
import { REQUEST, WHOLE } from '../../integration/capture/support/calls.ts';

const DEADLINE_US = 8_000_000;

/** A call in strict, and the moment at which its beginning is durable. */
function strictCall(): { held: Held; disk: PromiseWithResolvers<undefined>; begun: Promise<undefined> } {
  const held = new Held(PROFILE.strict);
  const disk = Promise.withResolvers<undefined>();
  const begun = Promise.withResolvers<undefined>();
  held.writer.beforeDurable = async ({ kind }) => {
    if (kind !== KIND.exchange_opened) return;
    begun.resolve(undefined);
    await disk.promise;
  };
  return { held, disk, begun: begun.promise };
}

function textOf(replies: readonly Uint8Array[]): string {
  return Buffer.concat(replies).toString('latin1');
}

describe('the wait of a strict call for its records', () => {
  it('ends at its deadline with an answer that says so, and the record follows', async () => {
    const { held, disk, begun } = strictCall();
    held.send(REQUEST);
    await begun;
    held.nowUs += DEADLINE_US;
    held.session.onTick();
    assert.deepEqual([held.replies.length, held.strictWaiting], [0, { calls: 1, overdue: 0 }]);
    held.nowUs += 1;
    held.session.onTick();
    held.session.onTick();
    assert.match(textOf(held.replies), /affidavit_not_recorded\.deadline/);
    assert.deepEqual([held.closed, held.counters.refused], [[undefined], 1]);
    // Its record is still on its way: the call counts among those that wait.
    assert.deepEqual(held.strictWaiting, { calls: 1, overdue: 1 });
    disk.resolve(undefined);
    await held.done;
    await held.writer.until(() => held.writer.exchanges().length > 0);
    const { ended, endedReason } = held.exchange;
    assert.deepEqual([ended, endedReason], [ENDED.recorder_gave_up, 'request_withheld.deadline']);
    assert.deepEqual(held.strictWaiting, { calls: 0, overdue: 0 });
  });

  it('is nobody’s any more once the caller has gone: the call is recorded as it stands, however late', async () => {
    const { held, disk, begun } = strictCall();
    held.send(REQUEST);
    await begun;
    held.session.onPeerEnded('reset');
    held.nowUs += 2 * DEADLINE_US;
    held.session.onTick();
    assert.deepEqual([held.counters.refused, held.strictWaiting.calls], [0, 1]);
    disk.resolve(undefined);
    held.release();
    await held.done;
    const { ended, endedReason, request } = held.exchange;
    assert.deepEqual([ended, endedReason], [ENDED.request_cut, 'stream_reset']);
    assert.ok((request?.headerCount ?? 0) > 0);
    assert.equal(held.strictWaiting.calls, 0);
  });

  it('leaves whole what is being written when it ends', async () => {
    const held = new Held(PROFILE.strict).send(...WHOLE);
    await held.asked;
    held.nowUs += DEADLINE_US + 1;
    held.session.onTick();
    // The headers of the response have gone on: only a reset is left.
    assert.deepEqual(held.closed, ['affidavit_not_recorded.deadline']);
    held.release();
    await held.done;
    assert.equal(held.exchange.ended, ENDED.complete);
    assert.equal(held.writer.openParts, 0);
    assert.equal(held.unended.size, 0);
  });

  it('leaves nothing behind when what is being written when it ends fails', async () => {
    const { held, disk, begun } = strictCall();
    held.send(REQUEST);
    await begun;
    held.nowUs += DEADLINE_US + 1;
    held.session.onTick();
    disk.reject(new AffidavitError('io.full', 'disk full'));
    await held.done;
    assert.deepEqual([held.writer.records.length, held.unended.size, held.openFrames.oldest], [0, 0, undefined]);
    assert.deepEqual(held.strictWaiting, { calls: 0, overdue: 0 });
  });

  it('is for so many at once; one more is refused when it begins, and leaves nothing', async () => {
    const held = new Held(PROFILE.strict);
    held.strictWaiting.calls = 10_000;
    held.send(...WHOLE);
    await held.done;
    assert.match(textOf(held.replies), /affidavit_not_recorded\.too_many_waiting/);
    assert.deepEqual([held.writer.records.length, held.counters.refused], [0, 1]);
    assert.equal(held.strictWaiting.calls, 10_000);
  });

  it('is only strict’s', async () => {
    const held = new Held(PROFILE.inline);
    held.strictWaiting.calls = 10_000;
    held.send(...WHOLE);
    await held.asked;
    held.nowUs += 2 * DEADLINE_US;
    held.session.onTick();
    held.release();
    await held.done;
    assert.deepEqual([held.exchange.ended, held.counters.refused], [ENDED.complete, 0]);
  });
});
