import assert from 'node:assert/strict';
import { reckon } from '../../support/faults/reckoning.ts';
import type { Evidence, MadeCall, RecordFact } from '../../support/faults/reckoning.ts';
import {
  CallCounts,
  Certificate,
  CERTIFICATE_LIST,
  CounterCheck,
  Gap,
  GAP_REASON,
  ListedCall,
  UNKNOWN_WHAT,
} from '../../../src/record/index.ts';

const SECOND_US = 1_000_000;

/** A call that lasted for the `number`th second. */
function made(number: number, changes: Partial<MadeCall> = {}): MadeCall {
  const times = { startedUs: number * SECOND_US, endedUs: (number + 1) * SECOND_US - 1 };
  return {
    key: `call-${number}`,
    kind: 'json',
    ok: true,
    mayBeCut: false,
    ...times,
    exchangeId: `x${number}`,
    ...changes,
  };
}

function record(number: number, changes: Partial<RecordFact> = {}): RecordFact {
  return { exchangeId: `x${number}`, isWhole: true, ended: 'complete', ...changes };
}

type Facts = Partial<Parameters<typeof Certificate.create>[0]>;

function window(facts: Facts, lists: [list: number, numbers: number[]][] = []): Evidence['windows'][number] {
  const bounds = { windowStartUs: 0, windowEndUs: 10 * SECOND_US };
  const certificate = Certificate.create({ nodeId: 'envoy-1', counts: CallCounts.create({}), ...bounds, ...facts });
  const call = (number: number): ListedCall => {
    const { exchangeId, startedUs, endedUs } = made(number);
    return ListedCall.create({ exchangeId, startedUs, endedUs });
  };
  return { certificate, lists: new Map(lists.map(([list, numbers]) => [list, numbers.map(call)])) };
}

const ALL_IS_EXPECTED = { sinceUs: 0, untilUs: 100 * SECOND_US, records: true, log: true };
const CALLS = [1, 2, 3];

/** Three calls, all of them recorded and logged. */
function evidence(changes: Partial<Evidence> = {}, expected: Partial<Evidence['expected']> = {}): Evidence {
  return {
    profile: 'observe',
    calls: CALLS.map((number) => made(number)),
    records: CALLS.map((number) => record(number)),
    begun: new Set(),
    logged: new Set(['x1', 'x2', 'x3']),
    windows: [window({})],
    gaps: [],
    quarantined: 0,
    cut: new Set(),
    expected: {
      disturbances: [],
      cuts: [0, 0],
      jumps: false,
      quarantine: false,
      reordered: false,
      damage: false,
      ...expected,
    },
    ...changes,
  };
}

function violations(...given: Parameters<typeof evidence>): readonly string[] {
  return reckon(evidence(...given)).violations;
}

/** Of the three records all but that of call 2. */
const WITHOUT_2 = { records: [record(1), record(3)] };
const MISSING_2 = [window({}, [[CERTIFICATE_LIST.missing, [2]]])];
const DISTURBED = { disturbances: [ALL_IS_EXPECTED] };

describe('the reckoning of the fault suite', () => {
  for (const profile of ['observe', 'inline', 'strict'] as const) {
    it(`is even in ${profile} when every call has a whole record`, () => {
      const { tally, violations: found } = reckon(evidence({ profile }));
      assert.deepEqual(found, []);
      assert.deepEqual([tally.calls, tally.answered, tally.whole, tally.lost, tally.falseGaps], [3, 3, 3, 0, 0]);
    });

    it(`fails in ${profile} when a record is taken out, and nothing says so`, () => {
      assert.match(violations({ ...WITHOUT_2, profile }, DISTURBED).join('\n'), /call-2 .*neither recorded, nor named/);
    });

    it(`fails in ${profile} when an exchange has two records`, () => {
      const records = [...evidence().records, record(2)];
      assert.match(violations({ records, profile }).join('\n'), /^2 exchange records of x2$/m);
    });
  }

  it('takes a call that is named for named in observe, and in strict for a broken promise', () => {
    const { tally, violations: found } = reckon(evidence({ ...WITHOUT_2, windows: MISSING_2 }, DISTURBED));
    assert.deepEqual([tally.named, found], [1, []]);
    const strict = violations({ ...WITHOUT_2, windows: MISSING_2, profile: 'strict' }, DISTURBED);
    assert.deepEqual(strict, ['strict: json call-2 (x2) was answered, and is recorded as: nothing']);
  });

  it('takes no record in part for a whole one in strict, but of a call that may be cut', () => {
    const records = [record(1), record(2, { isWhole: false, ended: 'response_cut' }), record(3)];
    assert.match(violations({ records, profile: 'strict' }, DISTURBED).join(), /recorded as: response_cut/);
    const calls = [made(1), made(2, { mayBeCut: true }), made(3)];
    assert.deepEqual(violations({ records, calls, profile: 'strict' }, DISTURBED), []);
    assert.equal(reckon(evidence({ records }, DISTURBED)).tally.part, 1);
  });

  it('asks nothing in strict of a call that was not answered, but that it is accounted for', () => {
    const calls = [made(1), made(2, { ok: false }), made(3)];
    assert.deepEqual(violations({ ...WITHOUT_2, calls, windows: MISSING_2, profile: 'strict' }, DISTURBED), []);
    assert.match(violations({ ...WITHOUT_2, calls, profile: 'strict' }, DISTURBED).join(), /neither recorded/);
  });

  it('counts so many calls as counted as Envoy counted beyond its access log, and no more', () => {
    const logged = new Set(['x1', 'x3']);
    const counted = (unlogged: number): Evidence['windows'] => [
      window({ counters: CounterCheck.create({ unlogged }) }),
    ];
    const { tally, violations: found } = reckon(evidence({ ...WITHOUT_2, logged, windows: counted(1) }, DISTURBED));
    assert.deepEqual([tally.counted, found], [1, []]);
    // Call 3 is recorded and not logged either: it is one of those that were counted.
    const less = violations({ ...WITHOUT_2, logged: new Set(['x1']), windows: counted(1) }, DISTURBED);
    assert.match(less.join(), /call-2 .*neither recorded/);
    const declared = [window({ declaredLost: 1 })];
    assert.deepEqual(violations({ ...WITHOUT_2, logged, windows: declared }, DISTURBED), []);
    // What the access log names is missing by name, or left out of a list that was full.
    assert.match(violations({ ...WITHOUT_2, windows: declared }, DISTURBED).join(), /call-2 .*neither recorded/);
    const full = [window({ counts: CallCounts.create({ unnamed: 1 }) })];
    assert.deepEqual(violations({ ...WITHOUT_2, windows: full }, DISTURBED), []);
    const later = { windowStartUs: 20 * SECOND_US, windowEndUs: 30 * SECOND_US };
    const elsewhere = [window({ counts: CallCounts.create({ unnamed: 1 }), ...later })];
    assert.match(violations({ ...WITHOUT_2, windows: elsewhere }, DISTURBED).join(), /call-2 .*neither recorded/);
  });

  it('takes a call in a declared unknown tail for unknown, and one beside it for lost', () => {
    const tail = (sinceS: number): Evidence['windows'] => {
      const span = { sinceUs: sinceS * SECOND_US, untilUs: (sinceS + 1) * SECOND_US, what: UNKNOWN_WHAT.calls };
      return [window({ unknown: [span] })];
    };
    assert.equal(reckon(evidence({ ...WITHOUT_2, windows: tail(2) }, DISTURBED)).tally.unknown, 1);
    assert.deepEqual(violations({ ...WITHOUT_2, windows: tail(2) }, DISTURBED), []);
    assert.match(violations({ ...WITHOUT_2, windows: tail(4) }, DISTURBED).join(), /call-2 .*neither recorded/);
  });

  it('fails on gaps that are none', () => {
    assert.match(violations({ windows: MISSING_2 }, DISTURBED).join(), /x2 is said to be missing, and is recorded/);
    const unlogged = [window({}, [[CERTIFICATE_LIST.unlogged, [2]]])];
    assert.match(violations({ windows: unlogged }, DISTURBED).join(), /x2 is said to be in no access log, and is/);
    const counted = [window({ counters: CounterCheck.create({ unlogged: 1 }) })];
    assert.match(violations({ windows: counted }, DISTURBED).join(), /counted 1 unlogged calls of 0/);
  });

  it('fails on gaps that nothing that was done explains', () => {
    const later = { ...ALL_IS_EXPECTED, sinceUs: 50 * SECOND_US };
    const missing = { ...WITHOUT_2, windows: MISSING_2 };
    assert.match(violations(missing, { disturbances: [later] }).join(), /unexplained: missing x2/);
    assert.match(violations(missing, { disturbances: [{ ...ALL_IS_EXPECTED, records: false }] }).join(), /unexplained/);
    for (const list of [CERTIFICATE_LIST.partial, CERTIFICATE_LIST.differing])
      assert.match(violations({ windows: [window({}, [[list, [2]]])] }).join(), /unexplained: (partial|differing) x2/);
    const unknown = [{ sinceUs: SECOND_US, untilUs: 2 * SECOND_US, what: UNKNOWN_WHAT.calls }];
    assert.match(violations({ windows: [window({ unknown })] }).join(), /unexplained: unknown/);
  });

  it('wants a gap record of each epoch that was cut off, and of no other', () => {
    const gap = Gap.create({ reason: GAP_REASON.epoch_not_stopped, epoch: new Uint8Array([7]) });
    const cut = new Set(['07']);
    assert.deepEqual(violations({ cut, gaps: [gap] }, { cuts: [1, 1] }), []);
    assert.match(violations({ cut }, { cuts: [1, 1] }).join(), /no gap record says that epoch 07/);
    assert.match(violations({ gaps: [gap] }).join(), /false gap: epoch 07/);
    assert.match(violations({ cut, gaps: [gap, gap] }, { cuts: [1, 1] }).join(), /false gap: epoch 07/);
    assert.match(violations({ cut, gaps: [gap] }, { cuts: [2, 2] }).join(), /1 epochs were cut off instead of 2/);
  });

  it('takes a gap for closed only once all of it has arrived', () => {
    const missing = Gap.create({ reason: GAP_REASON.batches_missing, firstBatch: 4, lastBatch: 5 });
    const arrived = (batch: number): Gap =>
      Gap.create({ reason: GAP_REASON.batches_arrived, firstBatch: batch, lastBatch: batch });
    assert.deepEqual(violations({ gaps: [missing, arrived(5), arrived(4)] }), []);
    assert.match(violations({ gaps: [missing, arrived(4)] }).join(), /^missing: batch 5/);
    const parts = Gap.create({ reason: GAP_REASON.payload_missing, count: 1 });
    assert.deepEqual(violations({ gaps: [parts] }), ['1 payload parts are missing']);
    assert.deepEqual(violations({ gaps: [parts] }, { reordered: true }), []);
  });

  it('fails on jumps, damage and quarantine that nobody caused', () => {
    for (const reason of [GAP_REASON.position_jumped, GAP_REASON.spool_damaged, GAP_REASON.exchanges_lost])
      assert.match(violations({ gaps: [Gap.create({ reason })] }).join(), new RegExp(`gap of reason ${reason}`));
    assert.deepEqual(violations({ quarantined: 2 }), ['2 messages are quarantined']);
    assert.deepEqual(violations({ quarantined: 2 }, { quarantine: true }), []);
  });

  it('fails when client and upstream do not agree', () => {
    const calls = [made(1), made(2, { exchangeId: '' }), made(3)];
    assert.match(violations({ calls }).join(), /call-2 .*no upstream has seen it/);
  });
});
