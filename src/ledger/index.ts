export { explainFetchFailure } from './fetch-failure.ts';
export { FolderTileSource } from './folder-source.ts';
export { serveLedger, type Endpoint, type EndpointPorts, type EndpointTls } from './http.ts';
export { HttpTileSource, type HttpSourceOptions } from './http-source.ts';
export type { SourceMessage } from './intake.ts';
export { Ledger } from './ledger.ts';
export type { Signer } from './leaves.ts';
export { KEY_PAGE_LEAVES } from './layout.ts';
export { noLock, socketLock, type FolderLock, type HeldLock } from './lock.ts';
export {
  DEFAULT_COMMIT_LIMITS,
  type CommitLimits,
  type Ingested,
  type LedgerOptions,
  type Retried,
} from './options.ts';
export { checkPartials } from './partial-check.ts';
export { PayloadAudit, type PayloadAuditOptions, type PayloadFault, type PayloadReport } from './payload-audit.ts';
export { verifyPositions, type EpochPosition, type LedgerPositions } from './positions.ts';
export { readBundle } from './read-leaf.ts';
export { LedgerReader } from './reader.ts';
export { DEFAULT_STORAGE_LIMITS, type StorageLimits } from './storage.ts';
export type { KeyEntry } from './key-page.ts';
