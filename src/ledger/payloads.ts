import { AffidavitError, GAP_REASON } from '../record/index.ts';
import type { GapReason, LedgerRecord, Part, PayloadItem } from '../record/index.ts';
import { checkManifest, encodeHex, equalBytes, sha256 } from '../proof/index.ts';
import type { Clock } from '../runtime/index.ts';
import type { KeyService, PeriodWrap, RewrapItem, RewrapResult } from '../seal/index.ts';
import { mapOf } from './disk.ts';
import type { LedgerDisk } from './disk.ts';
import type { BatchCopy, BatchPayloads, CommitDraft } from './draft.ts';
import type { KeyEntry, MissingPart } from './key-page.ts';
import { attachmentPath, chunkPath, INCOMING_FOLDER, incomingFolder } from './layout.ts';
import { dayOf, findIncoming } from './storage.ts';

/** What the payloads of a commit come to. */
export interface PayloadPlan {
  keys: KeyEntry[];
  /** Bytes of the pack, in order; empty when there's no pack. */
  pack: Uint8Array[];
  /** Attachments by the SHA-256 of their bytes, as hex. */
  attachments: Map<string, Uint8Array>;
  /** Folder for the chunks that this commit brings. */
  today: string;
  /** Chunks sent ahead that records name, by hash as hex, and where each lies; `undefined`: this commit brings it. */
  claimed: Map<string, string | undefined>;
  /** Marks of what is missing of the new leaves. */
  missing: MissingPart[];
  /** Marks of earlier leaves that are used up. */
  arrived: MissingPart[];
}

/** What planning needs. */
export interface PayloadPorts {
  disk: LedgerDisk;
  keyService: Pick<KeyService, 'rewrap'>;
  clock: Clock;
}

/** A part or an attachment that a record commits to, and is to be looked for in the copies of its batch. */
interface Wanted {
  batch: BatchPayloads;
  record: LedgerRecord;
  mark: MissingPart;
}

interface FoundPart {
  described: Part;
  item: PayloadItem;
  request: RewrapItem;
  claims: Map<string, string | undefined>;
}

/** What the copies of a batch bring for one part: candidates, best first, and why the first one that is bad is. */
interface Candidates {
  wanted: Wanted;
  found: FoundPart[];
  reason: string;
}

class PayloadProblem extends Error {}

/**
 * Looks at every payload of a draft: what holds gets a key entry and a place in the pack; what is missing or isn't what
 * its record commits to becomes a `gap` record and a mark on its key page. The record itself stands either way. Of a
 * batch that is in the log already, only what is marked is looked for; what holds uses the mark up and is said too.
 */
export async function planPayloads(ports: PayloadPorts, draft: CommitDraft, packName: string): Promise<PayloadPlan> {
  const nowUs = ports.clock.nowUs();
  const plan: PayloadPlan = {
    keys: [],
    pack: [],
    attachments: new Map(),
    today: incomingFolder(dayOf(nowUs)),
    claimed: new Map(),
    missing: [],
    arrived: [],
  };
  const month = monthOf(nowUs);
  const said = new LeafList(draft);
  const all = [...draft.payloads.values()].flatMap((batch) => wantedOf(batch, month));
  for (const wanted of all)
    if (wanted.mark.isAttachment) settle(plan, said, wanted, await planAttachment(ports.disk, wanted, plan));
  const parts = all.filter(({ mark }) => !mark.isAttachment);
  const candidates = await mapOf(parts, (wanted) => findCandidates(ports.disk, draft, wanted));
  const requests = candidates.flatMap(({ found }) => found.map(({ request }) => request));
  const results = requests.length === 0 ? [] : await ports.keyService.rewrap(requests);
  if (results.length !== requests.length) throw new AffidavitError('internal', 'the key service left an item out');
  let offset = 0;
  let at = 0;
  for (const { wanted, found, reason } of candidates) {
    const keys = results.slice(at, (at += found.length));
    const good = keys.findIndex(({ failure }) => failure === undefined);
    const [part, key] = [found[good], keys[good]];
    if (part !== undefined && key !== undefined && key.failure === undefined) {
      offset = place(plan, wanted, part, key, packName, offset);
      settle(plan, said, wanted, undefined);
    } else settle(plan, said, wanted, reason === '' ? keyReason(keys) : reason);
  }
  said.write();
  return plan;
}

function monthOf(timeUs: number): string {
  return dayOf(timeUs).slice(0, 7);
}

/** Everything that a new batch's records commit to; of a batch that is in the log already, what is marked. */
function wantedOf(batch: BatchPayloads, month: string): Wanted[] {
  const { leaf: first, records, missing } = batch;
  if (missing !== undefined)
    return missing.flatMap((mark) => {
      const record = records[mark.leaf - first];
      return record === undefined ? [] : [{ batch, record, mark }];
    });
  return records.flatMap((record, i) => {
    const wanted = (isAttachment: boolean) => (_: unknown, index: number) => ({
      batch,
      record,
      mark: { leaf: first + i, index, isAttachment, month },
    });
    return [...record.attachments.map(wanted(true)), ...record.parts.map(wanted(false))];
  });
}

/** What became of a part: `reason` says why it's missing, in words that never come from a message. */
function settle(plan: PayloadPlan, said: LeafList, { batch, record, mark }: Wanted, reason: string | undefined): void {
  const isRepair = batch.missing !== undefined;
  if (reason === undefined && isRepair) {
    plan.arrived.push(mark);
    said.add(GAP_REASON.payload_arrived, mark.leaf, record, 'a later copy of the batch brought it');
  }
  if (reason !== undefined && !isRepair) {
    plan.missing.push(mark);
    said.add(GAP_REASON.payload_missing, mark.leaf, record, reason);
  }
}

/** Never in words that come from a message: the log keeps them for ever. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof PayloadProblem) return thrown.message;
  if (thrown instanceof AffidavitError && thrown.isEvidence) return `its manifest does not hold: ${thrown.code}`;
  throw thrown;
}

function keyReason(results: readonly RewrapResult[]): string {
  return `its data key does not open: ${results[0]?.failure?.code ?? 'internal'}`;
}

function place(
  plan: PayloadPlan,
  { record, mark }: Wanted,
  { described, item, claims }: FoundPart,
  key: PeriodWrap,
  pack: string,
  offset: number,
): number {
  const chunkBytes = item.chunks.reduce((sum, { length }) => sum + length, 0);
  plan.pack.push(item.manifest, ...item.chunks);
  for (const [hash, path] of claims) plan.claimed.set(hash, path);
  plan.keys.push({
    leaf: mark.leaf,
    part: mark.index,
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

async function findCandidates(disk: LedgerDisk, draft: CommitDraft, wanted: Wanted): Promise<Candidates> {
  const { batch, mark } = wanted;
  const candidates: Candidates = { wanted, found: [], reason: '' };
  for (const copy of batch.copies)
    try {
      const item = copy.items.get(`${mark.leaf - batch.leaf}/${mark.index}`);
      candidates.found.push(await findPart(disk, draft, wanted, copy, item));
    } catch (thrown) {
      const reason = reasonOf(thrown);
      if (candidates.found.length === 0 && candidates.reason === '') candidates.reason = reason;
    }
  return candidates;
}

async function findPart(
  disk: LedgerDisk,
  draft: CommitDraft,
  { batch, record, mark }: Wanted,
  copy: BatchCopy,
  item: PayloadItem | undefined,
): Promise<FoundPart> {
  const described = record.parts[mark.index];
  if (described === undefined || item === undefined) throw new PayloadProblem('the batch brought no payload for it');
  const manifest = checkManifest(item.manifest, described);
  const sealedKey = copy.keys.find((key) => key.class === described.class && equalBytes(key.id, item.intervalKeyId));
  if (sealedKey === undefined) throw new PayloadProblem("the batch didn't bring its interval key");
  const request = {
    class: described.class,
    sealedKey,
    producerKeyId: batch.keyId,
    epoch: batch.epoch,
    wrappedKey: item.wrappedKey,
    keyNo: item.keyNo,
    manifestHash: described.manifestHash,
    keyCommitment: described.keyCommitment,
    retentionClass: record.retentionClass,
    ...(batch.missing === undefined ? {} : { month: mark.month }),
  };
  if (item.chunks.length === 0)
    return { described, item, request, claims: await findSentAhead(disk, draft, manifest.chunkHashes) };
  if (
    item.chunks.length !== manifest.chunkHashes.length ||
    !item.chunks.every((chunk, i) => equalBytes(sha256(chunk), manifest.chunkHashes[i] ?? chunk))
  )
    throw new PayloadProblem('its chunks are not those of its manifest');
  return { described, item, request, claims: new Map() };
}

/** Where each of the chunks lies; `undefined` for those that this commit brings. */
async function findSentAhead(
  disk: LedgerDisk,
  draft: CommitDraft,
  hashes: readonly Uint8Array[],
): Promise<Map<string, string | undefined>> {
  if (hashes.length === 0) return new Map();
  const days = await disk.list(INCOMING_FOLDER);
  const places = await mapOf(hashes, async (hash): Promise<[name: string, path: string | undefined]> => {
    const name = encodeHex(hash);
    if ((await disk.size(chunkPath(name))) !== undefined) return [name, chunkPath(name)];
    return [name, draft.chunks.has(name) ? undefined : await findIncoming(disk, days, name)];
  });
  const missing = places.findIndex(([name, path]) => path === undefined && !draft.chunks.has(name));
  if (missing !== -1) throw new PayloadProblem(`chunk ${missing} of ${hashes.length} never came`);
  return new Map(places);
}

/** Gives why it's missing, if it is. */
async function planAttachment(
  disk: LedgerDisk,
  { batch, record, mark }: Wanted,
  plan: PayloadPlan,
): Promise<string | undefined> {
  const name = encodeHex(record.attachments[mark.index]?.hash ?? new Uint8Array(0));
  const bytes = batch.copies.map(({ attachments }) => attachments.get(name)).find((found) => found !== undefined);
  if (bytes !== undefined) plan.attachments.set(name, bytes);
  else if ((await disk.size(attachmentPath(name))) === undefined) return `attachment ${name} never came`;
  return undefined;
}

/** One `gap` record for each leaf and reason, whatever the number of its parts. */
class LeafList {
  private readonly draft: CommitDraft;
  private readonly leaves = new Map<
    string,
    { leaf: number; reason: GapReason; record: LedgerRecord; details: string[] }
  >();

  constructor(draft: CommitDraft) {
    this.draft = draft;
  }

  add(reason: GapReason, leaf: number, record: LedgerRecord, detail: string): void {
    const there = this.leaves.get(`${leaf}/${reason}`);
    if (there === undefined) this.leaves.set(`${leaf}/${reason}`, { leaf, reason, record, details: [detail] });
    else there.details.push(detail);
  }

  write(): void {
    for (const { leaf, reason, record, details } of [...this.leaves.values()].toSorted((a, b) => a.leaf - b.leaf)) {
      if (reason === GAP_REASON.payload_arrived) this.draft.counts.payloadsArrived += details.length;
      else this.draft.counts.payloadsMissing += details.length;
      this.draft.addGap(reason, {
        keyId: record.keyId,
        epoch: record.epoch,
        firstSeq: record.seq,
        lastSeq: record.seq,
        leafPlusOne: leaf + 1,
        count: details.length,
        detail: (details[0] ?? '').slice(0, 500),
      });
    }
  }
}
