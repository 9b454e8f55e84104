import { AffidavitError } from '../record/index.ts';

/** @throws evidence.malformed when `bytes` hasn't exactly `count` bytes. */
export function checkBytes(bytes: Uint8Array, count: number, what: string): void {
  if (bytes.length !== count)
    throw new AffidavitError('evidence.malformed', `${what} has ${bytes.length} bytes, not ${count}`);
}

const RETENTION_CLASS = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * A retention class is a word of 1 to 64 letters, digits, dots, dashes and underlines, and begins with a letter or
 * digit. @throws limit.exceeded for any other.
 */
export function checkRetentionClass(name: string): void {
  if (!RETENTION_CLASS.test(name))
    throw new AffidavitError(
      'limit.exceeded',
      'a retention class has 1 to 64 letters, digits, dots, dashes and underlines',
    );
}
