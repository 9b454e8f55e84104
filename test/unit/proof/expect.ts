import type { ErrorCode } from '../../../src/record/index.ts';
import { AffidavitError } from '../../../src/record/index.ts';

/** For assert.throws and assert.rejects: an AffidavitError with this code whose message contains the text. */
export function refused(code: ErrorCode, text = ''): (thrown: unknown) => boolean {
  return (thrown) => {
    if (thrown instanceof AffidavitError && thrown.code === code && thrown.message.includes(text)) return true;
    throw new Error(`expected ${code} "${text}", got ${String(thrown)}`, { cause: thrown });
  };
}

export function unhex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
