import type { KeyObject } from 'node:crypto';
import { AffidavitError, SealedKey } from '../record/index.ts';
import type { PayloadClass } from '../record/index.ts';
import { encodeHex, equalBytes, keyCommitment, sha256 } from '../proof/index.ts';
import { RandomPool, writeFileDurably } from '../runtime/index.ts';
import type { Clock, Random } from '../runtime/index.ts';
import { KEY_BYTES, NONCE_BYTES, secretKey, unwrapKey, wrapKey } from './aead.ts';
import { checkBytes, checkRetentionClass } from './checks.ts';
import { intervalContext, periodContext, wrapContext } from './contexts.ts';
import { DataKeys } from './data-keys.ts';
import { hpkeOpen } from './hpke.ts';
import { readKeyFile } from './key-files.ts';
import type { KeyFileSystem } from './key-files.ts';
import type { KeyService, OpenPartRequest, RewrapItem, RewrapResult } from './key-service.ts';
import { formatKeyStore, MAX_PERIOD_KEYS, parseKeyStore, PERIOD_ID_BYTES } from './key-store.ts';
import type { IngestPrivateKey, KeyStore, PeriodKey } from './key-store.ts';

const MANIFEST_HASH_BYTES = 32;
/** Interval keys kept open: a batch's records share one for each class. */
const MAX_OPEN_INTERVALS = 256;

/** What {@link LocalKeyService.open} needs. */
export interface LocalKeyServiceOptions {
  /** `keyservice.json`. One process at a time may re-wrap with it; others may open parts. */
  path: string;
  files: KeyFileSystem;
  random: Random;
  clock: Clock;
}

/** An interval key, opened. */
interface OpenInterval {
  readonly wrapping: KeyObject;
  readonly dataKeys: DataKeys;
}

/** A data key that was opened and checked, waiting for its new wrap; or why it can't be. */
type Opened = { item: RewrapItem; class: PayloadClass; dataKey: Uint8Array } | { failure: AffidavitError };

/** A key service in this process, its keys in a local file. */
export class LocalKeyService implements KeyService {
  private readonly options: LocalKeyServiceOptions;
  private store: KeyStore;
  private readonly nonces: RandomPool;
  /** Key objects of the periods' keys, made once. */
  private readonly periodKeys = new WeakMap<PeriodKey, KeyObject>();
  private readonly intervals = new Map<string, Promise<OpenInterval>>();
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(options: LocalKeyServiceOptions, store: KeyStore) {
    this.options = options;
    this.nonces = new RandomPool(options.random);
    this.store = store;
  }

  /** @throws key.missing, key.malformed, key.permissions naming the path. */
  static async open(options: LocalKeyServiceOptions): Promise<LocalKeyService> {
    return new LocalKeyService(options, await readStore(options));
  }

  /** See {@link KeyService.rewrap}. Calls run one after the other. */
  rewrap(items: readonly RewrapItem[]): Promise<RewrapResult[]> {
    const result = this.turn.then(() => this.rewrapAll(items));
    this.turn = result.catch(() => undefined);
    return result;
  }

  /** See {@link KeyService.openPart}. */
  async openPart(request: OpenPartRequest): Promise<Uint8Array> {
    const context = periodContext(request.class, request.manifestHash);
    const period = this.periodById(request) ?? (await this.reload(), this.periodById(request));
    if (period === undefined)
      throw new AffidavitError('not_found', `there is no period key ${encodeHex(request.periodKeyId)}`);
    return checkedKey(unwrapKey(this.keyOf(period), context, request.wrappedKey), request.keyCommitment);
  }

  private async rewrapAll(items: readonly RewrapItem[]): Promise<RewrapResult[]> {
    // The file may have got a new ingest key since; one look for all items, whatever they name.
    // A named month's key may have been destroyed.
    const isStale = items.some(
      ({ sealedKey, month }) => month !== undefined || this.ingestKey(sealedKey) === undefined,
    );
    if (isStale) await this.reload();
    const opened: Opened[] = [];
    for (const item of items) opened.push(await this.openItem(item));
    const month = new Date(this.options.clock.nowUs() / 1000).toISOString().slice(0, 7);
    await this.makePeriods(opened, month);
    return opened.map((one) => ('failure' in one ? one : this.wrapItem(one, one.item.month ?? month)));
  }

  private ingestKey({ ingestKeyId }: SealedKey): IngestPrivateKey | undefined {
    return this.store.ingest.find(({ id }) => equalBytes(id, ingestKeyId));
  }

  private async openItem(item: RewrapItem): Promise<Opened> {
    try {
      checkRetentionClass(item.retentionClass);
      checkBytes(item.manifestHash, MANIFEST_HASH_BYTES, 'a manifest hash');
      const ingest = this.ingestKey(item.sealedKey);
      if (ingest === undefined)
        throw new AffidavitError('not_found', `no ingest key ${encodeHex(item.sealedKey.ingestKeyId)}`);
      if (ingest.class !== item.class || item.sealedKey.class !== item.class)
        throw new AffidavitError('evidence.malformed', `a part of class ${item.class} is sealed for another class`);
      const intervalKey = await this.intervalKey(item);
      const dataKey = dataKeyOf(intervalKey, item);
      return { item, class: ingest.class, dataKey: checkedKey(dataKey, item.keyCommitment) };
    } catch (thrown) {
      return { failure: AffidavitError.from(thrown, 'internal', 'open a data key') };
    }
  }

  /** Keeps what HPKE gave, also that it gave nothing: a producer can't make us try again for each of its records. */
  private intervalKey({ sealedKey, producerKeyId, epoch }: RewrapItem): Promise<OpenInterval> {
    const info = intervalContext(sealedKey.class, sealedKey.id, producerKeyId, epoch);
    const name = encodeHex(sha256(info, SealedKey.encode(sealedKey)));
    const known = this.intervals.get(name);
    if (known !== undefined) return known;
    const ingest = this.ingestKey(sealedKey);
    if (ingest === undefined) throw new AffidavitError('internal', 'an ingest key vanished');
    const opening = hpkeOpen(ingest, info, sealedKey).then((key) => {
      checkBytes(key, KEY_BYTES, 'an interval key');
      const wrapping = secretKey(key);
      return { wrapping, dataKeys: new DataKeys(wrapping) };
    });
    const [oldest] = this.intervals.keys();
    if (this.intervals.size >= MAX_OPEN_INTERVALS && oldest !== undefined) this.intervals.delete(oldest);
    this.intervals.set(name, opening);
    return opening;
  }

  private wrapItem(one: Exclude<Opened, { failure: AffidavitError }>, month: string): RewrapResult {
    const period = this.periodOf(one.class, one.item.retentionClass, month);
    if (period === undefined) {
      one.dataKey.fill(0);
      if (one.item.month !== undefined)
        return { failure: new AffidavitError('not_found', `there is no period key of ${month}`) };
      return { failure: new AffidavitError('limit.exceeded', `there are ${MAX_PERIOD_KEYS} period keys already`) };
    }
    const context = periodContext(one.class, one.item.manifestHash);
    const nonce = this.nonces.bytes(NONCE_BYTES);
    const wrappedKey = wrapKey(this.keyOf(period), nonce, context, one.dataKey);
    one.dataKey.fill(0);
    return { periodKeyId: period.id, wrappedKey };
  }

  private keyOf(period: PeriodKey): KeyObject {
    let key = this.periodKeys.get(period);
    if (key === undefined) {
      key = secretKey(period.key);
      this.periodKeys.set(period, key);
    }
    return key;
  }

  private periodOf(payloadClass: PayloadClass, retentionClass: string, month: string): PeriodKey | undefined {
    return this.store.periods.find(
      (period) => period.class === payloadClass && period.retentionClass === retentionClass && period.month === month,
    );
  }

  private periodById({ periodKeyId, class: payloadClass }: OpenPartRequest): PeriodKey | undefined {
    return this.store.periods.find(({ id, class: of }) => of === payloadClass && equalBytes(id, periodKeyId));
  }

  /** Makes the period keys that are wanted, not there and find room, all durable before any is used. */
  private async makePeriods(opened: readonly Opened[], month: string): Promise<void> {
    const wanted = new Map<string, { class: PayloadClass; retentionClass: string }>();
    for (const one of opened) {
      if ('failure' in one || (one.item.month ?? month) !== month) continue;
      const { retentionClass } = one.item;
      if (this.periodOf(one.class, retentionClass, month) === undefined)
        wanted.set(`${one.class} ${retentionClass}`, { class: one.class, retentionClass });
    }
    if (wanted.size === 0) return;
    // What is in the file counts: nothing that another process put there may be lost.
    await this.reload();
    const made = [...wanted.values()]
      .filter((period) => this.periodOf(period.class, period.retentionClass, month) === undefined)
      .slice(0, MAX_PERIOD_KEYS - this.store.periods.length)
      .map((period) => {
        const id = this.options.random.bytes(PERIOD_ID_BYTES);
        return { ...period, id, month, key: this.options.random.bytes(KEY_BYTES) };
      });
    if (made.length === 0) return;
    const store = { ...this.store, periods: [...this.store.periods, ...made] };
    await writeFileDurably(this.options.files, this.options.path, Buffer.from(formatKeyStore(store)));
    this.store = store;
  }

  private async reload(): Promise<void> {
    this.store = await readStore(this.options);
  }
}

function dataKeyOf({ wrapping, dataKeys }: OpenInterval, item: RewrapItem): Uint8Array {
  if (item.wrappedKey.length === 0) return dataKeys.key(item.keyNo);
  return unwrapKey(wrapping, wrapContext(item.class, item.manifestHash), item.wrappedKey);
}

async function readStore({ files, path }: LocalKeyServiceOptions): Promise<KeyStore> {
  return parseKeyStore(await readKeyFile(files, path, 'secret'), path);
}

/** @throws evidence.hash unless it is the key that the record commits to. */
function checkedKey(dataKey: Uint8Array, commitment: Uint8Array): Uint8Array {
  if (!equalBytes(keyCommitment(dataKey), commitment))
    throw new AffidavitError('evidence.hash', 'a data key is not the one that its record commits to');
  return dataKey;
}
