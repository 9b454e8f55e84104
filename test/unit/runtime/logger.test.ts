import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

const LOGGER = new URL('../../../src/runtime/logger.ts', import.meta.url).href;
const PROGRAM = `
  const { createLogger } = await import(${JSON.stringify(LOGGER)});
  const logger = createLogger('info', 'test');
  for (let lines = 0; lines < 5; lines += 1) logger.info({}, 'a line');
  await new Promise((resolve) => setImmediate(resolve));
  console.log('it goes on');
`;

describe('a log that can not be written', () => {
  it('does not end the process that writes it', () => {
    const full = openSync('/dev/full', 'w');
    try {
      const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
        stdio: ['ignore', 'pipe', full],
        encoding: 'utf8',
      });
      assert.deepEqual({ stdout, status }, { stdout: 'it goes on\n', status: 0 });
    } finally {
      closeSync(full);
    }
  });
});
