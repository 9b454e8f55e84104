/** What an audit holds in memory, over all nodes. What goes over is counted in certificates (`unnamed`). */
export interface AuditLimits {
  /** Calls that are whole, as they may still be told of twice. */
  readonly maxSettled: number;
  /** Calls that are not: of the oldest beyond it only the number is kept. */
  readonly maxCalls: number;
  /** Ids of calls that were let go, remembered so that a repetition counts for nothing. */
  readonly maxRemembered: number;
  /** Windows with calls, over all nodes: older ones are judged no more. */
  readonly maxWindows: number;
  /** Nodes; the one that wasn't heard of for the longest time goes first. */
  readonly maxNodes: number;
  /** Lives of those who received a node's access log; the one that was heard of it last stays. */
  readonly maxCarriers: number;
  /** Times of each node that are known to be unknown of those that are forgotten. */
  readonly maxLeft: number;
  /** Calls that a certificate's list names. */
  readonly maxListed: number;
}

/** The limits by which certificates are made: another one may give another certificate. */
export const AUDIT_LIMITS: AuditLimits = {
  maxSettled: 100_000,
  maxCalls: 300_000,
  maxRemembered: 250_000,
  maxWindows: 400_000,
  maxNodes: 2_000,
  maxCarriers: 256,
  maxLeft: 1_024,
  maxListed: 1_500,
};
