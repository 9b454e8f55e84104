import { BODY, CERTIFICATE_LIST, CallList, Certificate, ENDED, KEY_ROLE, KIND } from '../../../src/record/index.ts';
import { AccessLog, AccessLogEntry, AuditSettings, LedgerRecord, ProducerStatus } from '../../../src/record/index.ts';
import type { Exchange } from '../../../src/record/index.ts';
import { PRODUCER_EVENT } from '../../../src/record/index.ts';
import { CertificateBook, CompletenessAudit, ContinuityBook, LeafRoles, NOBODY } from '../../../src/proof/index.ts';
import type { Judgement } from '../../../src/proof/index.ts';
import { ORIGIN, rootKey } from '../../support/ledger.ts';
import type { WholeLog } from '../../support/ledger.ts';
import type { CallOutcome } from './envoy.ts';

/** What an audit of a schedule is held against. */
export interface Audited {
  readonly log: WholeLog;
  readonly outcomes: readonly CallOutcome[];
  /** The exchange records of a call, by its id. */
  readonly exchanges: ReadonlyMap<string, readonly Exchange[]>;
  /** Ids of calls of which a beginning or a part is recorded. */
  readonly begun: ReadonlySet<string>;
  /** The wall clock at the end. */
  readonly nowUs: number;
  /** Who a log received is begun before the recorder's records, or after them. */
  readonly isLogFirst: boolean;
}

/** A leaf as an auditor takes it. */
interface Leaf {
  readonly record: LedgerRecord;
  readonly role: number;
}

const NODE = 'envoy-1';
const SETTINGS = AuditSettings.create({ windowUs: 10_000_000, logDelayUs: 2_000_000, silentUs: 35_000_000 });
/** Entries of one message of an access log. */
const ENTRIES_AT_ONCE = 5;
/** When all that is silent is called so. */
const LATER_US = 60_000_000;
const BEGINNING = 2;

/**
 * Audits a log as an auditor does, once the access log of all calls has come from a receiver of its own, and holds what it
 * finds against what the world knows: each call is counted for what it is, each that isn't recorded is named, and nothing else.
 */
export function judgeAudit(audited: Audited): string[] {
  const leaves = leavesOf(audited);
  const audit = new CompletenessAudit(SETTINGS);
  const continuity = new ContinuityBook();
  for (const [leaf, { record, role }] of leaves.entries()) {
    audit.add(leaf, record, role);
    continuity.take(leaf, record, role);
  }
  const judgedUs = audited.nowUs + LATER_US;
  const judgements = [NODE, NOBODY].flatMap((node) =>
    audit.windowsOf(node).map((startUs) => audit.judge(node, startUs, judgedUs)),
  );
  return [
    ...continuity
      .findings(SETTINGS.silentUs, judgedUs)
      .map(({ what, epoch }) => `a producer is said to be ${what}: ${epoch}`),
    ...audit.missingRecords.map(({ epoch, firstSeq }) => `records of epoch ${epoch} are missing from ${firstSeq} on`),
    ...judgeWindows(audited, judgements),
    ...judgeAgain(leaves, judgements),
  ];
}

/** The log's leaves, with those of whoever received the access log among them: they may come at any time. */
function leavesOf({ log, outcomes, isLogFirst }: Audited): Leaf[] {
  const roles = new LeafRoles(rootKey.publicKey, ORIGIN);
  const leaves = log.leaves.map(({ record }, leaf) => ({ record, role: roles.take(record, leaf) }));
  const entries = outcomes.map(entryOf).toSorted((a, b) => a.startedUs + a.durationUs - b.startedUs - b.durationUs);
  const received = logOf(entries).map((record) => ({ record, role: KEY_ROLE.producer }));
  return isLogFirst
    ? [...leaves.slice(0, BEGINNING), ...received, ...leaves.slice(BEGINNING)]
    : [...leaves, ...received];
}

function entryOf({ plan, logged }: CallOutcome): AccessLogEntry {
  const { startedUs, endedUs, requestBytes, responseBytes, isFlagged } = logged;
  return AccessLogEntry.create({
    ...{ exchangeId: plan.id, startedUs, durationUs: endedUs - startedUs, protocol: 'HTTP/2', method: 'POST' },
    ...{ status: isFlagged ? 500 : 200, responseFlags: isFlagged ? ['DC'] : [], upstreamHost: '192.0.2.1:80' },
    ...{ requestBodyBytes: requestBytes, responseBodyBytes: responseBytes },
  });
}

function logOf(entries: readonly AccessLogEntry[]): LedgerRecord[] {
  const endUs = (part: readonly AccessLogEntry[]): number => {
    const last = part.at(-1);
    return last === undefined ? 0 : last.startedUs + last.durationUs;
  };
  const status = (event: number): Uint8Array => ProducerStatus.encode(ProducerStatus.create({ event }));
  const bodies: Pick<LedgerRecord, 'kind' | 'timeUs' | 'body'>[] = [
    { kind: KIND.producer, timeUs: entries[0]?.startedUs ?? 0, body: status(PRODUCER_EVENT.started) },
  ];
  for (let at = 0; at < entries.length; at += ENTRIES_AT_ONCE) {
    const part = entries.slice(at, at + ENTRIES_AT_ONCE);
    const timeUs = endUs(part);
    const body = AccessLog.encode(
      AccessLog.create({ nodeId: NODE, logName: 'affidavit', receivedUs: timeUs, entries: part }),
    );
    bodies.push({ kind: KIND.access_log, timeUs, body });
  }
  // Nothing was on its way to it any more when it stopped.
  const timeUs = endUs(entries) + SETTINGS.windowUs + SETTINGS.logDelayUs;
  bodies.push({ kind: KIND.producer, timeUs, body: status(PRODUCER_EVENT.stopped) });
  return bodies.map((each, seq) => recordOf('access log', seq, each));
}

function recordOf(name: string, seq: number, values: Pick<LedgerRecord, 'kind' | 'timeUs' | 'body'>): LedgerRecord {
  const keyId = new Uint8Array(32).fill(name.length);
  return LedgerRecord.create({ ...values, keyId, epoch: keyId.subarray(0, 16), seq });
}

/** What certificates say of each call is what is so. */
function judgeWindows({ outcomes, exchanges, begun }: Audited, judgements: readonly Judgement[]): string[] {
  const listed = new Map<string, number[]>();
  let counted = 0;
  const problems: string[] = [];
  for (const { certificate, lists } of judgements) {
    const { counts, unknown, nodeId } = certificate;
    counted += counts?.served ?? 0;
    if (unknown.length > 0) problems.push(`unknown, though everything has come: ${JSON.stringify(unknown)}`);
    if (nodeId === NOBODY) problems.push('calls are said to be in no access log, and all are');
    for (const { attachment, bytes } of lists)
      for (const { exchangeId } of CallList.decode(bytes).calls)
        listed.set(exchangeId, [...(listed.get(exchangeId) ?? []), attachment.name]);
  }
  if (counted !== outcomes.length) problems.push(`certificates count ${counted} calls instead of ${outcomes.length}`);
  for (const { plan } of outcomes) {
    const found = (listed.get(plan.id) ?? []).join();
    const due = dueLists(exchanges.get(plan.id)?.[0], begun.has(plan.id));
    if (!due.includes(found))
      problems.push(`call ${plan.id} is in the lists [${found}] instead of [${due.join('] or [')}]`);
  }
  return problems;
}

const PARTIAL = String(CERTIFICATE_LIST.partial);

/** The lists in which a call may stand. */
function dueLists(exchange: Exchange | undefined, isBegun: boolean): string[] {
  if (exchange === undefined) return [isBegun ? PARTIAL : String(CERTIFICATE_LIST.missing)];
  const { ended, request, response } = exchange;
  const isGivenUp = [request, response].some((side) => side?.body === BODY.given_up);
  if (ended === ENDED.complete) return [isGivenUp ? PARTIAL : ''];
  const isCut = ended === ENDED.request_cut || ended === ENDED.no_response || ended === ENDED.response_cut;
  return isCut && !isGivenUp ? ['', PARTIAL] : [PARTIAL];
}

/** Whoever has the leaves makes the same certificates of them. */
function judgeAgain(leaves: readonly Leaf[], judgements: readonly Judgement[]): string[] {
  const certificates = judgements.map(({ certificate, lists }, seq) => ({
    role: KEY_ROLE.auditor,
    record: {
      ...recordOf('auditor', seq, {
        ...{ kind: KIND.certificate, timeUs: certificate.judgedUs, body: Certificate.encode(certificate) },
      }),
      attachments: lists.map(({ attachment }) => attachment),
    },
  }));
  const book = new CertificateBook();
  const all = [...leaves, ...certificates];
  try {
    for (const [leaf, { record }] of all.entries()) book.take(leaf, record);
    book.begin();
    for (const [leaf, { record, role }] of all.entries()) book.replay(leaf, record, role);
    const { recomputed } = book.finish(all.length);
    return recomputed === certificates.length
      ? []
      : [`${recomputed} of ${certificates.length} certificates were made again`];
  } catch (thrown) {
    return [`a certificate isn't made again: ${String(thrown)}`];
  }
}
