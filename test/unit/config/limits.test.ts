import assert from 'node:assert/strict';
import { parseConfig } from '../../../src/config/index.ts';
import { referencePage, settings } from '../../../src/config/settings.ts';
import { MAX_PART_BYTES } from '../../../src/seal/chunks.ts';
import { HARD_BACKLOG_FACTOR } from '../../../src/record/index.ts';

describe('limits of the configuration', () => {
  it('maxBodyBytes: at most, and by default, what a payload part can hold', () => {
    assert.equal(parseConfig('', {}).capture.maxBodyBytes, MAX_PART_BYTES);
    const setTo = (maxBodyBytes: number) => parseConfig(JSON.stringify({ capture: { maxBodyBytes } }), {});
    assert.equal(setTo(MAX_PART_BYTES).capture.maxBodyBytes, MAX_PART_BYTES);
    assert.throws(() => setTo(MAX_PART_BYTES + 1), /capture\.maxBodyBytes is 2147483649: .*1 to 2147483648/);
  });

  it('maxBacklogBytes: at most what a producer can multiply', () => {
    const most = /to (\d+)$/.exec(settings.find(({ path }) => path === 'seal.maxBacklogBytes')?.allowed ?? '')?.[1];
    assert.equal(Number(most), Math.floor(Number.MAX_SAFE_INTEGER / HARD_BACKLOG_FACTOR));
  });

  it('lists: the reference says how long they may be, and so does who refuses a longer one', () => {
    const lists = settings.filter(({ defaultValue }) => Array.isArray(defaultValue));
    assert.ok(lists.length >= 8);
    for (const { path, allowed } of lists) assert.match(allowed, /^(at most|some of) /, path);
    assert.match(referencePage(), /`bus\.kafka\.brokers`.*\(at most 100\)/);
    const brokers = Array.from({ length: 101 }, (_, index) => `broker-${index}:9092`);
    assert.throws(
      () => parseConfig(JSON.stringify({ bus: { kafka: { brokers } } }), {}),
      /brokers is \["broker-0.*…: .*\(allowed: at most 100\)/,
    );
  });
});
