import assert from 'node:assert/strict';
import type { CallResult } from '../../demo/client/kinds.ts';
import { expectedCounts } from '../../demo/client/kinds.ts';
import { runMix } from '../../demo/client/mix.ts';
import { throughEnvoy } from '../../demo/client/transport.ts';
import { RecordedLog } from '../../demo/recorded.ts';
import type { RecordedExchange } from '../../demo/recorded.ts';
import type { System } from '../../demo/system.ts';
import { BODY } from '../../src/record/index.ts';
import { assertGoVerifies, buildGoVerifier } from '../support/go-verifier.ts';
import { LogCounts, until, verifySystem } from '../support/system-log.ts';
import { endRecording, Stage } from '../support/system-stage.ts';
import { requireOrSkip } from '../support/tools.ts';

const CALLS = 5000;
const IN_FLIGHT = 16;
const SEED = 20;
const RECORDED_LIMIT_MS = 60_000;
const FILTER = 'http.recorded.ext_proc.affidavit';

function makeCalls(system: System): Promise<CallResult[]> {
  const target = throughEnvoy(system.ports.listener);
  return runMix({ target, calls: CALLS, concurrency: IN_FLIGHT, seed: SEED });
}

/** Calls, by kind and key, that haven't exactly one record, or not one that is as whole as the call was. */
function notRecorded(results: readonly CallResult[], exchanges: readonly RecordedExchange[]): string[] {
  const byCall = Map.groupBy(exchanges, ({ call }) => call);
  return results.flatMap(({ kind, exchangeKey, gaveUp }) => {
    const records = byCall.get(exchangeKey) ?? [];
    const isRight = records.length === 1 && records[0]?.complete === !gaveUp;
    const found = records.map(({ exchange }) => `${exchange.ended} ${exchange.endedReason}`);
    return isRight ? [] : [`${kind} ${exchangeKey}: [${found.join('; ')}]`];
  });
}

/** True when the recorder gave a body up because it was too busy. */
function hasLostBody({ exchange }: RecordedExchange): boolean {
  return [exchange.request, exchange.response].some((direction) => direction?.body === BODY.given_up);
}

describe(`${CALLS} calls of the mix, ${IN_FLIGHT} in flight`, function () {
  this.timeout(300_000);
  const stage = new Stage();
  let verifier = '';
  let unfiltered: CallResult[] = [];

  before(async function () {
    await requireOrSkip(this, 'envoy');
    const system = await stage.start({ profile: 'none', kafka: false, seed: SEED });
    unfiltered = await makeCalls(system);
    await system.stop();
  });

  after(async () => {
    await stage.clear();
  });

  it('are answered without the filter', () => {
    assert.deepEqual(
      unfiltered.filter(({ ok }) => !ok),
      [],
    );
  });

  for (const profile of ['observe', 'inline', 'strict'] as const)
    describe(`in profile ${profile}`, () => {
      let system: System;
      let results: CallResult[] = [];
      let stats = new Map<string, number>();
      let counts: LogCounts;

      before(async () => {
        // Not what a machine that is busy with something else costs observe: that is another test's.
        const settings = { AFFIDAVIT_CAPTURE_MAX_LAG_MS: '60000' };
        system = await stage.start({ profile, kafka: false, seed: SEED, settings });
        results = await makeCalls(system);
        counts = new LogCounts(system.ledgerData);
        await until(async () => {
          const { exchanges, accessLogEntries } = await counts.update();
          return exchanges >= CALLS && accessLogEntries >= CALLS;
        }, RECORDED_LIMIT_MS);
        stats = (await system.envoy?.stats()) ?? stats;
        await endRecording(system);
        await counts.update();
      });

      after(async () => {
        // Where the suite is skipped there is none.
        await (system as System | undefined)?.stop();
      });

      it('get the answers that they get without the filter', () => {
        assert.deepEqual(results, unfiltered);
        const expected = expectedCounts(results);
        assert.deepEqual(system.orders.stats().operations, expected.orders);
        assert.deepEqual(system.payments.stats().operations, expected.payments);
      });

      it('have one record each, whole unless the client gave up', async () => {
        const log = await RecordedLog.open(system.ledgerData);
        const exchanges = await log.exchanges();
        assert.deepEqual(notRecorded(results, exchanges), []);
        assert.equal(exchanges.length, CALLS);
        assert.deepEqual(exchanges.filter(hasLostBody), []);
      });

      it('are counted alike by Envoy’s access log and its counters, and none went on unrecorded', () => {
        assert.equal(counts.accessLogEntries, CALLS);
        assert.equal(stats.get('http.recorded.downstream_rq_completed'), CALLS);
        assert.equal(stats.get(`${FILTER}.failure_mode_allowed`), 0);
        assert.equal(stats.get(`${FILTER}.streams_started`), CALLS);
      });

      it('leave a log that is whole', async () => {
        const { trusted, missing, epochs, kinds, gaps } = await verifySystem(system);
        assert.deepEqual(
          { trusted, missing, epochs, gaps },
          {
            trusted: true,
            missing: [],
            // Recorder and auditor.
            epochs: { stopped: 2, cut: 0, running: 0 },
            gaps: {},
          },
        );
        assert.equal(kinds['exchange'], CALLS);
        assert.equal(kinds['exchange_opened'] ?? 0, profile === 'strict' ? CALLS : 0);
      });

      it('leave a log that a verifier in Go, which shares no code, finds whole as well', async function () {
        if (verifier === '') verifier = await buildGoVerifier(this, await stage.folder());
        const { checkpoint } = await verifySystem(system);
        await assertGoVerifies(verifier, system.ledgerFolder, system.keys.logKey, checkpoint.size);
      });
    });
});
