import { encodeHex, equalBytes, type CompletenessAudit, type Judgement, NOBODY } from '../proof/index.ts';
import {
  type AuditSettings,
  Certificate,
  CERTIFICATE_STATE,
  KIND,
  type LedgerRecord,
  PRODUCER_EVENT,
  ProducerStatus,
} from '../record/index.ts';
import { contentOf } from './content.ts';
import { type AuditTiming, type DueWindow, dueWindows, isRipe } from './due.ts';

/** The newest certificate of a window, by this auditor, as it stands in the log. */
interface Certified {
  readonly leaf: number;
  readonly revision: number;
  readonly content: string;
}

interface Changed extends DueWindow {
  /** Of the last leaf that told something of the window. */
  leaf: number;
  /** All that was told is that something is unknown in it: that alone asks for no certificate. */
  readonly isTail: boolean;
}

/** A certificate that was written and is not in the log yet. */
interface OnTheWay {
  /** By a clock that nobody sets. */
  readonly sinceUs: number;
  /** Its number among the auditor's records; undefined while it isn't durable. */
  seq?: number;
}

/** What there is to judge again of a node whose clock was set back. */
interface Again {
  readonly setBacks: number;
  fromUs: number;
}

/** What makes a certificate one in a row. */
export interface Revision {
  readonly revision: number;
  readonly revisesLeafPlusOne: number;
}

/** States in which everything is known that there is to know, and is well. */
export const FINE: ReadonlySet<number> = new Set([
  CERTIFICATE_STATE.whole,
  CERTIFICATE_STATE.no_traffic,
  CERTIFICATE_STATE.silent,
]);

/** Windows that ended so long before an auditor's first record are not its business. */
const BACKLOG_US = 86_400_000_000;
/** Windows whose certificates are known well enough to revise them, and those that changed. */
const MAX_WINDOWS = 400_000;
const MAX_NODES = 2_000;
/** Windows with something wrong that are looked at again and again, and how many of them each time. */
const MAX_REVIEWED = 10_000;
const REVIEWED_AT_ONCE = 32;
/** Windows that are judged at once: the rest has its turn after them. */
const MAX_AT_ONCE = 500;
/** After so long a certificate is made anew that isn't in the log though what was written after it is. */
const LOST_US = 600_000_000;

/**
 * What an auditor has to judge next. All that it knows it has from the log's leaves, so that it is as it was after a
 * restart. Memory is bounded.
 */
export class Agenda {
  readonly #keyId: Uint8Array;
  readonly #epoch: string;
  readonly #settings: AuditSettings;
  readonly #certified = new Map<string, Certified>();
  readonly #changed = new Map<string, Changed>();
  readonly #review = new Map<string, DueWindow>();
  /** Of each node: up to when there are certificates. */
  readonly #nextUs = new Map<string, number>();
  /** The same of windows that its clock was set forward over: they get none. */
  readonly #skippedUs = new Map<string, number>();
  /** Of each node whose clock was set back: how often, and up to when what came a second time was judged again. */
  readonly #again = new Map<string, Again>();
  /** Of each node: from when on each window has a certificate. */
  readonly #begunUs = new Map<string, number>();
  readonly #onTheWay = new Map<string, OnTheWay>();
  #leaf = 0;
  /** The highest number of a record of the auditor's epoch that is in the log. */
  #seq = -1;
  #firstUs = Number.MAX_SAFE_INTEGER;
  #isBegun = false;

  /** @param epoch of the auditor: certificates from before it are all in the log once its first record is. */
  constructor(settings: AuditSettings, keyId: Uint8Array, epoch: Uint8Array) {
    this.#settings = settings;
    this.#keyId = keyId;
    this.#epoch = encodeHex(epoch);
  }

  /** True once the log has the first record of the auditor's epoch. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** Windows whose newest certificate says that something is missing or can't be known. */
  get open(): number {
    return this.#review.size;
  }

  /** What the audit is to call when a window changes. */
  readonly onChange = (nodeId: string, startUs: number, isTail = false): void => {
    const name = nameOf(nodeId, startUs);
    const isOnlyTail = isTail && this.#changed.get(name)?.isTail !== false;
    this.#changed.delete(name);
    this.#changed.set(name, { nodeId, startUs, leaf: this.#leaf, isTail: isOnlyTail });
    bound(this.#changed, MAX_WINDOWS);
  };

  /** Takes a leaf, before the audit does. */
  take(leaf: number, record: LedgerRecord): void {
    this.#leaf = leaf;
    if (!equalBytes(record.keyId, this.#keyId)) return;
    const { kind, body, timeUs, epoch, seq } = record;
    const isOwn = encodeHex(epoch) === this.#epoch;
    this.#firstUs = Math.min(this.#firstUs, timeUs);
    if (isOwn) this.#seq = Math.max(this.#seq, seq);
    if (kind === KIND.certificate) this.#takeCertificate(leaf, record, Certificate.decode(body));
    if (kind === KIND.producer && ProducerStatus.decode(body).event === PRODUCER_EVENT.started) this.#isBegun = isOwn;
  }

  /** Windows to be judged now, in the order in which that is to be done; `monotonicUs`: by the clock of {@link writes}. */
  next(audit: CompletenessAudit, timing: AuditTiming, nowUs: number, monotonicUs: number): DueWindow[] {
    if (!this.#isBegun) return [];
    this.#noteSetBacks(audit, nowUs);
    const fromUs = (nodeId: string): number =>
      Math.min(this.#sinceUs(audit, nodeId), this.#again.get(nodeId)?.fromUs ?? Number.MAX_SAFE_INTEGER);
    const due = dueWindows(audit, timing, nowUs, fromUs).filter((window) => this.#isKnown(audit, window));
    const late = [...this.#late(audit, timing, nowUs), ...this.#earlier(audit, timing, nowUs)];
    const wanted = [...late, ...due, ...this.#reviewed(audit)];
    const named = new Map(wanted.map((window) => [nameOf(window.nodeId, window.startUs), window]));
    return [...named]
      .filter(([name]) => !this.#isOnTheWay(name, monotonicUs))
      .map(([, window]) => window)
      .slice(0, MAX_AT_ONCE);
  }

  /** What the certificate of a judgement has to say that it revises; `undefined` when none is needed. */
  revisionOf(window: DueWindow, { certificate, lists }: Judgement): Revision | undefined {
    const { nodeId, startUs } = window;
    const name = nameOf(nodeId, startUs);
    const known = this.#certified.get(name);
    const again = this.#again.get(nodeId);
    if (again !== undefined && startUs <= again.fromUs) again.fromUs = Math.max(again.fromUs, certificate.windowEndUs);
    if (known === undefined && window.isSkipped === true && certificate.state === CERTIFICATE_STATE.silent) {
      this.#skip(window, certificate.windowEndUs);
      return undefined;
    }
    if (known === undefined) return { revision: 0, revisesLeafPlusOne: 0 };
    const attachments = lists.map(({ attachment }) => attachment);
    if (known.content !== contentOf(certificate, attachments))
      return { revision: known.revision + 1, revisesLeafPlusOne: known.leaf + 1 };
    this.#changed.delete(name);
    return undefined;
  }

  /** Notes that a certificate is being written, when by a clock that nobody sets. */
  writes({ nodeId, startUs }: DueWindow, monotonicUs: number): void {
    this.#onTheWay.set(nameOf(nodeId, startUs), { sinceUs: monotonicUs });
  }

  /** Notes that it was, as which of the auditor's records. */
  written({ nodeId, startUs }: DueWindow, seq: number): void {
    const onTheWay = this.#onTheWay.get(nameOf(nodeId, startUs));
    if (onTheWay !== undefined) onTheWay.seq = seq;
  }

  /** Notes that one could not be. */
  failed({ nodeId, startUs }: DueWindow): void {
    this.#onTheWay.delete(nameOf(nodeId, startUs));
    const again = this.#again.get(nodeId);
    if (again !== undefined) again.fromUs = Math.min(again.fromUs, startUs);
  }

  /** Passes over a window, once there are certificates up to it. */
  #skip({ nodeId, startUs }: DueWindow, endUs: number): void {
    const reachedUs = Math.max(this.#nextUs.get(nodeId) ?? 0, this.#skippedUs.get(nodeId) ?? 0);
    if (startUs > reachedUs) return;
    this.#skippedUs.set(nodeId, Math.max(endUs, reachedUs));
    bound(this.#skippedUs, MAX_NODES);
  }

  /** What was certified before a clock was set back is judged again: nobody had told of it yet. */
  #noteSetBacks({ nodes, settings }: CompletenessAudit, nowUs: number): void {
    for (const { id, steps } of nodes) {
      const known = this.#again.get(id);
      if (steps.setBacks === (known?.setBacks ?? 0)) continue;
      const startUs = Math.floor(steps.setBackToUs / settings.windowUs) * settings.windowUs;
      const recentUs = Math.max(startUs, nowUs - steps.lastOffsetUs - BACKLOG_US);
      this.#again.set(id, { setBacks: steps.setBacks, fromUs: Math.min(recentUs, known?.fromUs ?? recentUs) });
      bound(this.#again, MAX_NODES);
    }
  }

  /** False for what was certified when more was remembered: that says more than what could be said now. */
  #isKnown(audit: CompletenessAudit, { nodeId, startUs }: DueWindow): boolean {
    return startUs >= audit.certainFrom(nodeId) || !this.#certified.has(nameOf(nodeId, startUs));
  }

  #takeCertificate(leaf: number, record: LedgerRecord, certificate: Certificate): void {
    const { nodeId, windowStartUs, windowEndUs, revision, state, treeSize } = certificate;
    this.#nextUs.set(nodeId, Math.max(this.#nextUs.get(nodeId) ?? 0, windowEndUs));
    bound(this.#nextUs, MAX_NODES);
    if (!this.#begunUs.has(nodeId)) this.#begunUs.set(nodeId, windowStartUs);
    bound(this.#begunUs, MAX_NODES);
    if (windowEndUs - windowStartUs !== this.#settings.windowUs) return;
    const name = nameOf(nodeId, windowStartUs);
    this.#onTheWay.delete(name);
    this.#certified.delete(name);
    this.#certified.set(name, { leaf, revision, content: contentOf(certificate, record.attachments) });
    bound(this.#certified, MAX_WINDOWS);
    if ((this.#changed.get(name)?.leaf ?? treeSize) < treeSize) this.#changed.delete(name);
    this.#review.delete(name);
    if (!FINE.has(state)) this.#review.set(name, { nodeId, startUs: windowStartUs });
    bound(this.#review, MAX_REVIEWED);
  }

  /** From when on a node's windows have no certificate yet. A day in which it wasn't there gets none. */
  #sinceUs(audit: CompletenessAudit, nodeId: string): number {
    // Such windows come and go: those that stay have changed.
    if (nodeId === NOBODY) return Number.MAX_SAFE_INTEGER;
    const node = audit.nodeOf(nodeId);
    const nextUs = this.#nextUs.get(nodeId) ?? this.#firstUs - (node?.offsetUs ?? 0) - BACKLOG_US;
    return Math.max(nextUs, this.#skippedUs.get(nodeId) ?? 0, node?.resumedUs ?? 0);
  }

  /** Windows that have changed after their turn. */
  #late(audit: CompletenessAudit, timing: AuditTiming, nowUs: number): DueWindow[] {
    const late: DueWindow[] = [];
    for (const [name, { nodeId, startUs, isTail }] of this.#changed) {
      const isUncertified = !this.#certified.has(name);
      const isTooOld = startUs < audit.floorOf(nodeId) || (isUncertified && startUs < this.#firstUs - BACKLOG_US);
      const isNothing = nodeId === NOBODY ? !audit.hasCalls(nodeId, startUs) : isTail && !this.#onTheWay.has(name);
      const isGone = isUncertified && isNothing;
      if (isTooOld || isGone) this.#changed.delete(name);
      else if (isRipe(audit, timing, nowUs, nodeId, startUs) && startUs < this.#sinceUs(audit, nodeId))
        late.push({ nodeId, startUs });
    }
    return late;
  }

  /** Windows of a node that was heard of earlier than was known when it was certified first. */
  #earlier(audit: CompletenessAudit, timing: AuditTiming, nowUs: number): DueWindow[] {
    const { windowUs } = this.#settings;
    const sinceUs = new Map<string, number>();
    for (const { id, resumedUs, offsetUs } of audit.nodes) {
      let begunUs = this.#begunUs.get(id) ?? 0;
      while (begunUs > resumedUs && this.#certified.has(nameOf(id, begunUs - windowUs))) begunUs -= windowUs;
      if (begunUs > 0) this.#begunUs.set(id, begunUs);
      if (begunUs > resumedUs) sinceUs.set(id, Math.max(resumedUs, this.#firstUs - offsetUs - BACKLOG_US));
    }
    if (sinceUs.size === 0) return [];
    return dueWindows(audit, timing, nowUs, (nodeId) => sinceUs.get(nodeId) ?? Number.MAX_SAFE_INTEGER).filter(
      ({ nodeId, startUs }) =>
        startUs < (this.#begunUs.get(nodeId) ?? 0) && !this.#certified.has(nameOf(nodeId, startUs)),
    );
  }

  #reviewed(audit: CompletenessAudit): DueWindow[] {
    const reviewed = [...this.#review].slice(0, REVIEWED_AT_ONCE);
    const known = reviewed.filter(([, { nodeId, startUs }]) => startUs >= audit.certainFrom(nodeId));
    for (const [name] of reviewed) this.#review.delete(name);
    for (const [name, window] of known) this.#review.set(name, window);
    return known.map(([, window]) => window);
  }

  /** What the bus holds up comes once it goes on, however long that takes. */
  #isOnTheWay(name: string, monotonicUs: number): boolean {
    const onTheWay = this.#onTheWay.get(name);
    if (onTheWay === undefined) return false;
    const isOvertaken = onTheWay.seq !== undefined && onTheWay.seq < this.#seq;
    return !isOvertaken || monotonicUs - onTheWay.sinceUs < LOST_US;
  }
}

function nameOf(nodeId: string, startUs: number): string {
  return `${startUs} ${nodeId}`;
}

function bound(map: Map<string, unknown>, most: number): void {
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
