import assert from 'node:assert/strict';
import {
  encodeUtf8,
  formatCheckpoint,
  formatNote,
  formatVerifierKey,
  isKeyName,
  MAX_NOTE_BYTES,
  noteKey,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  signNote,
  verifyCheckpoint,
  verifyNote,
} from '../../../src/proof/index.ts';
import { refused } from './expect.ts';
import { logNoteKey, ORIGIN, signedCheckpoint, TestKey, logKey } from './sample-log.ts';

/** Key and note of the Go package's documentation (golang.org/x/mod/sumdb/note). */
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const PETER_TEXT =
  'If you think cryptography is the answer to your problem,\n' + "then you don't know what your problem is.\n";
const PETER_NOTE = `${PETER_TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

describe('signed notes', () => {
  it('verify as those of the reference implementation do', () => {
    const key = parseVerifierKey(PETER);
    const note = verifyNote(encodeUtf8(PETER_NOTE), key);
    assert.equal(note.text, PETER_TEXT);
    assert.equal(formatVerifierKey(key), PETER);
    assert.equal(text(formatNote(note)), PETER_NOTE);
  });

  it('keep the signatures of keys that nobody knows, and ignore them', () => {
    const [mine, other] = [noteKey('a.example', logKey.publicKey), new TestKey('witness')];
    const witness = noteKey('witness.example', other.publicKey);
    const signed = parseNote(signNote('text\n', mine, (m) => logKey.sign(m)));
    const strange = { name: 'strange', keyId: '01020304', signature: new Uint8Array(5000) };
    const both = formatNote({ text: 'text\n', signatures: [strange, ...signed.signatures] });
    assert.deepEqual(verifyNote(both, mine).signatures[0], strange);
    assert.throws(() => verifyNote(both, witness), refused('evidence.untrusted_key'));
  });

  it('are refused when one of the signatures by the known key is wrong', () => {
    const signed = parseNote(signNote('text\n', logNoteKey, (m) => logKey.sign(m)));
    const wrong = { name: logNoteKey.name, keyId: logNoteKey.keyId, signature: new Uint8Array(64) };
    const note = formatNote({ text: 'text\n', signatures: [...signed.signatures, wrong] });
    assert.throws(() => verifyNote(note, logNoteKey), refused('evidence.signature'));
    const short = { ...wrong, signature: new Uint8Array(63) };
    assert.throws(
      () => verifyNote(formatNote({ text: 'text\n', signatures: [short] }), logNoteKey),
      refused('evidence.signature'),
    );
  });

  it('take their text up to the last empty line', () => {
    const note = signNote('one\n\ntwo\n', logNoteKey, (m) => logKey.sign(m));
    assert.equal(parseNote(note).text, 'one\n\ntwo\n');
  });

  it('are refused when they are anything but exact notes', () => {
    const line = PETER_NOTE.slice(PETER_NOTE.indexOf('—'));
    const wrong = ['', '\n', '\n\n', 'text\n', 'text\n\n', `text\n${line}`, `text\n\n${line.slice(0, -1)}`];
    wrong.push(`text\n\n${line}more\n`, `te\u0000xt\n\n${line}`, `te\txt\n\n${line}`, `text\r\n\n${line}`);
    wrong.push(
      `text\n\n${line.replace('— ', '- ')}`,
      `text\n\n— A x08go\n`,
      `text\n\n— A x08goA==\n`,
      'text\n\n— A AAAA\n',
    );
    wrong.push(
      `text\n\n— A+B x08go/ZJ\n`,
      `text\n\n—  x08go/ZJ\n`,
      `text\n\n— A x08go/ZJ extra\n`,
      `text\n\n\n${line}\n`,
    );
    for (const note of wrong)
      assert.throws(() => parseNote(encodeUtf8(note)), refused('evidence.malformed'), JSON.stringify(note));
    assert.throws(() => parseNote(Uint8Array.of(0xc3, 0x28, 10, 10)), refused('evidence.malformed', 'UTF-8'));
  });

  it('have limits of size and of signatures, of which at least 16 fit', () => {
    const signature = { name: 'a', keyId: '00000000', signature: new Uint8Array(5000) };
    const sign = (count: number): Uint8Array =>
      formatNote({ text: 'text\n', signatures: Array.from({ length: count }, () => signature) });
    assert.equal(parseNote(sign(128)).signatures.length, 128);
    assert.throws(() => sign(129), refused('evidence.malformed'));
    assert.throws(() => parseNote(new Uint8Array(MAX_NOTE_BYTES + 1)), refused('evidence.malformed'));
    assert.throws(() => formatNote({ text: 'no newline', signatures: [signature] }), refused('evidence.malformed'));
  });
});

describe('verifier keys', () => {
  it('are refused with another key id, type, length or name', () => {
    const wrong = ['', 'PeterNeumann', PETER.replace('c74f', 'c74e'), PETER.replace('c74f20a3', 'C74F20A3')];
    wrong.push(PETER.replace('Peter', 'Peer'), PETER.slice(0, -4), `${PETER}AAAA`, PETER.replace('+ARp', '+AhpA'));
    wrong.push('a+00000000+', `${'a'.repeat(1001)}+00000000+AAAA`, PETER.replace('+ARpc', '+BRpc'));
    for (const key of wrong) assert.throws(() => parseVerifierKey(key), refused('evidence.malformed'), key);
    assert.throws(() => noteKey('a b', logKey.publicKey), refused('evidence.malformed'));
    assert.throws(() => noteKey('a', new Uint8Array(31)), refused('evidence.malformed'));
  });

  it('have names without spaces, plus and control characters', () => {
    for (const name of ['log.example/a', 'ö', '名']) assert.ok(isKeyName(name), name);
    for (const name of ['', 'a b', 'a+b', 'a\n', 'a\u00a0b', 'a\u2003', '\u0085', 'a\u0000', 'a'.repeat(256), '\ud800'])
      assert.ok(!isKeyName(name), JSON.stringify(name));
  });
});

describe('checkpoints', () => {
  const root = new Uint8Array(32).fill(7);
  const checkpoint = { origin: ORIGIN, size: 20_852_163, root, extensions: [] };

  it('are read as they are written', () => {
    assert.deepEqual(parseCheckpoint(formatCheckpoint(checkpoint)), checkpoint);
    const extended = { ...checkpoint, extensions: ['one', 'two'] };
    assert.deepEqual(parseCheckpoint(formatCheckpoint(extended)), extended);
    assert.deepEqual(verifyCheckpoint(signedCheckpoint(5, root), logNoteKey), { ...checkpoint, size: 5 });
    assert.deepEqual(verifyCheckpoint(signedCheckpoint(5, root), formatVerifierKey(logNoteKey)).size, 5);
  });

  it('are refused for sizes that are none, up to 2^63 and beyond', () => {
    const sizes = ['-1', '01', '', '1.0', '1e3', '9007199254740992', '9223372036854775807', '9223372036854775808'];
    for (const size of [...sizes, '9'.repeat(1000), '0x10', ' 1', '٣'])
      assert.throws(
        () => parseCheckpoint(formatCheckpoint(checkpoint).replace('20852163', size)),
        refused('evidence.malformed'),
        size,
      );
    assert.equal(parseCheckpoint(`a\n9007199254740991\n${'A'.repeat(43)}=\n`).size, Number.MAX_SAFE_INTEGER);
  });

  it('are refused with another root, with empty lines or without a newline', () => {
    const hash = Buffer.from(root).toString('base64');
    const wrong = [`a\n1\n${hash}`, `a\n1\n`, `\n1\n${hash}\n`, `a\n1\n${hash.slice(4)}\n`, `a\n1\n${hash}\n\n`];
    wrong.push(`a\n1\n${hash}\n\nx\n`, '', '\n', `a\n1\nnot base64\n`);
    for (const text of wrong) assert.throws(() => parseCheckpoint(text), refused('evidence.malformed'), text);
  });

  it('are refused when the key is of another log', () => {
    const foreign = signNote(formatCheckpoint({ ...checkpoint, origin: 'other.example' }), logNoteKey, (m) =>
      logKey.sign(m),
    );
    assert.throws(() => verifyCheckpoint(foreign, logNoteKey), refused('evidence.untrusted_key', 'other.example'));
  });
});
