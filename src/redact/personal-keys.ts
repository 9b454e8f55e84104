import type { KeyRule } from './key-rule.ts';

/** What a name says about a person's data; undefined when it says nothing. */
export function personalKey(_name: string): KeyRule | undefined {
  return undefined;
}
