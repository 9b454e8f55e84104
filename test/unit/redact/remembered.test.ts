import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRedactor } from '../../../src/redact/index.ts';

const VALUES = 100_000;
/** Remembered, these values would take several times as much. */
const ALLOWED_BYTES = 8 * 1024 * 1024;

/** Bytes in use after a full collection. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

describe('header values that are remembered as clean', () => {
  it('are forgotten before a client that sends others each time fills the memory', function () {
    this.timeout(60_000);
    const redactor = createRedactor();
    const send = (from: number, to: number): void => {
      for (let at = from; at < to; at++)
        redactor.headers('request_headers', [{ name: 'accept', value: `text/${'x'.repeat(100)}; q=${at}` }]);
    };
    send(0, 5_000);
    const before = heapBytes();
    send(5_000, VALUES);
    const grown = heapBytes() - before;
    assert.ok(grown < ALLOWED_BYTES, `${grown} bytes more`);
    const [field] = redactor.headers('request_headers', [{ name: 'accept', value: 'text/plain' }]).fields;
    assert.equal(field?.value, 'text/plain');
  });
});
