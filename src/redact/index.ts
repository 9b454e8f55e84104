export { idHidesMore, redactIds } from './detectors/ids.ts';
export {
  CHECKS,
  type CheckName,
  CustomRules,
  type CustomRuleSettings,
  describeFailure,
  type FailedCase,
  type RuleCase,
} from './custom/index.ts';
export { DEFAULT_LIMITS, type RedactLimits } from './limits.ts';
export { ENTITIES, type Entity, type EntityName, isEntityName } from './entities.ts';
export type { ExplainedFinding, Explanation } from './explain.ts';
export type { EntitySettings, PolicySettings, PresetName, RouteSettings, UnknownContent } from './policy.ts';
export { joinDescriptors, loadDescriptors } from './protobuf/descriptor-set.ts';
export type { Descriptors } from './protobuf/types.ts';
export { type Preset, PRESET_NAMES, type PresetEntry, PRESETS } from './presets.ts';
export { createExplainer, createRedactor, type RedactorOptions } from './redactor.ts';
export { ENGINE_VERSION } from './rules.ts';
export * from './types.ts';
