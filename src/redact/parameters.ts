import type { Finding } from './findings.ts';
import { type ClassifyKey, ruleApplies } from './keys.ts';
import { decodePercent } from './walkers/percent.ts';

/** A whole URL, or a path, with something behind its `?` or `#`. */
const URL = /^(?:[A-Za-z][A-Za-z0-9+.-]{1,15}:)?\/{1,2}[^\s?#]*[?#](?=\S+$)/;
const FIELD = /[^&?#]+/g;

/** `found`, with the fields of a text that is a URL added by their names; `classify` is that of parameters. */
export function findParameters(text: string, classify: ClassifyKey, found: readonly Finding[]): readonly Finding[] {
  if (text.charCodeAt(0) !== 47 && !text.includes('://')) return found;
  const query = URL.exec(text)?.[0].length;
  return query === undefined ? found : [...found, ...fieldsOf(text, query, classify)];
}

function fieldsOf(text: string, query: number, classify: ClassifyKey): Finding[] {
  const found: Finding[] = [];
  FIELD.lastIndex = query;
  for (let match = FIELD.exec(text); match !== null; match = FIELD.exec(text)) {
    const equals = match[0].indexOf('=');
    const key = equals === -1 ? undefined : classify(decodePercent(match[0].slice(0, equals)));
    const value = match[0].slice(equals + 1);
    if (key === undefined || !ruleApplies(key, decodePercent(value.replaceAll('+', ' ')))) continue;
    const end = match.index + match[0].length;
    found.push({ start: end - value.length, end, rule: key.rule, marker: key.rule.marker });
  }
  return found;
}
