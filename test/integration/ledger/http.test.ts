import assert from 'node:assert/strict';
import { encodeBase64, encodeHex, parseVerifierKey, sha256, verifyLog } from '../../../src/proof/index.ts';
import { silentLogger } from '../../../src/runtime/index.ts';
import { SigningKey } from '../../../src/seal/index.ts';
import { HttpTileSource, LedgerReader, serveLedger, verifyPositions } from '../../../src/ledger/index.ts';
import type { Endpoint, Ledger } from '../../../src/ledger/index.ts';
import {
  enrolment,
  exchange,
  LEDGER_DIRECTORY,
  logVerifierKey,
  messages,
  openLedger,
  TestEpoch,
  trust,
} from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

const IMMUTABLE = 'public, max-age=31536000, immutable';

const LIST = Buffer.from('a list');

describe('ledger: the HTTP endpoint', () => {
  let ledger: Ledger;
  let endpoint: Endpoint;
  before(async () => {
    const files = new SimulatedDisk(1).files();
    ledger = await openLedger(files);
    const epoch = new TestEpoch('a');
    await ledger.ingest(
      messages([
        epoch.batch(
          Array.from({ length: 300 }, (_, i) =>
            i === 299 ? { ...exchange('299'), attachments: [LIST] } : exchange(`${i}`),
          ),
        ).frame,
      ]),
    );
    const reader = new LedgerReader(files, LEDGER_DIRECTORY);
    const ports = {
      source: reader,
      attachment: (hash: Uint8Array) => reader.readAttachment(hash),
      positions: (keyId?: string) => ledger.positions(keyId),
      enrol: (signed: Parameters<Ledger['enrol']>[0]) => ledger.enrol(signed),
      isReady: () => ledger.isOpen,
      logger: silentLogger,
    };
    endpoint = await serveLedger(ports, '127.0.0.1', 0);
  });
  after(() => endpoint.close());

  const get = (path: string, init?: RequestInit): Promise<Response> => fetch(`${endpoint.url}${path}`, init);

  it('serves checkpoint, tiles and entries as tlog-tiles says', async () => {
    const expected: [path: string, type: string, cache: string, bytes?: number][] = [
      ['/checkpoint', 'text/plain; charset=utf-8', 'no-cache'],
      ['/tile/0/000', 'application/octet-stream', IMMUTABLE, 8192],
      ['/tile/0/001.p/47', 'application/octet-stream', IMMUTABLE, 47 * 32],
      ['/tile/1/000.p/1', 'application/octet-stream', IMMUTABLE, 32],
      ['/tile/entries/000', 'application/octet-stream', IMMUTABLE],
      ['/tile/entries/001.p/47', 'application/octet-stream', IMMUTABLE],
    ];
    for (const [path, type, cache, bytes] of expected) {
      const response = await get(path);
      assert.equal(response.status, 200, path);
      assert.equal(response.headers.get('content-type'), type);
      assert.equal(response.headers.get('cache-control'), cache);
      const body = await response.bytes();
      if (bytes !== undefined) assert.equal(body.length, bytes);
      const head = await get(path, { method: 'HEAD' });
      assert.equal(head.headers.get('content-length'), String(body.length));
    }
  });

  it('answers 404 to whatever is not there or not named exactly', async () => {
    const paths = [
      '/tile/0/002',
      '/tile/0/001',
      '/tile/0/001.p/48',
      '/tile/0/1',
      '/tile/9/000',
      '/tile/00/000',
      '/tile/0/000.p/256',
    ];
    for (const path of [...paths, '/state', '/tile/entries/..%2f..%2fstate', '/..', '/', '/checkpoint/'])
      assert.equal((await get(path)).status, 404, path);
    assert.equal((await get('/checkpoint', { method: 'DELETE' })).status, 405);
    assert.equal((await get('/v1/enrolments')).status, 405);
  });

  it('gives a verifier the whole log', async () => {
    const report = await verifyLog(new HttpTileSource(`${endpoint.url}/`), trust);
    assert.equal(report.checkpoint.size, 303);
    assert.equal(report.trusted, true);
  });

  it('gives producers their positions, signed, also those of one key alone', async () => {
    const note = await (await get('/v1/positions')).bytes();
    const all = verifyPositions(note, parseVerifierKey(logVerifierKey));
    assert.equal(all.epochs[0]?.batches, 1);
    for (const keyId of [all.epochs[0].keyId, '0'.repeat(64)]) {
      const own = verifyPositions(
        await (await get(`/v1/positions/${keyId}`)).bytes(),
        parseVerifierKey(logVerifierKey),
      );
      assert.deepEqual(own, { ...all, epochs: all.epochs.filter((epoch) => epoch.keyId === keyId) });
    }
    assert.equal((await get('/v1/positions/f')).status, 404);
    note[40] = (note[40] ?? 0) ^ 1;
    assert.throws(() => verifyPositions(note, parseVerifierKey(logVerifierKey)), { code: 'evidence.signature' });
  });

  it('enrols what the root key signed, and nothing else', async () => {
    const { statement, signature } = enrolment(SigningKey.fromSeed(sha256(Buffer.from('new'))));
    const post = async (body: string): Promise<number> =>
      (await get('/v1/enrolments', { method: 'POST', body })).status;
    const json = (changes: object): string =>
      JSON.stringify({ statement: encodeBase64(statement), signature: encodeBase64(signature), ...changes });
    const size = ledger.size;
    assert.equal(await post(json({ signature: encodeBase64(new Uint8Array(64)) })), 403);
    assert.equal(await post(json({ signature: 7 })), 400);
    assert.equal(await post('{'), 400);
    assert.equal(await post(json({ statement: '?' })), 400);
    assert.equal(await post(json({ statement: encodeBase64(Uint8Array.of(0xff)) })), 400);
    assert.equal(await post('x'.repeat(100_000)), 413);
    assert.equal(ledger.size, size);
    assert.equal(await post(json({})), 200);
    assert.equal(ledger.size, size + 1);
  });

  it('serves attachments by their hash', async () => {
    const response = await get(`/v1/attachments/${encodeHex(sha256(LIST))}`);
    assert.equal(response.headers.get('cache-control'), IMMUTABLE);
    assert.deepEqual(Buffer.from(await response.bytes()), LIST);
    for (const name of ['0'.repeat(64), '0'.repeat(63), '../checkpoint'])
      assert.equal((await get(`/v1/attachments/${name}`)).status, 404);
  });

  it('says that it is ready until the ledger is closed', async () => {
    assert.equal((await get('/healthz')).status, 200);
    assert.equal((await get('/readyz')).status, 200);
    await ledger.close();
    assert.equal((await get('/readyz')).status, 503);
  });

  it('says which port is taken', async () => {
    const port = Number(new URL(endpoint.url).port);
    const ports = {
      source: new HttpTileSource(endpoint.url),
      positions: () => new Uint8Array(0),
      attachment: () => Promise.reject(new Error('no')),
      logger: silentLogger,
    };
    const rest = { enrol: () => Promise.reject(new Error('no')), isReady: () => true };
    await assert.rejects(serveLedger({ ...ports, ...rest }, '127.0.0.1', port), { code: 'port.in_use' });
  });
});
