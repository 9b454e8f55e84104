import {
  Gap,
  GAP_REASON,
  KEY_ROLE,
  KIND,
  type LedgerRecord,
  PRODUCER_EVENT,
  ProducerStatus,
} from '../../record/index.ts';
import { encodeHex } from '../platform.ts';
import { EPOCH_BYTES } from '../statement.ts';

/** Records of an epoch that aren't there, and the times of those before and after. */
interface Hole {
  first: number;
  last: number;
  fromUs: number;
  untilUs: number;
}

/** What a producer says that it lost. */
export interface DeclaredLoss {
  readonly epoch: string;
  readonly isAccessLog: boolean;
  readonly count: number;
  /** By the producer's clock; zero when not known. */
  readonly fromUs: number;
  readonly untilUs: number;
}

/** Records of a producer that are not there. */
export interface MissingRecords {
  readonly keyId: string;
  readonly epoch: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** By the producer's clock: when those before and after were written. */
  readonly fromUs: number;
  readonly untilUs: number;
}

/** One life of a producer, by its own clock. */
export interface EpochLife {
  /** Zero until it is seen. */
  startedUs: number;
  lastUs: number;
  stoppedUs: number;
  /** When its last records were written: what its clock says, also where that was set back. */
  readonly latestUs: number[];
  /** When its producer began anew, and the name of that epoch. */
  nextUs: number;
  nextName: string;
  nextSeq: number;
  readonly holes: Hole[];
  /** The time of holes that are named no more, because there were too many. */
  unnamedHoles: { readonly fromUs: number; readonly untilUs: number } | undefined;
}

/** Hears of what isn't held any more, and of who follows whom; since method 3. */
export interface ProducerEvents {
  /** An epoch, or a loss that one declared, is about to be forgotten. */
  readonly forgets: (name: string, loss?: DeclaredLoss) => void;
  readonly follows: (name: string, nextName: string) => void;
}

const MAX_EPOCHS = 4096;
/** Records that tell what a producer's clock says: few, because a clock may be set. */
const LATEST_RECORDS = 8;
const MAX_HOLES = 1024;
const MAX_LOSSES = 4096;
const ACCESS_LOG = 'access_log';

/** The name of a record's epoch. */
export function epochName(keyId: Uint8Array, epoch: Uint8Array): string {
  return `${encodeHex(keyId).slice(0, 16)}/${encodeHex(epoch)}`;
}

/** Follows the lives of those who record. */
export class ProducerBook {
  readonly #events: ProducerEvents | undefined;
  readonly #epochs = new Map<string, EpochLife>();
  readonly losses: DeclaredLoss[] = [];

  /** @param events of method 3 on; before it the epoch that was first heard of was forgotten, and nobody told */
  constructor(events?: ProducerEvents) {
    this.#events = events;
  }

  /** What is known of an epoch. */
  get(name: string): EpochLife | undefined {
    return this.#epochs.get(name);
  }

  /** Which records are not there, of those who record. */
  get missing(): MissingRecords[] {
    return [...this.#epochs].flatMap(([name, { holes }]) => {
      const [keyId = '', epoch = ''] = name.split('/');
      return holes.map(({ first, last, fromUs, untilUs }) => ({
        ...{ keyId, epoch, firstSeq: first, lastSeq: last },
        ...{ fromUs, untilUs },
      }));
    });
  }

  /** Takes a record; only what keys of the role producer sign tells of recorders. The name of its epoch. */
  take(record: LedgerRecord, role: number): string {
    const { keyId, epoch, seq, timeUs, kind, body } = record;
    const name = epochName(keyId, epoch);
    if (role !== KEY_ROLE.producer) return name;
    const life = this.#lifeOf(name);
    if (seq >= life.nextSeq && life.latestUs.push(timeUs) > LATEST_RECORDS) life.latestUs.shift();
    number(life, seq, timeUs);
    life.lastUs = Math.max(life.lastUs, timeUs);
    if (kind === KIND.producer) this.#takeStatus(life, record, ProducerStatus.decode(body));
    if (kind === KIND.gap) this.#takeGap(name, Gap.decode(body));
    return name;
  }

  #takeStatus(life: EpochLife, { keyId, epoch, timeUs }: LedgerRecord, { event, previousEpoch }: ProducerStatus): void {
    if (event === PRODUCER_EVENT.stopped) life.stoppedUs = timeUs;
    if (event !== PRODUCER_EVENT.started) return;
    life.startedUs = timeUs;
    if (previousEpoch.length !== EPOCH_BYTES) return;
    const previous = epochName(keyId, previousEpoch);
    const before = this.#lifeOf(previous);
    before.nextUs = timeUs;
    before.nextName = epochName(keyId, epoch);
    this.#events?.follows(previous, before.nextName);
  }

  #takeGap(epoch: string, { reason, count, detail, fromUs, untilUs }: Gap): void {
    if (reason !== GAP_REASON.exchanges_lost) return;
    const loss = { epoch, isAccessLog: detail === ACCESS_LOG, count, fromUs, untilUs };
    this.losses.push(loss);
    if (this.#events === undefined) {
      if (this.losses.length > MAX_LOSSES) this.losses.shift();
    } else this.#boundLosses(loss, this.#events);
  }

  /** What is lost of the access log and what of exchanges don't make each other forgotten. */
  #boundLosses({ isAccessLog }: DeclaredLoss, events: ProducerEvents): void {
    if (this.losses.length <= MAX_LOSSES) return;
    const alike = this.losses.filter((loss) => loss.isAccessLog === isAccessLog);
    const [oldest] = alike;
    if (alike.length <= MAX_LOSSES || oldest === undefined) return;
    events.forgets(oldest.epoch, oldest);
    this.losses.splice(this.losses.indexOf(oldest), 1);
  }

  #lifeOf(name: string): EpochLife {
    const known = this.#epochs.get(name);
    if (known !== undefined) {
      if (this.#events === undefined) return known;
      this.#epochs.delete(name);
    }
    const life = known ?? newLife();
    this.#epochs.set(name, life);
    const [oldest] = this.#epochs.keys();
    if (this.#epochs.size <= MAX_EPOCHS || oldest === undefined) return life;
    this.#events?.forgets(oldest);
    this.#epochs.delete(oldest);
    return life;
  }
}

function newLife(): EpochLife {
  const times = { startedUs: 0, lastUs: 0, stoppedUs: 0, nextUs: 0 };
  return { ...times, latestUs: [], nextName: '', nextSeq: 0, holes: [], unnamedHoles: undefined };
}

function number(life: EpochLife, seq: number, timeUs: number): void {
  const { holes, nextSeq } = life;
  if (seq >= nextSeq) {
    const fromUs = nextSeq === 0 ? timeUs : life.lastUs;
    if (seq > nextSeq) holes.push({ first: nextSeq, last: seq - 1, fromUs, untilUs: timeUs });
    life.nextSeq = seq + 1;
    boundHoles(life);
    return;
  }
  const at = holes.findIndex(({ first, last }) => first <= seq && seq <= last);
  const hole = holes[at];
  if (hole === undefined) return;
  const rest = [
    { ...hole, last: seq - 1, untilUs: timeUs },
    { ...hole, first: seq + 1, fromUs: timeUs },
  ];
  holes.splice(at, 1, ...rest.filter(({ first, last }) => first <= last));
}

function boundHoles(life: EpochLife): void {
  if (life.holes.length <= MAX_HOLES) return;
  const { fromUs = 0, untilUs = 0 } = life.holes.shift() ?? {};
  const before = life.unnamedHoles ?? { fromUs, untilUs };
  life.unnamedHoles = { fromUs: Math.min(before.fromUs, fromUs), untilUs: Math.max(before.untilUs, untilUs) };
}
