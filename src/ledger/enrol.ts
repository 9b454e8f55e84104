import { AffidavitError, Genesis, KEY_ACTION, KIND, SignedKey } from '../record/index.ts';
import type { KeyStatement } from '../record/index.ts';
import { encodeHex, equalBytes, isLaterStatement, keyIdOf, MAX_KEYS } from '../proof/index.ts';
import type { CommitDraft } from './draft.ts';
import type { Signer } from './leaves.ts';

/** What a log says of itself in its first leaf. */
export interface GenesisOptions {
  origin: string;
  shard: number;
  shardCount: number;
  /** Origins of all shards; this log's own when absent. */
  shardOrigins?: readonly string[];
  rootPublicKey: Uint8Array;
  logKey: Signer;
}

/** Begins a log: leaf 0. */
export function draftGenesis(draft: CommitDraft, options: GenesisOptions): void {
  const { origin, shard, shardCount, shardOrigins = [origin], rootPublicKey, logKey } = options;
  const genesis = Genesis.create({
    origin,
    shard,
    shardCount,
    rootPublicKey,
    logPublicKey: logKey.publicKey,
    shardOrigins: [...shardOrigins],
  });
  draft.own.push({ kind: KIND.genesis, body: Genesis.encode(genesis) });
}

/**
 * Enrols, rotates or retires a key as a verified statement of the root key says; nothing when that is so already.
 * @returns the key's id as hex. @throws evidence.malformed, usage, limit.exceeded
 */
export function draftKey(
  draft: CommitDraft,
  signed: SignedKey,
  statement: KeyStatement,
  ledgerKey: { readonly publicKey: Uint8Array },
): string {
  const keyId = encodeHex(keyIdOf(statement.publicKey));
  const known = draft.producers.get(keyId);
  const retired = statement.action === KEY_ACTION.retired;
  if (known !== undefined && (known.retired === retired || !isLaterStatement(statement, known.statedUs))) return keyId;
  if (retired && known === undefined)
    throw new AffidavitError('evidence.malformed', `key ${keyId} is to be retired and was never enrolled`);
  if (retired && equalBytes(statement.publicKey, ledgerKey.publicKey))
    throw new AffidavitError('usage', "the ledger that runs can't retire its own key");
  if (known === undefined && draft.producers.size >= MAX_KEYS)
    throw new AffidavitError('limit.exceeded', `a log with over ${MAX_KEYS} keys`);
  draft.producers.set(keyId, {
    publicKey: encodeHex(statement.publicKey),
    role: retired && known !== undefined ? known.role : statement.role,
    name: statement.name,
    leaf: known?.leaf ?? draft.nextLeaf + draft.own.length,
    retired,
    statedUs: statement.timeUs,
    epochs: known?.epochs ?? [],
  });
  draft.own.push({ kind: KIND.key, body: SignedKey.encode(signed) });
  return keyId;
}
