import { ENDED, type Ended } from '../record/index.ts';

/** What was done with Envoy's access log and its counters. */
export interface LogStats {
  readonly accessLogMessages: number;
  readonly accessLogEntries: number;
  /** Entries beside these that could not be read. */
  readonly accessLogEntriesUnreadable: number;
  /** Access-log records that could not be written. */
  readonly accessLogLost: number;
  /** Messages of Envoy's own counters. */
  readonly counterMessages: number;
  /** Records of these that could not be written. */
  readonly countersLost: number;
  /** Messages of any stream that could not be read. */
  readonly undecodable: number;
}

/** What a capture server has done since it started. */
export interface CaptureStats extends LogStats {
  /** Exchanges that began. */
  readonly opened: number;
  /** Exchanges not recorded yet. */
  readonly open: number;
  /** Of these, streams of observe that aren't read yet, because work is too far behind. */
  readonly held: number;
  /** Of these, calls of strict whose answers wait for their records … */
  readonly waiting: number;
  /** … and of these, those that were refused because they had waited too long. */
  readonly overdue: number;
  /** Exchanges recorded whole. */
  readonly completed: number;
  /** Exchanges recorded that were cut, given up or broke the protocol. */
  readonly cut: number;
  /** Exchanges that could not be recorded, while their call went on. */
  readonly lost: number;
  /** Calls that strict let fail because there was no record. */
  readonly refused: number;
  /** Streams turned away because too many exchanges were open, or the server drained. */
  readonly turnedAway: number;
  readonly bodiesGivenUp: number;
  /** Parts of recorded exchanges that redaction could not judge, or not in time: what it could not was dropped. */
  readonly redactionFailed: number;
  /** Bytes that wait for work now, and the most there ever were. */
  readonly bufferedBytes: number;
  readonly highestBufferedBytes: number;
}

/** The counters behind {@link LogStats}. */
export class LogCounters {
  accessLogMessages = 0;
  accessLogEntries = 0;
  accessLogEntriesUnreadable = 0;
  accessLogLost = 0;
  counterMessages = 0;
  countersLost = 0;
  undecodable = 0;

  /** As they are now. */
  logStats(): LogStats {
    const { accessLogMessages, accessLogEntries, accessLogEntriesUnreadable, accessLogLost } = this;
    const { counterMessages, countersLost, undecodable } = this;
    const accessLog = { accessLogMessages, accessLogEntries, accessLogEntriesUnreadable, accessLogLost };
    return { ...accessLog, counterMessages, countersLost, undecodable };
  }
}

/** The counters behind {@link CaptureStats}. */
export class CaptureCounters extends LogCounters {
  opened = 0;
  completed = 0;
  cut = 0;
  lost = 0;
  refused = 0;
  turnedAway = 0;
  bodiesGivenUp = 0;
  redactionFailed = 0;

  /** Counts a recorded exchange. */
  recorded(ended: Ended): void {
    if (ended === ENDED.complete) this.completed += 1;
    else this.cut += 1;
  }
}
