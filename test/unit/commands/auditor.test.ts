import assert from 'node:assert/strict';
import { auditorConfig } from '../../../src/commands/auditor-process.ts';
import { placesOf } from '../../../src/commands/context.ts';
import { parseConfig } from '../../../src/config/index.ts';

const foldersOf = (text: string): string[] => {
  const { keys, spool } = placesOf(auditorConfig(parseConfig(text, {})));
  return [keys, spool];
};

describe('a process that audits', () => {
  it('has key and spool apart from a recorder’s, wherever those are', () => {
    const own = ['/data/auditor/keys', '/data/auditor/spool'];
    assert.deepEqual(foldersOf('dataDir: /data'), own);
    assert.deepEqual(foldersOf('dataDir: /data\nkeysDir: /keys\nspool: { directory: /fast }'), own);
    assert.deepEqual(foldersOf('dataDir: /data\naudit: { directory: /other }'), ['/other/keys', '/other/spool']);
  });
});
