import { createCipheriv } from 'node:crypto';
import type { Cipheriv, KeyObject } from 'node:crypto';
import { AffidavitError } from '../record/index.ts';
import { KEY_BYTES, secretKey } from './aead.ts';
import { hmac } from './hmac.ts';

/**
 * Data keys made of an interval key: AES-256 in counter mode over a number, under a key derived from the interval key
 * with HMAC-SHA-256, so that it shares nothing with the wraps. One cipher object gives all keys of an interval: making
 * one for each part, and wrapping a random key, costs more than sealing a small part does.
 */

const LABEL = Buffer.from('affidavit/v1 data keys\0');
const BLOCK_BYTES = 16;

/** Gives the data keys of one interval key, by number. */
export class DataKeys {
  private readonly cipher: Cipheriv;
  private readonly blocks = Buffer.alloc(KEY_BYTES);
  private next = 0;

  constructor(intervalKey: KeyObject) {
    const derived = hmac(intervalKey, LABEL);
    this.cipher = createCipheriv('aes-256-ecb', secretKey(derived), null).setAutoPadding(false);
    derived.fill(0);
  }

  /** A number that was not used before, and its key. */
  take(): { readonly keyNo: number; readonly dataKey: Uint8Array } {
    const keyNo = this.next;
    this.next = keyNo + 1;
    return { keyNo, dataKey: this.key(keyNo) };
  }

  /** The key of a number: AES-256 of the two blocks u64 number || u64 0 and u64 number || u64 1. */
  key(keyNo: number): Uint8Array {
    if (!Number.isSafeInteger(keyNo) || keyNo < 0)
      throw new AffidavitError('evidence.malformed', `a data key has no number ${keyNo}`);
    const { blocks } = this;
    const number = BigInt(keyNo);
    blocks.writeBigUInt64BE(number, 0);
    blocks.writeBigUInt64BE(number, BLOCK_BYTES);
    blocks[KEY_BYTES - 1] = 1;
    return this.cipher.update(blocks);
  }
}
