import { AffidavitError, RedactedEntry } from '../record/index.ts';
import { decodeUtf8 } from './bytes.ts';
import { at } from './place.ts';
import { decodeBase64, encodeBase64, HASH_BYTES } from './platform.ts';
import { MAX_PROOF_FILE_BYTES, members, parseJson, verifyProofFile } from './proof-file.ts';
import type { ProofReport } from './proof-file.ts';
import { type DisclosedValue, verifyDisclosedValue } from './redaction.ts';
import type { Trust } from './trust.ts';

/** Value of `format` in a disclosure. */
export const DISCLOSURE_FORMAT = 'affidavit-disclosure/1';
/** Largest disclosure that is read: a proof file, and a value of at most 4 MiB in Base64. */
export const MAX_DISCLOSURE_BYTES = MAX_PROOF_FILE_BYTES + 6 * 1024 * 1024;
const FIELDS = ['entry', 'format', 'path', 'place', 'proof', 'salt', 'value'];

/** What a disclosure proves: the record, and one value that redaction replaced in its exchange. */
export interface DisclosureReport {
  readonly proof: ProofReport;
  readonly disclosed: DisclosedValue;
}

/**
 * Makes the text of a disclosure: a proof file of the record, and one value with what it takes to check it. It holds the
 * value in clear, and nothing about any other.
 */
export function formatDisclosure(proofFile: string, { place, entry, path, salt, value }: DisclosedValue): string {
  const file = {
    format: DISCLOSURE_FORMAT,
    place,
    entry: encodeBase64(RedactedEntry.encode(entry)),
    path: path.map((hash) => encodeBase64(hash)),
    salt: encodeBase64(salt),
    value: encodeBase64(value),
    proof: parseJson(proofFile, 'a proof file'),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** Whether a file says that it is a disclosure; that it is a good one is {@link verifyDisclosure}'s matter. */
export function isDisclosure(file: Uint8Array): boolean {
  return decodeUtf8(file, 'a proof file').slice(0, 4096).includes(`"${DISCLOSURE_FORMAT}"`);
}

/** Checks a disclosure, offline. @throws evidence.* naming the part of the file: `value`, or as {@link verifyProofFile} */
export function verifyDisclosure(file: Uint8Array, trust: Trust): DisclosureReport {
  if (file.length > MAX_DISCLOSURE_BYTES)
    throw new AffidavitError(
      'evidence.malformed',
      `a disclosure of ${file.length} bytes is over ${MAX_DISCLOSURE_BYTES}`,
    );
  const text = decodeUtf8(file, 'a disclosure');
  const fields = members(parseJson(text, 'a disclosure'), FIELDS, 'a disclosure');
  const disclosed = at('value', () => parseDisclosed(fields));
  const proof = verifyProofFile(JSON.stringify(fields['proof']), trust);
  at('value', () => {
    verifyDisclosedValue(proof.record, disclosed);
  });
  return { proof, disclosed };
}

function parseDisclosed({ format, place, entry, path, salt, value }: Record<string, unknown>): DisclosedValue {
  if (format !== DISCLOSURE_FORMAT)
    throw new AffidavitError('evidence.malformed', `a disclosure has the format ${DISCLOSURE_FORMAT}`);
  if (typeof place !== 'number' || !Array.isArray(path))
    throw new AffidavitError('evidence.malformed', 'place is a number, and path a list');
  return {
    place,
    entry: RedactedEntry.decode(base64Of(entry, 'entry')),
    path: path.map((hash) => base64Of(hash, 'path', HASH_BYTES)),
    salt: base64Of(salt, 'salt', HASH_BYTES),
    value: base64Of(value, 'value'),
  };
}

function base64Of(text: unknown, name: string, count?: number): Uint8Array {
  if (typeof text !== 'string') throw new AffidavitError('evidence.malformed', `${name} is a text`);
  const bytes = decodeBase64(text);
  if (count !== undefined && bytes.length !== count)
    throw new AffidavitError('evidence.malformed', `${name} has ${bytes.length} bytes, not ${count}`);
  return bytes;
}
