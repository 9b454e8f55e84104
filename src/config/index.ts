export { formatConfig, MAX_CONFIG_BYTES, parseConfig } from './load.ts';
export { nearest } from './nearest.ts';
export { clashes, LAST_PORT, type Listener, portRow, type PortRow } from './ports.ts';
export { type ConfiguredRule, MAX_RULES_BYTES, parseRules } from './rules.ts';
export type { Config } from './schema.ts';
export { referencePage } from './settings.ts';
