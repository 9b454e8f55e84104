import assert from 'node:assert/strict';
import { AffidavitError } from '../../../src/record/index.ts';
import { noteKey, sha256, signNote } from '../../../src/proof/index.ts';
import { SigningKey } from '../../../src/seal/index.ts';
import { verifyPositions } from '../../../src/ledger/index.ts';
import { asArray, asBoolean, asCount, asHex, asObject, asString, parseJson } from '../../../src/ledger/json.ts';

describe('ledger: JSON of another shape', () => {
  it('is an ordinary failure that names the place, never bad evidence', () => {
    const readings: (() => unknown)[] = [
      () => parseJson('{', 'the place'),
      () => asObject([], 'the place'),
      () => asArray({}, 'the place'),
      () => asString(7, 'the place'),
      () => asBoolean('true', 'the place'),
      () => asCount(-1, 'the place'),
      () => asHex('AB', 'the place', 2),
    ];
    for (const read of readings)
      assert.throws(read, (thrown) => {
        assert.ok(thrown instanceof AffidavitError && !thrown.isEvidence);
        assert.equal(thrown.code, 'protocol');
        return thrown.message.startsWith('the place is not ');
      });
  });

  it('is bad evidence in positions that the log signed', () => {
    const key = SigningKey.fromSeed(sha256(Buffer.from('log')));
    const name = noteKey('log.example', key.publicKey);
    for (const json of ['{', '[]', '{"epochs":[]}', '{"jumps":0,"epochs":[{"keyId":"x"}]}']) {
      const text = ['affidavit/v1 positions', 'log.example', '1', '', json].map((line) => `${line}\n`).join('');
      const note = signNote(text, name, (message) => key.sign(message));
      assert.throws(() => verifyPositions(note, name), { code: 'evidence.malformed' }, json);
    }
  });
});
