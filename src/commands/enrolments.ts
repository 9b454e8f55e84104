import { join } from 'node:path';
import { decodeBase64, encodeBase64, encodeHex, keyIdOf } from '../proof/index.ts';
import { AffidavitError, type SignedKey } from '../record/index.ts';
import { nodeFiles, writeFileDurably } from '../runtime/index.ts';

/**
 * Enrolments on their way to a ledger: files in `enrolments/` of its folder, each one statement of the root key. They
 * prove themselves, so whoever can write there can't enrol anything that the root key didn't sign.
 */

const MAX_ENROLMENT_BYTES = 65_536;
const MAX_ENROLMENTS = 65_536;

function folderOf(ledger: string): string {
  return join(ledger, 'enrolments');
}

/** An enrolment as JSON: what the files hold, and what the ledger's endpoint takes. */
export function formatEnrolment(signed: SignedKey): string {
  return `${JSON.stringify({ statement: encodeBase64(signed.statement), signature: encodeBase64(signed.signature) })}\n`;
}

function parseEnrolment(text: string, path: string): SignedKey {
  const fault = (cause?: unknown): AffidavitError =>
    new AffidavitError('key.malformed', `${path} is not an enrolment: remove it`, { cause });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (thrown) {
    throw fault(thrown);
  }
  if (typeof json !== 'object' || json === null || !('statement' in json) || !('signature' in json)) throw fault();
  if (typeof json.statement !== 'string' || typeof json.signature !== 'string') throw fault();
  return { statement: decodeBase64(json.statement), signature: decodeBase64(json.signature) };
}

/** Puts an enrolment of a public key where the ledger finds it, unless there is one already. */
export async function putEnrolment(
  ledger: string,
  sign: () => Promise<SignedKey>,
  publicKey: Uint8Array,
): Promise<string> {
  const folder = folderOf(ledger);
  const path = join(folder, `${encodeHex(keyIdOf(publicKey)).slice(0, 32)}.json`);
  if ((await nodeFiles.size(path)) !== undefined) return path;
  await nodeFiles.makeDirectory(folder);
  await writeFileDurably(nodeFiles, path, new TextEncoder().encode(formatEnrolment(await sign())));
  return path;
}

/** All enrolments of a ledger's folder, by file name. @throws key.malformed, limit.exceeded */
export async function readEnrolments(ledger: string): Promise<Map<string, SignedKey>> {
  const folder = folderOf(ledger);
  const names = (await nodeFiles.list(folder)).filter((name) => name.endsWith('.json'));
  if (names.length > MAX_ENROLMENTS)
    throw new AffidavitError('limit.exceeded', `${folder} has more than ${MAX_ENROLMENTS} enrolments`);
  const found = new Map<string, SignedKey>();
  for (const name of names) {
    const path = join(folder, name);
    found.set(
      name,
      parseEnrolment(new TextDecoder().decode(await nodeFiles.readFile(path, MAX_ENROLMENT_BYTES)), path),
    );
  }
  return found;
}
