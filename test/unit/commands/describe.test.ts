import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  exchangeIdOf,
  formatTime,
  printable,
  recordToJson,
  summarize,
  toJson,
} from '../../../src/commands/describe.ts';
import {
  BODY_TYPES,
  CLOCK_SOURCE,
  ENDED,
  Exchange,
  ExchangeHead,
  Gap,
  GAP_REASON,
  Genesis,
  KIND,
  LedgerRecord,
  PART,
  PAYLOAD_CLASS,
  PRODUCER_EVENT,
  ProducerStatus,
} from '../../../src/record/index.ts';

/** What a terminal would obey, or what shows text in another order than it has. */
const OBEYED = /[\p{Cc}\p{Cf}\u2028\u2029\ud800-\udfff]/u;
const HOSTILE = 'a\u001b[2Jb\u0007c\u009bd\u202ee\u2066f\u200fg\u061ch\u2028i\u00adj\r\nk\u007f\u{e0041}';

function record(kind: number, body: Uint8Array): LedgerRecord {
  return LedgerRecord.create({ format: 1, kind, timeUs: 1_767_323_045_678_901, body });
}

describe('the summary of a heartbeat', () => {
  it('tells how far the producer’s clock is from those of its Envoys', () => {
    const clocks = [
      { source: CLOCK_SOURCE.ext_proc, name: '10.0.0.1', aheadUs: 1_234, behindUs: 0, samples: 5 },
      { source: CLOCK_SOURCE.access_log, name: 'envoy-1', aheadUs: 0, behindUs: 2_000_000, samples: 5 },
    ];
    const body = ProducerStatus.encode(
      ProducerStatus.create({ event: PRODUCER_EVENT.heartbeat, role: 'recorder', clocks }),
    );
    assert.equal(
      summarize(record(KIND.producer, body)),
      'producer         recorder heartbeat, at most 1.234 ms ahead of 10.0.0.1 (ext_proc), at least 2000 ms behind envoy-1 (access_log)',
    );
  });
});

describe('text of records on a terminal', () => {
  it('is escaped wherever a terminal would obey it', () => {
    assert.equal(printable('plain text, Grüße, 日本語, 🎉'), 'plain text, Grüße, 日本語, 🎉');
    assert.equal(printable('\u001b[31m'), '\\u001b[31m');
    assert.doesNotMatch(printable(HOSTILE), OBEYED);
  });

  it('is escaped whatever it is, and left alone where there is nothing to escape', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = printable(text);
        assert.doesNotMatch(shown, OBEYED);
        if (!OBEYED.test(text)) assert.equal(shown, text);
        assert.equal(JSON.parse(printable(JSON.stringify(text))), text);
      }),
    );
  });

  for (const [kind, body] of [
    [KIND.genesis, Genesis.encode(Genesis.create({ origin: HOSTILE }))],
    [KIND.gap, Gap.encode(Gap.create({ reason: GAP_REASON.exchanges_lost, detail: HOSTILE }))],
    [
      KIND.exchange,
      Exchange.encode(
        Exchange.create({ head: ExchangeHead.create({ method: HOSTILE, route: HOSTILE, exchangeId: HOSTILE }) }),
      ),
    ],
  ] as const)
    it(`is escaped in the line about a record of kind ${kind}`, () => {
      const line = summarize(record(kind, body));
      assert.doesNotMatch(line, OBEYED);
      assert.match(line, /a\\u001b\[2Jb/);
    });
});

describe('a record in words', () => {
  it('names every kind that has a body, also an empty one', () => {
    for (const [kind] of BODY_TYPES) {
      assert.match(summarize(record(kind, new Uint8Array())), /^[a-z_]+/);
      assert.equal(typeof recordToJson(record(kind, new Uint8Array()))['kind'], 'string');
    }
  });

  it('of a kind that this version does not know: shown with its size, its body in hex', () => {
    const unknown = record(4711, Uint8Array.of(0xff, 0x00));
    assert.equal(summarize(unknown), "kind-4711        2 B of a kind that this version doesn't know");
    assert.deepEqual([recordToJson(unknown)['kind'], recordToJson(unknown)['body']], ['kind-4711', 'ff00']);
  });

  it('has times in UTC with microseconds, and numbers of registries by name', () => {
    assert.equal(formatTime(1_767_323_045_678_901), '2026-01-02T03:04:05.678901Z');
    const exchange = Exchange.create({ ended: ENDED.complete });
    const json = recordToJson({
      ...record(KIND.exchange, Exchange.encode(exchange)),
      parts: [
        {
          class: PAYLOAD_CLASS.content,
          name: PART.message,
          manifestHash: new Uint8Array(2),
          keyCommitment: new Uint8Array(0),
        },
      ],
    });
    assert.equal(json['timeUs'], '2026-01-02T03:04:05.678901Z');
    assert.equal((json['body'] as Record<string, unknown>)['ended'], 'complete');
    assert.deepEqual(json['parts'], [{ class: 'content', name: 'message', manifestHash: '0000', keyCommitment: '' }]);
    assert.deepEqual(toJson([1n, undefined, null, 'text']), [1n, undefined, null, 'text']);
  });

  it('tells the exchange id of records about exchanges only', () => {
    const head = ExchangeHead.create({ exchangeId: 'the-id' });
    assert.equal(exchangeIdOf(record(KIND.exchange, Exchange.encode(Exchange.create({ head })))), 'the-id');
    assert.equal(exchangeIdOf(record(KIND.gap, new Uint8Array())), '');
  });
});
