import type { z } from 'zod';
import { AffidavitError } from '../record/index.ts';
import { readYaml, type YamlDocument } from './document.ts';
import { describeIssue } from './faults.ts';
import { customRules } from './redaction.ts';
import { isTree } from './tree.ts';

/** Largest file of rules that is read. */
export const MAX_RULES_BYTES = 4_194_304;

/** A rule as a configuration has it, and where it stands: `rules.yaml:12`. */
export type ConfiguredRule = z.infer<typeof customRules>[number] & { readonly source: string };

/** The settings of the configuration that a file's rules are described as. */
const SECTION = ['redact', 'customRules'];

function faultOf(issue: z.core.$ZodIssue, { lineOf, value }: YamlDocument, at: readonly PropertyKey[]): string[] {
  const line = [...issue.path.keys(), issue.path.length]
    .map((length) => lineOf([...at, ...issue.path.slice(0, length)]))
    .findLast((each) => each !== undefined);
  const list = at.length === 0 ? value : (value as Record<string, unknown>)['customRules'];
  const described = describeIssue({ ...issue, path: [...SECTION, ...issue.path] }, { redact: { customRules: list } });
  return described.map((fault) => `  line ${line ?? 1}: ${fault.replace(/^redact\./, '')}`);
}

/**
 * The rules of a YAML file: a list of them, or a mapping with the list as `customRules`.
 * @throws AffidavitError `config.invalid` naming line, path, value and what is allowed
 */
export function parseRules(text: string, name: string): ConfiguredRule[] {
  const document = readYaml(text, name);
  const isMapping = isTree(document.value) && Object.keys(document.value).join() === 'customRules';
  const at = isMapping ? ['customRules'] : [];
  const list = isMapping ? (document.value as Record<string, unknown>)['customRules'] : document.value;
  if (list === null || list === undefined) return [];
  if (!Array.isArray(list)) throw new AffidavitError('config.invalid', `${name}: must be a list of rules`);
  const result = customRules.safeParse(list);
  if (result.success)
    return result.data.map((rule, index) => ({ ...rule, source: `${name}:${document.lineOf([...at, index]) ?? 1}` }));
  const faults = result.error.issues.flatMap((issue) => faultOf(issue, document, at));
  throw new AffidavitError('config.invalid', `${name} is not valid:\n${faults.join('\n')}`);
}
