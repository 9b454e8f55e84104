import assert from 'node:assert/strict';
import { AffidavitError } from '../../../src/record/index.ts';
import { systemRandom } from '../../../src/runtime/index.ts';
import { KeyFolder, nodeKeyFiles, SigningKey } from '../../../src/seal/index.ts';
import { parseIngestKeys } from '../../../src/seal/ingest-keys.ts';
import { parseKeyStore } from '../../../src/seal/key-store.ts';
import { parseTokenKeys } from '../../../src/seal/token-keys.ts';
import { damaged, someChanges } from '../../fault/input/support/stored-bytes.ts';
import { withFolder } from './fixtures.ts';

const PERIOD = {
  id: '00112233445566778899aabbccddeeff',
  class: 'content',
  retentionClass: 'standard',
  month: '2026-02',
  key: Buffer.alloc(32, 7).toString('base64'),
};

/** Reads a text as its file; the error that it must end in otherwise names the file. */
function readOrRefusal(read: (text: string, name: string) => unknown, bytes: Uint8Array, name: string): unknown {
  try {
    return read(Buffer.from(bytes).toString('utf8'), name);
  } catch (thrown) {
    assert.ok(thrown instanceof AffidavitError, String(thrown));
    assert.ok(['key.malformed', 'evidence.signature'].includes(thrown.code), thrown.code);
    assert.ok(thrown.message.startsWith(name), thrown.message);
    return undefined;
  }
}

/** Each change of a file is refused, or changes nothing of what is in it. */
function assertEach(read: (text: string, name: string) => unknown, bytes: Uint8Array, name: string): void {
  const original = read(Buffer.from(bytes).toString('utf8'), name);
  let refused = 0;
  for (const [what, changed] of damaged(bytes, someChanges)) {
    const found = readOrRefusal(read, changed, name);
    if (found === undefined) refused += 1;
    else assert.deepEqual(found, original, `${name}: ${what}`);
  }
  assert.ok(refused > bytes.length, `only ${refused} changes are refused`);
}

describe('each byte of a key file', () => {
  let files: Record<string, Uint8Array> = {};
  let rootPublicKey = new Uint8Array(0);

  before(async () => {
    await withFolder(async (parent) => {
      const directory = `${parent}/keys`;
      const folder = await KeyFolder.init({ directory, files: nodeKeyFiles, random: systemRandom });
      rootPublicKey = new Uint8Array((await folder.signingKey('root')).publicKey);
      for (const name of ['keyservice.json', 'tokens.json', 'ingest.json', 'log.key'])
        files = { ...files, [name]: await nodeKeyFiles.readFile(folder.path(name), 1_000_000) };
    });
  });

  const bytesOf = (name: string): Uint8Array => files[name] ?? new Uint8Array(0);

  it('of the key service and of tokens: no bit of a key changes unnoticed', () => {
    assertEach(parseKeyStore, bytesOf('keyservice.json'), 'keyservice.json');
    assertEach(parseTokenKeys, bytesOf('tokens.json'), 'tokens.json');
  });

  it('of the ingest keys: the signature of the root key says so', () => {
    const read = (text: string, name: string): unknown => parseIngestKeys(text, name, rootPublicKey);
    assertEach(read, bytesOf('ingest.json'), 'ingest.json');
  });

  it('of a signing key: one error that names it, or a key; whose it is, others know', () => {
    const read = (text: string, name: string): unknown => SigningKey.fromPem(text, name).keyId;
    for (const [, changed] of damaged(bytesOf('log.key'), someChanges)) readOrRefusal(read, changed, 'log.key');
  });

  it('written before there was a check is read as it is', () => {
    const ingest = JSON.parse(Buffer.from(bytesOf('keyservice.json')).toString('utf8')) as Record<string, unknown>;
    const text = JSON.stringify({ ...ingest, check: undefined, periods: [PERIOD] });
    assert.equal(parseKeyStore(text, 'keyservice.json').periods[0]?.month, PERIOD.month);
  });
});
