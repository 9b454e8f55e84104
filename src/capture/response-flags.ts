/**
 * Envoy's short names of `ResponseFlags` by field number
 * (https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage, `%RESPONSE_FLAGS%`).
 */
const NAMES: readonly string[] = [
  '',
  'LH',
  'UH',
  'UT',
  'LR',
  'UR',
  'UF',
  'UC',
  'UO',
  'NR',
  'DI',
  'FI',
  'RL',
  'UAEX',
  'RLSE',
  'DC',
  'URX',
  'SI',
  'IH',
  'DPE',
  'UMSDR',
  'RFCF',
  'NFCF',
  'DT',
  'UPE',
  'NC',
  'OM',
  'DF',
  'DR',
];

/** Highest number that a flag we can't name is shown with. */
const MAX_FLAG = 255;

/** A flag's short name, or `flag-<number>` for one that this version doesn't know; `undefined` far outside. */
export function flagName(field: number): string | undefined {
  if (field > MAX_FLAG) return undefined;
  return NAMES[field] ?? `flag-${field}`;
}
