import { AffidavitError, decodeLeaf, KEY_ROLE, KIND, kindName, LedgerRecord } from '../record/index.ts';
import type { BatchStatement, Genesis } from '../record/index.ts';
import { decodeUtf8, encodeUtf8, equalBytes } from './bytes.ts';
import { KeyRegistry } from './key-registry.ts';
import type { EnrolledKey } from './key-registry.ts';
import { parseCheckpoint, parseNote } from './note.ts';
import type { Checkpoint } from './note.ts';
import { at } from './place.ts';
import { decodeBase64, encodeBase64 } from './platform.ts';
import { mayWrite, openLeaf, verifyBatchStatement } from './statement.ts';
import type { OpenedLeaf } from './statement.ts';
import { entriesPath, parseBundle, TILE_WIDTH, tileWidth } from './tile.ts';
import type { TileSource } from './tile.ts';
import { inclusionProof, readWithFallback, tileHashReader } from './tile-proof.ts';
import { formatTlogProof, parseTlogProof } from './tlog-proof.ts';
import type { TlogProof } from './tlog-proof.ts';
import { leafHash, verifyInclusion } from './tree.ts';
import { checkCheckpoint, checkOrigin, checkSameSize, pinChecks, readGenesis } from './trust.ts';
import type { Check, Trust } from './trust.ts';

/** Value of `format` in a proof file. */
export const PROOF_FILE_FORMAT = 'affidavit-proof/1';
/** Largest proof file that is read: three leaves in Base64 with their proofs. */
export const MAX_PROOF_FILE_BYTES = 4 * 1024 * 1024;

/** A leaf and its proof. All three of a file stand under one checkpoint. */
interface ProvenLeaf {
  /** Base64. */
  leaf: string;
  /** C2SP tlog-proof, with the checkpoint. */
  proof: string;
}

/** What a proof file proves. */
export interface ProofReport {
  /** True when log key and root key were pinned; else the file is consistent with itself, which proves less. */
  trusted: boolean;
  checks: Check[];
  checkpoint: Checkpoint;
  /** The checkpoint as it was signed. */
  note: Uint8Array;
  leafIndex: number;
  /** The producer's key. */
  key: EnrolledKey;
  statement: BatchStatement;
  record: LedgerRecord;
}

/** Reads one entry of a log of `size` leaves, unverified. @throws evidence.malformed, evidence.missing, source errors. */
export async function readLeaf(source: TileSource, index: number, size: number): Promise<Uint8Array> {
  const bundle = Math.floor(index / TILE_WIDTH);
  const width = tileWidth(size, 0, bundle);
  const path = entriesPath(bundle, width);
  const [bytes, found] = await readWithFallback((wanted) => source.readEntries(bundle, wanted), width, path);
  const entry = at(path, () => parseBundle(bytes, found))[index % TILE_WIDTH];
  if (entry !== undefined && index < size) return entry;
  throw new AffidavitError('evidence.malformed', `leaf ${index} is outside of a tree of size ${size}`);
}

/** The first leaf that enrols a key, by the key's id. @throws evidence.untrusted_key when there is none before `end`. */
export async function findKeyLeaf(source: TileSource, keyId: Uint8Array, size: number, end: number): Promise<number> {
  const { record } = openLeaf(await readLeaf(source, 0, size));
  const { rootPublicKey, origin } = readGenesis(record, checkpointOrigin(await source.readCheckpoint()), {});
  for (let bundle = 0; bundle * TILE_WIDTH < end; bundle++) {
    const width = tileWidth(size, 0, bundle);
    const path = entriesPath(bundle, width);
    const [bytes, found] = await readWithFallback((wanted) => source.readEntries(bundle, wanted), width, path);
    const entries = at(path, () => parseBundle(bytes, found));
    const enrolment = entries.findIndex((entry) => enrols(entry, keyId, rootPublicKey, origin));
    if (enrolment >= 0) return bundle * TILE_WIDTH + enrolment;
  }
  throw new AffidavitError('evidence.untrusted_key', 'no leaf before the record enrols its key');
}

function enrols(entry: Uint8Array, keyId: Uint8Array, rootKey: Uint8Array, origin: string): boolean {
  const record = LedgerRecord.decode(decodeLeaf(entry).record);
  if (record.kind !== KIND.key) return false;
  const keys = new KeyRegistry(rootKey, origin);
  try {
    keys.take(record.body, 0);
    keys.resolve(keyId);
    return true;
  } catch (thrown) {
    // A key leaf of another key, or one that the root key didn't sign: the search goes on.
    if (thrown instanceof AffidavitError && thrown.isEvidence) return false;
    throw thrown;
  }
}

function checkpointOrigin(note: Uint8Array): string {
  return parseCheckpoint(parseNote(note).text).origin;
}

/**
 * Makes the proof file of a leaf under the log's present checkpoint.
 * @param keyIndex leaf that enrols the record's producer, when it is known; else it is looked for from the start.
 * @throws evidence.* when the log's files don't make a proof that verifies; whatever the source throws.
 */
export async function buildProofFile(source: TileSource, index: number, keyIndex?: number): Promise<string> {
  const checkpoint = await source.readCheckpoint();
  const { size } = parseCheckpoint(parseNote(checkpoint).text);
  const read = tileHashReader(source, size);
  const prove = async (leafIndex: number): Promise<ProvenLeaf> => ({
    leaf: encodeBase64(await readLeaf(source, leafIndex, size)),
    proof: formatTlogProof({ index: leafIndex, path: await inclusionProof(leafIndex, size, read), checkpoint }),
  });
  const record = await prove(index);
  const { statement } = openLeaf(decodeBase64(record.leaf));
  // Leaves 0 and 1 are the ledger's own: genesis, then the key that signed it.
  const keyLeaf = keyIndex ?? (await findKeyLeaf(source, statement.keyId, size, Math.max(index, 2)));
  const file = { format: PROOF_FILE_FORMAT, record, key: await prove(keyLeaf), genesis: await prove(0) };
  const text = `${JSON.stringify(file, undefined, 2)}\n`;
  verifyProofFile(encodeUtf8(text), {});
  return text;
}

interface Placed extends OpenedLeaf {
  bytes: Uint8Array;
  tlog: TlogProof;
}

/**
 * Checks a proof file, offline. That the key wasn't retired between its enrolment and the record can't be seen from
 * one file: that takes the log.
 * @throws evidence.* naming the part of the file: `record`, `key`, `genesis`, `checkpoint`.
 */
export function verifyProofFile(file: Uint8Array | string, trust: Trust): ProofReport {
  const parts = parseProofFile(file);
  const record = at('record', () => open(parts.record));
  const key = at('key', () => open(parts.key));
  const genesis = at('genesis', () => open(parts.genesis));
  const note = record.tlog.checkpoint;
  for (const [name, part] of [
    ['key', key],
    ['genesis', genesis],
  ] as const)
    if (!equalBytes(part.tlog.checkpoint, note))
      throw new AffidavitError('evidence.malformed', `${name}: it stands under another checkpoint than the record`);
  const { checkpoint, named } = at('checkpoint', () => openCheckpoint(note, genesis, trust));
  for (const [name, part] of Object.entries({ record, key, genesis }))
    at(name, () => {
      verifyInclusion(part.tlog.index, checkpoint.size, leafHash(part.bytes), part.tlog.path, checkpoint.root);
    });
  const enrolled = at('key', () => checkKey(key, record, named, checkpoint.origin));
  at('record', () => {
    checkRecord(record, enrolled, checkpoint.origin);
  });
  return report(record, enrolled, checkpoint, pinChecks(named, trust));
}

function report(record: Placed, key: EnrolledKey, checkpoint: Checkpoint, pins: Check[]): ProofReport {
  const { statement, record: value, tlog } = record;
  const checks: Check[] = [
    { name: 'checkpoint', ok: true, detail: `${checkpoint.origin}, ${checkpoint.size} leaves, signed by the log` },
    { name: 'inclusion', ok: true, detail: `leaf ${tlog.index} is in the tree` },
    { name: 'key', ok: true, detail: `${key.keyId} (${key.name}), enrolled by the root key in leaf ${key.leaf}` },
    { name: 'signature', ok: true, detail: `batch ${statement.batchNo}, signed by that key` },
    { name: 'record', ok: true, detail: `${kindName(value.kind)}, number ${value.seq} of its epoch` },
    ...pins,
  ];
  const trusted = pins.every(({ ok }) => ok);
  const { index: leafIndex, checkpoint: note } = tlog;
  return { trusted, checks, checkpoint, note, leafIndex, key, statement, record: value };
}

function parseProofFile(file: Uint8Array | string): Record<'record' | 'key' | 'genesis', ProvenLeaf> {
  if (file.length > MAX_PROOF_FILE_BYTES)
    throw new AffidavitError(
      'evidence.malformed',
      `a proof file of ${file.length} bytes is over ${MAX_PROOF_FILE_BYTES}`,
    );
  const value = parseJson(typeof file === 'string' ? file : decodeUtf8(file, 'a proof file'), 'a proof file');
  const { format, record, key, genesis } = members(value, ['format', 'genesis', 'key', 'record'], 'a proof file');
  if (format !== PROOF_FILE_FORMAT)
    throw new AffidavitError('evidence.malformed', `a proof file has the format ${PROOF_FILE_FORMAT}`);
  return { record: provenLeaf(record, 'record'), key: provenLeaf(key, 'key'), genesis: provenLeaf(genesis, 'genesis') };
}

/** A JSON text as a value. @throws evidence.malformed; `what` names it */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new AffidavitError('evidence.malformed', `${what} is not JSON`, { cause: thrown });
  }
}

/** The members of an object that has just these `names` (sorted), in any order. @throws evidence.malformed */
export function members(value: unknown, names: readonly string[], what: string): Record<string, unknown> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject || Object.keys(value).toSorted().join() !== names.join())
    throw new AffidavitError('evidence.malformed', `${what} is an object of ${names.join(', ')}`);
  return value as Record<string, unknown>;
}

function provenLeaf(value: unknown, name: string): ProvenLeaf {
  const { leaf, proof } = members(value, ['leaf', 'proof'], name);
  if (typeof leaf !== 'string' || typeof proof !== 'string')
    throw new AffidavitError('evidence.malformed', `${name}: leaf and proof are texts`);
  return { leaf, proof };
}

function open({ leaf, proof }: ProvenLeaf): Placed {
  const bytes = decodeBase64(leaf);
  return { bytes, tlog: parseTlogProof(proof), ...openLeaf(bytes) };
}

function openCheckpoint(note: Uint8Array, genesis: Placed, trust: Trust): { checkpoint: Checkpoint; named: Genesis } {
  const origin = checkpointOrigin(note);
  checkOrigin(origin, trust);
  if (genesis.tlog.index !== 0) throw new AffidavitError('evidence.malformed', 'the genesis record is leaf 0');
  const named = readGenesis(genesis.record, origin, trust);
  const checkpoint = checkCheckpoint(note, named, trust);
  checkSameSize(checkpoint, trust);
  return { checkpoint, named };
}

function checkKey(key: Placed, record: Placed, genesis: Genesis, origin: string): EnrolledKey {
  if (key.record.kind !== KIND.key) throw new AffidavitError('evidence.malformed', 'it is not a key record');
  const keys = new KeyRegistry(genesis.rootPublicKey, origin);
  const { keyId } = keys.take(key.record.body, key.tlog.index);
  const enrolled = keys.resolve(record.statement.keyId);
  const first = enrolled.role === KEY_ROLE.ledger && key.tlog.index === 1;
  if (!first && key.tlog.index >= record.tlog.index)
    throw new AffidavitError('evidence.untrusted_key', `key ${keyId} was enrolled after the record`);
  return enrolled;
}

function checkRecord({ leaf, statement, record }: Placed, key: EnrolledKey, origin: string): void {
  verifyBatchStatement(leaf.statement, leaf.signature, key.publicKey);
  if (statement.logOrigin !== origin)
    throw new AffidavitError('evidence.untrusted_key', `it was signed for ${statement.logOrigin}, another log`);
  if (!mayWrite(key.role, record.kind))
    throw new AffidavitError('evidence.untrusted_key', `its key may not write a ${kindName(record.kind)} record`);
}
