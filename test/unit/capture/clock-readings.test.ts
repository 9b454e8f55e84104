import assert from 'node:assert/strict';
import { ClockReadings } from '../../../src/capture/clock-readings.ts';
import { CLOCK_SOURCE } from '../../../src/record/index.ts';

/** Readings on a clock that is set by hand, in seconds. */
function readingsAt(): { readings: ClockReadings; pass: (seconds: number) => void } {
  let nowUs = 0;
  const clock = { nowUs: () => nowUs, monotonicUs: () => nowUs };
  return {
    readings: new ClockReadings(clock),
    pass: (seconds) => {
      nowUs += seconds * 1_000_000;
    },
  };
}

const SECOND_US = 1_000_000;
const peer = (): string => '10.0.0.1';

describe('readings of an Envoy’s clock', () => {
  it('are the smallest difference of many: what is on its way for longer tells less', () => {
    const { readings, pass } = readingsAt();
    for (const lateUs of [900, 40, 5_000]) {
      readings.takeCall(7 * SECOND_US, 8 * SECOND_US + lateUs, peer);
      pass(1);
    }
    const told = { source: CLOCK_SOURCE.ext_proc, name: '10.0.0.1', aheadUs: SECOND_US + 40, behindUs: 0, samples: 3 };
    assert.deepEqual(readings.recent(), [told]);
  });

  it('tell a clock that is behind', () => {
    const { readings } = readingsAt();
    readings.takeLog(8 * SECOND_US, 7 * SECOND_US, 'envoy-1');
    readings.takeLog(8 * SECOND_US, 9 * SECOND_US, 'envoy-1');
    const told = { source: CLOCK_SOURCE.access_log, name: 'envoy-1', aheadUs: 0, behindUs: SECOND_US, samples: 2 };
    assert.deepEqual(readings.recent(), [told]);
  });

  it('follow a clock that was set, within a minute, and forget who has gone', () => {
    const { readings, pass } = readingsAt();
    readings.takeCall(0, 0, peer);
    pass(31);
    readings.takeCall(0, 5 * SECOND_US, peer);
    assert.deepEqual([readings.recent()[0]?.aheadUs, readings.recent()[0]?.samples], [0, 2]);
    pass(30);
    assert.deepEqual([readings.recent()[0]?.aheadUs, readings.recent()[0]?.samples], [5 * SECOND_US, 1]);
    pass(30);
    assert.deepEqual(readings.recent(), []);
    readings.takeCall(0, 0, peer);
    pass(3_600);
    assert.deepEqual(readings.recent(), []);
  });

  it('look at a call in 5 ms: one costs time on its way', () => {
    const { readings, pass } = readingsAt();
    for (let call = 0; call < 100; call += 1) {
      readings.takeCall(0, 10, peer);
      pass(0.001);
    }
    assert.equal(readings.recent()[0]?.samples, 20);
  });

  it('are kept of so many Envoys, and told of those that differ most', () => {
    const { readings } = readingsAt();
    for (let node = 0; node < 1_000; node += 1)
      readings.takeLog(SECOND_US, SECOND_US + (node % 2 === 0 ? node : -node), `envoy-${node}`);
    assert.deepEqual(
      readings.recent().map(({ aheadUs, behindUs }) => aheadUs - behindUs),
      [-63, 62, -61, 60, -59, 58, -57, 56],
    );
  });
});
