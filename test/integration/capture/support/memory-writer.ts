import { createHmac } from 'node:crypto';
import {
  AffidavitError,
  Exchange,
  ExchangeContent,
  KIND,
  PART,
  type PartNumber,
  type PartWriter,
  type PayloadClass,
  type RecordDraft,
  type RecordPosition,
  type RecordWriter,
  type SealedPart,
} from '../../../../src/record/index.ts';

/** A record as it was appended, with its parts in clear. */
export interface WrittenRecord {
  readonly kind: number;
  readonly body: Uint8Array;
  readonly parts: ReadonlyMap<number, Uint8Array>;
}

/** A sealed part that remembers what is in it. */
interface MemoryPart extends SealedPart {
  readonly bytes: Uint8Array;
}

/** A RecordWriter in memory that keeps the port's contract: a part is used once, and nothing is written to it later. */
export class MemoryWriter implements RecordWriter {
  readonly records: WrittenRecord[] = [];
  backlogBytes = 0;
  openBytes = 0;
  /** Parts that were opened and neither finished nor withdrawn. */
  openParts = 0;
  /** Bytes that all parts took, withdrawn ones included. */
  takenBytes = 0;
  /** When set, parts count their bytes and keep none: for bodies larger than memory. */
  forgetful = false;
  /** Called before a record counts as durable; a rejection makes `append` reject. */
  beforeDurable: (draft: RecordDraft) => Promise<void> = () => Promise.resolve();
  /** Awaited in each `write` of a part. */
  beforeSealed: (() => Promise<void>) | undefined;
  readonly #used = new Set<SealedPart>();
  #waiting: (() => void)[] = [];

  openPart(payloadClass: PayloadClass, name: PartNumber): PartWriter {
    const chunks: Uint8Array[] = [];
    let plainBytes = 0;
    let open = true;
    this.openParts += 1;
    const close = (): void => {
      if (!open) throw new AffidavitError('internal', 'the part is not open');
      open = false;
      this.openParts -= 1;
    };
    return {
      write: (bytes) => {
        if (!open) throw new AffidavitError('internal', 'the part is not open');
        plainBytes += bytes.length;
        this.takenBytes += bytes.length;
        if (!this.forgetful) chunks.push(Uint8Array.from(bytes));
        return this.beforeSealed?.();
      },
      secret: (label) => {
        if (!open || plainBytes > 0) throw new AffidavitError('internal', 'too late for a secret');
        return createHmac('sha256', `${payloadClass} ${name}`).update(label).digest();
      },
      reclaim: (maxBytes) => {
        if (!open || plainBytes > maxBytes) return undefined;
        close();
        return Buffer.concat(chunks);
      },
      finish: (): MemoryPart => {
        close();
        return { class: payloadClass, name, plainBytes, bytes: Buffer.concat(chunks) };
      },
      withdraw: close,
    };
  }

  async append(draft: RecordDraft, parts: readonly SealedPart[] = []): Promise<RecordPosition> {
    for (const part of parts) {
      if (this.#used.has(part)) throw new AffidavitError('internal', 'a part is used twice');
      this.#used.add(part);
    }
    await this.beforeDurable(draft);
    const bytesOf = new Map(parts.map((part) => [part.name, (part as MemoryPart).bytes]));
    const seq = this.records.push({ kind: draft.kind, body: draft.body, parts: bytesOf }) - 1;
    for (const wake of this.#waiting.splice(0)) wake();
    return { epoch: new Uint8Array(16), seq, frame: seq };
  }

  /** The `exchange` records so far. */
  exchanges(): { exchange: Exchange; parts: ReadonlyMap<number, Uint8Array> }[] {
    return this.ofKind(KIND.exchange).map(({ body, parts }) => ({ exchange: Exchange.decode(body), parts }));
  }

  /** Records of a kind. */
  ofKind(kind: number): WrittenRecord[] {
    return this.records.filter((record) => record.kind === kind);
  }

  /** Resolves once a condition on the records holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

/** Text of a body, wherever it stands. */
export function bodyText(parts: ReadonlyMap<number, Uint8Array>, side: 'request' | 'response'): string {
  const { requestBody, responseBody } = ExchangeContent.decode(parts.get(PART.message) ?? new Uint8Array(0));
  const small = side === 'request' ? requestBody : responseBody;
  return Buffer.from(parts.get(PART[`${side}_body`]) ?? small).toString('latin1');
}
