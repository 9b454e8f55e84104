import { AffidavitError } from '../record/index.ts';
import { CompactRange, encodeHex, equalBytes, sha256 } from '../proof/index.ts';
import type { EpochState, OpenGap } from './epochs.ts';
import { asArray, asBoolean, asCount, asHex, asObject, asString, fromHex } from './json.ts';

/** An enrolled key and what its owner has written. */
export interface ProducerState {
  /** Ed25519, 32 bytes as hex. */
  publicKey: string;
  role: number;
  name: string;
  /** Leaf that enrolled it. */
  leaf: number;
  retired: boolean;
  /** Time of the root key's last statement about it: an older one, shown again, changes nothing. */
  statedUs: number;
  /** The last epochs, oldest first; earlier ones are read from their index. */
  epochs: readonly EpochState[];
}

/** A batch of a key that nobody enrolled yet; its bytes lie in the dead-letter store. */
export interface WaitingMessage {
  keyId: string;
  /** SHA-256 of the message, as hex. */
  hash: string;
  size: number;
  /** Where it stood on the bus. */
  position: number;
}

/** The staged file of the last commit: what is published from it stands between `oldSize` and the state's size. */
export interface StagedRef {
  name: string;
  /** SHA-256 of the whole file, as hex. */
  hash: string;
  size: number;
  oldSize: number;
}

/** Everything that a shard's commit replaces at once. Immutable: a commit makes a new one. */
export interface LedgerState {
  version: number;
  origin: string;
  rootPublicKey: string;
  size: number;
  /** Roots of the complete subtrees of the tree of `size`, largest first, as hex. */
  frontier: readonly string[];
  source: { readonly id: string; readonly next: number } | undefined;
  /** How often the bus went on elsewhere than was expected: each time messages may never have come. */
  busJumps: number;
  /** By key id, as hex. */
  producers: ReadonlyMap<string, ProducerState>;
  waiting: readonly WaitingMessage[];
  staged: StagedRef | undefined;
  /** Version of the last commit: later ones are starts, which only fence. */
  commit: number;
  /** The last commit's pack, empty when it had none. */
  pack: string;
  /** Rows of all epoch indexes together: when they have others, they are made anew. */
  indexRows: number;
}

/** The format number of state files. */
export const STATE_FORMAT = 1;
/** Largest state file that is read. */
export const MAX_STATE_BYTES = 256 * 1024 * 1024;

const HASH_HEX = 64;

/** The state before the first commit. */
export function emptyState(origin: string, rootPublicKey: Uint8Array): LedgerState {
  return {
    version: 0,
    origin,
    rootPublicKey: encodeHex(rootPublicKey),
    size: 0,
    frontier: [],
    source: undefined,
    busJumps: 0,
    producers: new Map(),
    waiting: [],
    staged: undefined,
    commit: 0,
    pack: '',
    indexRows: 0,
  };
}

/** Root of the state's tree. */
export function stateRoot(state: LedgerState): Uint8Array {
  return stateRange(state).root();
}

/** The state's tree, ready to be appended to. */
export function stateRange(state: LedgerState): CompactRange {
  return new CompactRange(
    state.size,
    state.frontier.map((hash) => fromHex(hash)),
  );
}

/** A state file: one line of JSON and one with its SHA-256, so that a flipped bit shows. */
export function encodeState(state: LedgerState): Uint8Array {
  const text = JSON.stringify({
    format: STATE_FORMAT,
    ...state,
    source: state.source ?? null,
    staged: state.staged ?? null,
    producers: [...state.producers].map(([keyId, producer]) => ({ keyId, ...producer })),
  });
  const body = Buffer.from(`${text}\n`);
  return Buffer.concat([body, Buffer.from(`${encodeHex(sha256(body))}\n`)]);
}

/** Reads a state file. @throws ledger.damaged naming `path` when it isn't one, whole and unchanged. */
export function decodeState(bytes: Uint8Array, path: string): LedgerState {
  const end = bytes.indexOf(0x0a) + 1;
  const body = bytes.subarray(0, end);
  const seal = Buffer.from(`${encodeHex(sha256(body))}\n`);
  if (end === 0 || !equalBytes(bytes.subarray(end), seal))
    throw new AffidavitError('ledger.damaged', `${path} is not whole: its hash doesn't match`);
  try {
    return parseState(JSON.parse(Buffer.from(body).toString('utf8')));
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AffidavitError('ledger.damaged', `${path} can't be understood: ${reason}`, { cause: thrown });
  }
}

function parseState(value: unknown): LedgerState {
  const json = asObject(value, 'state');
  if (json['format'] !== STATE_FORMAT)
    throw new AffidavitError('ledger.damaged', `state format ${String(json['format'])} is not known to this version`);
  const state: LedgerState = {
    version: asCount(json['version'], 'version'),
    origin: asString(json['origin'], 'origin'),
    rootPublicKey: asHex(json['rootPublicKey'], 'rootPublicKey', HASH_HEX),
    size: asCount(json['size'], 'size'),
    frontier: asArray(json['frontier'], 'frontier').map((hash) => asHex(hash, 'frontier', HASH_HEX)),
    source: json['source'] === null ? undefined : parseSource(json['source']),
    busJumps: asCount(json['busJumps'] ?? 0, 'busJumps'),
    producers: new Map(asArray(json['producers'], 'producers').map(parseProducer)),
    waiting: asArray(json['waiting'], 'waiting').map(parseWaiting),
    staged: json['staged'] === null ? undefined : parseStaged(json['staged']),
    commit: asCount(json['commit'], 'commit'),
    pack: asString(json['pack'], 'pack'),
    // A state that counts none has its indexes made anew.
    indexRows: asCount(json['indexRows'] ?? 0, 'indexRows'),
  };
  stateRange(state);
  return state;
}

function parseSource(value: unknown): { id: string; next: number } {
  const json = asObject(value, 'source');
  return { id: asString(json['id'], 'source.id'), next: asCount(json['next'], 'source.next') };
}

function parseStaged(value: unknown): StagedRef {
  const json = asObject(value, 'staged');
  return {
    name: asString(json['name'], 'staged.name'),
    hash: asHex(json['hash'], 'staged.hash', HASH_HEX),
    size: asCount(json['size'], 'staged.size'),
    oldSize: asCount(json['oldSize'], 'staged.oldSize'),
  };
}

function parseWaiting(value: unknown): WaitingMessage {
  const json = asObject(value, 'waiting');
  return {
    keyId: asHex(json['keyId'], 'waiting.keyId', HASH_HEX),
    hash: asHex(json['hash'], 'waiting.hash', HASH_HEX),
    size: asCount(json['size'], 'waiting.size'),
    position: asCount(json['position'], 'waiting.position'),
  };
}

function parseProducer(value: unknown): [string, ProducerState] {
  const json = asObject(value, 'producer');
  const producer = {
    publicKey: asHex(json['publicKey'], 'publicKey', HASH_HEX),
    role: asCount(json['role'], 'role'),
    name: asString(json['name'], 'name'),
    leaf: asCount(json['leaf'], 'leaf'),
    retired: asBoolean(json['retired'], 'retired'),
    statedUs: asCount(json['statedUs'], 'statedUs'),
    epochs: asArray(json['epochs'], 'epochs').map(parseEpoch),
  };
  return [asHex(json['keyId'], 'keyId', HASH_HEX), producer];
}

function parseEpoch(value: unknown): EpochState {
  const json = asObject(value, 'epoch');
  return {
    epoch: asHex(json['epoch'], 'epoch', 32),
    nextBatch: asCount(json['nextBatch'], 'nextBatch'),
    nextSeq: asCount(json['nextSeq'], 'nextSeq'),
    lastHash: asHex(json['lastHash'], 'lastHash', HASH_HEX),
    gaps: asArray(json['gaps'], 'gaps').map(parseGap),
    gapsOpened: asCount(json['gapsOpened'], 'gapsOpened'),
    stopped: asBoolean(json['stopped'], 'stopped'),
    announced: asCount(json['announced'], 'announced'),
    // States of before don't say it.
    cut: asBoolean(json['cut'] ?? false, 'cut'),
    ...(json['rootlessUs'] === undefined ? {} : { rootlessUs: asCount(json['rootlessUs'], 'rootlessUs') }),
  };
}

function parseGap(value: unknown): OpenGap {
  const json = asObject(value, 'gap');
  return {
    firstBatch: asCount(json['firstBatch'], 'firstBatch'),
    lastBatch: asCount(json['lastBatch'], 'lastBatch'),
    firstSeq: asCount(json['firstSeq'], 'firstSeq'),
    lastSeq: asCount(json['lastSeq'], 'lastSeq'),
    before: asHex(json['before'], 'before', HASH_HEX),
    after: asHex(json['after'], 'after', HASH_HEX),
  };
}
