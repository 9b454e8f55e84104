import {
  AffidavitError,
  AuditSettings,
  Certificate,
  CERTIFICATE_METHOD,
  CERTIFICATE_STATE,
  KIND,
  type LedgerRecord,
} from '../../record/index.ts';
import { encodeHex } from '../platform.ts';
import { CompletenessAudit } from './audit.ts';
import { differenceOf } from './difference.ts';

/** The newest certificate of a window, by one auditor. */
interface Newest {
  readonly leaf: number;
  readonly revision: number;
}

interface Claim {
  readonly leaf: number;
  readonly record: LedgerRecord;
  readonly treeSize: number;
}

/** What the certificates of a log come to. */
export interface CertificateReport {
  /** Certificates in the log, and those that were made again from its leaves. */
  readonly count: number;
  readonly recomputed: number;
  /** Windows by what their newest certificate comes to. */
  readonly states: Readonly<Record<string, number>>;
}

/** Most certificates that are made again; of more it is said that they were not. */
export const MAX_CLAIMS = 1_000_000;
/** Each has its own audit: an operator changes them now and then, no more. */
const MAX_SETTINGS = 16;
/** How long an auditor may take from its judgement to its record. */
const MAX_JUDGED_AGO_US = 600_000_000;

const STATES = new Map<number, string>(Object.entries(CERTIFICATE_STATE).map(([name, number]) => [number, name]));

/** Gathers a log's certificates, and makes each again from the leaves that it was made from. */
export class CertificateBook {
  readonly #claims: Claim[] = [];
  /** Of the newest certificate of each window. */
  readonly #states = new Map<string, number>();
  /** The same certificate, among the leaves that came for the second time. */
  readonly #newest = new Map<string, Newest>();
  readonly #audits = new Map<string, CompletenessAudit>();
  #count = 0;
  #recomputed = 0;
  #next = 0;
  #wrong: AffidavitError[] = [];
  #wrongCount = 0;

  /** Takes a leaf, in order. What isn't a certificate is passed over. @throws evidence.certificate */
  take(leaf: number, record: LedgerRecord): void {
    if (record.kind !== KIND.certificate) return;
    const certificate = Certificate.decode(record.body);
    this.#count += 1;
    if (certificate.treeSize > leaf)
      throw wrong(leaf, certificate, `it is made of ${certificate.treeSize} leaves, more than come before it`);
    this.#states.set(windowName(record, certificate), certificate.state);
    const [oldest] = this.#states.keys();
    if (this.#states.size > MAX_CLAIMS && oldest !== undefined) this.#states.delete(oldest);
    if (!isKnown(certificate) || this.#claims.length >= MAX_CLAIMS) return;
    if (!this.#hasAudit(certificate)) return;
    const { keyId, timeUs, kind, body, attachments } = record;
    const kept = { ...record, keyId: keyId.slice(), timeUs, kind, body: body.slice(), parts: [] };
    const hashes = attachments.map((attachment) => ({ ...attachment, hash: attachment.hash.slice() }));
    this.#claims.push({ leaf, record: { ...kept, attachments: hashes }, treeSize: certificate.treeSize });
  }

  /** True when there is something to make again. */
  get hasClaims(): boolean {
    return this.#claims.length > 0;
  }

  /** Once all leaves were taken: they will come again, by {@link replay}. */
  begin(): void {
    this.#claims.sort((a, b) => a.treeSize - b.treeSize || a.leaf - b.leaf);
  }

  /** Takes a leaf for the second time, in order, with the role of its key. */
  replay(leaf: number, record: LedgerRecord, role: number): void {
    this.#settle(leaf);
    if (record.kind === KIND.certificate) this.#replace(leaf, record, Certificate.decode(record.body));
    for (const audit of this.#audits.values()) audit.add(leaf, record, role);
  }

  /** What was found, at the log's end. @throws evidence.certificate naming the first that is wrong, and how many are */
  finish(size: number): CertificateReport {
    this.#settle(size);
    const [first] = this.#wrong;
    if (first !== undefined) {
      const more = this.#wrongCount > 1 ? ` (and ${this.#wrongCount - 1} more certificates)` : '';
      throw new AffidavitError(first.code, `${first.message}${more}`);
    }
    const states: Record<string, number> = {};
    for (const state of this.#states.values()) {
      const name = STATES.get(state) ?? `state-${state}`;
      states[name] = (states[name] ?? 0) + 1;
    }
    return { count: this.#count, recomputed: this.#recomputed, states };
  }

  /** True when there is an audit by its method and settings. */
  #hasAudit(certificate: Certificate): boolean {
    const { method, settings = AuditSettings.create() } = certificate;
    const name = rulesOf(certificate);
    if (this.#audits.has(name)) return true;
    if (this.#audits.size >= MAX_SETTINGS || settings.windowUs <= 0) return false;
    const own = AuditSettings.decode(AuditSettings.encode(settings));
    this.#audits.set(name, new CompletenessAudit(own, undefined, undefined, method));
    return true;
  }

  #replace(leaf: number, record: LedgerRecord, certificate: Certificate): void {
    this.#newest.set(windowName(record, certificate), { leaf, revision: certificate.revision });
    const [oldest] = this.#newest.keys();
    if (this.#newest.size > MAX_CLAIMS && oldest !== undefined) this.#newest.delete(oldest);
  }

  /** Which number a certificate must have depends on the leaves that it is made of, as all of it does. */
  #revisionFault(record: LedgerRecord, certificate: Certificate): string | undefined {
    const { revision, revisesLeafPlusOne } = certificate;
    const before = this.#newest.get(windowName(record, certificate));
    const due = before === undefined ? 0 : before.revision + 1;
    if (before === undefined && this.#newest.size >= MAX_CLAIMS) return undefined;
    if (revision === due && revisesLeafPlusOne === (before === undefined ? 0 : before.leaf + 1)) return undefined;
    return `it is revision ${revision} of leaf ${revisesLeafPlusOne - 1}; ${due} is due`;
  }

  /** Makes those again that are made of the first `size` leaves. */
  #settle(size: number): void {
    for (let claim = this.#claims[this.#next]; claim?.treeSize === size; claim = this.#claims[this.#next]) {
      this.#next += 1;
      this.#recomputed += 1;
      this.#compare(claim);
    }
  }

  #compare({ leaf, record }: Claim): void {
    const claimed = Certificate.decode(record.body);
    const audit = this.#audits.get(rulesOf(claimed));
    if (audit === undefined) return;
    const made = audit.judge(claimed.nodeId, claimed.windowStartUs, claimed.judgedUs);
    const lateUs = record.timeUs - claimed.judgedUs;
    const difference =
      lateUs < 0 || lateUs > MAX_JUDGED_AGO_US
        ? `it says that it was judged ${lateUs} µs before it was written`
        : (this.#revisionFault(record, claimed) ?? differenceOf(claimed, record.attachments, made));
    if (difference === undefined) return;
    this.#wrongCount += 1;
    if (this.#wrong.length === 0) this.#wrong.push(wrong(leaf, claimed, difference));
  }
}

/** Each number up to the present one stands for rules that are still here: what was certified by them is checked by them. */
function isKnown({ method }: Certificate): boolean {
  return method >= 1 && method <= CERTIFICATE_METHOD;
}

/** A name for the rules by which a certificate was made. */
function rulesOf({ method, settings }: Certificate): string {
  return `${method} ${encodeHex(AuditSettings.encode(settings ?? AuditSettings.create()))}`;
}

function windowName({ keyId }: LedgerRecord, { nodeId, windowStartUs, windowEndUs }: Certificate): string {
  return `${encodeHex(keyId).slice(0, 16)} ${windowStartUs} ${windowEndUs} ${nodeId}`;
}

function wrong(leaf: number, { nodeId, windowStartUs }: Certificate, what: string): AffidavitError {
  const window = new Date(Math.floor(windowStartUs / 1000)).toISOString();
  const node = nodeId === '' ? 'calls that no access log names' : `node ${JSON.stringify(nodeId)}`;
  return new AffidavitError('evidence.certificate', `leaf ${leaf}: the certificate of ${node} at ${window}: ${what}`);
}
