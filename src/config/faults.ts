import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { childrenOf, sectionAt, sections, settingAt, settings, wordsOf } from './settings.ts';
import type { Setting } from './settings.ts';
import { valueAt } from './tree.ts';
import type { Tree } from './tree.ts';

const MAX_SHOWN_CHARACTERS = 200;
const MAX_NAME_CHARACTERS = 80;

const TYPE_WORDS = {
  string: 'text',
  integer: 'whole numbers',
  boolean: 'true, false',
  list: 'a list of texts',
  structure: '',
};

/** What is wrong with a configuration, a line each: the path, the value that is there, and what is allowed. */
export function describeIssue(issue: z.core.$ZodIssue, tree: Tree): string[] {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => describeUnknown(issue.path, name));
  const setting = settingAt(issue.path);
  const given = valueAt(tree, issue.path);
  const value = shown(given === undefined ? setting?.defaultValue : given);
  const allowed = allowedAt(path, setting, issue);
  const hint = allowed === '' ? '' : ` (allowed: ${allowed})`;
  return [`${path === '' ? '(top)' : path} is ${value}: ${issue.message}${hint}`];
}

/** Never the value: under a misspelt name it may be a secret. */
function describeUnknown(at: readonly PropertyKey[], name: string): string {
  const section = sectionAt(at);
  const path = [...at.map(String), name.slice(0, MAX_NAME_CHARACTERS)].join('.');
  const allowed = `allowed ${section === '' ? 'at the top' : `in ${section}`}: ${childrenOf(section).join(', ')}`;
  return `${path} is no setting; nearest: ${nearestPaths(path, section).join(', ')} (${allowed})`;
}

/** Paths are compared by their words: a missing section, or another way to write words, is no distance. */
function nearestPaths(path: string, section: string): string[] {
  if (/[[*]/.test(section)) return nearest(path.split('.').at(-1) ?? '', childrenOf(section));
  const known = new Map([...sections, ...settings.map((setting) => setting.path)].map((name) => [wordsOf(name), name]));
  return nearest(wordsOf(path), [...known.keys()]).map((words) => known.get(words) ?? words);
}

function allowedAt(path: string, setting: Setting | undefined, issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom') return '';
  if (path === '' || sections.includes(path)) return `a section of settings: ${childrenOf(path).join(', ')}`;
  if (setting === undefined) return '';
  const { allowed, type } = setting;
  if (issue.code !== 'invalid_type') return allowed;
  if (type === 'list') return [TYPE_WORDS.list, allowed].filter((words) => words !== '').join(', ');
  return allowed === '' ? TYPE_WORDS[type] : allowed;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  try {
    const text = JSON.stringify(value);
    return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
  } catch {
    // An anchor that stands inside of itself.
    return 'a value that contains itself';
  }
}
