import { type AuditSettings, ENDED } from '../../record/index.ts';
import type { LoggedCall, RecordedCall } from './facts.ts';

/** What is known of one call, from both sides. */
export interface CallFacts {
  readonly logged: LoggedCall | undefined;
  readonly recorded: RecordedCall | undefined;
  /** A record says that it began, or what was seen of it so far. */
  readonly isBegun: boolean;
}

/** The sorts of calls that a certificate counts. */
export type Sort =
  'complete' | 'cut' | 'partial' | 'missing' | 'differing' | 'neverOffered' | 'unrecordedRoutes' | 'unlogged';

/** What a call is, and why where that is bad. */
export interface Verdict {
  readonly sort: Sort;
  readonly reason: string;
}

const ENDED_NAMES = new Map<number, string>(Object.entries(ENDED).map(([name, number]) => [number, name]));
/** How a recording ends when the call itself broke off. */
const CUT: ReadonlySet<number> = new Set([ENDED.request_cut, ENDED.no_response, ENDED.response_cut]);

const verdict = (sort: Sort, reason = ''): Verdict => ({ sort, reason });

/** A call that a log names, and no record. */
export const MISSING: Verdict = verdict('missing', 'not recorded');

/** Judges a call by all that is known of it. */
export function judgeCall({ logged, recorded, isBegun }: CallFacts, settings: AuditSettings): Verdict {
  if (logged === undefined) return verdict('unlogged');
  if (settings.unrecordedRoutes.includes(logged.route)) return verdict('unrecordedRoutes');
  if (recorded !== undefined) return judgeRecord(logged, recorded, settings);
  if (isBegun) return verdict('partial', 'only its beginning is recorded');
  return logged.isOffered ? MISSING : verdict('neverOffered', 'answered by Envoy');
}

function judgeRecord(logged: LoggedCall, recorded: RecordedCall, settings: AuditSettings): Verdict {
  const { ended, givenUp } = recorded;
  if (ended === ENDED.complete) {
    if (givenUp !== '') return verdict('partial', `the body of the ${givenUp} was given up`);
    const difference = settings.ignoresBytes ? '' : differenceOf(logged, recorded);
    return difference === '' ? verdict('complete') : verdict('differing', difference);
  }
  const name = ENDED_NAMES.get(ended) ?? String(ended);
  if (!CUT.has(ended)) return verdict('partial', name);
  if (isShort(logged, recorded) && !settings.ignoresBytes) return verdict('partial', `${name}, with fewer bytes`);
  return givenUp === '' ? verdict('cut') : verdict('partial', `${name}, and the body of the ${givenUp} was given up`);
}

function isShort(logged: LoggedCall, { requestBytes, responseBytes }: RecordedCall): boolean {
  return requestBytes < logged.requestBytes || responseBytes < logged.responseBytes;
}

/** Where the client left, Envoy may have sent less of what was recorded; never more. */
function differenceOf(logged: LoggedCall, recorded: RecordedCall): string {
  const differs = (seen: number, said: number): boolean => (logged.isFlagged ? seen < said : seen !== said);
  const sides = [
    ['request', recorded.requestBytes, logged.requestBytes],
    ['response', recorded.responseBytes, logged.responseBytes],
  ] as const;
  return sides
    .filter(([, seen, said]) => differs(seen, said))
    .map(([side, seen, said]) => `${side} body ${seen} bytes, Envoy says ${said}`)
    .join('; ');
}
