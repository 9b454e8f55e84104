import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallResult, Kind } from '../../../demo/client/kinds.ts';
import { brokenPromises, countDifferences, filesWith } from '../../../demo/findings.ts';
import type { Counts, Findings } from '../../../demo/findings.ts';

function made(...kinds: Kind[]): CallResult[] {
  return kinds.map((kind, index) => ({
    ...{ kind, call: index + 1, exchangeKey: `call-${index + 1}`, ok: true, status: 200, digest: '' },
    ...{ requestBytes: 0, responseBytes: 0, gaveUp: false, error: '' },
  }));
}

describe('the demo’s verdict', () => {
  const results = made('json-http1', 'json-http1', 'form');
  const counts: Counts = {
    services: { orders: { create: 2 }, payments: { checkout: 1 } },
    accessLogEntries: 3,
    exchanges: 3,
  };
  const fine: Findings = {
    ...{ missing: 0, failed: 0, differences: 0, proven: true, trusted: true, noticed: true },
    search: {
      ...{ values: 1, forms: 9, files: 4, fileBytes: 1000, payloads: 6, payloadBytes: 600 },
      ...{ leaks: [], markersFound: 3, markersExpected: 3, controlFiles: 2 },
    },
  };

  it('is that counts agree only when everybody has counted what the client has', () => {
    assert.deepEqual(countDifferences(results, counts), []);
    const differing = (change: Partial<Counts>) => countDifferences(results, { ...counts, ...change });
    const services = { orders: { create: 1, 'not-found': 1 }, payments: { checkout: 1 } };
    assert.deepEqual(differing({ services }), [
      'orders create: client 2, service 1',
      'orders not-found: client 0, service 1',
    ]);
    assert.deepEqual(differing({ accessLogEntries: 2 }), ['Envoy’s access log: client 3, entries 2']);
    assert.deepEqual(differing({ accessLogEntries: 4 }), ['Envoy’s access log: client 3, entries 4']);
    assert.deepEqual(differing({ exchanges: 4 }), ['exchange records: client 3, records 4']);
  });

  it('is fine when nothing is broken, and says of each promise that it is', () => {
    assert.deepEqual(brokenPromises(fine), []);
    const { search } = fine;
    const broken: [Partial<Findings>, RegExp][] = [
      [{ missing: 1 }, /single whole record/],
      [{ failed: 1 }, /not answered/],
      [{ differences: 1 }, /counts disagree/],
      [{ search: { ...search, leaks: ['x'] } }, /planted values were found/],
      [{ search: { ...search, markersFound: 2 } }, /search of payloads does not find/],
      [{ search: { ...search, controlFiles: 0 } }, /search of stored bytes does not find/],
      [{ proven: false }, /proof of one record/],
      [{ trusted: false }, /not proven by the pinned keys/],
      [{ noticed: false }, /went unnoticed/],
    ];
    for (const [change, what] of broken) {
      const [first, ...more] = brokenPromises({ ...fine, ...change });
      assert.match(first ?? '', what);
      assert.deepEqual(more, []);
    }
  });

  it('is held up by a search of stored bytes that finds what is there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'affidavit-findings-'));
    try {
      assert.equal(await filesWith(folder, 'demo-environment'), 0);
      await writeFile(join(folder, 'one'), 'x demo-environment y demo-environment');
      await writeFile(join(folder, 'two'), Buffer.from('demo-environment').toString('base64'));
      await writeFile(join(folder, 'none'), 'another environment');
      assert.equal(await filesWith(folder, 'demo-environment'), 2);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
