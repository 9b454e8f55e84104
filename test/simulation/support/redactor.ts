import type { BodyRedactor, Redactor } from '../../../src/redact/index.ts';

const NOTHING = { counts: [] };
const COMMITMENT = new Uint8Array(32);

function bodyRedactor(): BodyRedactor {
  let bytes = 0;
  return {
    write: (chunk) => {
      bytes += chunk.length;
      return chunk.slice();
    },
    end: () => ({
      ...NOTHING,
      state: 'kept',
      tail: new Uint8Array(0),
      originalBytes: bytes,
      decodedBytes: bytes,
      commitment: COMMITMENT,
    }),
    abort: () => undefined,
  };
}

/** Lets everything through: what is redacted is not what is simulated. */
export const passingRedactor: Redactor = {
  engineVersion: 'simulated',
  tokenKeyVersion: 0,
  headers: (_part, fields) => ({ ...NOTHING, fields: [...fields] }),
  target: (path) => ({ ...NOTHING, path, query: '' }),
  text: (value) => ({ ...NOTHING, text: value }),
  body: bodyRedactor,
};
