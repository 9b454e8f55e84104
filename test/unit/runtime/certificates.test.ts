import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AffidavitError } from '../../../src/record/index.ts';
import { Certificates, nodeFiles, silentLogger, systemClock } from '../../../src/runtime/index.ts';
import type { Clock, Credentials, Logger } from '../../../src/runtime/index.ts';
import { makePipe } from '../../support/pipe.ts';
import { issueCertificate } from '../../support/certificates.ts';

const authority = issueCertificate({ commonName: 'authority' });
const first = issueCertificate({ commonName: 'first', issuer: authority });
const second = issueCertificate({ commonName: 'second', issuer: authority });
const names = { certFile: 'a.crt', keyFile: 'a.key', caFile: 'ca.crt' };

/** Files in memory, and what was logged. */
class Stage {
  readonly content = new Map<string, string>();
  readonly said: string[] = [];
  readonly told: Credentials[] = [];

  put(pair: { certificate: string; key: string }, ca = authority.certificate): this {
    this.content.set('a.crt', pair.certificate).set('a.key', pair.key).set('ca.crt', ca);
    return this;
  }

  open(clock: Clock = systemClock): Promise<Certificates> {
    const say = (level: string) => (_fields: object, message: string) => this.said.push(`${level} ${message}`);
    const logger: Logger = { ...silentLogger, info: say('info'), warn: say('warn'), error: say('error') };
    const readFile = (path: string): Promise<Uint8Array> => {
      const text = this.content.get(path);
      if (text === undefined) return Promise.reject(new AffidavitError('not_found', `read ${path}`));
      return Promise.resolve(new TextEncoder().encode(text));
    };
    return Certificates.open({ names, files: { readFile }, clock, logger, pollMs: 5 });
  }

  async watch(): Promise<Certificates> {
    const certificates = await this.open();
    return certificates.watch((credentials) => this.told.push(credentials));
  }
}

const inUse = ({ current }: Certificates): string | undefined => current.cert?.toString();

describe('certificates in files', () => {
  const open: Certificates[] = [];
  const kept = (certificates: Certificates): Certificates => {
    open.push(certificates);
    return certificates;
  };
  afterEach(() => {
    for (const certificates of open.splice(0)) certificates.close();
  });

  it('goes on with the ones before while one is a pipe, says so once, and takes a good file later', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'affidavit-certificates-'));
    try {
      const files = { certFile: join(folder, 'crt'), keyFile: join(folder, 'key') };
      writeFileSync(files.certFile, first.certificate);
      writeFileSync(files.keyFile, first.key);
      const said: string[] = [];
      const logger: Logger = { ...silentLogger, error: (_fields, message) => said.push(message) };
      const certificates = kept(
        await Certificates.open({ names: files, files: nodeFiles, clock: systemClock, logger }),
      );
      rmSync(files.keyFile);
      makePipe(files.keyFile);
      for (let looks = 0; looks < 4; looks += 1) assert.equal(await certificates.look(), false);
      assert.equal(inUse(certificates), first.certificate);
      assert.equal(said.length, 1);
      rmSync(files.keyFile);
      writeFileSync(files.certFile, second.certificate);
      writeFileSync(files.keyFile, second.key);
      assert.equal(await certificates.look(), true);
      assert.equal(inUse(certificates), second.certificate);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const [name, prepare, message] of [
    ['a key of another certificate', (stage: Stage) => stage.content.set('a.key', second.key), /a\.crt, a\.key.*key/],
    ['a certificate that is none', (stage: Stage) => stage.content.set('a.crt', 'no'), /certificate file holds no/],
    ['an authority that is none', (stage: Stage) => stage.content.set('ca.crt', ''), /authority file holds no/],
    [
      'an authority that is damaged',
      (stage: Stage) => stage.content.set('ca.crt', authority.certificate.replace('MI', 'XX')),
      /TLS with/,
    ],
  ] as const)
    it(`are refused at the start: ${name}`, async () => {
      const stage = new Stage().put(first);
      prepare(stage);
      await assert.rejects(stage.open(), { code: 'config.invalid', message });
    });

  it('are refused at the start when one is not there', async () => {
    const stage = new Stage().put(first);
    stage.content.delete('a.key');
    await assert.rejects(stage.open(), { code: 'not_found' });
  });

  it('are taken anew when they have changed, by whoever watches, with one line', async () => {
    const stage = new Stage().put(first);
    const certificates = kept(await stage.watch());
    assert.equal(await certificates.look(), false);
    stage.put(second);
    while (stage.told.length === 0) await new Promise(setImmediate);
    await certificates.look();
    assert.equal(inUse(certificates), second.certificate);
    assert.deepEqual(
      stage.told.map(({ cert }) => cert?.toString()),
      [second.certificate],
    );
    assert.deepEqual(stage.said, ['info TLS files were read anew: new connections use them']);
  });

  it('that are broken leave those before in use and are said once, not at each look', async () => {
    const stage = new Stage().put(first);
    const certificates = await stage.open();
    const error = 'error new TLS files can not be used; the ones before stay in use';
    stage.content.set('a.crt', second.certificate);
    for (const said of [[], [error], [error]]) {
      assert.equal(await certificates.look(), false);
      assert.deepEqual(stage.said, said);
    }
    stage.content.delete('a.crt');
    for (let looks = 0; looks < 3; looks++) await certificates.look();
    assert.deepEqual(stage.said, [error, error]);
    assert.equal(inUse(certificates), first.certificate);
    stage.put(second);
    assert.equal(await certificates.look(), true);
    assert.equal(inUse(certificates), second.certificate);
  });

  it('that are seen while they are being replaced are no fault', async () => {
    const stage = new Stage().put(first);
    const certificates = await stage.open();
    stage.content.set('a.crt', '');
    assert.equal(await certificates.look(), false);
    stage.content.set('a.crt', second.certificate);
    assert.equal(await certificates.look(), false);
    stage.put(second);
    assert.equal(await certificates.look(), true);
    assert.deepEqual(stage.said, ['info TLS files were read anew: new connections use them']);
  });

  it('that whoever watches can not use leave those before in use', async () => {
    const stage = new Stage().put(first);
    const certificates = await stage.open();
    certificates.watch(() => {
      throw new Error('not for this server');
    });
    kept(certificates);
    stage.put(second);
    assert.equal(await certificates.look(), false);
    assert.equal(inUse(certificates), first.certificate);
  });

  it('that have expired are used, and warned of', async () => {
    const stage = new Stage().put(first);
    const inAWeekUs = systemClock.nowUs() + 7 * 86_400_000_000;
    await stage.open({ ...systemClock, nowUs: () => inAWeekUs });
    assert.deepEqual(stage.said, ['warn our certificate has expired, or is not valid yet: peers refuse it']);
  });
});
