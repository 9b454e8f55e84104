import type { CallCounts } from '../../record/index.ts';
import type { LoggedCall, RecordedCall } from './facts.ts';
import type { CallFacts } from './verdict.ts';

/** A call, as far as both sides have told of it. */
export interface Call extends CallFacts {
  logged: LoggedCall | undefined;
  recorded: RecordedCall | undefined;
  isBegun: boolean;
  /** By which id its beginning was recorded. */
  begunId: string;
  /** Records of it beside the one that is held. */
  repeats: number;
  window: CallWindow | undefined;
}

/** The calls of a node that ended in one window. */
export interface CallWindow {
  readonly nodeId: string;
  readonly startUs: number;
  readonly calls: Set<Call>;
  /** Of calls that are held no longer. */
  readonly folded: CallCounts;
  /** It is too old to be judged: what is said of its calls from now on counts nowhere. */
  isForgotten: boolean;
}

/** A call that nothing is known of yet. */
export function newCall(): Call {
  return { logged: undefined, recorded: undefined, isBegun: false, begunId: '', repeats: 0, window: undefined };
}
