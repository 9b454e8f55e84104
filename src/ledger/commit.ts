import { AffidavitError } from '../record/index.ts';
import { encodeHex, equalBytes, leafHash, sha256 } from '../proof/index.ts';
import type { Clock, Random } from '../runtime/index.ts';
import type { KeyService } from '../seal/index.ts';
import { eachOf } from './disk.ts';
import type { FolderSet, LedgerDisk } from './disk.ts';
import type { CommitDraft } from './draft.ts';
import { attachmentPath, attemptName, chunkPath, deadLetterPath, packPath, STAGE_FOLDER } from './layout.ts';
import { ownLeaves } from './leaves.ts';
import type { Signer } from './leaves.ts';
import { planPayloads } from './payloads.ts';
import type { PayloadPlan } from './payloads.ts';
import type { Publisher, ReadStaged } from './publish.ts';
import { decodeStaged, encodeStaged, MAX_STAGED_BYTES } from './staged.ts';
import { stateRange } from './state.ts';
import type { LedgerState } from './state.ts';
import { deadLetterCost } from './storage.ts';
import type { StateStore } from './store.ts';
import type { LogTail } from './tail.ts';

/** What a commit needs of the world. */
export interface CommitPorts {
  disk: LedgerDisk;
  store: StateStore;
  publisher: Publisher;
  clock: Clock;
  random: Random;
  keyService: Pick<KeyService, 'rewrap'>;
  /** The ledger's own key. */
  signer: Signer;
  /** What the ledger's own records say of where it runs. */
  labels: { environment: string; tenant: string; retentionClass: string };
}

/** A committed and published state, with the log's right edge. */
export interface Committed {
  state: LedgerState;
  tail: LogTail;
}

/**
 * Commits a draft: payloads durable → leaves staged, read back, hashed → state swapped (this is the commit, and the
 * fence) → published. When it rejects, only a new start tells whether it happened.
 * @throws ledger.fenced, ledger.damaged, io.failed, io.full, and whatever the key service rejects with
 */
export async function commit(ports: CommitPorts, before: Committed, draft: CommitDraft): Promise<Committed> {
  const { disk, store, random } = ports;
  const version = before.state.version + 1;
  const attempt = attemptName(version, random.bytes(8));
  const plan = await storePayloads(ports, draft, attempt);
  draft.leaves.push(
    ...ownLeaves(draft.own, {
      signer: ports.signer,
      origin: before.state.origin,
      epoch: random.bytes(16),
      timeUs: ports.clock.nowUs(),
      monotonicUs: ports.clock.monotonicUs(),
      ...ports.labels,
    }),
  );
  const next: LedgerState = {
    ...before.state,
    version,
    source: draft.source,
    producers: draft.producers,
    waiting: draft.waiting,
    indexRows: draft.indexRows,
    busJumps: draft.busJumps,
    staged: undefined,
    commit: version,
    pack: plan.pack.length > 0 ? attempt : '',
  };
  if (draft.leaves.length === 0) {
    await store.swap(next);
    await store.removeOld(version);
    return { state: next, tail: before.tail };
  }
  const { state, known } = await stage(disk, next, draft, plan, attempt);
  await store.swap(state);
  const tail = await ports.publisher.publish(state, before.tail, known);
  await eachOf([...plan.claimed], async ([hash, path]) => {
    // After a crash before this the sweep does it.
    if (path !== chunkPath(hash)) await disk.remove(path ?? `${plan.today}/${hash}`);
  });
  await store.removeOld(version);
  return { state, tail };
}

/** Makes everything durable that leaves refer to by hash; nothing refers to it yet. */
async function storePayloads(ports: CommitPorts, draft: CommitDraft, attempt: string): Promise<PayloadPlan> {
  const { disk } = ports;
  const folders: FolderSet = new Set();
  const plan = await planPayloads(ports, draft, attempt);
  const { today } = plan;
  await eachOf([...draft.chunks], async ([hash, bytes]) => {
    if ((await disk.size(chunkPath(hash))) === undefined) await disk.putOnce(`${today}/${hash}`, bytes, folders);
    // A name that was made before a crash is durable only once its folder is synced.
    else await disk.makeFolderOf(chunkPath(hash), folders);
  });
  await eachOf([...plan.attachments], async ([hash, bytes]) => {
    await disk.putOnce(attachmentPath(hash), bytes, folders);
  });
  draft.deadLetterBytes = 0;
  await eachOf([...draft.deadLetters], async ([hash, bytes]) => {
    if (await disk.putOnce(deadLetterPath(hash), bytes, folders)) draft.deadLetterBytes += deadLetterCost(bytes.length);
  });
  await eachOf([...plan.claimed], async ([hash, path]) => {
    await disk.makeFolderOf(chunkPath(hash), folders);
    await disk.link(path ?? `${today}/${hash}`, chunkPath(hash));
  });
  if (plan.pack.length > 0) {
    await disk.makeFolderOf(packPath(attempt), folders);
    await disk.createWith(packPath(attempt), Buffer.concat(plan.pack));
  }
  await disk.syncFolders(folders);
  return plan;
}

/** Writes the exact bytes that are to be published, reads them back, and works out the tree from what was read. */
async function stage(
  disk: LedgerDisk,
  next: LedgerState,
  draft: CommitDraft,
  { keys, missing, arrived }: PayloadPlan,
  attempt: string,
): Promise<{ state: LedgerState; known: ReadStaged }> {
  const path = `${STAGE_FOLDER}/${attempt}`;
  const written = encodeStaged({
    oldSize: next.size,
    leaves: draft.leaves,
    keys,
    rows: draft.rows,
    missing,
    arrived,
  });
  const folders: FolderSet = new Set();
  await disk.makeFolderOf(path, folders);
  await disk.createWith(path, written);
  await disk.syncFolders(folders);
  const bytes = await disk.read(path, MAX_STAGED_BYTES);
  if (!equalBytes(bytes, written))
    throw new AffidavitError('ledger.damaged', `${path} doesn't hold what was written to it`);
  const range = stateRange(next);
  const read = decodeStaged(bytes);
  const hashes = read.leaves.map((leaf) => leafHash(leaf));
  for (const hash of hashes) range.append(hash);
  const staged = { name: attempt, hash: encodeHex(sha256(bytes)), size: bytes.length, oldSize: next.size };
  const frontier = range.hashes.map((hash) => encodeHex(hash));
  return { state: { ...next, size: range.size, frontier, staged }, known: { staged: read, hashes } };
}
