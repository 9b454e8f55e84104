import { AffidavitError } from '../record/index.ts';
import { checkBytes } from './checks.ts';

/**
 * What each encryption is bound to, so that nothing sealed for one use opens in another. Every label is unique, ends
 * in a zero byte, and what follows has a fixed length: two different inputs never give the same bytes.
 */

const PART = Buffer.from('affidavit/v1 part\0');
const WRAP = Buffer.from('affidavit/v1 wrap\0');
const PERIOD_WRAP = Buffer.from('affidavit/v1 period wrap\0');
const INTERVAL_KEY = Buffer.from('affidavit/v1 interval key\0');

function oneByte(value: number, what: string): number {
  if (!Number.isInteger(value) || value < 0 || value > 255)
    throw new AffidavitError('evidence.malformed', `${what} ${value} is not in 0 … 255`);
  return value;
}

function fixed(bytes: Uint8Array, count: number, what: string): Uint8Array {
  checkBytes(bytes, count, what);
  return bytes;
}

const SECRET = 'affidavit/v1 secret\0';
const MAX_LABEL_CHARS = 64;
const secretContexts = new Map<string, Uint8Array>();

/** What a part's secrets are made of besides its data key. Labels are ours; there are few of them. */
export function secretContext(label: string): Uint8Array {
  let context = secretContexts.get(label);
  if (context === undefined) {
    if (label.length > MAX_LABEL_CHARS || secretContexts.size >= MAX_LABEL_CHARS)
      throw new AffidavitError('internal', `no label for a secret: ${label}`);
    context = Buffer.from(SECRET + label);
    secretContexts.set(label, context);
  }
  return context;
}

const partContexts = new Map<number, Uint8Array>();

/** Associated data of a payload part's chunks: its class and name. */
export function partContext(payloadClass: number, name: number): Uint8Array {
  const place = oneByte(payloadClass, 'class') * 256 + oneByte(name, 'part');
  let context = partContexts.get(place);
  if (context === undefined) {
    context = Buffer.concat([PART, Uint8Array.of(payloadClass, name)]);
    partContexts.set(place, context);
  }
  return context;
}

/** Associated data of a data key wrapped under an interval key. `manifestHash` has 32 bytes. */
export function wrapContext(payloadClass: number, manifestHash: Uint8Array): Uint8Array {
  return Buffer.concat([
    WRAP,
    Uint8Array.of(oneByte(payloadClass, 'class')),
    fixed(manifestHash, 32, 'a manifest hash'),
  ]);
}

/** Associated data of a data key wrapped under a period key. `manifestHash` has 32 bytes. */
export function periodContext(payloadClass: number, manifestHash: Uint8Array): Uint8Array {
  return Buffer.concat([
    PERIOD_WRAP,
    Uint8Array.of(oneByte(payloadClass, 'class')),
    fixed(manifestHash, 32, 'a manifest hash'),
  ]);
}

/** HPKE `info` of an interval key: its class and id (16 bytes), the producer's key id (32) and epoch (16). */
export function intervalContext(
  payloadClass: number,
  id: Uint8Array,
  producerKeyId: Uint8Array,
  epoch: Uint8Array,
): Uint8Array {
  return Buffer.concat([
    INTERVAL_KEY,
    Uint8Array.of(oneByte(payloadClass, 'class')),
    fixed(id, 16, "an interval key's id"),
    fixed(producerKeyId, 32, 'a key id'),
    fixed(epoch, 16, 'an epoch'),
  ]);
}
