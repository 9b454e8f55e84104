export { crc32c } from './crc32c.ts';
export { Spool } from './spool.ts';
export { surveySpool, type SpoolSurvey } from './survey.ts';
export type {
  DurableGroup,
  ReadLimits,
  SpoolDamage,
  SpoolFrame,
  SpoolLimits,
  SpoolOptions,
  SpoolReader,
  SpoolWriter,
} from './types.ts';
