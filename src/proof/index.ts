export { concatBytes, decodeUtf8, encodeUtf8, equalBytes } from './bytes.ts';
export * from './completeness/index.ts';
export { ContinuityBook } from './continuity.ts';
export type { ContinuityFinding, ContinuityKind } from './continuity.ts';
export * from './epoch-chain.ts';
export { BLOCK_BYTES, hmacBlock, hmacOuter, hmacSha256 } from './hmac.ts';
export * from './manifest.ts';
export * from './note.ts';
export { at as inPlace } from './place.ts';
export * from './platform.ts';
export * from './statement.ts';
export { consistencyProof, inclusionProof, readTileHashes, rootFromTiles, tileHashReader } from './tile-proof.ts';
export type { ReadHash } from './tile-proof.ts';
export * from './tile.ts';
export * from './tlog-proof.ts';
export * from './tree.ts';
export { MAX_CLOSED_EPOCHS, MAX_OPEN_EPOCHS } from './epoch-book.ts';
export type { MissingInEpoch } from './epoch-book.ts';
export * from './key-registry.ts';
export type { Loss } from './losses.ts';
export { readGenesis } from './trust.ts';
export type { Check, Trust } from './trust.ts';
export * from './verify-log.ts';
export {
  DISCLOSURE_FORMAT,
  formatDisclosure,
  isDisclosure,
  MAX_DISCLOSURE_BYTES,
  verifyDisclosure,
} from './disclosure.ts';
export type { DisclosureReport } from './disclosure.ts';
export {
  buildProofFile,
  findKeyLeaf,
  MAX_PROOF_FILE_BYTES,
  PROOF_FILE_FORMAT,
  readLeaf,
  verifyProofFile,
} from './proof-file.ts';
export type { ProofReport } from './proof-file.ts';
export * from './redaction.ts';
