/** A mapping of a configuration file. */
export type Tree = Record<string, unknown>;

/** True for a mapping. */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a path, `undefined` when nothing does. */
export function valueAt(tree: unknown, path: readonly PropertyKey[]): unknown {
  let value = tree;
  for (const name of path) value = isTree(value) || Array.isArray(value) ? (value as Tree)[String(name)] : undefined;
  return value;
}

/** Puts a value at a path, and makes the mappings on the way. */
export function place(tree: Tree, path: string, value: unknown): void {
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
