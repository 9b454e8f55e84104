import { z } from 'zod';
import { configSchema } from './schema.ts';

/** One setting as the schema says it: what the environment and the reference page are made of. */
export interface Setting {
  /** Path in the file: `bus.kafka.topic`. */
  path: string;
  /** Variable that overrides it: `AFFIDAVIT_BUS_KAFKA_TOPIC`. None for what is no single value. */
  variable: string;
  type: 'string' | 'integer' | 'boolean' | 'list' | 'structure';
  defaultValue: unknown;
  description: string;
  /** What is allowed, in words; empty when anything of the type is. */
  allowed: string;
}

interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  /** Of a mapping whose names are free. */
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  const?: unknown;
  anyOf?: JsonSchema[];
  default?: unknown;
  description?: string;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
}

/** The words of a path: `bus.kafka.topic` is BUS_KAFKA_TOPIC. */
export function wordsOf(path: string): string {
  return path
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase();
}

function allowedBy(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map(String).join(', ');
  if (schema.anyOf?.every((each) => 'const' in each) === true)
    return schema.anyOf.map((each) => String(each.const)).join(', ');
  if (schema.type === 'array' && schema.items?.enum !== undefined) return `some of ${allowedBy(schema.items)}`;
  if (schema.type === 'array') return schema.maxItems === undefined ? '' : `at most ${schema.maxItems}`;
  if (schema.type === 'integer' || schema.type === 'number')
    return `${schema.minimum ?? ''} to ${schema.maximum ?? ''}`;
  if (schema.type === 'boolean') return 'true, false';
  return '';
}

/** What a mapping with free names, or a list, is made of, where that has settings of its own; and how it is written in a path. */
function insideOf(schema: JsonSchema): { inside: JsonSchema; sign: string } | undefined {
  const { items, additionalProperties: free } = schema;
  if (schema.type === 'array') return items?.properties === undefined ? undefined : { inside: items, sign: '[]' };
  return typeof free === 'object' ? { inside: free, sign: '.*' } : undefined;
}

function typeOf(schema: JsonSchema): Setting['type'] {
  if (schema.type === 'integer' || schema.type === 'boolean') return schema.type;
  if (schema.type === 'number' || schema.anyOf !== undefined || insideOf(schema) !== undefined) return 'structure';
  return schema.type === 'array' ? 'list' : 'string';
}

function collect(schema: JsonSchema, prefix: string): Setting[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (child.properties !== undefined) return collect(child, path);
    const within = insideOf(child);
    const type = typeOf(child);
    const isWithin = /[[*]/.test(path);
    const own: Setting = {
      path,
      variable: type === 'structure' || isWithin ? '' : `AFFIDAVIT_${wordsOf(path)}`,
      type,
      defaultValue: child.default,
      description: child.description ?? '',
      allowed: allowedBy(child),
    };
    return [own, ...(within === undefined ? [] : collect(within.inside, `${path}${within.sign}`))];
  });
}

/** Every setting, in the order of the schema; those inside of lists and free mappings too. */
const everySetting: readonly Setting[] = collect(z.toJSONSchema(configSchema, { io: 'input' }) as JsonSchema, '');

/** Every setting that stands at one place, in the order of the schema. */
export const settings: readonly Setting[] = everySetting.filter(({ path }) => !/[[*]/.test(path));

/** The section at a path of a configuration, as the paths of {@link settingAt} are written: `redact.customRules[]`. */
export function sectionAt(path: readonly PropertyKey[]): string {
  const inside = everySetting.find(({ path: known }) => {
    const names = known.replaceAll('[]', '.*').split('.').slice(0, path.length);
    return matchesPath(names, path) && known.replaceAll('[]', '.*').split('.').length > path.length;
  });
  const names = inside?.path.replaceAll('[]', '.[]').split('.').slice(0, path.length) ?? path.map(String);
  return names.join('.').replaceAll('.[]', '[]');
}

/** The setting at a path of a configuration. */
export function settingAt(path: readonly PropertyKey[]): Setting | undefined {
  return everySetting.find((setting) => matchesPath(setting.path.replaceAll('[]', '.*').split('.'), path));
}

function matchesPath(names: readonly string[], path: readonly PropertyKey[]): boolean {
  return names.length === path.length && names.every((name, index) => name === '*' || name === path[index]);
}

/** Paths of the sections, each before those in it. */
export const sections: readonly string[] = [
  ...new Set(
    settings.flatMap(({ path }) => {
      const names = path.split('.').slice(0, -1);
      return names.map((_, index) => names.slice(0, index + 1).join('.'));
    }),
  ),
];

/** Names of the settings and sections that stand directly in a section; '' for the top. */
export function childrenOf(section: string): string[] {
  const prefix = section === '' ? '' : `${section}.`;
  const inside = everySetting.filter(({ path }) => path.startsWith(prefix));
  return [...new Set(inside.map(({ path }) => path.slice(prefix.length).split(/[.[]/)[0] ?? ''))];
}

/** Columns are as wide as their widest cell: the formatter leaves the page as it is. */
function markdownTable(head: readonly string[], rows: readonly string[][]): string[] {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[], fill: string): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`;
  const rule = head.map(() => '');
  return [line(head, ' '), line(rule, '-'), ...rows.map((row) => line(row, ' '))];
}

/** The reference page, docs/configuration.md. */
export function referencePage(): string {
  const rows = everySetting.map(({ path, variable, defaultValue, description, allowed }) => [
    `\`${path}\``,
    defaultValue === undefined ? '' : `\`${JSON.stringify(defaultValue)}\``,
    `${description}${allowed === '' ? '' : ` (${allowed})`}`,
    variable === '' ? '' : `\`${variable}\``,
  ]);
  return [
    '# Configuration',
    '',
    'One YAML file, given with `--config`; every setting has a default. A variable overrides the file. Generated by',
    '`affidavit config print --reference` from the schema in src/config: don’t edit.',
    '',
    'Refused, with exit code 2: a setting that isn’t here, in the file or as a variable that begins with `AFFIDAVIT_` (in',
    'Kubernetes set `enableServiceLinks: false`, or a service called affidavit-… brings such variables); TLS or SASL by halves;',
    'SASL without TLS, unless `bus.kafka.saslWithoutTls` allows it; a value out of its bounds, of which the message tells, those of',
    'texts included (a path: 4,096 characters).',
    '',
    '`[]` stands for each element of a list, `.*` for each name in a mapping: these have no variable.',
    '',
    ...markdownTable(['setting', 'default', 'what it does', 'variable'], rows),
    '',
  ].join('\n');
}
