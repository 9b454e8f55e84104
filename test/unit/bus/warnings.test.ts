import assert from 'node:assert/strict';
import { once } from 'node:events';
import { runInThisContext } from 'node:vm';
import { filterNegativeTimeouts } from '../../../src/bus/warnings.ts';

/** Emits a warning from a file of this name. */
function warnFrom(filename: string, name: string): void {
  const warn = runInThisContext('(name) => { process.emitWarning("a test warns", name); }', { filename }) as (
    name: string,
  ) => void;
  warn(name);
}

describe('bus: the negative timeouts of kafkajs', () => {
  it('are kept from the terminal, the same from elsewhere and every other warning are not', async () => {
    filterNegativeTimeouts();
    filterNegativeTimeouts();
    const seen: string[] = [];
    const keep = (warning: Error): void => {
      if (warning.message === 'a test warns') seen.push(warning.name);
    };
    process.on('warning', keep);
    warnFrom('/x/kafkajs/src/network/requestQueue/index.js', 'TimeoutNegativeWarning');
    warnFrom('/x/other/index.js', 'TimeoutNegativeWarning');
    warnFrom('/x/kafkajs/src/index.js', 'OtherWarning');
    await once(process, 'warning');
    while (seen.length < 2) await once(process, 'warning');
    process.removeListener('warning', keep);
    assert.deepEqual(seen, ['TimeoutNegativeWarning', 'OtherWarning']);
  });
});
