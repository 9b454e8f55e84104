import assert from 'node:assert/strict';
import { ENDED } from '../../../src/record/index.ts';
import { requireOrSkip } from '../../support/tools.ts';
import { BehindEnvoy } from './support/behind-envoy.ts';

/** Envoy tells a traced call's `tracestate`, which is its caller's, to whom it asks about the call. */
const TRACED = `                stat_prefix: recorded
                tracing:
                  provider:
                    name: envoy.tracers.opentelemetry
                    typed_config:
                      '@type': type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig
                      service_name: edge
                      grpc_service: { envoy_grpc: { cluster_name: affidavit-access-log }, timeout: 1s }`;
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const SLOW_CALLS = 4;

describe('an Envoy that traces', function () {
  this.timeout(60_000);
  before(async function () {
    await requireOrSkip(this, 'envoy');
  });

  for (const profile of ['strict', 'inline', 'observe'] as const) {
    it(`passes on what callers say of a trace, and no other call is cut by it (${profile})`, async () => {
      const answers: (() => void)[] = [];
      let tell = (): void => undefined;
      const allAsked = new Promise<void>((resolve) => (tell = resolve));
      const change = (config: string): string => config.replace('                stat_prefix: recorded', TRACED);
      const behind = await BehindEnvoy.start({ profile, change }, (request, response) => {
        if (request.url === '/orders/slow') {
          if (answers.push(() => response.end('done')) === SLOW_CALLS) tell();
        } else response.end('quick');
      });
      try {
        const slow = Array.from({ length: SLOW_CALLS }, () => fetch(`${behind.url}/orders/slow`));
        await allAsked;
        for (let call = 0; call < SLOW_CALLS; call += 1) {
          const headers = { traceparent: TRACEPARENT, tracestate: `a=${'x'.repeat(9_000)}` };
          const response = await fetch(`${behind.url}/orders/quick`, { headers });
          assert.deepEqual([response.status, await response.text()], [200, 'quick']);
        }
        for (const answer of answers) answer();
        for (const response of await Promise.all(slow))
          assert.deepEqual([response.status, await response.text()], [200, 'done']);
        const recorded = await behind.recorded(2 * SLOW_CALLS);
        assert.deepEqual(new Set(recorded.map(({ ended }) => ended)), new Set([ENDED.complete]));
      } finally {
        await behind.stop();
      }
    });
  }
});
