import { AffidavitError } from '../record/index.ts';
import { checkLength, checkUint, decodeUtf8, encodeUtf8, parseDecimal } from './bytes.ts';
import { decodeBase64, encodeBase64, HASH_BYTES } from './platform.ts';

/** C2SP tlog-proof (https://c2sp.org/tlog-proof): a leaf's place in a signed tree, as text. */
export interface TlogProof {
  /** The entry's index. */
  index: number;
  /** RFC 6962 §2.1.1 audit path, from the leaf's sibling to the root's child. */
  path: readonly Uint8Array[];
  /** The checkpoint's signed note, verbatim. */
  checkpoint: Uint8Array;
  /** Opaque; not authenticated by anything. */
  extra?: Uint8Array;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A tree of up to 2^53 leaves has paths no longer than this. */
const MAX_PATH = 64;

/** The proof's text. @throws evidence.malformed for a path or an index that can't be one. */
export function formatTlogProof(proof: TlogProof): string {
  checkUint(proof.index, 'a leaf index');
  for (const hash of proof.path) checkLength(hash, HASH_BYTES, 'a proof hash');
  const extra = proof.extra === undefined ? [] : [`extra ${encodeBase64(proof.extra)}`];
  const lines = [HEADER, ...extra, `index ${proof.index}`, ...proof.path.map((hash) => encodeBase64(hash))];
  return `${lines.join('\n')}\n\n${decodeUtf8(proof.checkpoint, 'a checkpoint')}`;
}

/** Reads a proof; nothing in it is verified. @throws evidence.malformed for anything but an exact proof. */
export function parseTlogProof(text: string): TlogProof {
  const malformed = (what: string): AffidavitError => new AffidavitError('evidence.malformed', `a tlog-proof ${what}`);
  // "After the inclusion proof lines and an empty line, the checkpoint": no line before it can be empty.
  const split = text.indexOf('\n\n');
  if (split < 0) throw malformed('has no checkpoint');
  const [header, ...lines] = text.slice(0, split).split('\n', MAX_PATH + 4);
  if (header !== HEADER) throw malformed(`begins with ${HEADER}`);
  const extra = lines[0]?.startsWith('extra ') === true ? lines.shift()?.slice('extra '.length) : undefined;
  const index = lines.shift();
  if (index?.startsWith('index ') !== true) throw malformed('has no index');
  if (lines.length > MAX_PATH) throw malformed(`has more than ${MAX_PATH} hashes`);
  const path = lines.map((line) => decodeBase64(line));
  for (const hash of path) checkLength(hash, HASH_BYTES, 'a proof hash');
  return {
    index: parseDecimal(index.slice('index '.length), "a tlog-proof's index"),
    path,
    checkpoint: encodeUtf8(text.slice(split + 2)),
    ...(extra === undefined ? {} : { extra: decodeBase64(extra) }),
  };
}
