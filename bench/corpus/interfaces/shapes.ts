import { readdirSync, readFileSync } from 'node:fs';

/** The shape of a document as an interface has it, with places for values: see template.ts. */
export interface Shape {
  /** The file that it stands in: `payments`, `health` … */
  readonly domain: string;
  readonly name: string;
  readonly contentType: string;
  /** Whether its keys are a standard's, so that nobody writes them in another way. */
  readonly isFixed: boolean;
  readonly template: string;
}

const FOLDER = new URL('shapes/', import.meta.url);
const HEAD = /^=== (\S+) (\S+)((?: \S+)*)$/;
const LINE_ENDS: Readonly<Record<string, string>> = { crlf: '\r\n', cr: '\r' };

/** The shapes of one file: each behind a line `=== name content/type`, with `fixed`, `eol=crlf` or `eol=cr` behind that. */
function shapesOf(domain: string, text: string): Shape[] {
  return text
    .split(/^(?==== )/m)
    .filter((section) => section !== '')
    .map((section) => {
      const [head = '', ...lines] = section.trimEnd().split('\n');
      const [, name, contentType, flags = ''] = HEAD.exec(head) ?? [];
      if (name === undefined || contentType === undefined) throw new RangeError(`${domain}: ${head} is no head`);
      const end = LINE_ENDS[/ eol=(\w+)/.exec(flags)?.[1] ?? ''] ?? '\n';
      const isDocument = /json$|xml$|urlencoded$/.test(contentType) && !contentType.includes('ndjson');
      const template = lines.join(end) + (isDocument ? '' : end);
      return { domain, name, contentType, isFixed: flags.includes(' fixed'), template };
    });
}

/** All shapes, in the order of their files' names. */
export function readShapes(): Shape[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.txt'));
  return files.sort().flatMap((file) => shapesOf(file.slice(0, -4), readFileSync(new URL(file, FOLDER), 'utf8')));
}
