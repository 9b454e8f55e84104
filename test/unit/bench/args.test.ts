import assert from 'node:assert/strict';
import { multiples, readOptions, whole } from '../../../bench/args.ts';
import { overload, soak } from '../../../bench/soak.ts';
import { UsageError } from '../../../scripts/processes.ts';

describe('options of the measurements', () => {
  it('that are not known are named in one line, with where to look', () => {
    const read = (): unknown => readOptions(['--wat', '1'], { rate: { type: 'string' } }, 'soak');
    assert.throws(read, (thrown) => {
      assert.ok(thrown instanceof UsageError);
      assert.match(thrown.message, /^Unknown option '--wat'; npm run bench -- soak --help says what there is$/);
      return true;
    });
  });

  it('have the defaults that are described', () => {
    assert.deepEqual({ ...readOptions([], { rate: { type: 'string', default: '334' } } as const) }, { rate: '334' });
  });

  it('are whole numbers within their bounds', () => {
    assert.equal(whole('calls', '17', 1, 17), 17);
    for (const text of ['0', '18', '1.5', '', 'all', '-3'])
      assert.throws(() => whole('calls', text, 1, 17), UsageError);
  });

  it('may be several multiples', () => {
    assert.deepEqual(multiples('times', '2,0.5', 100), [2, 0.5]);
    for (const text of ['', '2,', '0', '101', 'two', '-1'])
      assert.throws(() => multiples('times', text, 100), UsageError);
  });

  it('are looked at before anything is started', async () => {
    await assert.rejects(soak(['--minutes', '0']), UsageError);
    await assert.rejects(soak(['--target', 'noop']), UsageError);
    await assert.rejects(soak(['--processes', '2']), UsageError);
    await assert.rejects(overload(['--times', '2,x']), UsageError);
    await assert.rejects(overload(['--body', '1']), UsageError);
  });
});
