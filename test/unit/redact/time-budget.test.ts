import assert from 'node:assert/strict';
import { createRedactor, type Redactor } from '../../../src/redact/index.ts';
import { EngineRedactor, makeEngine } from '../../../src/redact/redactor.ts';
import { hmac, redactPieces } from './bodies.ts';

/** A redactor each of whose looks into a text takes so long, on a clock that stands still otherwise. */
function slow(msPerLook: number, maxEngineMs = 100): Redactor {
  let nowUs = 0;
  const engine = makeEngine({ limits: { maxEngineMs }, clock: { monotonicUs: () => nowUs } });
  return new EngineRedactor({
    ...engine,
    detect: (...text) => {
      nowUs += msPerLook * 1000;
      return engine.detect(...text);
    },
  });
}

/** Six lines, each as long as a block. */
const LINES = Buffer.from(`${'a line of 12345678 words '.repeat(700).slice(0, 16 * 1024 - 1)}\n`.repeat(6));

describe('a part that takes the engine too long', () => {
  it('is withdrawn when it is a body, with its length and commitment, and costs no further work', async () => {
    const { outcome, output } = await redactPieces([LINES, LINES], { contentType: 'text/plain' }, slow(60));
    assert.equal(outcome.state === 'withdrawn' && outcome.reason, 'out_of_time');
    assert.deepEqual([outcome.originalBytes, outcome.decodedBytes, output], [2 * LINES.length, 32 * 1024, '']);
    assert.equal(Buffer.from(outcome.commitment).toString('hex'), hmac(Buffer.concat([LINES, LINES])));
  });

  it('is kept within its time', async () => {
    const { outcome } = await redactPieces([LINES], { contentType: 'text/plain' }, slow(10));
    assert.equal(outcome.state, 'kept');
  });

  it('has its time again for each MiB of it', async () => {
    const pieces = Array.from({ length: 33 }, () => LINES);
    // 16 KiB a look: 64 looks, and 96 ms, a MiB.
    const { outcome } = await redactPieces(pieces, { contentType: 'text/plain' }, slow(1.5));
    assert.equal(outcome.state, 'kept');
    const slower = await redactPieces(pieces, { contentType: 'text/plain' }, slow(3));
    assert.equal(slower.outcome.state === 'withdrawn' && slower.outcome.reason, 'out_of_time');
  });

  it('is withdrawn also when its end alone takes too long', async () => {
    const { outcome } = await redactPieces(
      [Buffer.from('{"note":"a text"}')],
      { contentType: 'application/json' },
      slow(101),
    );
    assert.equal(outcome.state === 'withdrawn' && outcome.reason, 'out_of_time');
  });

  it('loses those headers that weren’t judged in time', () => {
    const fields = ['x-one', 'x-two', 'x-three'].map((name) => ({ name, value: 'some words' }));
    const { fields: redacted, counts } = slow(30).headers('request_headers', fields);
    const dropped = '[redacted:out_of_time]';
    assert.deepEqual(
      redacted.map(({ name, value }) => [name, value]),
      [
        ['x-one', 'some words'],
        ['x-two', 'some words'],
        ['x-three', dropped],
      ],
    );
    assert.deepEqual(
      counts.map(({ rule, count }) => [rule, count]),
      [['engine.out_of_time', 1]],
    );
  });

  it('loses everything when it is a target or a text', () => {
    const { path, query, counts } = slow(60).target('/a-path?query=words');
    assert.deepEqual([path, query, counts[0]?.rule], ['[redacted:out_of_time]', '', 'engine.out_of_time']);
    assert.equal(slow(120).text('some words').text, '[redacted:out_of_time]');
    assert.equal(slow(20).text('some words').text, 'some words');
  });

  it('is not one that waited for its next bytes', async () => {
    let nowUs = 0;
    const redactor = createRedactor({ limits: { maxEngineMs: 1 }, clock: { monotonicUs: () => nowUs } });
    const body = redactor.body({ part: 'request_body', contentType: 'text/plain' }, new Uint8Array(32));
    for (let i = 0; i < 4; i += 1, nowUs += 60_000_000) await body.write(LINES);
    assert.equal((await body.end()).state, 'kept');
  });
});
