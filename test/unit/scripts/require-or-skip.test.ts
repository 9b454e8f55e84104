import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SUITES } from '../../../scripts/suites.ts';
import { requireOrSkip } from '../../support/tools.ts';

describe('a test whose tool is missing', () => {
  const path = process.env['PATH'];
  const { log } = console;
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'affidavit-tools-'));
  });
  afterEach(async () => {
    process.env['PATH'] = path;
    console.log = log;
    await rm(folder, { recursive: true });
  });

  it('is skipped, and says what to install', async function () {
    const said: string[] = [];
    const skipped = new Error('skipped');
    const context = Object.assign(Object.create(this) as Mocha.Context, {
      skip: (): never => {
        throw skipped;
      },
    });
    process.env['PATH'] = folder;
    console.log = (line: string) => said.push(line);
    await assert.rejects(requireOrSkip(context, 'go'), skipped);
    assert.deepEqual(said, ['    skipped for what is missing: Go (on Debian: apt-get install golang-go)']);
  });

  it('is no reason to ask for what no test uses', () => {
    const asked = new Set(SUITES.flatMap(({ tools }) => tools));
    assert.deepEqual([...asked].toSorted(), ['cc', 'go', 'java', 'maven', 'python', 'strace']);
  });
});
