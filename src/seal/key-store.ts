import type { PayloadClass } from '../record/index.ts';
import { encodeBase64, encodeHex } from '../proof/index.ts';
import { KEY_BYTES } from './aead.ts';
import type { HpkeKeyPair } from './hpke.ts';
import { HPKE_KEY_BYTES } from './hpke.ts';
import { INGEST_ID_BYTES } from './ingest-keys.ts';
import { className, formatChecked, JsonFile } from './json-file.ts';

const FILE_FORMAT = 'affidavit-keyservice/1';
/** Most period keys: classes × retention classes × months. */
export const MAX_PERIOD_KEYS = 20_000;
const MAX_INGEST_KEYS = 1_000;
/** Bytes of a period key's id. */
export const PERIOD_ID_BYTES = 16;

/** A private ingest key: opens interval keys. */
export interface IngestPrivateKey extends HpkeKeyPair {
  readonly class: PayloadClass;
  readonly id: Uint8Array;
}

/** A key that wraps the data keys of one class, retention class and calendar month (UTC). */
export interface PeriodKey {
  readonly id: Uint8Array;
  readonly class: PayloadClass;
  readonly retentionClass: string;
  /** `2026-02`. */
  readonly month: string;
  readonly key: Uint8Array;
}

/** What `keyservice.json` holds. */
export interface KeyStore {
  readonly ingest: readonly IngestPrivateKey[];
  readonly periods: readonly PeriodKey[];
}

/** Text of `keyservice.json`. */
export function formatKeyStore(store: KeyStore): string {
  const ingest = store.ingest.map((key) => ({
    class: className(key.class),
    id: encodeHex(key.id),
    publicKey: encodeBase64(key.publicKey),
    privateKey: encodeBase64(key.privateKey),
  }));
  const periods = store.periods.map((period) => ({
    id: encodeHex(period.id),
    class: className(period.class),
    retentionClass: period.retentionClass,
    month: period.month,
    key: encodeBase64(period.key),
  }));
  return formatChecked({ format: FILE_FORMAT, ingest, periods });
}

/** Reads `keyservice.json`; `name` stands in the errors. @throws key.malformed */
export function parseKeyStore(text: string, name: string): KeyStore {
  const file = JsonFile.parse(text, name, FILE_FORMAT);
  const ingest = file.list('ingest', MAX_INGEST_KEYS).map((entry) => ({
    class: entry.payloadClass('class'),
    id: entry.hex('id', INGEST_ID_BYTES),
    publicKey: entry.base64('publicKey', HPKE_KEY_BYTES),
    privateKey: entry.base64('privateKey', HPKE_KEY_BYTES),
  }));
  const periods = file.list('periods', MAX_PERIOD_KEYS).map((entry) => ({
    id: entry.hex('id', PERIOD_ID_BYTES),
    class: entry.payloadClass('class'),
    retentionClass: entry.string('retentionClass', /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
    month: entry.string('month', /^\d{4}-(0[1-9]|1[0-2])$/),
    key: entry.base64('key', KEY_BYTES),
  }));
  return { ingest, periods };
}
