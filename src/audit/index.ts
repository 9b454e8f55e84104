export { Auditor, type AuditorOptions, type AuditorStats } from './auditor.ts';
export type { AuditTiming } from './due.ts';
export { findGaps, type GapsReport, type GapWindow, type PendingWindows } from './gaps.ts';
export { LeafFeed } from './leaf-feed.ts';
