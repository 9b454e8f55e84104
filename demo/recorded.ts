import { ScriptError } from '../scripts/processes.ts';
import { collect, openParts, recordToJson } from '../src/commands/index.ts';
import { KEY_PAGE_LEAVES, LedgerReader } from '../src/ledger/index.ts';
import type { KeyEntry } from '../src/ledger/index.ts';
import { openLeaf, parseCheckpoint, parseNote } from '../src/proof/index.ts';
import { AccessLog, ENDED, Exchange, ExchangeContent, ExchangeOpened, KIND, PART } from '../src/record/index.ts';
import type { LedgerRecord } from '../src/record/index.ts';
import { nodeFiles, systemClock, systemRandom } from '../src/runtime/index.ts';
import { KeyFolder, nodeKeyFiles } from '../src/seal/index.ts';
import type { KeyService } from '../src/seal/index.ts';
import { CALL_HEADER } from './client/planted.ts';

/** An `exchange` record of the log, with the harmless key of its call. */
export interface RecordedExchange {
  index: number;
  /** Value of the header `x-demo-call`; empty when the payload has none. */
  call: string;
  exchange: Exchange;
  complete: boolean;
}

/** A stored payload in clear. */
export interface Payload {
  index: number;
  part: number;
  bytes: Uint8Array;
}

interface SealedRecord {
  index: number;
  record: LedgerRecord;
  entries: KeyEntry[];
}

/** Larger than any body of the demo. */
const MAX_PART_BYTES = 64 * 1024 * 1024;

/** The log of a data folder, read as an auditor with the key service would: leaves, and payloads in clear. */
export class RecordedLog {
  private readonly reader: LedgerReader;
  private readonly keyService: KeyService;

  private constructor(reader: LedgerReader, keyService: KeyService) {
    this.reader = reader;
    this.keyService = keyService;
  }

  /** @param data data folder of the ledger */
  static async open(data: string): Promise<RecordedLog> {
    const folder = KeyFolder.open({ directory: `${data}/keys`, files: nodeKeyFiles, random: systemRandom });
    return new RecordedLog(new LedgerReader(nodeFiles, `${data}/ledger`), await folder.keyService(systemClock));
  }

  /** Records that the published checkpoint covers. */
  async size(): Promise<number> {
    const note = await this.reader.checkpointIfThere();
    return note === undefined ? 0 : parseCheckpoint(parseNote(note).text).size;
  }

  /** The records from `from` on. */
  async *records(from = 0): AsyncGenerator<{ index: number; record: LedgerRecord }> {
    const size = await this.size();
    for await (const { index, bytes } of this.reader.leaves(size, from))
      yield { index, record: openLeaf(bytes).record };
  }

  /** How many entries Envoy's access log has handed in. */
  async accessLogEntries(): Promise<number> {
    let count = 0;
    for await (const { record } of this.records())
      if (record.kind === KIND.access_log) count += AccessLog.decode(record.body).entries.length;
    return count;
  }

  /**
   * Every `exchange` record from leaf `from` on. One that a restart wrote has no payload of its own: its call is that
   * of its `exchange_opened`, when that isn't before `from`.
   */
  async exchanges(from = 0): Promise<RecordedExchange[]> {
    const found: RecordedExchange[] = [];
    const opened = new Map<string, SealedRecord>();
    for await (const sealed of this.sealedRecords(from)) {
      const { index, record } = sealed;
      if (record.kind === KIND.exchange_opened)
        opened.set(ExchangeOpened.decode(record.body).head?.exchangeId ?? '', sealed);
      if (record.kind !== KIND.exchange) continue;
      const exchange = Exchange.decode(record.body);
      const complete = exchange.ended === ENDED.complete;
      const before = opened.get(exchange.head?.exchangeId ?? '');
      const call = (await this.callOf(sealed)) || (before === undefined ? '' : await this.callOf(before));
      found.push({ index, call, exchange, complete });
    }
    return found;
  }

  /** Every payload part of every record, unsealed. */
  async *payloads(): AsyncGenerator<Payload> {
    for await (const { index, record, entries } of this.sealedRecords(0)) {
      for (const { name, chunks } of await openParts(this.reader, this.keyService, index, record, entries)) {
        if (chunks === undefined) throw new ScriptError(`record ${index} commits to a payload part that is not there`);
        const bytes = await collect(chunks, MAX_PART_BYTES);
        yield { index, part: name, bytes };
        // Each by itself: inside the part no search could decompress them.
        if (name === PART.message) for (const body of bodiesOf(bytes)) yield { index, part: name, bytes: body };
      }
    }
  }

  /** A record as `affidavit show` prints it. */
  async describe(index: number): Promise<string> {
    for await (const { record } of this.records(index)) return JSON.stringify(recordToJson(record), null, 2);
    return '';
  }

  /** The records from `from` on, each with where its payload is; a key page is read once. */
  private async *sealedRecords(from: number): AsyncGenerator<SealedRecord> {
    let page = new Map<number, KeyEntry[]>();
    let pageNumber = -1;
    for await (const { index, record } of this.records(from)) {
      if (Math.floor(index / KEY_PAGE_LEAVES) !== pageNumber) {
        pageNumber = Math.floor(index / KEY_PAGE_LEAVES);
        page = await this.reader.keyPage(index);
      }
      yield { index, record, entries: page.get(index) ?? [] };
    }
  }

  private async callOf({ index, record, entries }: SealedRecord): Promise<string> {
    const isMessage = (name: number): boolean => name === PART.message;
    for (const { chunks } of await openParts(this.reader, this.keyService, index, record, entries, isMessage)) {
      if (chunks === undefined) continue;
      const { requestHeaders } = ExchangeContent.decode(await collect(chunks, MAX_PART_BYTES));
      const header = requestHeaders.find((candidate) => candidate.name === CALL_HEADER);
      if (header !== undefined) return new TextDecoder().decode(header.value);
    }
    return '';
  }
}

function bodiesOf(message: Uint8Array): Uint8Array[] {
  const { requestBody, responseBody } = ExchangeContent.decode(message);
  return [requestBody, responseBody].filter((body) => body.length > 0);
}
