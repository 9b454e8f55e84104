import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bodyOf, REQUEST, RESPONSE } from '../capture/support/calls.ts';
import { connect, EnvoyStream } from '../capture/support/envoy-client.ts';
import { affidavit, jsonLines, messageLines, removeFolders, temporaryFolder, Up } from './support/cli.ts';

const EMAIL = 'jane.roe@mail.example';
const BODY = `{"from":"${EMAIL}","to":"other.roe@mail.example","cvv":"123"}`;
const CALL = [REQUEST, bodyOf('request', BODY, true), RESPONSE, bodyOf('response', '{"ok":1}', true)];

interface Listed {
  value: string;
  entity: string;
  isCommitted: boolean;
}

/** Bytes in Base64 with one bit changed. */
function flipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return bytes.toString('base64');
}

describe('affidavit disclose', function () {
  this.timeout(180_000);
  let folder = '';
  let data = '';
  let leaf = '';
  let pins: string[] = [];
  let listed: Listed[] = [];

  before(async () => {
    folder = await temporaryFolder();
    data = join(folder, 'data');
    const up = await Up.start(data);
    const client = connect(up.capturePort);
    const stream = new EnvoyStream(client, 'strict');
    for (const message of CALL) stream.send(message);
    assert.equal(await stream.ended(), 0);
    client.close();
    await up.service.stop();
    const { stdout } = await affidavit(['keys', '--data', data, '--json']);
    const { logKey, rootKey } = JSON.parse(stdout) as { logKey: string; rootKey: string };
    pins = ['--log-key', logKey, '--root-key', rootKey, '--data', join(folder, 'elsewhere')];
    const list = await affidavit(['list', '--kind', 'exchange', '--data', data, '--json']);
    leaf = String((jsonLines(list.stdout)[0] as { index: number } | undefined)?.index);
    listed = jsonLines((await affidavit(['disclose', leaf, '--data', data, '--json'])).stdout) as unknown as Listed[];
  });
  after(removeFolders);

  const nameOf = (entity: string): string =>
    listed.find(({ value, entity: of }) => value.startsWith('request_body/') && of === entity)?.value ?? '';

  async function disclose(value: string, name = nameOf('email')) {
    const given = join(folder, 'value');
    const out = join(folder, 'disclosure.json');
    await writeFile(given, value);
    const result = await affidavit(['disclose', leaf, name, '--value', given, '--out', out, '--data', data]);
    return { ...result, out };
  }

  it('lists what was redacted, and never a value', async () => {
    const entities = listed.map(({ entity }) => entity);
    assert.ok(entities.filter((entity) => entity === 'email').length === 2, entities.join());
    const { stdout } = await affidavit(['disclose', leaf, '--data', data]);
    assert.ok(!stdout.includes(EMAIL) && stdout.includes('email'), stdout);
  });

  it('proves a value that is not kept anywhere to who gives it, and shows no other', async () => {
    const { status, stderr, out } = await disclose(`${EMAIL}\n`);
    assert.equal(status, 0, stderr);
    const verified = await affidavit(['verify', out, ...pins]);
    assert.equal(verified.status, 0, verified.stderr);
    assert.match(verified.stdout, new RegExp(`request_body/[0-9]+ was "${EMAIL}"`));
    assert.ok(!Buffer.from(await readFile(out, 'utf8')).includes('other.roe'));
  });

  it('makes nothing of a value that is not the one', async () => {
    const { status, stderr } = await disclose('jane.doe@mail.example');
    assert.deepEqual([status, messageLines(stderr).length], [2, 1], stderr);
    assert.match(stderr, /is not the one that was redacted/);
  });

  it('can show nothing of a card verification code', async () => {
    const name = nameOf('card_code');
    assert.equal(listed.find(({ value }) => value === name)?.isCommitted, false, JSON.stringify(listed));
    const { status, stderr } = await disclose('123', name);
    assert.notEqual(status, 0);
    assert.match(stderr, /nothing was committed to/);
  });

  it('is not believed once its value, salt, place, path or entry is another', async () => {
    const { out } = await disclose(EMAIL);
    const file = JSON.parse(await readFile(out, 'utf8')) as Record<string, unknown>;
    const forged = join(folder, 'forged.json');
    const path = file['path'] as string[];
    for (const change of [
      { value: Buffer.from('eve@mail.example').toString('base64') },
      { salt: flipped(String(file['salt'])) },
      { place: Number(file['place']) + 1 },
      { path: path.slice(1) },
      { path: path.map(flipped) },
      { entry: flipped(String(file['entry'])) },
      { place: -1 },
      { path: 'none' },
    ]) {
      await writeFile(forged, JSON.stringify({ ...file, ...change }));
      const { status, stderr } = await affidavit(['verify', forged, ...pins]);
      assert.equal(status, 1, `${JSON.stringify(change)}: ${stderr}`);
      assert.match(stderr, /value: /);
    }
  });
});
