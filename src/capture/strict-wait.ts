import { AffidavitError } from '../record/index.ts';
import type { Side } from './ext-proc-wire.ts';
import { immediateReply } from './replies.ts';

const SERVICE_UNAVAILABLE = 503;

/** `details` of the answer that strict gives when there is no record begins so; also the error that it ends a stream with. */
export const NOT_RECORDED = 'affidavit_not_recorded';

/** Why there is no record, by the code of what failed. */
const CAUSES: Readonly<Partial<Record<AffidavitError['code'], string>>> = {
  'io.full': 'no_room',
  'io.read_only': 'read_only',
  'io.no_descriptors': 'no_descriptors',
  'limit.exceeded': 'backlog',
  'spool.failed': 'spool_failed',
  'spool.closed': 'stopping',
};

/** Thrown for a call that strict lets wait no longer, or not at all, or of which it may not keep all. */
export class StrictRefusal extends AffidavitError {
  override readonly name = 'StrictRefusal';
  readonly why: 'deadline' | 'too_many_waiting' | 'body_too_long';

  constructor(why: StrictRefusal['why'], message: string) {
    super('limit.exceeded', message);
    this.why = why;
  }
}

/** Why a call was refused, as a word for `details`, logs and records. */
export function refusalCause(error: AffidavitError): string {
  return error instanceof StrictRefusal ? error.why : (CAUSES[error.code] ?? 'recorder_error');
}

/** The answer to a call of strict of which there is no record, and why. */
export function notRecordedReply(cause: string): Uint8Array {
  return immediateReply(SERVICE_UNAVAILABLE, 'not recorded', `${NOT_RECORDED}.${cause}`);
}

/** Calls that wait for their records, over all sessions. */
export interface Waiting {
  calls: number;
  /** Of these, those that were refused meanwhile: their records are still on their way. */
  overdue: number;
}

/** What one call in strict waits for, and how far it went on. */
export class StrictWait {
  readonly #all: Waiting;
  /** Monotonic times since when answers are owed to Envoy, the oldest first. */
  readonly #owedSinceUs: number[] = [];
  #inFlight: Promise<boolean> | undefined;
  #requestSent = false;
  #responseSeen = false;
  #responseSent = false;
  #isForgone = false;
  #isOverdue = false;

  constructor(all: Waiting) {
    this.#all = all;
  }

  /** True once the response's headers have gone on: no other answer can be given. */
  get isResponseSent(): boolean {
    return this.#responseSent;
  }

  /** A record on its way: resolves with true when it was the last one of the exchange, and became durable. */
  get inFlight(): Promise<boolean> | undefined {
    return this.#inFlight;
  }

  /** What has happened beyond Envoy when the call is refused now. */
  get upstream(): 'request_withheld' | 'request_sent' | 'response_withheld' | 'response_begun' {
    if (this.#responseSent) return 'response_begun';
    if (this.#responseSeen) return 'response_withheld';
    return this.#requestSent ? 'request_sent' : 'request_withheld';
  }

  /** Envoy waits for one more answer. */
  owe(nowUs: number): void {
    if (this.#owedSinceUs.length === 0) this.#all.calls += 1;
    this.#owedSinceUs.push(nowUs);
  }

  /** It was given: what it answers has gone on. */
  paid(side: Side, to: string): void {
    if (this.#owedSinceUs.shift() !== undefined && this.#owedSinceUs.length === 0) this.#all.calls -= 1;
    if (side === 'request') this.#requestSent = true;
    else if (to === 'headers') this.#responseSent = true;
  }

  /** The upstream, or Envoy itself, has begun to answer. */
  seeResponse(): void {
    this.#responseSeen = true;
  }

  /** Envoy takes no answer any more: the call is recorded as it stands, however late. */
  forgo(): void {
    this.#isForgone = true;
  }

  /** Why a call that begins is refused: a disk that hangs must not gather calls without end. */
  refusal(maxWaiting: number): StrictRefusal | undefined {
    const { calls } = this.#all;
    if (calls < maxWaiting) return undefined;
    return new StrictRefusal('too_many_waiting', `${calls} calls wait for their records`);
  }

  /** Told once, when Envoy waits for an answer for longer than that: why the call is refused. */
  overdue(nowUs: number, limitMs: number): StrictRefusal | undefined {
    const [sinceUs = nowUs] = this.#owedSinceUs;
    if (this.#isForgone || this.#isOverdue || nowUs - sinceUs <= limitMs * 1000) return undefined;
    this.#isOverdue = true;
    this.#all.overdue += 1;
    return new StrictRefusal('deadline', `no record was durable within ${limitMs} ms`);
  }

  /** Nothing is on its way any more. Called once. */
  end(): void {
    if (this.#owedSinceUs.length > 0) this.#all.calls -= 1;
    if (this.#isOverdue) this.#all.overdue -= 1;
    this.#owedSinceUs.length = 0;
  }

  #settled(isEnded: boolean): boolean {
    this.#inFlight = undefined;
    return isEnded;
  }

  /** A record is on its way. */
  track(record: Promise<void>, isLast: boolean): Promise<void> {
    // Settled before anyone who waits for the record itself is told.
    this.#inFlight = record.then(
      () => this.#settled(isLast),
      () => this.#settled(false),
    );
    return record;
  }
}
