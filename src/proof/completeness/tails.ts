import type { AuditSettings } from '../../record/index.ts';
import type { NodeFacts } from './node.ts';
import type { DeclaredLoss, EpochLife, ProducerBook } from './producers.ts';
import { HEARTBEAT_US, type JudgedAt, type Span, span } from './spans.ts';

/** Envoy tells its uptime in whole seconds: its life may have begun so much later than it seems. */
const START_ERROR_US = 1_000_000;

/** Since method 3: what those leave unknown who received the node's access log, or had it to receive after another one. */
export function carrierTails(node: NodeFacts, at: JudgedAt): Span[] {
  return [...node.leftUnknown, ...[...node.carriers.keys()].flatMap((name) => tailsOf(node, name, at))];
}

/** What one of them leaves unknown. All times are the node's: each producer's clock is as far ahead as it tells itself. */
export function tailsOf(node: NodeFacts, name: string, at: JudgedAt): Span[] {
  const { logDelayUs } = at.settings;
  const life = at.producers.get(name);
  if (life === undefined) return [];
  const offsetUs = node.offsetOf(name);
  // Of a node that wasn't heard of after its beginning nothing came to it that anybody knows of.
  if (node.isHeir(name) && node.lastUs < life.startedUs - offsetUs) return [];
  const losses = at.producers.losses.filter(({ isAccessLog, epoch }) => isAccessLog && epoch === name);
  const holes = [...life.holes, ...(life.unnamedHoles === undefined ? [] : [life.unnamedHoles])];
  const spans = [
    ...holes.map(({ fromUs, untilUs }) => span(fromUs - offsetUs - logDelayUs, untilUs - offsetUs)),
    ...losses.flatMap((loss) => lossTails(node, loss, at.settings)),
  ];
  const end = endOf(node, name, life, at);
  return end === undefined ? spans : [...spans, span(end.sinceUs - logDelayUs, end.untilUs)];
}

/** What a loss leaves unknown that who received the access log has declared. */
export function lossTails(node: NodeFacts, loss: DeclaredLoss, { logDelayUs }: AuditSettings): Span[] {
  const offsetUs = node.carriers.has(loss.epoch) ? node.offsetOf(loss.epoch) : node.offsetUs;
  return [span(loss.fromUs - offsetUs - logDelayUs, loss.untilUs - offsetUs)];
}

/** What an Envoy leaves unknown that ended, as its counters show: what it had not sent. */
export function lifeTails(node: NodeFacts, { judgedUs, settings }: JudgedAt): Span[] {
  const tails = node.counters.lives().flatMap(({ lastUs, nextUs, endedUs = 0 }) => {
    // What one of its threads has sent says nothing of what another one held.
    const sinceUs = Math.max(lastUs, endedUs - settings.logDelayUs);
    if (nextUs > 0) {
      const untilUs = nextUs + START_ERROR_US;
      return untilUs > sinceUs ? [span(sinceUs, untilUs)] : [];
    }
    const silentForUs = judgedUs - node.offsetUs - Math.max(lastUs, endedUs);
    return silentForUs > settings.silentUs ? [span(sinceUs, 0)] : [];
  });
  return [...tails, ...node.counters.unread];
}

/** What a carrier leaves unknown that is about to be forgotten, though it may go on. */
export function finalTails(node: NodeFacts, name: string, settings: AuditSettings, producers: ProducerBook): Span[] {
  return tailsOf(node, name, { settings, producers, judgedUs: Number.MAX_SAFE_INTEGER, method: 3 });
}

/** Most windows of one tail that are told of: the last ones. */
const MAX_TOLD = 1_500;

/** Beginnings of a node's windows in which something is unknown, whether they have calls or not. */
export function windowsIn(node: NodeFacts, spans: readonly Span[], windowUs: number): number[] {
  return spans.flatMap(({ sinceUs, untilUs }) => {
    const endUs = untilUs === 0 ? node.lastUs : untilUs;
    const fromUs = Math.max(sinceUs, node.firstUs, node.certainFromUs, endUs - MAX_TOLD * windowUs);
    const first = Math.floor(fromUs / windowUs);
    return Array.from({ length: Math.max(0, Math.ceil(endUs / windowUs) - first) }, (_, at) => (first + at) * windowUs);
  });
}

/** True for one that follows a carrier, and began when the node was not yet known to be there any more. */
export function isHeirSince(node: NodeFacts, name: string, knownUs: number, producers: ProducerBook): boolean {
  if (!node.isHeir(name)) return false;
  const startedUs = (producers.get(name)?.startedUs ?? 0) - node.offsetOf(name);
  return knownUs < startedUs && startedUs <= node.lastUs;
}

/** From when to when nobody can be asked in place of a producer that has ended. */
function endOf(node: NodeFacts, name: string, life: EpochLife, at: JudgedAt): Span | undefined {
  const { silentUs, logDelayUs } = at.settings;
  const isStopped = life.stoppedUs > 0;
  const isGone = isStopped || life.nextUs > 0 || at.judgedUs - newestOf(life) > silentUs;
  if (!isGone) return undefined;
  const sinceUs = (isStopped ? life.stoppedUs : newestOf(life)) - node.offsetOf(name);
  const others = [...node.carriers.keys()].flatMap((other) => {
    const its = at.producers.get(other);
    if (other === name || its === undefined || its.startedUs === 0 || node.isHeir(other)) return [];
    return [{ startedUs: its.startedUs - node.offsetOf(other), lastUs: newestOf(its) - node.offsetOf(other) }];
  });
  const isCovered = others.some((other) => other.startedUs <= sinceUs && other.lastUs > sinceUs);
  // One that ends in order has written what it received, and Envoy goes to another.
  if (isStopped && isCovered) return undefined;
  const begins = others.map(({ startedUs }) => startedUs).filter((us) => us > sinceUs);
  const resumed = [...begins, ...nextStart(node, name, life, sinceUs)].map((us) => us + logDelayUs);
  const ends = isCovered ? [...resumed, sinceUs + HEARTBEAT_US] : resumed;
  return { sinceUs, untilUs: ends.length === 0 ? 0 : Math.min(...ends) };
}

function newestOf({ latestUs }: EpochLife): number {
  return Math.max(0, ...latestUs);
}

/**
 * When the epoch began that follows, by the node's clock. Where the recorder's clock was set meanwhile only that epoch's
 * own messages tell.
 */
function nextStart(node: NodeFacts, name: string, { nextUs, nextName }: EpochLife, sinceUs: number): number[] {
  if (nextUs === 0) return [];
  if (node.carriers.get(nextName)?.isKnown === true) return [Math.max(sinceUs, nextUs - node.offsetOf(nextName))];
  const startUs = nextUs - node.offsetOf(name);
  return startUs > sinceUs ? [startUs] : [];
}
