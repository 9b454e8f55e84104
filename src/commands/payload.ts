import type { KeyEntry, LedgerReader } from '../ledger/index.ts';
import { checkManifest } from '../proof/index.ts';
import { AffidavitError, PART } from '../record/index.ts';
import type { LedgerRecord, Part } from '../record/index.ts';
import { PartOpener } from '../seal/index.ts';
import type { KeyService } from '../seal/index.ts';

/** A payload part in clear (that is: as redacted), chunk by chunk. */
export interface OpenedPart {
  /** Number of {@link PART}. */
  name: number;
  /** Absent when the ledger has nothing of the part: it never came, was erased, or was taken away. */
  chunks: AsyncGenerator<Uint8Array> | undefined;
}

/**
 * The parts that a record commits to, opened as they are read.
 * @param entries where they are, for whoever has read that already
 * @param wanted numbers of {@link PART}; all of them when absent
 * @throws evidence.*, not_found for a key that is gone
 */
export async function openParts(
  reader: LedgerReader,
  keyService: KeyService,
  leaf: number,
  record: LedgerRecord,
  entries?: readonly KeyEntry[],
  wanted?: (name: number) => boolean,
): Promise<OpenedPart[]> {
  const stored = new Map((entries ?? (await reader.keyEntries(leaf))).map((entry) => [entry.part, entry]));
  const opened: OpenedPart[] = [];
  for (const [index, part] of record.parts.entries()) {
    if (wanted?.(part.name) === false) continue;
    const entry = stored.get(index);
    const chunks = entry === undefined ? undefined : await openPart(reader, keyService, part, entry);
    opened.push({ name: part.name, chunks });
  }
  return opened;
}

async function openPart(
  reader: LedgerReader,
  keyService: KeyService,
  part: Part,
  entry: KeyEntry,
): Promise<AsyncGenerator<Uint8Array>> {
  const manifestBytes = await reader.readManifest(entry);
  const manifest = checkManifest(manifestBytes, part);
  const dataKey = await openDataKey(keyService, part, entry);
  return decrypt(new PartOpener(dataKey, manifest), reader.readChunks(entry, manifestBytes));
}

function openDataKey(keyService: KeyService, part: Part, { periodKeyId, wrappedKey }: KeyEntry): Promise<Uint8Array> {
  const { manifestHash, keyCommitment } = part;
  return keyService.openPart({ class: part.class, periodKeyId, wrappedKey, manifestHash, keyCommitment });
}

/**
 * The data key of the part `name` of a record.
 * @throws not_found when the record has no such part, or the ledger nothing of it; evidence.*
 */
export async function partDataKey(
  reader: LedgerReader,
  keyService: KeyService,
  leaf: number,
  record: LedgerRecord,
  name: number,
): Promise<Uint8Array> {
  const index = record.parts.findIndex((part) => part.name === name);
  const part = record.parts[index];
  const entry = (await reader.keyEntries(leaf)).find((stored) => stored.part === index);
  if (part === undefined || entry === undefined)
    throw new AffidavitError('not_found', `record ${leaf} has no part ${partName(name)} that is still there`);
  return openDataKey(keyService, part, entry);
}

/** Name of a part, for messages. */
export function partName(name: number): string {
  return Object.entries(PART).find(([, number]) => number === name)?.[0] ?? String(name);
}

async function* decrypt(opener: PartOpener, sealed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of sealed) yield opener.open(chunk);
  opener.end();
}

/** A part's bytes. @throws limit.exceeded when there are more than `maxBytes` */
export async function collect(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > maxBytes) throw new AffidavitError('limit.exceeded', `there are over ${maxBytes} bytes`);
    parts.push(chunk);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** True for the parts that `show --content` opens: unmasking needs more than a viewer's key. */
export function isViewable(name: number): boolean {
  return name !== PART.originals;
}
