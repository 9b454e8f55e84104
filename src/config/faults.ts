import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { childrenOf, sections, settings, wordsOf } from './settings.ts';
import { valueAt } from './tree.ts';
import type { Tree } from './tree.ts';

const MAX_SHOWN_CHARACTERS = 200;
const MAX_NAME_CHARACTERS = 80;

const TYPE_WORDS = { string: 'text', integer: 'whole numbers', boolean: 'true, false', list: 'a list of texts' };

/** What is wrong with a configuration, a line each: the path, the value that is there, and what is allowed. */
export function describeIssue(issue: z.core.$ZodIssue, tree: Tree): string[] {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => describeUnknown(path, name));
  const setting = settings.find((candidate) => candidate.path === path);
  const given = valueAt(tree, issue.path);
  const value = shown(given === undefined ? setting?.defaultValue : given);
  const allowed = allowedAt(path, issue);
  const hint = allowed === '' ? '' : ` (allowed: ${allowed})`;
  return [`${path === '' ? '(top)' : path} is ${value}: ${issue.message}${hint}`];
}

/** Never the value: under a misspelt name it may be a secret. */
function describeUnknown(section: string, name: string): string {
  const path = [...(section === '' ? [] : [section]), name.slice(0, MAX_NAME_CHARACTERS)].join('.');
  const allowed = `allowed ${section === '' ? 'at the top' : `in ${section}`}: ${childrenOf(section).join(', ')}`;
  return `${path} is no setting; nearest: ${nearestPaths(path).join(', ')} (${allowed})`;
}

/** Paths are compared by their words: a missing section, or another way to write words, is no distance. */
function nearestPaths(path: string): string[] {
  const known = new Map([...sections, ...settings.map((setting) => setting.path)].map((name) => [wordsOf(name), name]));
  return nearest(wordsOf(path), [...known.keys()]).map((words) => known.get(words) ?? words);
}

function allowedAt(path: string, issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom') return '';
  if (path === '' || sections.includes(path)) return `a section of settings: ${childrenOf(path).join(', ')}`;
  const setting = settings.find((candidate) => candidate.path === path);
  if (setting === undefined) return '';
  return setting.allowed === '' && issue.code === 'invalid_type' ? TYPE_WORDS[setting.type] : setting.allowed;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  try {
    return JSON.stringify(value).slice(0, MAX_SHOWN_CHARACTERS);
  } catch {
    // An anchor that stands inside of itself.
    return 'a value that contains itself';
  }
}
