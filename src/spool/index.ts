export { crc32c } from './crc32c.ts';
export { Spool } from './spool.ts';
export type {
  ReadLimits,
  SpoolDamage,
  SpoolFrame,
  SpoolLimits,
  SpoolOptions,
  SpoolReader,
  SpoolWriter,
} from './types.ts';
