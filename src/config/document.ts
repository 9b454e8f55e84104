import { LineCounter, parseDocument } from 'yaml';
import { AffidavitError } from '../record/index.ts';

/** A document whose aliases say more than this is made to fill the memory. */
const MAX_ALIASES = 100;

/** A YAML document and where in its text things stand. */
export interface YamlDocument {
  readonly value: unknown;
  /** The line of what stands at a path, from 1 on; undefined when nothing does. */
  readonly lineOf: (path: readonly PropertyKey[]) => number | undefined;
}

/** Where in a text a node of a document starts. */
function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined;
  const [start] = node.range as unknown[];
  return typeof start === 'number' ? start : undefined;
}

/** Reads a single YAML document. @throws AffidavitError `config.invalid` */
export function readYaml(text: string, name: string): YamlDocument {
  const invalid = (reason: string, cause?: unknown): AffidavitError =>
    new AffidavitError('config.invalid', `${name}: ${reason}`, { cause });
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { prettyErrors: true, logLevel: 'error', lineCounter });
  const [fault] = document.errors;
  // The library's own words are advice for who programs with it.
  if (fault?.code === 'MULTIPLE_DOCS') throw invalid('must be a single document, without a further line ---');
  if (fault !== undefined) throw invalid(fault.message);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (thrown) {
    throw invalid(thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
  const lineOf = (path: readonly PropertyKey[]): number | undefined => {
    const start = startOf(document.getIn(path, true));
    return start === undefined ? undefined : lineCounter.linePos(start).line;
  };
  return { value, lineOf };
}
