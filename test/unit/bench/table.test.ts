import assert from 'node:assert/strict';
import { timesOf } from '../../../bench/profile.ts';
import { median, tableLines } from '../../../bench/table.ts';
import { usageOfAll } from '../../../bench/usage.ts';

describe('what measurements are shown with', () => {
  it('is a table whose columns line up', () => {
    const columns = [
      { heading: 'name', cell: (row: { name: string; count: number }) => row.name },
      { heading: 'n', cell: (row: { count: number }) => String(row.count) },
    ];
    const rows = [
      { name: 'one', count: 1 },
      { name: 'hundred', count: 100 },
    ];
    assert.deepEqual(tableLines(columns, rows), [
      '| name    |   n |',
      '| ------- | --: |',
      '| one     |   1 |',
      '| hundred | 100 |',
    ]);
  });

  it('is the middle of the rounds', () => {
    assert.deepEqual([median([3, 1, 2]), median([4, 1, 2, 3]), median([7])], [2, 2.5, 7]);
  });

  it('is the time of a process that works', () => {
    const before = usageOfAll(process.pid);
    const endMs = Date.now() + 60;
    while (Date.now() < endMs);
    const after = usageOfAll(process.pid);
    assert.ok(after.cpuUs > before.cpuUs && after.rssBytes > 0 && after.peakRssBytes >= after.rssBytes);
  });

  it('is the share of each function, by itself and with what it called, however deep it calls itself', () => {
    const frame = (functionName: string) => ({ functionName, url: '', lineNumber: 0 });
    const profile = {
      nodes: [
        { id: 1, callFrame: frame('(root)'), children: [2, 5] },
        { id: 2, callFrame: frame('outer'), children: [3] },
        { id: 3, callFrame: frame('inner'), children: [4] },
        { id: 4, callFrame: frame('outer') },
        { id: 5, callFrame: frame('(idle)') },
      ],
      samples: [2, 3, 4, 5],
      timeDeltas: [10, 20, 30, 40],
    };
    const { busyUs, own, total } = timesOf(profile);
    assert.equal(busyUs, 60);
    assert.deepEqual(Object.fromEntries(own), { outer: 40, inner: 20 });
    assert.deepEqual(Object.fromEntries(total), { outer: 60, inner: 50 });
  });
});
