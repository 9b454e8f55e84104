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
  const { manifestHash, keyCommitment } = part;
  const { periodKeyId, wrappedKey } = entry;
  const place = { class: part.class, periodKeyId, wrappedKey };
  const dataKey = await keyService.openPart({ ...place, manifestHash, keyCommitment });
  return decrypt(new PartOpener(dataKey, manifest), reader.readChunks(entry, manifestBytes));
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
    if (total > maxBytes) throw new AffidavitError('limit.exceeded', `a payload part has over ${maxBytes} bytes`);
    parts.push(chunk);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** True for the parts that `show --content` opens: unmasking needs more than a viewer's key. */
export function isViewable(name: number): boolean {
  return name !== PART.originals;
}
