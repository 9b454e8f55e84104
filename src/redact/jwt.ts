import type { Replaced } from './findings.ts';
import type { Tally } from './tally.ts';
import { NO_SIGNATURE } from './token-form.ts';

/** The alphabet of base64url (RFC 4648, 5). */
const ALPHABET = /^[A-Za-z0-9_-]+$/;

/** What web tokens are read with. */
export interface TokenReader {
  /** Takes the findings. */
  readonly tally: Tally;
  /** Redacts a text that may be JSON; undefined when it isn't. */
  readonly json: (text: string) => Replaced | undefined;
}

/** Redacts an object in base64url that starts `at` characters behind the start of its token; undefined when it is none. */
function redactObject(encoded: string, at: number, { tally, json }: TokenReader): string | undefined {
  if (!ALPHABET.test(encoded)) return undefined;
  const text = Buffer.from(encoded, 'base64url').toString('latin1');
  const from = tally.spanCount;
  const replaced = json(text);
  if (tally.explains)
    tally.rebase(
      from,
      (index) => at + Math.floor((index * 4) / 3),
      (index) => at + Math.ceil((index * 4) / 3),
    );
  if (replaced === undefined) return undefined;
  return replaced.redacted === text ? encoded : Buffer.from(replaced.redacted, 'latin1').toString('base64url');
}

/**
 * Redacts the header and the claims of a JSON Web Token (RFC 7519, in the compact form of RFC 7515), and takes its signature:
 * what is left opens no door. Undefined, and nothing is counted, for what has no claims to be read, as an encrypted one
 * (RFC 7516).
 */
export function redactToken(token: string, reader: TokenReader): string | undefined {
  const [header = '', payload = '', signature] = token.split('.', 3);
  if (signature === undefined) return undefined;
  const before = reader.tally.mark();
  const redactedHeader = redactObject(header, 0, reader);
  const claims = redactedHeader === undefined ? undefined : redactObject(payload, header.length + 1, reader);
  if (claims === undefined) reader.tally.rollBack(before);
  return claims === undefined ? undefined : `${redactedHeader ?? ''}.${claims}.${NO_SIGNATURE}`;
}
