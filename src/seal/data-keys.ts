import { createCipheriv, createHmac } from 'node:crypto';
import type { Cipheriv, KeyObject } from 'node:crypto';
import { AffidavitError } from '../record/index.ts';
import { KEY_BYTES, secretKey } from './aead.ts';

/**
 * Data keys made of an interval key: AES-256 in counter mode over a number, under a key derived from the interval key
 * with HMAC-SHA-256, so that it shares nothing with the wraps. One cipher object gives all keys of an interval: making
 * one for each part, and wrapping a random key, costs more than sealing a small part does.
 */

const LABEL = Buffer.from('affidavit/v1 data keys\0');
const BLOCK_BYTES = 16;
/** Keys that are made in one call, which costs hardly more than one does. */
const KEYS_AHEAD = 16;

/** Gives the data keys of one interval key, by number. */
export class DataKeys {
  private readonly cipher: Cipheriv;
  private next = 0;
  private ahead: Uint8Array = new Uint8Array(0);

  constructor(intervalKey: KeyObject) {
    const derived = createHmac('sha256', intervalKey).update(LABEL).digest();
    this.cipher = createCipheriv('aes-256-ecb', secretKey(derived), null).setAutoPadding(false);
    derived.fill(0);
  }

  /** A number that was not used before, and its key. */
  take(): { readonly keyNo: number; readonly dataKey: Uint8Array } {
    const keyNo = this.next;
    this.next = keyNo + 1;
    const at = (keyNo % KEYS_AHEAD) * KEY_BYTES;
    if (at === 0) this.ahead = this.keys(keyNo, KEYS_AHEAD);
    // What is given out is wiped here: whoever has it lets it go when it is done.
    const dataKey = new Uint8Array(this.ahead.subarray(at, at + KEY_BYTES));
    this.ahead.fill(0, at, at + KEY_BYTES);
    return { keyNo, dataKey };
  }

  /** The key of a number: AES-256 of the two blocks u64 number || u64 0 and u64 number || u64 1. */
  key(keyNo: number): Uint8Array {
    if (!Number.isSafeInteger(keyNo) || keyNo < 0)
      throw new AffidavitError('evidence.malformed', `a data key has no number ${keyNo}`);
    const made = this.keys(keyNo, 1);
    const key = new Uint8Array(made);
    made.fill(0);
    return key;
  }

  private keys(firstNo: number, count: number): Uint8Array {
    const blocks = Buffer.alloc(count * KEY_BYTES);
    for (let at = 0; at < count; at++) {
      const number = BigInt(firstNo + at);
      blocks.writeBigUInt64BE(number, at * KEY_BYTES);
      blocks.writeBigUInt64BE(number, at * KEY_BYTES + BLOCK_BYTES);
      blocks[at * KEY_BYTES + KEY_BYTES - 1] = 1;
    }
    return this.cipher.update(blocks);
  }
}
