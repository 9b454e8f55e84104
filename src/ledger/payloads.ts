import { AffidavitError, GAP_REASON } from '../record/index.ts';
import type { LedgerRecord, Part, PayloadItem } from '../record/index.ts';
import { checkManifest, encodeHex, equalBytes, sha256 } from '../proof/index.ts';
import type { KeyService, PeriodWrap, RewrapItem } from '../seal/index.ts';
import type { LedgerDisk } from './disk.ts';
import type { BatchPayloads, CommitDraft } from './draft.ts';
import { attachmentPath, chunkPath } from './layout.ts';
import type { KeyEntry } from './staged.ts';

/** What the payloads of a commit come to. */
export interface PayloadPlan {
  keys: KeyEntry[];
  /** Bytes of the pack, in order; empty when there's no pack. */
  pack: Uint8Array[];
  /** Attachments by the SHA-256 of their bytes, as hex. */
  attachments: Map<string, Uint8Array>;
}

interface FoundPart {
  leaf: number;
  part: number;
  record: LedgerRecord;
  described: Part;
  item: PayloadItem;
  request: RewrapItem;
}

class PayloadProblem extends Error {}

/**
 * Looks at every payload of a draft: what holds gets a key entry and a place in the pack; what is missing or isn't what
 * its record commits to becomes a `gap` record. The record itself stands either way.
 */
export async function planPayloads(
  disk: LedgerDisk,
  draft: CommitDraft,
  keyService: Pick<KeyService, 'rewrap'>,
  packName: string,
): Promise<PayloadPlan> {
  const plan: PayloadPlan = { keys: [], pack: [], attachments: new Map() };
  const found: FoundPart[] = [];
  const problems = new ProblemList(draft);
  for (const batch of draft.payloads) {
    await planAttachments(disk, batch, plan, problems);
    const items = new Map(batch.items.map((item) => [`${item.record}/${item.part}`, item]));
    for (const [index, record] of batch.records.entries())
      for (const [part, described] of record.parts.entries()) {
        const place = { leaf: batch.leaf + index, part, record, described };
        try {
          found.push(await findPart(disk, draft, batch, place, items.get(`${index}/${part}`)));
        } catch (thrown) {
          problems.add(place.leaf, record, reasonOf(thrown));
        }
      }
  }
  const results = found.length === 0 ? [] : await keyService.rewrap(found.map(({ request }) => request));
  let offset = 0;
  for (const [i, part] of found.entries()) {
    const result = results[i];
    if (result === undefined) throw new AffidavitError('internal', 'the key service left an item out');
    if (result.failure !== undefined)
      problems.add(part.leaf, part.record, `its data key does not open: ${result.failure.code}`);
    else offset = place(plan, part, result, packName, offset);
  }
  problems.write();
  return plan;
}

/** Never in words that come from a message: the log keeps them for ever. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof PayloadProblem) return thrown.message;
  if (thrown instanceof AffidavitError && thrown.isEvidence) return `its manifest does not hold: ${thrown.code}`;
  throw thrown;
}

function place(
  plan: PayloadPlan,
  { leaf, part, record, described, item }: FoundPart,
  key: PeriodWrap,
  pack: string,
  offset: number,
): number {
  const chunkBytes = item.chunks.reduce((sum, { length }) => sum + length, 0);
  plan.pack.push(item.manifest, ...item.chunks);
  plan.keys.push({
    leaf,
    part,
    class: described.class,
    name: described.name,
    retentionClass: record.retentionClass,
    periodKeyId: key.periodKeyId,
    wrappedKey: key.wrappedKey,
    pack,
    offset,
    manifestBytes: item.manifest.length,
    chunkBytes,
  });
  return offset + item.manifest.length + chunkBytes;
}

async function findPart(
  disk: LedgerDisk,
  draft: CommitDraft,
  batch: BatchPayloads,
  at: { leaf: number; part: number; record: LedgerRecord; described: Part },
  item: PayloadItem | undefined,
): Promise<FoundPart> {
  if (item === undefined) throw new PayloadProblem('the batch brought no payload for it');
  const manifest = checkManifest(item.manifest, at.described);
  const sealedKey = batch.keys.find(
    (key) => key.class === at.described.class && equalBytes(key.id, item.intervalKeyId),
  );
  if (sealedKey === undefined) throw new PayloadProblem("the batch didn't bring its interval key");
  if (item.chunks.length === 0) await checkSentAhead(disk, draft, manifest.chunkHashes);
  else if (
    item.chunks.length !== manifest.chunkHashes.length ||
    !item.chunks.every((chunk, i) => equalBytes(sha256(chunk), manifest.chunkHashes[i] ?? chunk))
  )
    throw new PayloadProblem('its chunks are not those of its manifest');
  const request = {
    class: at.described.class,
    sealedKey,
    producerKeyId: batch.keyId,
    epoch: batch.epoch,
    wrappedKey: item.wrappedKey,
    manifestHash: at.described.manifestHash,
    keyCommitment: at.described.keyCommitment,
    retentionClass: at.record.retentionClass,
  };
  return { ...at, item, request };
}

async function checkSentAhead(disk: LedgerDisk, draft: CommitDraft, hashes: readonly Uint8Array[]): Promise<void> {
  for (const [i, hash] of hashes.entries()) {
    const name = encodeHex(hash);
    if (!draft.chunks.has(name) && (await disk.size(chunkPath(name))) === undefined)
      throw new PayloadProblem(`chunk ${i} of ${hashes.length} never came`);
  }
}

async function planAttachments(
  disk: LedgerDisk,
  batch: BatchPayloads,
  plan: PayloadPlan,
  problems: ProblemList,
): Promise<void> {
  const brought = new Map(batch.attachments.map((bytes) => [encodeHex(sha256(bytes)), bytes]));
  for (const [index, record] of batch.records.entries())
    for (const { hash } of record.attachments) {
      const name = encodeHex(hash);
      const bytes = brought.get(name);
      if (bytes !== undefined) plan.attachments.set(name, bytes);
      else if ((await disk.size(attachmentPath(name))) === undefined)
        problems.add(batch.leaf + index, record, `attachment ${name} never came`);
    }
}

/** One `gap` record for each leaf with payloads missing, whatever their number. */
class ProblemList {
  private readonly draft: CommitDraft;
  private readonly leaves = new Map<number, { record: LedgerRecord; reasons: string[] }>();

  constructor(draft: CommitDraft) {
    this.draft = draft;
  }

  add(leaf: number, record: LedgerRecord, reason: string): void {
    const there = this.leaves.get(leaf);
    if (there === undefined) this.leaves.set(leaf, { record, reasons: [reason] });
    else there.reasons.push(reason);
  }

  write(): void {
    for (const [leaf, { record, reasons }] of [...this.leaves].toSorted(([a], [b]) => a - b))
      this.draft.addGap(GAP_REASON.payload_missing, {
        keyId: record.keyId,
        epoch: record.epoch,
        firstSeq: record.seq,
        lastSeq: record.seq,
        leafPlusOne: leaf + 1,
        count: reasons.length,
        detail: (reasons[0] ?? '').slice(0, 500),
      });
  }
}
