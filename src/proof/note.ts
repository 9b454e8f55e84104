import { AffidavitError } from '../record/index.ts';
import { checkLength, concatBytes, decodeUtf8, encodeUtf8, parseDecimal } from './bytes.ts';
import {
  decodeBase64,
  encodeBase64,
  encodeHex,
  HASH_BYTES,
  PUBLIC_KEY_BYTES,
  sha256,
  SIGNATURE_BYTES,
  verifyEd25519,
} from './platform.ts';

/** C2SP signed-note (https://c2sp.org/signed-note) and tlog-checkpoint (https://c2sp.org/tlog-checkpoint). */

/** Largest note that is read: room for over 100 post-quantum signatures. */
export const MAX_NOTE_BYTES = 1_000_000;
/** Most signatures that are read; "MUST accept at least up to 16 signatures". */
export const MAX_NOTE_SIGNATURES = 128;

/** `0x01` — Ed25519 signatures. */
const ED25519_TYPE = 0x01;
const KEY_ID_BYTES = 4;
const SIGNATURE_LINE = /^— ([^ ]+) ([^ ]+)$/;

/** A signature line of a note, verified by nobody yet. */
export interface NoteSignature {
  /** Name of the key. */
  name: string;
  /** Key id, 8 hexadecimal digits. */
  keyId: string;
  /** The signature after the key id; its form depends on the key. */
  signature: Uint8Array;
}

/** A note. Its text is to be ignored unless a signature was verified. */
export interface Note {
  /** With its final newline, without the blank line. */
  text: string;
  /** Every signature line in order, those of unknown keys included. */
  signatures: NoteSignature[];
}

/** The public half of an Ed25519 note key. */
export interface NoteKey {
  name: string;
  /** 8 hexadecimal digits. */
  keyId: string;
  /** 32 raw bytes. */
  publicKey: Uint8Array;
}

function malformed(what: string): AffidavitError {
  return new AffidavitError('evidence.malformed', what);
}

/** "Key names MUST be non-empty and MUST NOT contain any Unicode spaces or plus"; nor control characters, as a note. */
export function isKeyName(name: string): boolean {
  return /^[^\p{White_Space}\p{Cc}\p{Cs}+]+$/u.test(name) && name.length <= 255;
}

/** key ID = SHA-256(key name || 0x0A || signature type || public key)[:4], for type 0x01; as 8 hexadecimal digits. */
export function noteKeyId(name: string, publicKey: Uint8Array): string {
  const hash = sha256(encodeUtf8(`${name}\n`), Uint8Array.of(ED25519_TYPE), publicKey);
  return encodeHex(hash.subarray(0, KEY_ID_BYTES));
}

/** The note key of a name and an Ed25519 public key (32 raw bytes). @throws evidence.malformed */
export function noteKey(name: string, publicKey: Uint8Array): NoteKey {
  if (!isKeyName(name)) throw malformed(`not the name of a note key: ${JSON.stringify(name)}`);
  checkLength(publicKey, PUBLIC_KEY_BYTES, 'a public key');
  return { name, keyId: noteKeyId(name, publicKey), publicKey };
}

/** A verifier key as text: `name+keyid+base64(0x01 || public key)`. */
export function formatVerifierKey(key: NoteKey): string {
  return `${key.name}+${key.keyId}+${encodeBase64(concatBytes(Uint8Array.of(ED25519_TYPE), key.publicKey))}`;
}

/** Reads a verifier key. @throws evidence.malformed for other types than Ed25519, or a key id that isn't the key's. */
export function parseVerifierKey(text: string): NoteKey {
  const [, name = '', keyId = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  if (name === '' || text.length > 1000) throw malformed('a verifier key has the form name+keyid+base64');
  const typed = decodeBase64(encoded);
  if (typed[0] !== ED25519_TYPE) throw malformed(`the verifier key of ${name} is not an Ed25519 key`);
  const key = noteKey(name, typed.subarray(1));
  if (key.keyId !== keyId) throw malformed(`the verifier key of ${name} has the id ${key.keyId}, not ${keyId}`);
  return key;
}

/** Reads a note without verifying anything. @throws evidence.malformed for anything but an exact note. */
export function parseNote(bytes: Uint8Array): Note {
  if (bytes.length > MAX_NOTE_BYTES) throw malformed(`a note of ${bytes.length} bytes is over ${MAX_NOTE_BYTES}`);
  const whole = decodeUtf8(bytes, 'a note');
  // "MUST NOT contain any ASCII control characters (those below U+0020) other than newline."
  // eslint-disable-next-line no-control-regex -- that is what is looked for
  if (/[\u0000-\u0009\u000b-\u001f]/.test(whole)) throw malformed('a note has control characters');
  // "the text is separated from the signatures by the last empty line in the note."
  const split = whole.lastIndexOf('\n\n');
  if (split < 0 || !whole.endsWith('\n')) throw malformed('a note has no signatures');
  const lines = whole.slice(split + 2).split('\n');
  lines.pop();
  if (lines.length === 0) throw malformed('a note has no signatures');
  if (lines.length > MAX_NOTE_SIGNATURES)
    throw malformed(`a note with ${lines.length} signatures, over ${MAX_NOTE_SIGNATURES}`);
  return { text: whole.slice(0, split + 1), signatures: lines.map(parseSignatureLine) };
}

function parseSignatureLine(line: string): NoteSignature {
  const [, name = '', encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
  if (!isKeyName(name)) throw malformed('a note has a line that is not a signature');
  const bytes = decodeBase64(encoded);
  if (bytes.length <= KEY_ID_BYTES) throw malformed(`the note signature of ${name} is too short`);
  return { name, keyId: encodeHex(bytes.subarray(0, KEY_ID_BYTES)), signature: bytes.subarray(KEY_ID_BYTES) };
}

/** A note's bytes. @throws evidence.malformed when what it would give isn't a note. */
export function formatNote(note: Note): Uint8Array {
  const lines = note.signatures.map(({ name, keyId, signature }) => {
    const id = Uint8Array.from({ length: KEY_ID_BYTES }, (_, i) => parseInt(keyId.slice(2 * i, 2 * i + 2), 16));
    return `— ${name} ${encodeBase64(concatBytes(id, signature))}\n`;
  });
  const bytes = encodeUtf8(`${note.text}\n${lines.join('')}`);
  if (parseNote(bytes).text !== note.text) throw malformed('a note has a text that ends in newline');
  return bytes;
}

/**
 * Signs a text as a note.
 * @param sign gives the Ed25519 signature (64 bytes) of the key over the bytes handed in.
 */
export function signNote(text: string, key: NoteKey, sign: (message: Uint8Array) => Uint8Array): Uint8Array {
  return formatNote({ text, signatures: [{ name: key.name, keyId: key.keyId, signature: sign(encodeUtf8(text)) }] });
}

/**
 * Checks a note under one known key. "Verifiers MUST ignore signatures from unknown keys, even if they share a name or
 * ID (but not both) with a known key"; every one of the known key must verify.
 * @throws evidence.malformed; evidence.signature when the key's signature is wrong; evidence.untrusted_key when it is
 * not there.
 */
export function verifyNote(bytes: Uint8Array, key: NoteKey): Note {
  const note = parseNote(bytes);
  const own = note.signatures.filter(({ name, keyId }) => name === key.name && keyId === key.keyId);
  if (own.length === 0)
    throw new AffidavitError('evidence.untrusted_key', `the note isn't signed by ${key.name}+${key.keyId}`);
  const text = encodeUtf8(note.text);
  for (const { signature } of own)
    if (signature.length !== SIGNATURE_BYTES || !verifyEd25519(key.publicKey, text, signature))
      throw new AffidavitError('evidence.signature', `the note's signature by ${key.name}+${key.keyId} is wrong`);
  return note;
}

/** A checkpoint: what a log says of itself. */
export interface Checkpoint {
  /** Which log. */
  origin: string;
  /** Number of leaves. */
  size: number;
  /** RFC 6962 root, 32 bytes. */
  root: Uint8Array;
  /** Extension lines; we write none. */
  extensions: string[];
}

/** The text of a checkpoint's note. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size, root, extensions } = checkpoint;
  return [origin, String(size), encodeBase64(root), ...extensions].map((line) => `${line}\n`).join('');
}

/** Reads the text of a checkpoint's note. @throws evidence.malformed for anything but an exact checkpoint. */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw malformed('a checkpoint ends in newline');
  const [origin = '', size = '', root = '', ...extensions] = lines;
  // "at least three non-empty lines"; "Extension lines, if any, MUST be non-empty."
  if (lines.length < 3 || lines.includes(''))
    throw malformed('a checkpoint has at least three lines, none of them empty');
  const hash = decodeBase64(root);
  checkLength(hash, HASH_BYTES, "a checkpoint's root");
  return { origin, size: parseDecimal(size, "a checkpoint's size"), root: hash, extensions };
}

/**
 * Reads a checkpoint that a log signed. The key's name must be the log's origin ("SHOULD match the origin line": ours
 * do).
 * @param key the log's key, or its text form.
 * @throws evidence.malformed, evidence.signature, evidence.untrusted_key
 */
export function verifyCheckpoint(bytes: Uint8Array, key: NoteKey | string): Checkpoint {
  const known = typeof key === 'string' ? parseVerifierKey(key) : key;
  const checkpoint = parseCheckpoint(verifyNote(bytes, known).text);
  if (checkpoint.origin !== known.name)
    throw new AffidavitError('evidence.untrusted_key', `${known.name} signed a checkpoint of ${checkpoint.origin}`);
  return checkpoint;
}
