import { type Config, type ConfiguredRule, MAX_RULES_BYTES, nearest, parseRules } from '../config/index.ts';
import { AffidavitError } from '../record/index.ts';
import {
  type CustomRuleSettings,
  type Descriptors,
  ENTITIES,
  joinDescriptors,
  loadDescriptors,
  type PresetName,
  type RedactorOptions,
} from '../redact/index.ts';
import { nodeFiles } from '../runtime/index.ts';

/** Largest file of protobuf descriptors that is read. */
const MAX_DESCRIPTOR_BYTES = 67_108_864;

/** What a command adds to the section `redact` of the configuration. */
export interface RedactionAdditions {
  readonly presets?: readonly PresetName[];
  readonly ruleFiles?: readonly string[];
}

async function readNamed(path: string, maxBytes: number, what: string): Promise<Uint8Array> {
  try {
    return await nodeFiles.readFile(path, maxBytes, true);
  } catch (thrown) {
    const code = thrown instanceof AffidavitError ? thrown.code : undefined;
    if (code !== 'not_found' && code !== 'limit.exceeded') throw thrown;
    const reason = code === 'not_found' ? `there is no ${what} ${path}` : `the ${what} ${path} is too large`;
    throw new AffidavitError('config.invalid', reason, { cause: thrown });
  }
}

/**
 * Every custom rule of a configuration: those that stand in it, then those of its files, then those of `moreFiles`.
 * @throws AffidavitError `config.invalid`, io.failed
 */
export async function customRules(
  { redact }: Config,
  moreFiles: readonly string[] = [],
): Promise<readonly CustomRuleSettings[]> {
  const own = redact.customRules.map((rule, index) => ({ ...rule, source: `redact.customRules.${index}` }));
  const rules: ConfiguredRule[] = [...own];
  for (const file of [...redact.customRuleFiles, ...moreFiles])
    rules.push(...parseRules(new TextDecoder().decode(await readNamed(file, MAX_RULES_BYTES, 'file of rules')), file));
  // Which checks there are says the engine.
  return rules as readonly CustomRuleSettings[];
}

/** What the files of protobuf descriptors say that a configuration names. @throws AffidavitError `config.invalid`, io.failed */
export async function descriptors({ redact }: Config): Promise<Descriptors | undefined> {
  const sets: Descriptors[] = [];
  for (const file of redact.descriptorSets)
    sets.push(loadDescriptors(await readNamed(file, MAX_DESCRIPTOR_BYTES, 'file of protobuf descriptors'), file));
  return joinDescriptors(sets);
}

/** A misspelt entity would have its settings passed over. @throws AffidavitError `config.invalid` */
export function checkEntities({ redact }: Config, rules: readonly CustomRuleSettings[]): void {
  const known = [...new Set([...Object.keys(ENTITIES), ...rules.map(({ entity }) => entity)])];
  const named = [
    ...Object.keys(redact.entities).map((name) => ({ name, at: 'redact.entities' })),
    ...redact.routes.flatMap(({ entities }, index) =>
      Object.keys(entities).map((name) => ({ name, at: `redact.routes.${index}.entities` })),
    ),
  ];
  const faults = named
    .filter(({ name }) => !known.includes(name))
    .map(
      ({ name, at }) =>
        `${at}.${name} is no entity, of the engine or of a custom rule; nearest: ${nearest(name, known).join(', ')}`,
    );
  if (faults.length > 0) throw new AffidavitError('config.invalid', faults.join('\n'));
}

/**
 * The engine's setup as a configuration has it, its files read.
 * @throws AffidavitError `config.invalid` for a file that isn't there, or that holds no rules; io.failed
 */
export async function redactorOptions(config: Config, additions: RedactionAdditions = {}): Promise<RedactorOptions> {
  const rules = await customRules(config, additions.ruleFiles);
  checkEntities(config, rules);
  const { presets, entities, routes, unknownContent, credentialNames, limits } = config.redact;
  return {
    limits,
    credentialNames,
    policy: { presets: [...presets, ...(additions.presets ?? [])], entities, unknownContent, routes },
    customRules: rules,
    descriptors: await descriptors(config),
  };
}
