import type { KeyEntry, LedgerReader } from '../ledger/index.ts';
import { checkManifest } from '../proof/index.ts';
import { AffidavitError, PART } from '../record/index.ts';
import type { LedgerRecord } from '../record/index.ts';
import { PartOpener } from '../seal/index.ts';
import type { KeyService } from '../seal/index.ts';

/** A payload part in clear (that is: as redacted), chunk by chunk. */
export interface OpenedPart {
  /** Number of {@link PART}. */
  name: number;
  chunks: AsyncGenerator<Uint8Array>;
}

/**
 * The parts of a record that are stored, opened as they are read.
 * @param entries where they are, for whoever has read that already or wants some of them only
 * @throws evidence.*, not_found for a key that is gone
 */
export async function openParts(
  reader: LedgerReader,
  keyService: KeyService,
  leaf: number,
  record: LedgerRecord,
  entries?: readonly KeyEntry[],
): Promise<OpenedPart[]> {
  const opened: OpenedPart[] = [];
  for (const entry of entries ?? (await reader.keyEntries(leaf))) {
    const part = record.parts[entry.part];
    if (part === undefined) throw new AffidavitError('evidence.malformed', `leaf ${leaf} has no part ${entry.part}`);
    const manifestBytes = await reader.readManifest(entry);
    const manifest = checkManifest(manifestBytes, part);
    const { periodKeyId, wrappedKey } = entry;
    const { manifestHash, keyCommitment } = part;
    const dataKey = await keyService.openPart({
      class: part.class,
      periodKeyId,
      wrappedKey,
      manifestHash,
      keyCommitment,
    });
    opened.push({
      name: part.name,
      chunks: decrypt(new PartOpener(dataKey, manifest), reader.readChunks(entry, manifestBytes)),
    });
  }
  return opened;
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
