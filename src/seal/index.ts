export { signBatch, type ChainPlace, type SignedStatement } from './batch.ts';
export { decryptPart, MAX_PART_BYTES, PartOpener } from './chunks.ts';
export { formatIngestKeys, parseIngestKeys, signIngestKeys, type IngestKey, type IngestKeySet } from './ingest-keys.ts';
export { nodeKeyFiles, type KeyFileSystem } from './key-files.ts';
export {
  INGEST_FILE,
  KEY_SERVICE_FILE,
  KeyFolder,
  SIGNING_KEY_NAMES,
  TOKENS_FILE,
  type KeyFolderContents,
  type KeyFolderOptions,
  type SigningKeyName,
} from './key-folder.ts';
export type { KeyService, OpenPartRequest, PeriodWrap, RewrapItem, RewrapResult } from './key-service.ts';
export { LocalKeyService, type LocalKeyServiceOptions } from './local-key-service.ts';
export { partSecret } from './part.ts';
export type { ProducerLimits, ProducerOptions } from './producer-options.ts';
export { Producer } from './producer.ts';
export {
  recoverLastEpoch,
  type LastEpoch,
  type RecoverLimits,
  type Recovery,
  type UnfinishedExchange,
} from './recover.ts';
export { SigningKey, signKeyStatement } from './signing-key.ts';
export type { TokenKeyVersion } from './token-keys.ts';
