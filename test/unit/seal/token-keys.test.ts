import assert from 'node:assert/strict';
import { chmod, stat } from 'node:fs/promises';
import { systemRandom } from '../../../src/runtime/index.ts';
import { KeyFolder, nodeKeyFiles } from '../../../src/seal/index.ts';
import { formatTokenKeys, parseTokenKeys, withNewTokenKey } from '../../../src/seal/token-keys.ts';
import { withFolder } from './fixtures.ts';

describe('token keys', () => {
  it('are kept when a new one is made, and the new one has the next version', async () => {
    await withFolder(async (directory) => {
      const folder = await KeyFolder.init({ directory, files: nodeKeyFiles, random: systemRandom });
      const [first] = await folder.tokenKeys();
      assert.equal(first?.version, 1);
      await folder.addTokenKey();
      const keys = await folder.tokenKeys();
      assert.deepEqual(
        keys.map(({ version }) => version),
        [1, 2],
      );
      assert.deepEqual(keys[0], first);
      assert.notDeepEqual(keys[1]?.key, first.key);
      assert.equal((await stat(folder.path('tokens.json'))).mode & 0o777, 0o600);
    });
  });

  it('that others may read are refused', async () => {
    await withFolder(async (directory) => {
      const folder = await KeyFolder.init({ directory, files: nodeKeyFiles, random: systemRandom });
      await chmod(folder.path('tokens.json'), 0o640);
      await assert.rejects(folder.tokenKeys(), { code: 'key.permissions' });
    });
  });

  it('with versions that don’t rise, or none at all, are refused', () => {
    const keys = withNewTokenKey(withNewTokenKey([], systemRandom), systemRandom);
    assert.deepEqual(parseTokenKeys(formatTokenKeys(keys), 'tokens.json'), keys);
    for (const wrong of [[], keys.toReversed(), [...keys, ...keys.slice(1)]])
      assert.throws(() => parseTokenKeys(formatTokenKeys(wrong), 'tokens.json'), {
        code: 'key.malformed',
        message: /tokens\.json: keys/,
      });
  });
});
