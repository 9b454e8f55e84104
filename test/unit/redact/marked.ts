import assert from 'node:assert/strict';
import { pairOf, redact } from './bodies.ts';

const FORM = 'application/x-www-form-urlencoded';

/** A body of JSON without the quotation marks around what stands in the place of a number. */
function unquoted(body: string): string {
  return body.replace(/"(\[redacted:\w+\])"/g, '$1');
}

/** Checks that in texts what stands between « and » is found, and nothing else. */
export async function checkEach(contentType: string, entity: string, marked: readonly string[]): Promise<void> {
  for (const each of marked) {
    const [text, redacted] = pairOf(each, entity);
    const { output } = await redact(text, contentType);
    if (contentType === FORM) assert.equal(decodeURIComponent(output), redacted);
    else if (contentType === 'application/json') assert.equal(unquoted(output), unquoted(redacted));
    else assert.equal(output, redacted);
  }
}

/** Checks that nothing is found in texts. */
export async function leavesEach(contentType: string, texts: readonly string[]): Promise<void> {
  for (const text of texts) assert.equal((await redact(text, contentType)).output, text);
}
