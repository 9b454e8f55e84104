import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { Needles, searchBytes } from '../../demo/client/leaks.ts';
import type { Place } from '../../demo/client/leaks.ts';
import { BODY, ENDED } from '../../src/record/index.ts';
import { ENTITIES } from '../../src/redact/index.ts';
import { plantedCalls } from '../support/planted/calls.ts';
import { hostileCalls } from '../support/planted/hostile.ts';
import { keyOf } from '../support/planted/planted-call.ts';
import type { PlantedCall } from '../support/planted/planted-call.ts';
import { probe, probeSecrets } from '../support/planted/probes.ts';
import { Recording } from '../support/planted/recording.ts';
import { Stage } from '../support/system-stage.ts';
import { requireOrSkip } from '../support/tools.ts';

const SEED = 71;
const CALLS = plantedCalls(SEED);
const HOSTILE = hostileCalls(SEED);
const NEEDLES = new Needles([...[...CALLS, ...HOSTILE].flatMap(({ secrets }) => secrets), ...probeSecrets(SEED)]);
/** Harmless texts in contents that are kept. */
const MARKERS = CALLS.filter(({ mayBeGivenUp }) => !mayBeGivenUp).flatMap(({ markers }) => markers);
const MARKER_NEEDLES = new Needles(MARKERS.map((value) => ({ label: value, value })));
const BARE_CLI = fileURLToPath(import.meta.resolve('../support/cli-without-redaction.ts'));

/** Every entity kept, where that may be configured at all. */
const KEEP_ALL = `redact:\n  entities:\n${Object.entries(ENTITIES)
  .filter(([, { neverKept }]) => !neverKept)
  .map(([name]) => `    ${name}: { action: keep }\n`)
  .join('')}`;

function placesIn(what: string, text: string | Buffer): string[] {
  const describe = ({ label, encoding }: Place): string => `${label} (${encoding}) in ${what}`;
  return searchBytes(Buffer.from(text), NEEDLES).map(describe);
}

/** Labels of what was planted. */
function labelsOf(calls: readonly PlantedCall[], isWanted: (kind: string) => boolean): string[] {
  // A code of three digits may be that of several calls.
  const seen = new Set<string>();
  const labels = new Set<string>();
  for (const { secrets } of calls)
    for (const { kind, label, value } of secrets) {
      if (isWanted(kind) && !seen.has(value)) labels.add(label);
      seen.add(value);
    }
  return [...labels];
}

describe('values planted in every content type and encoding, through a real Envoy', function () {
  this.timeout(180_000);
  const stage = new Stage();
  const recordings: Recording[] = [];

  before(async function () {
    await requireOrSkip(this, 'envoy');
  });

  after(async () => {
    for (const recording of recordings) await recording.stop();
    await stage.clear();
  });

  async function record(
    profile: 'inline' | 'strict',
    more: { kafka?: boolean; cli?: string; config?: string; calls?: readonly PlantedCall[] } = {},
  ): Promise<Recording> {
    const { kafka = false, config = '', calls = CALLS, ...options } = more;
    const directory = join(await stage.folder(), 'system');
    const processes = { kafka, accessLog: kafka, audit: kafka };
    const recording = await Recording.make({ directory, profile, ...processes, ...options }, calls, config);
    recordings.push(recording);
    return recording;
  }

  for (const [profile, bus] of [
    ['inline', 'Kafka'],
    ['strict', 'the embedded bus'],
  ] as const)
    describe(`in ${profile}, with ${bus}`, () => {
      let recording: Recording;

      before(async function () {
        if (bus === 'Kafka') await requireOrSkip(this, 'kafka');
        recording = await record(profile, { kafka: bus === 'Kafka', calls: [...CALLS, ...HOSTILE] });
      });

      it('reach both sides byte for byte', () => {
        for (const { name, request, reply, status = 200 } of CALLS) {
          const answer = recording.answers.get(name);
          const received = recording.upstream.received.get(keyOf(name));
          assert.equal(answer?.status, status, name);
          assert.ok(answer.body.equals(reply.body), `${name}: the answer was changed`);
          assert.ok(received !== undefined && received.body.equals(request.body), `${name}: the request was changed`);
          assert.equal(received.path, request.path, name);
          assert.deepEqual({ ...answer.trailers }, { ...answer.trailers, ...reply.trailers }, name);
          assert.deepEqual({ ...received.trailers }, { ...received.trailers, ...request.trailers }, name);
        }
      });

      it('are counted by entity in the record of their call, whose content is kept', () => {
        const wrong: string[] = [];
        for (const call of CALLS) {
          const [one, ...more] = recording.exchangeOf(call);
          if (one === undefined || more.length > 0 || one.exchange.ended !== ENDED.complete) {
            wrong.push(`${call.name}: no single whole record`);
            continue;
          }
          if (call.mayBeGivenUp) continue;
          const { request, response, redactions } = one.exchange;
          for (const direction of [request, response])
            if (direction?.body !== BODY.kept && direction?.body !== BODY.none)
              wrong.push(`${call.name}: ${direction?.bodyReason ?? ''}`);
          const counted = new Set(redactions.map(({ entity }) => entity));
          const missing = [...call.entities].filter((entity) => !counted.has(entity));
          if (missing.length > 0)
            wrong.push(`${call.name}: ${missing.join(', ')} not among ${[...counted].join(', ')}`);
        }
        assert.deepEqual(wrong, []);
      });

      it('are in no payload; the harmless text beside them is', async () => {
        assert.deepEqual([...(await recording.searchPayloads(NEEDLES))], []);
        assert.deepEqual(await recording.searchPayloads(MARKER_NEEDLES), new Set(MARKERS));
      });

      it('are in nothing that commands, metrics and the ledger’s endpoint tell', async () => {
        const answered = await probe(recording.system, SEED);
        const telemetry = await recording.telemetry();
        assert.ok([...telemetry.values()].some((text) => text.includes('affidavit_')));
        assert.ok(await recording.isCertified(), 'there is no certificate in which they could be');
        const served = await recording.served();
        const printed = await recording.printed();
        const places = [
          ...answered.flatMap((text) => placesIn('what the ledger answered to nonsense', text)),
          ...[...served, ...telemetry].flatMap(([path, bytes]) => placesIn(path, bytes)),
          ...printed.flatMap((text) => placesIn('what a command printed', text)),
        ];
        assert.deepEqual(places, []);
        for (const path of ['checkpoint', 'v1/positions']) assert.ok((served.get(path)?.length ?? 0) > 0, path);
        const found = printed.flatMap((text) => searchBytes(Buffer.from(text), MARKER_NEEDLES));
        assert.deepEqual(new Set(found.map(({ label }) => label)), new Set(MARKERS));
      });

      it('are in no file: spool, ledger, broker, logs', async () => {
        await recording.stop();
        assert.deepEqual(await recording.searchFiles(NEEDLES), []);
        const control = new Needles([{ label: 'control', value: 'demo-environment' }]);
        assert.ok((await recording.searchFiles(control)).length > 0);
      });
    });

  it('are all found by the same search when the configuration keeps them; but codes of cards, which nothing keeps', async () => {
    const recording = await record('inline', { config: KEEP_ALL });
    const found = await recording.searchPayloads(NEEDLES);
    const kept = CALLS.filter(({ mayBeGivenUp }) => !mayBeGivenUp);
    assert.deepEqual(
      labelsOf(kept, (kind) => kind !== 'cvv').filter((label) => !found.has(label)),
      [],
    );
    assert.deepEqual(
      labelsOf(CALLS, (kind) => kind === 'cvv').filter((label) => found.has(label)),
      [],
    );
  });

  it('are all found by the same search when nothing is redacted', async () => {
    const calls = [...CALLS, ...HOSTILE].filter(({ isUnreadable }) => isUnreadable !== true);
    const recording = await record('inline', { cli: BARE_CLI, calls });
    const found = await recording.searchPayloads(NEEDLES);
    assert.deepEqual(
      labelsOf(
        calls.filter((call) => !HOSTILE.includes(call)),
        () => true,
      ).filter((label) => !found.has(label)),
      [],
    );
    const isFound = ({ secrets }: PlantedCall): boolean => secrets.some(({ label }) => found.has(label));
    const refused = HOSTILE.filter((call) => !isFound(call)).map(({ name }) => name);
    assert.deepEqual(refused, ['a header that is too long']);
  });
});
