import { KEY_ROLE, KIND, type LedgerRecord } from '../../record/index.ts';
import { KeyRegistry } from '../key-registry.ts';

/** Tells who signed each leaf of a log that is read in order, by its `key` leaves; nothing but these is verified. */
export class LeafRoles {
  readonly #keys: KeyRegistry;
  /** The key of leaf 0 and 1 is enrolled by the latter. */
  #isBeginning = true;

  /** @param rootKey 32 raw bytes, of the log's genesis record. */
  constructor(rootKey: Uint8Array, origin: string) {
    this.#keys = new KeyRegistry(rootKey, origin);
  }

  /** The role of the key that signed the next leaf. @throws evidence.* as KeyRegistry does */
  take(record: LedgerRecord, leaf: number): number {
    if (record.kind === KIND.key) this.#keys.take(record.body, leaf);
    if (this.#isBeginning) {
      this.#isBeginning = leaf < 1;
      return KEY_ROLE.ledger;
    }
    return this.#keys.resolve(record.keyId).role;
  }
}
