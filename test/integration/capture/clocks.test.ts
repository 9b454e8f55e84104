import assert from 'node:assert/strict';
import { CLOCK_SOURCE, KIND } from '../../../src/record/index.ts';
import { systemClock } from '../../../src/runtime/index.ts';
import { BehindEnvoy } from './support/behind-envoy.ts';
import { requireOrSkip } from '../../support/tools.ts';

const HOUR_US = 3_600_000_000;

describe('the recorder’s clock beside Envoy’s', function () {
  this.timeout(60_000);

  before(async function () {
    await requireOrSkip(this, 'envoy');
  });

  for (const [name, aheadUs] of Object.entries({ ahead: HOUR_US, behind: -HOUR_US }))
    it(`is measured when it is ${name}, by calls and by the access log`, async () => {
      const clock = { ...systemClock, nowUs: () => systemClock.nowUs() + aheadUs };
      const behind = await BehindEnvoy.start({ profile: 'inline', capture: { clock } }, (_request, response) => {
        response.end('{}');
      });
      try {
        const { capture } = behind;
        assert.deepEqual(capture.server.clocks(), []);
        const before = systemClock.monotonicUs();
        await (await fetch(`${behind.url}/orders`)).text();
        await behind.recorded(1);
        await behind.logged(1);
        assert.equal(capture.writer.ofKind(KIND.access_log).length, 1);
        const tookUs = systemClock.monotonicUs() - before;
        const readings = capture.server.clocks();
        const names = new Map(readings.map((reading) => [reading.source, reading.name]));
        assert.deepEqual(
          [names.get(CLOCK_SOURCE.ext_proc), names.get(CLOCK_SOURCE.access_log)],
          ['127.0.0.1', 'envoy-1'],
        );
        for (const reading of readings) {
          const foundUs = reading.aheadUs - reading.behindUs;
          // Never less than it is (but for what Envoy rounds), and no more than the call took in addition.
          assert.ok(foundUs > aheadUs - 5_000 && foundUs < aheadUs + tookUs, `${foundUs} for ${aheadUs}`);
        }
      } finally {
        await behind.stop();
      }
    });
});
