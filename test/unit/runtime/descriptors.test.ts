import assert from 'node:assert/strict';
import { connectionsWithin } from '../../../src/runtime/index.ts';

describe('runtime: connections of a server', () => {
  it('as many as wanted where descriptors are plenty, else their share of what is left for them', () => {
    assert.equal(connectionsWithin(4096, 1 / 2, 1_000_000), 4096);
    assert.equal(connectionsWithin(4096, 1 / 2, 1100), 500);
    assert.equal(connectionsWithin(256, 1 / 4, 1100), 250);
  });

  it('a few at least', () => {
    assert.equal(connectionsWithin(4096, 1 / 2, 64), 8);
  });

  it('within what the system allows this process', () => {
    assert.ok(connectionsWithin(Infinity, 1) > 8);
  });
});
