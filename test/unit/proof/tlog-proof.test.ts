import assert from 'node:assert/strict';
import { formatTlogProof, parseTlogProof } from '../../../src/proof/index.ts';
import { refused } from './expect.ts';
import { signedCheckpoint } from './sample-log.ts';

const root = new Uint8Array(32).fill(1);
const checkpoint = signedCheckpoint(5, root);
const note = Buffer.from(checkpoint).toString();
const line = Buffer.from(root).toString('base64');

describe('a tlog-proof', () => {
  it('is the text of its specification', () => {
    const text = formatTlogProof({ index: 3, path: [root, root], checkpoint });
    assert.equal(text, `c2sp.org/tlog-proof@v1\nindex 3\n${line}\n${line}\n\n${note}`);
    assert.deepEqual(parseTlogProof(text), { index: 3, path: [root, root], checkpoint });
  });

  it('may have no hashes, and extra data', () => {
    const proof = { index: 0, path: [], checkpoint, extra: Uint8Array.of(1, 2) };
    assert.ok(formatTlogProof(proof).startsWith('c2sp.org/tlog-proof@v1\nextra AQI=\nindex 0\n\n'));
    assert.deepEqual(parseTlogProof(formatTlogProof(proof)), proof);
  });

  it('is refused when it is anything but exact', () => {
    const wrong = ['', '\n\n', 'c2sp.org/tlog-proof@v1', `c2sp.org/tlog-proof@v2\nindex 0\n\n${note}`];
    const header = 'c2sp.org/tlog-proof@v1\n';
    wrong.push(`${header}\n${note}`, `${header}index\n\n${note}`, `${header}index -1\n\n${note}`);
    wrong.push(`${header}index 01\n\n${note}`, `${header}index 9223372036854775807\n\n${note}`);
    wrong.push(`${header}index 0\nAAAA\n\n${note}`, `${header}index 0\nnot base64\n\n${note}`);
    wrong.push(`${header}index 0\nextra AQI=\n\n${note}`, `${header}extra A\nindex 0\n\n${note}`);
    wrong.push(`${header}index 0\n${`${line}\n`.repeat(65)}\n${note}`, `${header}index 0\r\n\n${note}`);
    for (const text of wrong)
      assert.throws(() => parseTlogProof(text), refused('evidence.malformed'), JSON.stringify(text));
  });

  it('is not written for what is none', () => {
    assert.throws(() => formatTlogProof({ index: -1, path: [], checkpoint }), refused('evidence.malformed'));
    assert.throws(
      () => formatTlogProof({ index: 1, path: [root.subarray(1)], checkpoint }),
      refused('evidence.malformed'),
    );
  });
});
