export { formatConfig, MAX_CONFIG_BYTES, parseConfig } from './load.ts';
export { nearest } from './nearest.ts';
export { type ConfiguredRule, MAX_RULES_BYTES, parseRules } from './rules.ts';
export type { Config } from './schema.ts';
export { referencePage } from './settings.ts';
