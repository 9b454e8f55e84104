import { stringify } from 'yaml';
import { AffidavitError } from '../record/index.ts';
import { readYaml } from './document.ts';
import { describeIssue } from './faults.ts';
import { configSchema } from './schema.ts';
import type { Config } from './schema.ts';
import { sections, settings } from './settings.ts';
import type { Setting } from './settings.ts';
import { isTree, place, valueAt } from './tree.ts';
import type { Tree } from './tree.ts';
import { unknownVariables } from './variables.ts';

/** Largest configuration file that is read. */
export const MAX_CONFIG_BYTES = 1_048_576;

function parseYaml(text: string, name: string): Tree {
  const { value } = readYaml(text, name);
  if (value === null || value === undefined) return {};
  if (!isTree(value)) throw new AffidavitError('config.invalid', `${name}: must be a mapping of settings`);
  return withoutEmptySections(value);
}

/** A section with nothing below it, of which only the name was left or written yet, has its defaults. */
function withoutEmptySections(tree: Tree): Tree {
  for (const section of sections) if (valueAt(tree, section.split('.')) === null) place(tree, section, {});
  return tree;
}

function convert(setting: Setting, text: string): unknown {
  if (setting.type === 'integer') return /^-?\d{1,16}$/.test(text) ? Number(text) : text;
  if (setting.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (setting.type === 'list') return text === '' ? [] : text.split(',').map((item) => item.trim());
  return text;
}

function applyEnvironment(tree: Tree, environment: Readonly<Record<string, string | undefined>>): void {
  const known = new Map(
    settings.filter(({ variable }) => variable !== '').map((setting) => [setting.variable, setting]),
  );
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined) continue;
    const setting = known.get(variable);
    if (setting !== undefined) place(tree, setting.path, convert(setting, text));
  }
}

/**
 * The configuration of a YAML text (empty for none) and the environment.
 *
 * @throws config.invalid naming each path, its value, and what is allowed; and each `AFFIDAVIT_…` variable that means nothing
 */
export function parseConfig(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
  name = 'configuration',
): Config {
  const tree = parseYaml(text, name);
  applyEnvironment(tree, environment);
  const result = configSchema.safeParse(tree);
  const faults = [
    ...unknownVariables(environment).map((fault) => `  ${fault}`),
    ...(result.success
      ? []
      : result.error.issues.flatMap((issue) => describeIssue(issue, tree)).map((fault) => `  ${fault}`)),
  ];
  if (result.success && faults.length === 0) return result.data;
  throw new AffidavitError('config.invalid', `${name} is not valid:\n${faults.join('\n')}`);
}

/** The configuration as YAML. It holds no secret: those stand in files that it names. */
export function formatConfig(config: Config): string {
  return stringify(config);
}
