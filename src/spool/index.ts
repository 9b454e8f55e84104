export { crc32c } from './crc32c.ts';
export { DEFAULT_SPOOL_LIMITS, Spool } from './spool.ts';
export type {
  ReadLimits,
  SpoolDamage,
  SpoolFrame,
  SpoolLimits,
  SpoolOptions,
  SpoolReader,
  SpoolWriter,
} from './types.ts';
