import { join } from 'node:path';
import { decodeBase64, encodeBase64, encodeHex, keyIdOf } from '../proof/index.ts';
import { AffidavitError, type SignedKey } from '../record/index.ts';
import { nodeFiles, writeFileDurably } from '../runtime/index.ts';
import type { Logger } from '../runtime/index.ts';

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
  try {
    return { statement: decodeBase64(json.statement), signature: decodeBase64(json.signature) };
  } catch (thrown) {
    throw fault(thrown);
  }
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

/** The enrolments in a ledger's folder, as they come. */
export class EnrolmentFolder {
  private readonly directory: string;
  private readonly logger: Logger;
  private readonly given = new Set<string>();
  /** What is wrong with a file, by its name: said once, and again when it's something else. */
  private faults = new Map<string, string>();

  constructor(ledger: string, logger: Logger) {
    this.directory = folderOf(ledger);
    this.logger = logger;
  }

  /**
   * What wasn't given before, by file name. A file that is no enrolment, or can't be read, is logged and passed over: it
   * must not end a ledger, nor keep it shut. It is looked at again, since it may still be on its way here.
   */
  async next(): Promise<Map<string, SignedKey>> {
    const found = new Map<string, SignedKey>();
    const faults = new Map<string, string>();
    for (const name of await this.names(faults)) {
      if (this.given.has(name)) continue;
      const signed = await this.read(name, faults);
      if (signed === undefined) continue;
      this.given.add(name);
      found.set(name, signed);
    }
    this.faults = faults;
    return found;
  }

  private async names(faults: Map<string, string>): Promise<string[]> {
    try {
      const names = (await nodeFiles.list(this.directory)).filter((name) => name.endsWith('.json'));
      if (names.length > MAX_ENROLMENTS)
        this.passOver(
          '',
          `${this.directory} has more than ${MAX_ENROLMENTS} enrolments: those after are not taken`,
          faults,
        );
      return names.slice(0, MAX_ENROLMENTS);
    } catch (thrown) {
      this.passOver('', AffidavitError.from(thrown, 'io.failed', `list ${this.directory}`).message, faults);
      return [];
    }
  }

  private async read(name: string, faults: Map<string, string>): Promise<SignedKey | undefined> {
    const path = join(this.directory, name);
    try {
      return parseEnrolment(new TextDecoder().decode(await nodeFiles.readFile(path, MAX_ENROLMENT_BYTES)), path);
    } catch (thrown) {
      const { code, message } = AffidavitError.from(thrown, 'io.failed', `read ${path}`);
      if (code !== 'not_found') this.passOver(name, message, faults);
      return undefined;
    }
  }

  private passOver(name: string, fault: string, faults: Map<string, string>): void {
    faults.set(name, fault);
    if (this.faults.get(name) !== fault) this.logger.error({ file: name }, `an enrolment is passed over: ${fault}`);
  }
}
