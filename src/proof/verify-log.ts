import { AffidavitError, decodeLeaf, LedgerRecord } from '../record/index.ts';
import type { ErrorCode, Genesis } from '../record/index.ts';
import { equalBytes } from './bytes.ts';
import { CertificateBook, type CertificateReport, LeafRoles } from './completeness/index.ts';
import type { ContinuityFinding } from './continuity.ts';
import type { MissingInEpoch } from './epoch-book.ts';
import type { Loss } from './losses.ts';
import { KeyRegistry } from './key-registry.ts';
import type { EnrolledKey } from './key-registry.ts';
import { LeafChecker } from './leaf-check.ts';
import { parseCheckpoint, parseNote, verifyCheckpoint } from './note.ts';
import type { Checkpoint } from './note.ts';
import { at } from './place.ts';
import { openLeaf } from './statement.ts';
import { CHECKPOINT_PATH, parseTilePath } from './tile.ts';
import type { TileSource } from './tile.ts';
import { CompactRange, EMPTY_ROOT, leafHash } from './tree.ts';
import { checkCheckpoint, checkOrigin, checkSameSize, pinChecks, readGenesis } from './trust.ts';
import type { Check, Trust } from './trust.ts';
import { TreeWalk } from './verify-tree.ts';

/** A producer that lives says so every 10 seconds. */
const SILENT_US = 60_000_000;
/** Most missing ranges that a report lists. */
export const MAX_LISTED_MISSING = 1000;

/** How {@link verifyLog} goes about it. */
export interface VerifyLogOptions {
  /** Called after each bundle. */
  onProgress?: (progress: { leaves: number; size: number }) => void;
  /**
   * Called with each leaf that was checked, in order: what lies beside the log is checked by whoever has it. The tree's
   * root is proven by then, the ends of epochs are not. The record's bytes are views that later leaves don't change.
   */
  onLeaf?: (leaf: VerifiedLeaf) => void | Promise<void>;
  /** Stops the work when it is aborted. */
  signal?: AbortSignal;
}

/** A leaf that was checked. */
export interface VerifiedLeaf {
  index: number;
  record: LedgerRecord;
  /** Role of the key that signed it, a number of `KEY_ROLE`. */
  role: number;
}

/** What a whole log turned out to be. Nothing in it failed: that would have been thrown. */
export interface LogReport {
  checkpoint: Checkpoint;
  /** The checkpoint as it was signed: a note to keep, and to hold later states of the log against. */
  note: Uint8Array;
  /** True when log key and root key were pinned; else the log is consistent with itself, which proves less. */
  trusted: boolean;
  checks: Check[];
  /** Leaves of each kind, by name. */
  kinds: Record<string, number>;
  batches: number;
  keys: EnrolledKey[];
  /** Epochs that ended whole, that ended without `stopped` (and the ledger says so), and that may still run. */
  epochs: { stopped: number; cut: number; running: number };
  /** Epochs that a producer names as its last, of which nothing is there. */
  unseenEpochs: number;
  /** `gap` leaves by reason. */
  gaps: Record<string, number>;
  /** What the log declares lost, by reason; empty when nothing is. */
  losses: Loss[];
  /** What is odd about producers: silent, cloned or wiped ones. Who is silent depends on the log's newest record. */
  continuity: ContinuityFinding[];
  /** What the log's certificates come to, each made again from the leaves that it was made from. */
  certificates: CertificateReport;
  /** What is missing, as the ledger says itself; the first {@link MAX_LISTED_MISSING}. */
  missing: MissingInEpoch[];
}

/**
 * Verifies a whole log: the checkpoint's signature, every tile and entry against its root, every batch's signature,
 * the enrolment of every key, the shape and numbering of every record, and every epoch's chain; what is missing must
 * have been said by the ledger. Memory is bounded whatever the log's size.
 * @throws evidence.* naming the file and hash, or the leaf; limit.exceeded; shutting_down when aborted; whatever the
 * source throws.
 */
export async function verifyLog(source: TileSource, trust: Trust, options: VerifyLogOptions = {}): Promise<LogReport> {
  const note = await readCheckpointNote(source);
  const checkpoint = at(CHECKPOINT_PATH, () => claimedCheckpoint(note, trust));
  const walk = await TreeWalk.open(source, checkpoint);
  if (walk.bundles === 0) throw new AffidavitError('evidence.missing', 'the log is empty: it has no genesis record');
  const first = await walk.bundle(0);
  const genesis = at('leaf 0', () => readGenesis(firstRecord(first.entries), checkpoint.origin, trust));
  at(CHECKPOINT_PATH, () => checkCheckpoint(note, genesis, trust));
  const keys = new KeyRegistry(genesis.rootPublicKey, checkpoint.origin);
  at('leaf 1', () => {
    enrolLedger(first.entries, keys);
  });
  const leaves = new LeafChecker(keys, checkpoint.origin);
  const seen = new SeenCheck(trust.seen, checkpoint);
  const certificates = new CertificateBook();
  for (let index = 0; index < walk.bundles; index++) {
    if (options.signal?.aborted === true) throw new AffidavitError('shutting_down', 'verification was stopped');
    const { entries, firstLeaf } = index === 0 ? first : await walk.bundle(index);
    for (const [i, entry] of entries.entries()) {
      seen.take(entry);
      const { record, role } = at(`leaf ${firstLeaf + i}`, () => leaves.take(entry, firstLeaf + i));
      certificates.take(firstLeaf + i, record);
      await options.onLeaf?.({ index: firstLeaf + i, record, role });
    }
    options.onProgress?.({ leaves: firstLeaf + entries.length, size: checkpoint.size });
  }
  at(`leaf ${checkpoint.size - 1}`, () => {
    leaves.finish();
  });
  const found = await remakeCertificates(walk, genesis, certificates, checkpoint.size, options.signal);
  return report(checkpoint, note, genesis, trust, leaves, keys, found);
}

/** Certificates are about leaves before them: once it is known which there are, the leaves are read again. */
async function remakeCertificates(
  walk: TreeWalk,
  genesis: Genesis,
  certificates: CertificateBook,
  size: number,
  signal: AbortSignal | undefined,
): Promise<CertificateReport> {
  if (!certificates.hasClaims) return certificates.finish(size);
  certificates.begin();
  const roles = new LeafRoles(genesis.rootPublicKey, genesis.origin);
  for (let index = 0; index < walk.bundles; index++) {
    if (signal?.aborted === true) throw new AffidavitError('shutting_down', 'verification was stopped');
    const { entries, firstLeaf } = await walk.bundle(index);
    for (const [i, entry] of entries.entries()) {
      const record = LedgerRecord.decode(decodeLeaf(entry).record);
      certificates.replay(firstLeaf + i, record, roles.take(record, firstLeaf + i));
    }
  }
  return certificates.finish(size);
}

function report(
  checkpoint: Checkpoint,
  note: Uint8Array,
  genesis: Genesis,
  trust: Trust,
  leaves: LeafChecker,
  keys: KeyRegistry,
  certificates: CertificateReport,
): LogReport {
  const missing = leaves.epochs.missing(MAX_LISTED_MISSING);
  const { kinds, batches, gaps, unseenEpochs } = leaves;
  const pins = pinChecks(genesis, trust);
  const checks: Check[] = [
    { name: 'checkpoint', ok: true, detail: `${checkpoint.origin}, ${checkpoint.size} leaves, signed by the log` },
    { name: 'tree', ok: true, detail: `every tile and each of ${checkpoint.size} entries leads to the root` },
    { name: 'batches', ok: true, detail: `${batches} signatures by enrolled keys` },
    { name: 'chains', ok: true, detail: `${missing.length} ranges missing, each named by a gap leaf` },
    ...(certificates.count === 0 ? [] : [certificateCheck(certificates)]),
    ...(trust.seen === undefined ? [] : [seenCheck(trust.seen)]),
    ...pins,
  ];
  const losses = leaves.losses.list(missing);
  const epochs = leaves.epochs.counts();
  const trusted = pins.every(({ ok }) => ok);
  const continuity = leaves.continuity.findings(SILENT_US, leaves.continuity.newestUs);
  const found = {
    kinds,
    batches,
    keys: keys.all,
    epochs,
    unseenEpochs,
    gaps,
    losses,
    continuity,
    certificates,
    missing,
  };
  return { checkpoint, note, trusted, checks, ...found };
}

function certificateCheck({ count, recomputed, states }: CertificateReport): Check {
  const windows = Object.entries(states).map(([state, windowCount]) => `${windowCount} ${state}`);
  const left = count - recomputed;
  const rest = left > 0 ? `, ${left} are of rules that this version doesn't know` : '';
  const detail = `${recomputed} of ${count} made again from their leaves${rest}; windows: ${windows.join(', ')}`;
  return { name: 'certificates', ok: left === 0, detail };
}

function seenCheck({ size }: Checkpoint): Check {
  return { name: 'seen before', ok: true, detail: `the log extends the checkpoint of ${size} leaves seen before` };
}

async function readCheckpointNote(source: TileSource): Promise<Uint8Array> {
  try {
    return await source.readCheckpoint();
  } catch (thrown) {
    if (thrown instanceof AffidavitError && thrown.code === 'not_found')
      throw new AffidavitError('evidence.missing', `${CHECKPOINT_PATH} is not there`, { cause: thrown });
    throw thrown;
  }
}

/** Verified when the log's key is pinned; else what it claims, until the genesis record tells the key. */
function claimedCheckpoint(note: Uint8Array, trust: Trust): Checkpoint {
  const checkpoint =
    trust.logKey === undefined ? parseCheckpoint(parseNote(note).text) : verifyCheckpoint(note, trust.logKey);
  checkOrigin(checkpoint.origin, trust);
  if (checkpoint.size === 0 && !equalBytes(checkpoint.root, EMPTY_ROOT))
    throw new AffidavitError('evidence.hash', 'the root of an empty tree is another');
  return checkpoint;
}

function firstRecord(entries: readonly Uint8Array[]): LedgerRecord {
  const [entry] = entries;
  if (entry === undefined) throw new AffidavitError('evidence.missing', 'the log has no leaf 0');
  return openLeaf(entry).record;
}

/** The genesis record is signed by a key that only the next leaf enrols. */
function enrolLedger(entries: readonly Uint8Array[], keys: KeyRegistry): void {
  const entry = entries[1];
  if (entry === undefined) throw new AffidavitError('evidence.missing', 'the log has no leaf that enrols its ledger');
  keys.take(openLeaf(entry).record.body, 1);
}

/** Checks that the log extends a checkpoint that the verifier saw before. */
class SeenCheck {
  private readonly range = new CompactRange();
  private readonly seen: Checkpoint | undefined;

  constructor(seen: Checkpoint | undefined, now: Checkpoint) {
    this.seen = seen;
    if (seen === undefined) return;
    if (seen.origin !== now.origin)
      throw new AffidavitError('evidence.untrusted_key', `the checkpoint seen before is of ${seen.origin}`);
    if (seen.size > now.size)
      throw new AffidavitError(
        'evidence.rollback',
        `${CHECKPOINT_PATH}: rolled back from ${seen.size} to ${now.size} leaves`,
      );
    at(CHECKPOINT_PATH, () => {
      checkSameSize(now, { seen });
    });
  }

  take(entry: Uint8Array): void {
    if (this.seen === undefined || this.range.size >= this.seen.size) return;
    this.range.append(leafHash(entry));
    if (this.range.size === this.seen.size && !equalBytes(this.range.root(), this.seen.root))
      throw new AffidavitError(
        'evidence.consistency',
        `${CHECKPOINT_PATH}: the log doesn't extend the checkpoint of ${this.seen.size} leaves seen before`,
      );
  }
}

/** What {@link verifyLog} reports when one byte of a file is another. */
export interface ExpectedFault {
  codes: readonly ErrorCode[];
  /** What the message begins with. */
  place: string;
}

/**
 * What {@link verifyLog} with a pinned log key reports for a log that is fine but for one flipped byte in the file at
 * `path` (relative to the log's folder). @throws usage for a path that isn't one of a log's signed files.
 */
export function faultOfFlippedByte(path: string): ExpectedFault {
  if (path === CHECKPOINT_PATH)
    return { codes: ['evidence.signature', 'evidence.untrusted_key', 'evidence.malformed'], place: CHECKPOINT_PATH };
  const tile = parseTilePath(path);
  if (tile === undefined) throw new AffidavitError('usage', `${path} is not a tile, an entry bundle or the checkpoint`);
  // A flipped length tears a bundle apart; a tile has no structure that could break.
  return { codes: tile.level === 'entries' ? ['evidence.hash', 'evidence.malformed'] : ['evidence.hash'], place: path };
}
