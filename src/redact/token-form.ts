import { marker } from './markers.ts';
import { RULES } from './rules.ts';

/** What an object in base64url starts with: `{"`, with white space before or behind the brace. */
const OPENING = /^(?:ey|ew|IH|CX|Cn|DX|DQ|IC)/;

/** What stands in the place of the signature of a web token. */
export const NO_SIGNATURE = marker(RULES.jwt.entity);

/** True for what may be a web token: nearly nothing else. */
export function mayBeToken(value: string): boolean {
  return OPENING.test(value) && value.includes('.');
}
