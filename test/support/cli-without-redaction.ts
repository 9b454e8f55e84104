import { createHmac } from 'node:crypto';
import { main, systemPorts } from '../../src/commands/index.ts';
import type { BodyRedactor, Redactor } from '../../src/redact/index.ts';

/** Keeps a body as it comes. */
function keepBody(salt: Uint8Array): BodyRedactor {
  const commitment = createHmac('sha256', salt);
  let bytes = 0;
  return {
    write: (chunk) => {
      bytes += chunk.length;
      commitment.update(chunk);
      return chunk.slice();
    },
    end: () => ({
      state: 'kept',
      tail: new Uint8Array(0),
      originalBytes: bytes,
      decodedBytes: bytes,
      commitment: commitment.digest(),
      counts: [],
    }),
    abort: () => undefined,
  };
}

/** A redactor that does nothing. */
const nothing: Redactor = {
  engineVersion: 'none',
  tokenKeyVersion: 0,
  headers: (_part, fields) => ({ fields: [...fields], counts: [] }),
  target: (target) => {
    const [path = '', ...query] = target.split('?');
    return { path, query: query.join('?'), counts: [] };
  },
  text: (text) => ({ text, counts: [] }),
  body: (_context, salt) => keepBody(salt),
};

process.exitCode = await main(process.argv.slice(2), process.env, { ...systemPorts, createRedactor: () => nothing });
