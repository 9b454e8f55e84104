import assert from 'node:assert/strict';
import { accessLogConfig } from '../../../src/commands/accesslog-process.ts';
import { placesOf } from '../../../src/commands/context.ts';
import { parseConfig } from '../../../src/config/index.ts';

const foldersOf = (text: string): string[] => {
  const { keys, spool } = placesOf(accessLogConfig(parseConfig(text, {})));
  return [keys, spool];
};

describe('a process for the access log beside a recorder', () => {
  it('has key and spool apart from the recorder’s, wherever those are', () => {
    const own = ['/data/accesslog/keys', '/data/accesslog/spool'];
    assert.deepEqual(foldersOf('dataDir: /data'), own);
    assert.deepEqual(foldersOf('dataDir: /data\nkeysDir: /keys\nspool: { directory: /fast }'), own);
  });

  it('has them where its own setting says', () => {
    const text = 'dataDir: /data\naccessLog: { directory: /other }';
    assert.deepEqual(foldersOf(text), ['/other/keys', '/other/spool']);
  });
});
