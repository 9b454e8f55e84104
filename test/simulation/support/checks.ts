import {
  ENDED,
  Exchange,
  ExchangeOpened,
  ExchangePart,
  GAP_REASON,
  Gap,
  KIND,
  PROFILE,
  PRODUCER_EVENT,
  ProducerStatus,
} from '../../../src/record/index.ts';
import type { LedgerRecord as Recorded, Profile, RecordDraft, RecordPosition } from '../../../src/record/index.ts';
import { CompactRange, encodeHex, equalBytes, leafHash } from '../../../src/proof/index.ts';
import { LEDGER_DIRECTORY, readLog } from '../../support/ledger.ts';
import type { RememberingLogKey, WholeLog } from '../../support/ledger.ts';
import { LedgerReader } from '../../../src/ledger/index.ts';
import { judgeAudit } from './audited.ts';
import { totalOf } from './calls.ts';
import { judgeCertificates } from './certified.ts';
import type { CertifiedWorld } from './certified.ts';
import type { CallOutcome } from './envoy.ts';
import type { FileSystem } from '../../../src/runtime/index.ts';

/** A checkpoint as it was signed, or seen. */
export interface SeenCheckpoint {
  readonly size: number;
  readonly root: Uint8Array;
}

/** A record that its writer was told is durable. */
export interface Acknowledged {
  readonly draft: RecordDraft;
  readonly position: RecordPosition;
}

/** What the world knows, to hold the log against. */
export interface Known {
  readonly outcomes: readonly CallOutcome[];
  readonly acknowledged: readonly Acknowledged[];
  /** Epochs in hex, of recorders that said `stopped` and know that this is durable. */
  readonly stopped: ReadonlySet<string>;
  /** Every checkpoint that was signed. */
  readonly signed: RememberingLogKey['signed'];
  /** The recorder has said that it lets frames of open exchanges go: these may have no end. */
  readonly letOpenGo: boolean;
  /** Nothing was made to go wrong. */
  readonly isSound: boolean;
  /** No message was taken from the topic before the ledger had read it. */
  readonly isTopicWhole: boolean;
  /** The wall clock at the end. */
  readonly nowUs: number;
  /** The access log comes before everything else, or after it. */
  readonly isLogFirst: boolean;
  /** Where an auditor was there: what was so when it certified. */
  readonly certified: CertifiedWorld | undefined;
  readonly isClockSet: boolean;
  /** Epochs in hex, of a recorder whose disk is gone: what it had not published went with it. */
  readonly wiped: ReadonlySet<string>;
  /** Nothing went wrong, and no recorder was started again. */
  readonly isUndisturbed: boolean;
}

/** What the log says of one epoch. */
interface EpochWord {
  lost: number;
  notStopped: boolean;
}

/** The log, by what it is held against. */
class Said {
  readonly exchanges = new Map<string, Exchange[]>();
  /** Exchanges that were opened, or recorded in part. */
  readonly begun = new Set<string>();
  readonly epochs = new Map<string, EpochWord>();
  readonly gaps = new Map<number, number>();
  /** Records of the recorder, by where they stand. */
  readonly records = new Map<string, Recorded>();
  readonly problems: string[] = [];

  constructor(log: WholeLog) {
    for (const { record } of log.leaves) {
      const epoch = encodeHex(record.epoch);
      const place = placeOf(record);
      if (this.records.has(place)) this.problems.push(`record ${place} is in the log twice`);
      this.records.set(place, record);
      if (record.kind === KIND.exchange) this.takeExchange(Exchange.decode(record.body));
      else if (record.kind === KIND.exchange_opened)
        this.begun.add(ExchangeOpened.decode(record.body).head?.exchangeId ?? '');
      else if (record.kind === KIND.exchange_part)
        this.begun.add(ExchangePart.decode(record.body).head?.exchangeId ?? '');
      else if (record.kind === KIND.gap) this.takeGap(Gap.decode(record.body), epoch);
      else if (record.kind === KIND.quarantined) this.problems.push('a message was quarantined');
      else if (record.kind === KIND.producer && ProducerStatus.decode(record.body).event === PRODUCER_EVENT.started)
        this.epoch(epoch);
    }
  }

  epoch(name: string): EpochWord {
    const word = this.epochs.get(name) ?? { lost: 0, notStopped: false };
    this.epochs.set(name, word);
    return word;
  }

  private takeExchange(exchange: Exchange): void {
    const id = exchange.head?.exchangeId ?? '';
    this.exchanges.set(id, [...(this.exchanges.get(id) ?? []), exchange]);
  }

  private takeGap(gap: Gap, writer: string): void {
    this.gaps.set(gap.reason, (this.gaps.get(gap.reason) ?? 0) + 1);
    if (gap.reason === GAP_REASON.exchanges_lost && gap.detail !== 'access_log') this.epoch(writer).lost += gap.count;
    if (gap.reason === GAP_REASON.epoch_not_stopped) this.epoch(encodeHex(gap.epoch)).notStopped = true;
  }
}

/** Epochs are random: no two producers have one of the same name. */
function placeOf({ epoch, seq }: Pick<RecordPosition, 'epoch' | 'seq'>): string {
  return `${encodeHex(epoch)}/${seq}`;
}

/** Reads and verifies the whole log, and gives what is wrong with it. */
export async function judge(files: FileSystem, known: Known): Promise<string[]> {
  const log = await readLog(files);
  const said = new Said(log);
  return [
    ...said.problems,
    ...judgeReport(log, said, known),
    ...judgeCheckpoints(log, known.signed),
    ...known.acknowledged.flatMap((each) => judgeAcknowledged(said, each, known.wiped)),
    ...known.outcomes
      .filter(({ epoch }) => !known.wiped.has(epoch ?? ''))
      .flatMap((outcome) => judgeCall(said, outcome, known.letOpenGo)),
    ...judgeEpochs(said, known),
    ...(known.certified === undefined
      ? judgeAudit({ ...known, log, exchanges: said.exchanges, begun: said.begun })
      : await judgeCertificates({
          ...known,
          ...known.certified,
          log,
          reader: new LedgerReader(files, LEDGER_DIRECTORY),
          exchanges: said.exchanges,
        })),
  ];
}

function judgeReport({ report }: WholeLog, said: Said, { isTopicWhole }: Known): string[] {
  const problems: string[] = [];
  if (report.missing.length > 0) problems.push(`batches are missing for good: ${JSON.stringify(report.missing)}`);
  const forbidden = [
    ...(isTopicWhole ? [GAP_REASON.batches_missing, GAP_REASON.position_jumped] : []),
    GAP_REASON.spool_damaged,
  ];
  for (const reason of forbidden)
    if (said.gaps.has(reason)) problems.push(`a false gap: reason ${reason}, ${said.gaps.get(reason) ?? 0} times`);
  for (const { reason, count } of report.losses)
    if (reason === 'payload_missing') problems.push(`${count} payload parts are missing for good`);
  return problems;
}

/** What a writer was told is durable is in the log, as it was handed in. That it isn't twice, {@link Said} sees. */
function judgeAcknowledged(said: Said, { draft, position }: Acknowledged, wiped: ReadonlySet<string>): string[] {
  const place = placeOf(position);
  const record = said.records.get(place);
  if (record === undefined && wiped.has(encodeHex(position.epoch))) return [];
  if (record === undefined) return [`record ${place} was acknowledged, and isn't in the log`];
  return record.kind === draft.kind && equalBytes(record.body, draft.body)
    ? []
    : [`record ${place} isn't what was acknowledged`];
}

/** Each checkpoint that was ever signed is a prefix of the log. */
function judgeCheckpoints(log: WholeLog, signed: readonly SeenCheckpoint[]): string[] {
  const bySize = Map.groupBy(signed, ({ size }) => size);
  const problems: string[] = [];
  const range = new CompactRange();
  const compare = (): void => {
    for (const { root } of bySize.get(range.size) ?? [])
      if (!equalBytes(root, range.root())) problems.push(`the checkpoint of ${range.size} leaves forked`);
  };
  for (const leaf of log.bytes) {
    range.append(leafHash(leaf));
    compare();
  }
  for (const size of bySize.keys())
    if (size > range.size) problems.push(`a checkpoint of ${size} leaves was rolled back to ${range.size}`);
  return problems;
}

const NAMES: Readonly<Record<Profile, string>> = {
  [PROFILE.observe]: 'observe',
  [PROFILE.inline]: 'inline',
  [PROFILE.strict]: 'strict',
};

function judgeCall(said: Said, outcome: CallOutcome, mayLackEnd: boolean): string[] {
  const { plan, answered } = outcome;
  const name = `call ${plan.id} (${NAMES[plan.profile]})`;
  const records = said.exchanges.get(plan.id) ?? [];
  const problems: string[] = [];
  if (!outcome.done) problems.push(`${name} never came to an end`);
  if (records.length > 1) problems.push(`${name} has ${records.length} exchange records`);
  const complete = records.filter(({ ended }) => ended === ENDED.complete);
  if (plan.profile === PROFILE.strict && answered && complete.length !== 1)
    problems.push(`${name} was answered, and has ${complete.length} complete records`);
  if (plan.profile === PROFILE.strict && outcome.reachedUpstream && !said.begun.has(plan.id))
    problems.push(`${name} reached the upstream, and has no record`);
  if (said.begun.has(plan.id) && records.length === 0 && !mayLackEnd)
    problems.push(`${name} was begun, and has no end`);
  for (const { request, response } of complete) {
    const sizes = [request?.bodyBytes ?? 0, response?.bodyBytes ?? 0];
    const expected = [totalOf(plan.request), totalOf(plan.response)];
    if (sizes.join() !== expected.join())
      problems.push(`${name} is recorded as complete with ${sizes.join()} bytes instead of ${expected.join()}`);
  }
  return problems;
}

/** What isn't recorded is counted, or inside a tail that is declared; and nothing is declared that isn't so. */
function judgeEpochs(said: Said, { outcomes, stopped, isSound, letOpenGo, wiped, isClockSet }: Known): string[] {
  // Of two epochs that know of none before them only the clock tells which was first.
  const isUntold = isClockSet && wiped.size > 0;
  const problems: string[] = [];
  const isThere = (id: string): boolean => said.exchanges.has(id) || (letOpenGo && said.begun.has(id));
  const offered = Map.groupBy(outcomes, ({ epoch }) => epoch);
  for (const [epoch, word] of said.epochs) {
    const calls = offered.get(epoch) ?? [];
    const unrecorded = calls.filter(({ plan, turnedAway }) => !turnedAway && !isThere(plan.id));
    const missing = unrecorded.filter(({ plan }) => plan.profile !== PROFILE.strict).length;
    const turnedAway = calls.filter((call) => call.turnedAway).length;
    if (!word.notStopped && !wiped.has(epoch) && missing > word.lost)
      problems.push(`epoch ${epoch} lost ${missing} calls, and declares ${word.lost}`);
    // A recorder that drains turns calls away, and counts those that are only observed.
    const most = (isSound ? 0 : unrecorded.length) + turnedAway;
    if (word.lost > most) problems.push(`epoch ${epoch} declares ${word.lost} calls lost, of at most ${most}`);
    if (word.notStopped && stopped.has(epoch) && !wiped.has(epoch) && !isUntold)
      problems.push(`epoch ${epoch} is declared cut, and said that it stopped`);
  }
  for (const epoch of offered.keys())
    if (epoch !== undefined && !wiped.has(epoch) && !said.epochs.has(epoch))
      problems.push(`epoch ${epoch} took calls, and isn't in the log`);
  const gaps = [...said.gaps.keys()].filter((reason) => reason !== GAP_REASON.exchanges_lost);
  if (isSound && gaps.length > 0) problems.push(`gaps though nothing went wrong: ${gaps.join()}`);
  return problems;
}
