import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { redactPieces } from './bodies.ts';

const contentType = 'application/x-www-form-urlencoded';
const MAX_VALUE_BYTES = 64;
const redactor = createRedactor({ limits: { maxValueBytes: MAX_VALUE_BYTES, blockBytes: 16 } });

async function outputOf(body: string): Promise<string> {
  return (await redactPieces([Buffer.from(body)], { contentType }, redactor)).output;
}

/** Written in many ways: what would be encoded and isn't, escapes in small letters, ones that none are. */
const ODD = 'blue/green+red%2fpink%zz%2Bgrey(%20)'.repeat(4);

describe('a field of a form that is too long to be held', () => {
  it('stays as it was written when there is nothing in it', async () => {
    const body = `a=1&note=${ODD}&b=2`;
    assert.equal(await outputOf(body), body);
  });

  it('stays so up to what is replaced, and is encoded anew behind it', async () => {
    const body = `note=${ODD} anna@example.com ${ODD}&b=${ODD}`;
    const behind = ' blue%2Fgreen%20red%2Fpink%25zz%2Bgrey%28%20%29'.slice(1).repeat(4);
    assert.equal(await outputOf(body), `note=${ODD} %5Bredacted%3Aemail%5D%20${behind}&b=${ODD}`);
  });
});
