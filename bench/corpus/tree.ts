import type { Field } from './field.ts';
import { flatKey } from './fields.ts';
import { type KeyStyle, styled } from './keys.ts';
import { concat, encode, join, jsonText, type Marked, xmlText } from './marked.ts';
import type { Random } from './random.ts';

/** A structured value; the texts of leaves stand as they mean, not as they're encoded. */
export type Tree =
  | { readonly kind: 'text'; readonly value: Marked }
  | { readonly kind: 'raw'; readonly value: Marked }
  | { readonly kind: 'list'; readonly items: readonly Tree[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [key: string, Tree])[] };

export function text(value: Marked | string): Tree {
  return { kind: 'text', value: typeof value === 'string' ? concat(value) : value };
}

export function raw(value: string | number | boolean | null): Tree {
  return { kind: 'raw', value: concat(String(value)) };
}

export function list(items: readonly Tree[]): Tree {
  return { kind: 'list', items };
}

export function object(entries: readonly (readonly [string, Tree])[]): Tree {
  return { kind: 'object', entries };
}

/** The value of `field` alone. */
export function leaf(field: Field): Tree {
  return { kind: field.isRaw ? 'raw' : 'text', value: field.value };
}

/** An object of `fields`, those with a parent in objects of their own. */
export function objectOf(fields: readonly Field[], style: KeyStyle): Tree {
  const entries = new Map<string, Tree | [string, Tree][]>();
  for (const field of fields) {
    if (field.parent === '') {
      entries.set(styled(field.key, style), leaf(field));
      continue;
    }
    const name = styled(field.parent, style);
    const inner = entries.get(name);
    const entry: [string, Tree] = [styled(field.key, style), leaf(field)];
    if (Array.isArray(inner)) inner.push(entry);
    else entries.set(inner === undefined ? name : `${name}2`, [entry]);
  }
  return object([...entries].map(([key, value]) => [key, Array.isArray(value) ? object(value) : value]));
}

/** An object of `fields` without objects in it. */
export function flatObjectOf(fields: readonly Field[], style: KeyStyle): Tree {
  return object(fields.map((field) => [styled(flatKey(field), style), leaf(field)]));
}

const PARENTS =
  'data|customer|payload|attributes|details|profile|body|resource|record|patient|order|account|info|params|input';

/** `fields` spread over objects in objects and lists, up to six deep. */
export function nestedTree(random: Random, fields: readonly Field[], style: KeyStyle, depth = 0): Tree {
  const here = fields.slice(0, Math.max(1, Math.floor(fields.length / 2)));
  const below = fields.slice(here.length);
  const own = objectOf(here, style);
  if (own.kind !== 'object' || below.length === 0 || depth > 5) return own;
  const inner = nestedTree(random, below, style, depth + 1);
  const name = styled(random.word(PARENTS), style);
  const taken = own.entries.some(([key]) => key === name);
  const child = random.chance(0.25) ? list([inner]) : inner;
  return object([...own.entries, [taken ? `${name}Ext` : name, child]]);
}

/**
 * How a serialiser writes JSON: with white space, in ASCII, with `/` escaped (PHP), with HTML's characters escaped (Go),
 * with quotes and `+` too (.NET), with `@` and `=` as well (what guards against scripts).
 */
export interface JsonDialect {
  readonly indent: number;
  readonly isAscii: boolean;
  readonly escapes: '' | 'slash' | 'html' | 'net' | 'signs';
}

/** JSON as most serialisers write it. */
export const PLAIN_JSON: JsonDialect = { indent: 0, isAscii: false, escapes: '' };

export function anyDialect(random: Random): JsonDialect {
  return {
    indent: random.pick([0, 0, 0, 2, 4]),
    isAscii: random.chance(0.15),
    escapes: random.pick(['', '', '', '', '', '', '', 'slash', 'html', 'net', 'signs']),
  };
}

const ESCAPED = { html: /[&<>]/g, net: /[&<>'+`\u0080-\uffff]/g, signs: /[@&<>'+`=]/g } as const;

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function string(value: Marked, dialect: JsonDialect): Marked {
  const escaped = jsonText(value, dialect.isAscii);
  if (dialect.escapes === '') return concat('"', escaped, '"');
  const { escapes } = dialect;
  const extra = encode(escaped, (part) =>
    escapes === 'slash' ? part.replaceAll('/', '\\/') : part.replace(ESCAPED[escapes], unicodeEscape),
  );
  return concat('"', extra, '"');
}

function bracketed(parts: readonly Marked[], brackets: string, dialect: JsonDialect, depth: number): Marked {
  const [open, close] = [brackets.charAt(0), brackets.charAt(1)];
  if (parts.length === 0) return concat(open + close);
  if (dialect.indent === 0) return concat(open, join(parts, ','), close);
  const margin = `\n${' '.repeat(dialect.indent * (depth + 1))}`;
  return concat(open, margin, join(parts, `,${margin}`), `\n${' '.repeat(dialect.indent * depth)}`, close);
}

/** `tree` as JSON (RFC 8259). */
export function toJson(tree: Tree, dialect: JsonDialect = PLAIN_JSON, depth = 0): Marked {
  switch (tree.kind) {
    case 'text':
      return string(tree.value, dialect);
    case 'raw':
      return tree.value;
    case 'list':
      return bracketed(
        tree.items.map((item) => toJson(item, dialect, depth + 1)),
        '[]',
        dialect,
        depth,
      );
    case 'object': {
      const colon = dialect.indent === 0 ? ':' : ': ';
      const parts = tree.entries.map(([key, value]) =>
        concat(string(concat(key), dialect), colon, toJson(value, dialect, depth + 1)),
      );
      return bracketed(parts, '{}', dialect, depth);
    }
  }
}

/** A key as a name of XML: no spaces, none that begins with a digit. */
export function xmlName(key: string): string {
  const name = key.replace(/[^\p{L}\p{N}_-]/gu, '');
  return /^\p{L}/u.test(name) ? name : `f${name}`;
}

/** `tree` as elements of XML; a list repeats its element. */
export function toXml(tree: Tree, name: string, prefix = ''): Marked {
  const tag = prefix + xmlName(name);
  if (tree.kind === 'list')
    return join(
      tree.items.map((item) => toXml(item, name, prefix)),
      '',
    );
  const content =
    tree.kind === 'object'
      ? join(
          tree.entries.map(([key, value]) => toXml(value, key, prefix)),
          '',
        )
      : xmlText(tree.value);
  return concat(`<${tag}>`, content, `</${tag}>`);
}

/** `tree` as lines of YAML, texts in double quotes where they must be. */
export function toYaml(tree: Tree, margin = ''): Marked {
  if (tree.kind === 'text') {
    const isPlain = /^[\p{L}\p{N}][\p{L}\p{N} @.+/_-]*$/u.test(tree.value.text) && !tree.value.text.endsWith(' ');
    return isPlain ? tree.value : concat('"', jsonText(tree.value), '"');
  }
  if (tree.kind === 'raw') return tree.value;
  if (tree.kind === 'list')
    return concat(...tree.items.map((item) => concat(`\n${margin}- `, yamlItem(item, `${margin}  `))));
  return concat(
    ...tree.entries.map(([key, value]) =>
      concat(
        `\n${margin}${key}:`,
        value.kind === 'object' || value.kind === 'list' ? '' : ' ',
        toYaml(value, `${margin}  `),
      ),
    ),
  );
}

function yamlItem(item: Tree, margin: string): Marked {
  const lines = toYaml(item, margin);
  // The first key stands behind the dash.
  return item.kind === 'object' ? cutFront(lines, margin.length + 1) : lines;
}

function cutFront(source: Marked, length: number): Marked {
  const marks = source.marks.map((mark) => ({ ...mark, start: mark.start - length, end: mark.end - length }));
  return { text: source.text.slice(length), marks };
}
