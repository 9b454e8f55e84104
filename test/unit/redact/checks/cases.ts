import assert from 'node:assert/strict';

/** One of the checks that answer yes or no. */
export type Check = (text: string) => boolean;

/** What no check of numbers may believe, and none may throw at. */
const HOSTILE = [
  '',
  ' ',
  '0',
  '-1',
  'A',
  '\u0000',
  '\u0661'.repeat(10),
  '\uff11'.repeat(16),
  '\ud800'.repeat(9),
  ':'.repeat(9),
  '/'.repeat(11),
  '@'.repeat(16),
  'Z'.repeat(16),
  '1e9',
  '9'.repeat(5_000),
  '0'.repeat(5_000),
  'A'.repeat(5_000),
];

/** Asserts that the check says yes to each of the texts. */
export function accepts(check: Check, texts: readonly string[]): void {
  for (const text of texts) assert.equal(check(text), true, `${check.name} refuses ${text}`);
}

/** Asserts that the check says no to each of the texts, and to what is no number at all. */
export function refuses(check: Check, texts: readonly string[]): void {
  for (const text of [...texts, ...HOSTILE])
    assert.equal(check(text), false, `${check.name} accepts ${text.slice(0, 40)}`);
  // A check reads to the end: neither more characters nor fewer are the same number.
  for (const length of [8, 9, 10, 11, 12, 14, 15, 16])
    for (const filler of [' ', ':', '\u0661']) assert.equal(check(filler.repeat(length)), false);
}

/** Asserts that the check says no when a character is put before, behind or instead of one of a valid text's. */
export function readsWhole(check: Check, valid: string): void {
  for (const added of [' ', '-', '.', '\n', '\u0660', ':', 'z']) {
    assert.equal(check(added + valid), false, `${check.name}: ${JSON.stringify(added)} before`);
    assert.equal(check(valid + added), false, `${check.name}: ${JSON.stringify(added)} behind`);
    for (let i = 0; i < valid.length; i += 1)
      if (valid.charAt(i) !== added)
        assert.equal(check(valid.slice(0, i) + added + valid.slice(i + 1)), false, `${check.name}: ${added} at ${i}`);
  }
}
