import { AffidavitError } from '../../record/index.ts';
import { binaryOf } from './unicode.ts';

/** Most names in a path. */
const MAX_PATH_NAMES = 16;
/** A step of a path: one name, any one (`*`), or any number of any (`**`). */
export type Step = string | typeof ANY | typeof ANY_NUMBER;
/** A step that any one name takes. */
export const ANY = 0;
/** A step that any number of names takes. */
export const ANY_NUMBER = 1;

/** Case and punctuation of a name don't matter. */
export function normalised(name: string): string {
  return name.replace(/[^A-Za-z0-9\x80-\uffff]+/g, '').toLowerCase();
}

/** The names of a path from the outside in. A dot parts them; `[]`, for elements of arrays, says nothing. */
export function namesOfPath(path: string): string[] {
  return path
    .replaceAll('[]', '')
    .split('.')
    .map((name) => binaryOf(name.trim()));
}

/** The steps of a path in the configuration. @throws AffidavitError `config.invalid` for one that isn't a path */
export function parsePath(path: string): readonly Step[] {
  const invalid = (reason: string) => new AffidavitError('config.invalid', `path ${JSON.stringify(path)} ${reason}`);
  const names = namesOfPath(path);
  const isFromTop = names[0] === '$';
  if (isFromTop) names.shift();
  if (names.length === 0 || names.length > MAX_PATH_NAMES) throw invalid(`has not 1 to ${MAX_PATH_NAMES} names`);
  const steps = names.map((name): Step => {
    if (name === '*' || name === '**') return name === '*' ? ANY : ANY_NUMBER;
    const plain = normalised(name);
    if (plain === '' || name.includes('*'))
      throw invalid('may have names, * for one name and ** for any number of them');
    return plain;
  });
  if (steps.at(-1) === ANY_NUMBER || (steps.length === 1 && steps[0] === ANY))
    throw invalid('says nothing: end with a name');
  return isFromTop || steps[0] === ANY_NUMBER ? steps : [ANY_NUMBER, ...steps];
}
