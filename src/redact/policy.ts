import { ENTITIES, isEntityName } from './entities.ts';
import { globTest } from './globs.ts';
import { type EntitySettings, presetEntities, type PresetName } from './presets.ts';
import type { Action, RedactedCall } from './types.ts';

export type { EntitySettings, PresetName } from './presets.ts';

/** What a policy says about one entity. */
export interface EntityPolicy {
  readonly action: Action;
  /** Letters and digits that `mask` keeps of the end. */
  readonly keepLast: 0 | 4;
  /** Findings of a lower score are none. */
  readonly threshold: number;
}

/** What is done with the findings of one call. */
export interface Policy {
  /** The policy of an entity, a custom one included. */
  of(entity: string): EntityPolicy;
  /** What becomes of content that no walker understands. */
  readonly unknownContent: UnknownContent;
}

/**
 * What becomes of content of unknown type: `hash` keeps its length and commitment only, `text` what is left of it after a
 * scan as running text if it is text, `keep` all of it as it came, unseen.
 */
export type UnknownContent = 'hash' | 'text' | 'keep';

/** What holds for some calls, or for all. */
export interface PolicySettings {
  /** Of several, those for all calls included, the stricter counts; `entities` weighs more. */
  readonly presets?: readonly PresetName[] | undefined;
  readonly entities?: Readonly<Record<string, EntitySettings>> | undefined;
  readonly unknownContent?: UnknownContent | undefined;
}

/** What holds for the calls of a route, of an identity, or of both; `*` stands for any characters. */
export interface RouteSettings extends PolicySettings {
  readonly route?: string | undefined;
  readonly identity?: string | undefined;
}

/** Findings below it are none, unless configured otherwise. */
export const DEFAULT_THRESHOLD = 0.5;

const CUSTOM: EntityPolicy = { action: 'drop', keepLast: 4, threshold: DEFAULT_THRESHOLD };

class SettledPolicy implements Policy {
  readonly unknownContent: UnknownContent;
  /** In rising order of weight. */
  readonly #entities: readonly Readonly<Record<string, EntitySettings>>[];
  readonly #settled = new Map<string, EntityPolicy>();

  /** `settings` in rising order of weight. */
  constructor(settings: readonly PolicySettings[]) {
    const presets: PresetName[] = [];
    this.#entities = settings.flatMap((each) => {
      presets.push(...(each.presets ?? []));
      return [presetEntities(presets), each.entities ?? {}];
    });
    this.unknownContent = settings.findLast((each) => each.unknownContent !== undefined)?.unknownContent ?? 'hash';
  }

  of(entity: string): EntityPolicy {
    const known = this.#settled.get(entity);
    if (known !== undefined) return known;
    const settled = this.#settle(entity);
    this.#settled.set(entity, settled);
    return settled;
  }

  #settle(entity: string): EntityPolicy {
    const base: EntityPolicy = isEntityName(entity)
      ? { action: ENTITIES[entity].action, keepLast: ENTITIES[entity].keepLast, threshold: DEFAULT_THRESHOLD }
      : CUSTOM;
    const policy = { ...base };
    for (const entities of this.#entities) {
      const own = Object.hasOwn(entities, entity) ? entities[entity] : undefined;
      policy.action = own?.action ?? policy.action;
      policy.keepLast = own?.keepLast ?? policy.keepLast;
      policy.threshold = own?.threshold ?? policy.threshold;
    }
    if (isEntityName(entity) && ENTITIES[entity].neverKept) policy.action = 'drop';
    return policy;
  }
}

/** The policy of `settings`, later ones weighing more. */
export function policyOf(...settings: readonly PolicySettings[]): Policy {
  return new SettledPolicy(settings);
}

/** Most combinations of routes' settings that are remembered. */
const MAX_REMEMBERED = 256;

/**
 * Makes the function that tells a call's policy. Of the settings of routes that match a call, later ones weigh more;
 * `seed`, what custom entities have of their rules, weighs least.
 */
export function policyBook(
  settings: PolicySettings & { readonly routes?: readonly RouteSettings[] | undefined } = {},
  seed: PolicySettings = {},
): (call: RedactedCall) => Policy {
  const base = policyOf(seed, settings);
  const routes = settings.routes ?? [];
  if (routes.length === 0) return () => base;
  const tests = routes.map(({ route, identity }) => ({ route: globTest(route), identity: globTest(identity) }));
  const remembered = new Map<string, Policy>();
  return (call) => {
    const matching = tests.map(({ route, identity }) => route(call.route) && identity(call.identity));
    const key = matching.map(Number).join('');
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const policy = policyOf(seed, settings, ...routes.filter((_, i) => matching[i]));
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(key, policy);
    return policy;
  };
}
