import { TextDecoder } from 'node:util';
import { redactValue, type Scope } from '../engine.ts';
import type { KeyRule } from './key-rule.ts';
import { decodePercent } from '../walkers/percent.ts';

/** A word in another charset (RFC 2047, 2), and those that follow it. */
const WORDS = /=\?[\w-]{1,40}(?:\*[\w-]{1,20})?\?[BQbq]\?[^?\s]{0,1024}\?=(?:\s{1,8}(?==\?))?/g;
const WORD = /^=\?([\w-]{1,40})(?:\*[\w-]{1,20})?\?([BQbq])\?([^?\s]*)\?=/;

/** The text of one word, a binary string of UTF-8; the word itself when its charset isn't known. */
function decoded(word: string): string {
  const [, charset = '', encoding = '', text = ''] = WORD.exec(word) ?? [];
  const isBase64 = encoding.toLowerCase() === 'b';
  const plain = isBase64
    ? Buffer.from(text, 'base64')
    : Buffer.from(decodePercent(text.replaceAll('%', '%25').replaceAll('_', ' ').replaceAll('=', '%')), 'latin1');
  try {
    return Buffer.from(new TextDecoder(charset).decode(plain)).toString('latin1');
  } catch {
    return word;
  }
}

/**
 * Redacts a value with encoded words in it as the text that it is read as: what is found in that is replaced, and the value is
 * written as encoded words again. Undefined when it has none, or stays.
 */
export function redactEncodedWords(value: string, key: KeyRule | undefined, scope: Scope): string | undefined {
  if (!value.includes('=?')) return undefined;
  const text = value.replace(WORDS, decoded);
  if (text === value) return undefined;
  const replaced = redactValue(text, key, scope);
  if (replaced === undefined) return undefined;
  const { redacted } = replaced;
  return /^[\t\x20-\x7e]*$/.test(redacted)
    ? redacted
    : `=?utf-8?B?${Buffer.from(redacted, 'latin1').toString('base64')}?=`;
}
