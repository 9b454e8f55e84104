import { decodePercent } from './percent.ts';
import { withoutBlanks } from '../words/words.ts';

/** What the headers of a part of a multipart body say (RFC 2183, RFC 7578). */
export interface PartHead {
  /** Name of the form's field. */
  readonly name: string | undefined;
  readonly filename: string | undefined;
  readonly contentType: string | undefined;
  /** How its bytes are written, in lower case: `base64`, `quoted-printable`; undefined when they stand as they are (RFC 2045, 6). */
  readonly encoding: string | undefined;
  /** True for a plain field of a form: a value under a name. */
  readonly isField: boolean;
}

const FOLD = /\r?\n[ \t]+/g;
const LINE = /\r?\n/;
const PARAMETER = /;\s{0,64}([\w!#$%&'*+.^`|~-]{1,64})\s{0,8}=\s{0,8}(?:"((?:[^"\\]|\\.){0,4096})"|([^\s";]{0,4096}))/g;
const AS_THEY_ARE = /^(?:7bit|8bit|binary)?$/;

/** Parameters of a header's value by their names in lower case; of one that is there twice the first counts. */
function parametersOf(value: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', quoted, plain] of value.matchAll(PARAMETER)) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
  }
  return found;
}

/** What a parameter is called as a whole: cut into pieces, percent-encoded, or told several times (RFC 2231). */
function nameOf(disposition: string): string | undefined {
  const names = Array.from(disposition.matchAll(PARAMETER), ([, name = '', quoted, plain]) => {
    const piece = /^name(?:\*(\d{1,2}))?\*?$/i.exec(name);
    const value = decodePercent(
      (quoted ?? plain ?? '').replace(/\\(.)/g, '$1').replace(/^[\w-]{1,32}'[\w-]{0,32}'/, ''),
    );
    return piece === null ? '' : (piece[1] ?? '0') === '0' ? `\n${value}` : value;
  });
  return withoutBlanks(names.join('')).replaceAll('\n', ' ') || undefined;
}

/** The boundary that a content type names; undefined when there is none. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  return contentType === undefined ? undefined : parametersOf(contentType).get('boundary');
}

/** Reads the head of a part. What isn't understood of it is as if it weren't there. */
export function parsePartHead(text: string): PartHead {
  const headers = new Map<string, string>();
  for (const line of text.replace(FOLD, ' ').split(LINE)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = headers.get('content-disposition') ?? '';
  const listed = `;${disposition.slice(disposition.indexOf(';') + 1)}`;
  const parameters = parametersOf(listed);
  const contentType = headers.get('content-type');
  const filename = (parameters.get('filename') ?? parameters.get('filename*')) || undefined;
  const transfer = headers.get('content-transfer-encoding')?.toLowerCase() ?? '';
  const encoding = AS_THEY_ARE.test(transfer) ? undefined : transfer;
  const isPlain = contentType === undefined || /^text\/plain\b/i.test(contentType);
  const isForm = /^form-data\b/i.test(disposition);
  const isField = isForm && filename === undefined && isPlain;
  return { name: nameOf(listed), filename, contentType, encoding, isField };
}
