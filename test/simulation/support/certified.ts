import { contentOf } from '../../../src/audit/content.ts';
import { auditSettings, auditTiming } from '../../../src/commands/audit-settings.ts';
import { CompletenessAudit, encodeHex, equalBytes, LeafRoles, NOBODY } from '../../../src/proof/index.ts';
import { AccessLog, CallList, Certificate, CERTIFICATE_LIST, CERTIFICATE_STATE } from '../../../src/record/index.ts';
import { BODY, ENDED, KIND } from '../../../src/record/index.ts';
import type { Attachment, Exchange } from '../../../src/record/index.ts';
import type { LedgerReader } from '../../../src/ledger/index.ts';
import { ORIGIN, rootKey } from '../../support/ledger.ts';
import type { WholeLog } from '../../support/ledger.ts';
import { NODE_ID } from './access-log.ts';
import type { CallOutcome } from './envoy.ts';
import { configOf } from './recorder.ts';

/** What the world knows of what was certified. */
export interface CertifiedWorld {
  /** Of each call whose entry Envoy has sent: the epoch of whom it was sent to. */
  readonly sentTo: ReadonlyMap<string, string>;
  /** Epochs of those who received the access log, in order. */
  readonly received: readonly string[];
  /** By Envoy's clock: all calls were over, and nothing was on its way to the log. */
  readonly settledUs: number;
  /** By the auditor's clock: it was asked to end, and knew everything. */
  readonly auditedUs: number;
}

/** What certificates are held against. */
export interface Certified extends CertifiedWorld {
  readonly log: WholeLog;
  readonly reader: LedgerReader;
  readonly outcomes: readonly CallOutcome[];
  /** The exchange records of a call, by its id. */
  readonly exchanges: ReadonlyMap<string, readonly Exchange[]>;
  /** Nothing went wrong, and no recorder was started again. */
  readonly isUndisturbed: boolean;
  readonly isClockSet: boolean;
  /** Epochs in hex, of a recorder whose disk is gone. */
  readonly wiped: ReadonlySet<string>;
}

interface Found {
  readonly leaf: number;
  readonly certificate: Certificate;
  readonly attachments: readonly Attachment[];
}

const CONFIG = configOf({ segmentBytes: 1, maxSpoolBytes: 1, gatherMs: 0 });
const SETTINGS = auditSettings(CONFIG);
const UNLOGGED_US = auditTiming(CONFIG).unloggedGraceUs;
/** Within it an auditor that runs has judged what is due. */
const SLACK_US = 1_000_000;
const LIST_NAMES = new Map<number, string>(Object.entries(CERTIFICATE_LIST).map(([name, number]) => [number, name]));
const STATE_NAMES = new Map<number, string>(Object.entries(CERTIFICATE_STATE).map(([name, number]) => [number, name]));

/**
 * Holds the certificates that an auditor wrote against what was so: each revises the one before, none is lacking, the last one
 * of a window says what all leaves together say, and no call that isn't recorded is inside one that says `whole`.
 */
export async function judgeCertificates(certified: Certified): Promise<string[]> {
  const { log } = certified;
  const { count, recomputed } = log.report.certificates;
  const found = log.leaves.flatMap(({ record }, leaf) =>
    record.kind === KIND.certificate
      ? [{ leaf, certificate: Certificate.decode(record.body), attachments: record.attachments }]
      : [],
  );
  const windows = Map.groupBy(found, ({ certificate }) => nameOf(certificate.nodeId, certificate.windowStartUs));
  const newest = new Map([...windows].flatMap(([name, all]) => all.slice(-1).map((last) => [name, last] as const)));
  const audit = auditOf(log);
  return [
    ...judgeProducers(certified),
    ...(recomputed === count ? [] : [`${recomputed} of ${count} certificates were made again`]),
    ...[...windows.values()].flatMap(judgeRevisions),
    ...judgeSkipped(certified, audit, newest),
    ...judgeNewest(certified, audit, newest),
    ...(await judgeCalls(certified, audit, newest)),
  ];
}

/** A recorder whose disk was exchanged is called wiped, once it had been heard of before; nobody else is called anything. */
function judgeProducers({ log, wiped, isClockSet }: Certified): string[] {
  if (isClockSet) return [];
  const found = log.report.continuity.filter(({ what }) => what !== 'silent').map(({ what }) => what);
  const epochs = log.leaves.map(({ record }) => encodeHex(record.epoch));
  const lastBefore = epochs.findIndex((epoch) => wiped.has(epoch));
  const key = log.leaves[lastBefore]?.record.keyId;
  const isFollowed = log.leaves.some(
    ({ record }, leaf) => key !== undefined && equalBytes(record.keyId, key) && !wiped.has(epochs[leaf] ?? ''),
  );
  if (isFollowed && !found.includes('wiped')) return ['a recorder lost its disk, and that is not named'];
  const others = found.filter((what) => what !== 'wiped' || !isFollowed);
  return others.length === 0 ? [] : [`producers are said to be ${others.join()}`];
}

function nameOf(nodeId: string, startUs: number): string {
  return `${nodeId === NOBODY ? 'nobody' : nodeId} ${startUs}`;
}

function startOf(timeUs: number): number {
  return Math.floor(timeUs / SETTINGS.windowUs) * SETTINGS.windowUs;
}

function auditOf({ leaves }: WholeLog): CompletenessAudit {
  const roles = new LeafRoles(rootKey.publicKey, ORIGIN);
  const audit = new CompletenessAudit(SETTINGS);
  for (const [leaf, { record }] of leaves.entries()) audit.add(leaf, record, roles.take(record, leaf));
  return audit;
}

/** No window is certified twice with the same revision, and each revises the one before. */
function judgeRevisions(all: readonly Found[]): string[] {
  return all.flatMap(({ certificate }, index) => {
    const { revision, revisesLeafPlusOne, nodeId, windowStartUs } = certificate;
    const before = all[index - 1];
    const due = before === undefined ? 0 : before.leaf + 1;
    return revision === index && revisesLeafPlusOne === due
      ? []
      : [
          `window ${nameOf(nodeId, windowStartUs)}: certificate ${index} is revision ${revision} of ${revisesLeafPlusOne}`,
        ];
  });
}

/** From the first call of a node on each window has a certificate, up to where everything was told. */
function judgeSkipped(
  { log, settledUs, auditedUs, isClockSet, wiped }: Certified,
  audit: CompletenessAudit,
  newest: ReadonlyMap<string, Found>,
): string[] {
  // Who was never heard of again is waited for until it is silent.
  if (isClockSet || wiped.size > 0) return [];
  const node = audit.nodeOf(NODE_ID);
  const problems: string[] = [];
  const { windowUs } = SETTINGS;
  const endUs = certifiedUs({ log, settledUs, auditedUs });
  if (node !== undefined)
    for (let startUs = startOf(node.firstUs); startUs + windowUs <= endUs; startUs += windowUs)
      if (!newest.has(nameOf(NODE_ID, startUs))) problems.push(`window ${startUs} was skipped`);
  for (const startUs of audit.windowsOf(NOBODY))
    if (startUs + windowUs + UNLOGGED_US + SLACK_US <= auditedUs && !newest.has(nameOf(NOBODY, startUs)))
      problems.push(`window ${startUs} of calls that are in no access log was skipped`);
  return problems;
}

/** Up to when windows are due: how far clocks differ is known as well as the access log was on time. */
function certifiedUs({ log, settledUs, auditedUs }: Pick<Certified, 'log' | 'settledUs' | 'auditedUs'>): number {
  return Math.min(settledUs, auditedUs - SLACK_US) - latenessUs(log) - SETTINGS.logDelayUs;
}

/** How late the access log was at the most. */
function latenessUs({ leaves }: WholeLog): number {
  const late = leaves.flatMap(({ record }) => {
    if (record.kind !== KIND.access_log) return [];
    const { receivedUs, entries } = AccessLog.decode(record.body);
    return [receivedUs - Math.max(...entries.map(({ startedUs, durationUs }) => startedUs + durationUs))];
  });
  return Math.max(0, ...late);
}

/** The newest certificate of a window says what there is to say of it by all leaves. */
function judgeNewest(
  { auditedUs, isClockSet, settledUs }: Certified,
  audit: CompletenessAudit,
  newest: ReadonlyMap<string, Found>,
): string[] {
  if (isClockSet) return [];
  return [...newest.values()].flatMap(({ certificate, attachments }) => {
    const { nodeId, windowStartUs } = certificate;
    if (windowStartUs + SETTINGS.windowUs > settledUs) return [];
    const judged = audit.judge(nodeId, windowStartUs, auditedUs);
    const lists = judged.lists.map(({ attachment }) => attachment);
    if (contentOf(certificate, attachments) === contentOf(judged.certificate, lists)) return [];
    const [was, is] = [certificate, judged.certificate].map(({ state, counts, unknown }) => ({
      state: STATE_NAMES.get(state),
      counts,
      unknown,
    }));
    return [
      `window ${nameOf(nodeId, windowStartUs)} is certified as ${JSON.stringify(was)}, and is ${JSON.stringify(is)}`,
    ];
  });
}

/** What is known of one call. */
interface CallFacts {
  readonly outcome: CallOutcome;
  readonly exchange: Exchange | undefined;
  /** Its entry of the access log stands in the log. */
  readonly isLogged: boolean;
}

async function judgeCalls(
  certified: Certified,
  audit: CompletenessAudit,
  newest: ReadonlyMap<string, Found>,
): Promise<string[]> {
  const logged = loggedIds(certified.log);
  const dueUs = certifiedUs(certified);
  const listed = new Map<string, string[]>();
  for (const found of newest.values())
    for (const attachment of found.attachments) {
      const bytes = await certified.reader.readAttachment(attachment.hash);
      for (const { exchangeId } of CallList.decode(bytes).calls)
        listed.set(exchangeId, [...(listed.get(exchangeId) ?? []), LIST_NAMES.get(attachment.name) ?? '']);
    }
  return certified.outcomes.flatMap((outcome) => {
    const { plan } = outcome;
    const exchange = certified.exchanges.get(plan.id)?.[0];
    const facts = { outcome, exchange, isLogged: logged.has(plan.id) };
    const startUs = startOf(outcome.logged.endedUs);
    if (startUs + SETTINGS.windowUs > dueUs && !newest.has(nameOf(NODE_ID, startUs))) return [];
    return [
      ...judgeState(certified, facts, newest).map((problem) => `call ${plan.id} ${problem}`),
      ...judgeLists(certified, facts, listed.get(plan.id) ?? []).map((problem) => `call ${plan.id} ${problem}`),
    ];
  });
}

/** A call that isn't recorded whole is never within a certificate that says that all are. */
function judgeState(
  certified: Certified,
  { outcome, exchange, isLogged }: CallFacts,
  newest: ReadonlyMap<string, Found>,
): string[] {
  const startUs = startOf(outcome.logged.endedUs);
  const found = newest.get(nameOf(NODE_ID, startUs));
  const state = found === undefined ? 'not certified' : (STATE_NAMES.get(found.certificate.state) ?? '');
  const isRecorded = exchange !== undefined && exchange.ended !== ENDED.recorder_restart;
  // A clock that is set forward makes everybody silent until they are heard of again.
  const isSilenced = certified.isClockSet && state === 'unknown';
  if (certified.isUndisturbed && state !== 'whole' && !isSilenced)
    return [`is in a window that is ${state}, and nothing went wrong`];
  if (isRecorded) return [];
  const isSure = isLogged && !certified.isClockSet && certified.wiped.size === 0;
  if (isSure && state !== 'incomplete') return [`isn't recorded, and its window is ${state}`];
  // What went down with a receiver before anything had come of it nobody can know of.
  if (!isAnyReceived(certified, outcome)) return [];
  return state === 'whole' || state === 'no_traffic' ? [`isn't recorded, and its window is ${state}`] : [];
}

/** True when something came of the receiver that the call's entry was sent to, or of one that was there before it. */
function isAnyReceived({ log, sentTo, received }: Certified, { plan }: CallOutcome): boolean {
  const until = received.indexOf(sentTo.get(plan.id) ?? '');
  const before = new Set(received.slice(0, until + 1));
  return log.leaves.some(({ record }) => record.kind === KIND.access_log && before.has(encodeHex(record.epoch)));
}

/** A call is named for what it is, and only then. */
function judgeLists(
  { isClockSet, wiped }: Certified,
  { exchange, isLogged }: CallFacts,
  lists: readonly string[],
): string[] {
  if (isClockSet || wiped.size > 0) return [];
  const isNamed = (name: string): boolean => lists.includes(name);
  if (exchange === undefined && isLogged && !isNamed('missing') && !isNamed('partial'))
    return ['is missing, and not named'];
  if (exchange !== undefined && isNamed('missing')) return ['is recorded, and named as missing'];
  if (isLogged && isNamed('unlogged')) return ['is in the access log, and named as if it were not'];
  if (!isLogged && exchange !== undefined && !isNamed('unlogged'))
    return ['is in no access log, and that is not named'];
  const isGivenUp = [exchange?.request, exchange?.response].some((side) => side?.body === BODY.given_up);
  if (exchange?.ended === ENDED.complete && !isGivenUp && (isNamed('partial') || isNamed('differing')))
    return [`is recorded whole, and named as ${lists.join()}`];
  return [];
}

function loggedIds({ leaves }: WholeLog): Set<string> {
  return new Set(
    leaves.flatMap(({ record }) =>
      record.kind === KIND.access_log ? AccessLog.decode(record.body).entries.map(({ exchangeId }) => exchangeId) : [],
    ),
  );
}
