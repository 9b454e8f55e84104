import { parseDocument, stringify } from 'yaml';
import type { z } from 'zod';
import { AffidavitError } from '../record/index.ts';
import { configSchema } from './schema.ts';
import type { Config } from './schema.ts';
import { settings } from './settings.ts';
import type { Setting } from './settings.ts';
import { unknownVariables } from './variables.ts';

/** Largest configuration file that is read. */
export const MAX_CONFIG_BYTES = 1_048_576;

type Tree = Record<string, unknown>;

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseYaml(text: string, name: string): Tree {
  const document = parseDocument(text, { prettyErrors: true });
  const [fault] = document.errors;
  if (fault !== undefined) throw new AffidavitError('config.invalid', `${name}: ${fault.message}`);
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (value === null || value === undefined) return {};
  if (!isTree(value)) throw new AffidavitError('config.invalid', `${name}: must be a mapping of settings`);
  return value;
}

function convert(setting: Setting, text: string): unknown {
  if (setting.type === 'integer') return /^-?\d{1,16}$/.test(text) ? Number(text) : text;
  if (setting.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (setting.type === 'list') return text === '' ? [] : text.split(',').map((item) => item.trim());
  return text;
}

function place(tree: Tree, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() ?? '';
  let at = tree;
  for (const name of names) {
    const child = at[name];
    const next: Tree = isTree(child) ? child : {};
    at[name] = next;
    at = next;
  }
  at[last] = value;
}

function applyEnvironment(tree: Tree, environment: Readonly<Record<string, string | undefined>>): void {
  const known = new Map(settings.map((setting) => [setting.variable, setting]));
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined) continue;
    const setting = known.get(variable);
    if (setting !== undefined) place(tree, setting.path, convert(setting, text));
  }
}

function at(tree: unknown, path: readonly PropertyKey[]): unknown {
  let value = tree;
  for (const name of path) value = isTree(value) || Array.isArray(value) ? (value as Tree)[String(name)] : undefined;
  return value;
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
    ...(result.success ? [] : result.error.issues.map((issue) => `  ${describeIssue(issue, tree)}`)),
  ];
  if (result.success && faults.length === 0) return result.data;
  throw new AffidavitError('config.invalid', `${name} is not valid:\n${faults.join('\n')}`);
}

function describeIssue(issue: z.core.$ZodIssue, tree: Tree): string {
  const path = issue.path.join('.') || '(top)';
  const setting = settings.find((candidate) => candidate.path === path);
  const given = at(tree, issue.path);
  const found = given === undefined ? setting?.defaultValue : given;
  const value = found === undefined ? 'nothing' : JSON.stringify(found);
  const shown = issue.code === 'unrecognized_keys' ? '' : ` is ${value.slice(0, 200)}`;
  const allowed = issue.code === 'custom' ? '' : (setting?.allowed ?? '');
  return `${path}${shown}: ${issue.message}${allowed === '' ? '' : ` (allowed: ${allowed})`}`;
}

/** The configuration as YAML. It holds no secret: those stand in files that it names. */
export function formatConfig(config: Config): string {
  return stringify(config);
}
