export { idHidesMore, redactIds } from './detectors/ids.ts';
export { DEFAULT_LIMITS, type RedactLimits } from './limits.ts';
export { createRedactor, type RedactorOptions } from './redactor.ts';
export { ENGINE_VERSION } from './rules.ts';
export * from './types.ts';
