import { LeafFeed } from '../../../src/audit/index.ts';
import { FolderTileSource } from '../../../src/ledger/index.ts';
import { CompletenessAudit, encodeHex } from '../../../src/proof/index.ts';
import {
  AccessLog,
  AuditSettings,
  BODY,
  CallList,
  Counters,
  ENDED,
  Exchange,
  ExchangeOpened,
  Gap,
  KIND,
  PRODUCER_EVENT,
  ProducerStatus,
} from '../../../src/record/index.ts';
import type { LedgerRecord } from '../../../src/record/index.ts';
import { nodeFiles } from '../../../src/runtime/index.ts';
import type { RecordFact, WindowFact } from './reckoning.ts';

/** Short, so that a window is soon over. */
const SETTINGS = AuditSettings.create({ windowUs: 10_000_000, logDelayUs: 2_000_000, silentUs: 35_000_000 });
const ENDED_NAMES = new Map<number, string>(Object.entries(ENDED).map(([name, number]) => [number, name]));

/** What the leaves of a log say, read on as it grows. No payload is opened. */
export class LogEvidence {
  readonly records: RecordFact[] = [];
  readonly begun = new Set<string>();
  readonly logged = new Set<string>();
  readonly gaps: Gap[] = [];
  quarantined = 0;
  /** When Envoy read the last of its counters that are in the log, by its clock. */
  countedUs = 0;
  /** Epochs of producers, by the key of each, the newest last. */
  private readonly epochs = new Map<string, string[]>();
  private readonly stopped = new Set<string>();
  private readonly audit = new CompletenessAudit(SETTINGS);
  private readonly feed: LeafFeed;

  /** @param folder folder of the log @param logKey what its checkpoints must be signed with */
  constructor(folder: string, logKey: string) {
    this.feed = new LeafFeed(new FolderTileSource(nodeFiles, folder), logKey, (leaf, record, role) => {
      this.audit.add(leaf, record, role);
      this.take(record);
    });
  }

  /** Leaves read so far. */
  get size(): number {
    return this.feed.size;
  }

  /** Reads what was appended since the last time. */
  async update(): Promise<void> {
    await this.feed.follow();
  }

  /** Epochs (hex) that did not say `stopped`; the one that runs now may. */
  cut(isRunning: boolean): Set<string> {
    const over = [...this.epochs.values()].flatMap((epochs) => (isRunning ? epochs.slice(0, -1) : epochs));
    return new Set(over.filter((epoch) => !this.stopped.has(epoch)));
  }

  /** Every window, judged as certificates are, at this time. */
  windows(nowUs: number): WindowFact[] {
    return this.audit.nodes.flatMap(({ id, firstUs, lastUs }) => {
      const { windowUs } = SETTINGS;
      const found: WindowFact[] = [];
      for (let startUs = Math.floor(firstUs / windowUs) * windowUs; startUs <= lastUs; startUs += windowUs) {
        const { certificate, lists } = this.audit.judge(id, startUs, nowUs);
        const named = lists.map(({ attachment, bytes }) => [attachment.name, CallList.decode(bytes).calls] as const);
        found.push({ certificate, lists: new Map(named) });
      }
      return found;
    });
  }

  private take({ kind, body, epoch, keyId }: LedgerRecord): void {
    if (kind === KIND.exchange) this.takeExchange(Exchange.decode(body));
    else if (kind === KIND.exchange_opened) this.begun.add(ExchangeOpened.decode(body).head?.exchangeId ?? '');
    else if (kind === KIND.access_log)
      for (const { exchangeId } of AccessLog.decode(body).entries) this.logged.add(exchangeId);
    else if (kind === KIND.counters) this.countedUs = Counters.decode(body).takenUs;
    else if (kind === KIND.gap) this.gaps.push(Gap.decode(body));
    else if (kind === KIND.quarantined) this.quarantined += 1;
    else if (kind === KIND.producer) this.takeStatus(ProducerStatus.decode(body).event, keyId, epoch);
  }

  private takeExchange({ head, ended, endedReason, request, response }: Exchange): void {
    const name = ENDED_NAMES.get(ended) ?? String(ended);
    this.records.push({
      exchangeId: head?.exchangeId ?? '',
      isWhole: ended === ENDED.complete && ![request, response].some((side) => side?.body === BODY.given_up),
      ended: endedReason === '' ? name : `${name} (${endedReason})`,
    });
  }

  private takeStatus(event: number, keyId: Uint8Array, epoch: Uint8Array): void {
    const key = encodeHex(keyId);
    if (event === PRODUCER_EVENT.started) this.epochs.set(key, [...(this.epochs.get(key) ?? []), encodeHex(epoch)]);
    if (event === PRODUCER_EVENT.stopped) this.stopped.add(encodeHex(epoch));
  }
}
