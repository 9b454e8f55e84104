export { CompletenessAudit } from './audit.ts';
export type { AuditedNode, Judgement } from './audit.ts';
export { NOBODY, type OnChange } from './calls.ts';
export { AUDIT_LIMITS, type AuditLimits } from './limits.ts';
export type { CertificateLists } from './lists.ts';
export { CertificateBook, type CertificateReport } from './certificate-book.ts';
export { differenceOf } from './difference.ts';
export { LeafRoles } from './roles.ts';
export type { MissingRecords } from './producers.ts';
