import { UNKNOWN_WHAT, type UnknownSpan } from '../../record/index.ts';
import type { NodeFacts } from './node.ts';
import type { EpochLife } from './producers.ts';
import { HEARTBEAT_US, type JudgedAt, type Span, span, touches } from './spans.ts';
import { carrierTails, lifeTails } from './tails.ts';

/** How long after its end a call may be recorded: Envoy resets what it defers after 30 s. */
export const LATE_US = 35_000_000;
/** Most spans in a certificate; what is more becomes one. */
const MAX_SPANS = 16;

/** Times, by the node's clock, of which neither list can tell any more (or yet), in a window; with what else is unclear in it. */
export function unknownCalls(
  node: NodeFacts | undefined,
  at: JudgedAt,
  fromUs: number,
  untilUs: number,
  unclear: readonly Span[],
): UnknownSpan[] {
  const known = node === undefined ? [] : spansOf(node, at, fromUs);
  return mergeSpans([...known, ...unclear].filter((each) => touches(each, fromUs, untilUs)));
}

/** Times of whose calls records may be on their way, in a window. */
export function unknownRecords(node: NodeFacts, at: JudgedAt, fromUs: number, untilUs: number): UnknownSpan[] {
  const spans: Span[] = [];
  const offsetUs = node.offsetUs;
  for (const name of node.recorders) {
    const life = at.producers.get(name);
    if (life === undefined) continue;
    for (const hole of life.holes) spans.push(span(hole.fromUs - offsetUs - LATE_US, hole.untilUs - offsetUs));
    if (life.stoppedUs === 0 && life.nextUs === 0 && at.judgedUs - life.lastUs > at.settings.silentUs)
      spans.push(span(life.lastUs - offsetUs - LATE_US, 0));
  }
  return mergeSpans(spans.filter((each) => touches(each, fromUs, untilUs))).map((each) => ({
    ...each,
    what: UNKNOWN_WHAT.records,
  }));
}

function spansOf(node: NodeFacts, at: JudgedAt, fromUs: number): Span[] {
  if (at.method < 3) return [...carrierSpans(node, at), ...lifeSpans(node, at)];
  const { certainFromUs } = node;
  const forgotten = fromUs < certainFromUs ? [span(fromUs, certainFromUs)] : [];
  return [...carrierTails(node, at), ...lifeTails(node, at), ...forgotten];
}

/** By the first two methods: what those leave unknown who had the node's access log, and had not made it durable at their end. */
function carrierSpans(node: NodeFacts, at: JudgedAt): Span[] {
  const spans: Span[] = [];
  const { logDelayUs } = at.settings;
  for (const [name, { us: offsetUs }] of node.carriers) {
    const life = at.producers.get(name);
    if (life === undefined) continue;
    for (const hole of life.holes) spans.push(span(hole.fromUs - offsetUs - logDelayUs, hole.untilUs - offsetUs));
    for (const loss of at.producers.losses)
      if (loss.isAccessLog && loss.epoch === name)
        spans.push(span(loss.fromUs - offsetUs - logDelayUs, loss.untilUs - offsetUs));
    const end = endOf(node, name, life, at);
    if (end !== undefined)
      spans.push(span(end.sinceUs - offsetUs - logDelayUs, end.untilUs === 0 ? 0 : end.untilUs - offsetUs));
  }
  return spans;
}

/** From when to when nobody can be asked in place of a producer that has ended, by its clock. */
function endOf(node: NodeFacts, name: string, life: EpochLife, at: JudgedAt): Span | undefined {
  const { silentUs, logDelayUs } = at.settings;
  const isStopped = life.stoppedUs > 0;
  const isGone = isStopped || life.nextUs > 0 || at.judgedUs - life.lastUs > silentUs;
  if (!isGone) return undefined;
  const sinceUs = isStopped ? life.stoppedUs : life.lastUs;
  const others = [...node.carriers.keys()].filter((other) => other !== name).map((other) => at.producers.get(other));
  const isCovered = others.some((other) => other !== undefined && other.startedUs <= sinceUs && other.lastUs > sinceUs);
  // One that ends in order has written what it received, and Envoy goes to another.
  if (isStopped && isCovered) return undefined;
  const begins = [life.nextUs, ...others.map((other) => other?.startedUs ?? 0)].filter((us) => us > sinceUs);
  const resumedUs = begins.length === 0 ? 0 : Math.min(...begins) + logDelayUs;
  const coveredUs = isCovered ? sinceUs + HEARTBEAT_US : 0;
  const ends = [resumedUs, coveredUs].filter((us) => us > 0);
  return { sinceUs, untilUs: ends.length === 0 ? 0 : Math.min(...ends) };
}

/** What an Envoy leaves unknown that ended, as its counters show: what it had not sent. */
function lifeSpans(node: NodeFacts, { judgedUs, settings }: JudgedAt): Span[] {
  const lives = node.counters.lives();
  return lives.flatMap(({ lastUs, nextUs }) => {
    if (nextUs > 0) {
      const since = Math.max(lastUs, node.ends.lastBefore(nextUs));
      return nextUs > since ? [span(since, nextUs)] : [];
    }
    const since = Math.max(lastUs, node.lastEndedUs);
    return judgedUs - node.offsetUs - since > settings.silentUs ? [span(since, 0)] : [];
  });
}

/** Those that meet become one; of too many the first ones do. */
function mergeSpans(spans: readonly Span[]): UnknownSpan[] {
  const merged: UnknownSpan[] = [];
  for (const next of spans.toSorted((a, b) => a.sinceUs - b.sinceUs || a.untilUs - b.untilUs)) {
    const last = merged.at(-1);
    if (last === undefined || (last.untilUs > 0 && next.sinceUs > last.untilUs))
      merged.push({ ...next, what: UNKNOWN_WHAT.calls });
    else last.untilUs = last.untilUs === 0 || next.untilUs === 0 ? 0 : Math.max(last.untilUs, next.untilUs);
  }
  while (merged.length > MAX_SPANS) {
    const [first, second] = merged.splice(0, 2);
    if (first !== undefined && second !== undefined) merged.unshift({ ...first, untilUs: second.untilUs });
  }
  return merged;
}
