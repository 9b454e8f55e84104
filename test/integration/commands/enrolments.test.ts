import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FORMAT, KEY_ACTION, KEY_ROLE } from '../../../src/record/index.ts';
import { systemRandom } from '../../../src/runtime/index.ts';
import { KeyFolder, nodeKeyFiles, signKeyStatement } from '../../../src/seal/index.ts';
import { affidavit, removeFolders, temporaryFolder, Up } from './support/cli.ts';

const PASSED_OVER = /an enrolment is passed over: (.*)/;
const DEADLINE_MS = 30_000;

interface Line {
  msg: string;
  file?: string;
  keyId?: string;
  origin?: string;
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, `${what} did not happen within ${DEADLINE_MS} ms`);
    await delay(50);
  }
}

async function logOf(up: Up): Promise<Line[]> {
  const lines = (await readFile(up.service.logFile, 'utf8')).split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Line);
}

async function passedOver(up: Up): Promise<string[]> {
  return (await logOf(up)).filter(({ msg }) => PASSED_OVER.test(msg)).map(({ file = '' }) => file);
}

async function enrolled(up: Up): Promise<string[]> {
  return (await logOf(up)).filter(({ msg }) => msg === 'enrolled a key').map(({ keyId = '' }) => keyId);
}

/** An enrolment of a new recorder for the log of a data folder, and the id of its key. */
async function newEnrolment(data: string, folder: string, name: string): Promise<{ json: string; keyId: string }> {
  const producer = await affidavit(['keys', 'producer', '--data', join(folder, name)]);
  const elsewhere = join(folder, `${name}-ledger`);
  await cp(join(data, 'keys'), join(elsewhere, 'keys'), { recursive: true });
  const { stdout, stderr } = await affidavit(['keys', 'enroll', producer.stdout.trim(), '--data', elsewhere, '--json']);
  assert.notEqual(stdout, '', stderr);
  const { keyId, to } = JSON.parse(stdout) as { keyId: string; to: string };
  return { json: await readFile(to, 'utf8'), keyId };
}

describe('files in enrolments/ that are no enrolments', function () {
  this.timeout(120_000);
  let folder = '';
  let data = '';
  let enrolments = '';

  before(async () => {
    folder = await temporaryFolder();
    data = join(folder, 'data');
    enrolments = join(data, 'ledger', 'enrolments');
    const { status, stderr } = await affidavit(['keys', 'init', '--data', data]);
    assert.equal(status, 0, stderr);
  });
  after(removeFolders);

  it('are passed over by a ledger that runs, each said once; what comes after them is taken', async () => {
    const up = await Up.start(data);
    try {
      await writeFile(join(enrolments, 'a.json'), 'not JSON');
      await writeFile(join(enrolments, 'b.json'), '{"statement": 1, "signature": 2}');
      await writeFile(join(enrolments, 'c.json'), '{"statement": "?", "signature": "?"}');
      await writeFile(join(enrolments, 'd.json'), 'x'.repeat(65_537));
      await mkdir(join(enrolments, 'e.json'));
      const first = await newEnrolment(data, folder, 'first');
      await writeFile(join(enrolments, 'z.json'), first.json);
      await until(async () => (await enrolled(up)).includes(first.keyId), 'the first enrolment');
      // By the time that the second is taken, the folder has been looked at twice.
      const second = await newEnrolment(data, folder, 'second');
      await writeFile(join(enrolments, 'z2.json'), second.json);
      await until(async () => (await enrolled(up)).includes(second.keyId), 'the second enrolment');
      assert.deepEqual(await passedOver(up), ['a.json', 'b.json', 'c.json', 'd.json', 'e.json']);
      assert.equal(up.service.ended(), undefined);
    } finally {
      await up.service.stop();
    }
    assert.equal(up.service.ended(), 'exit code 0');
  });

  it('do not keep a ledger from starting', async () => {
    const up = await Up.start(data);
    await up.service.stop();
    assert.equal(up.service.ended(), 'exit code 0');
    assert.deepEqual(await passedOver(up), ['a.json', 'b.json', 'c.json', 'd.json', 'e.json']);
  });

  it('are taken once they are whole: half of a file is no reason to forget the rest', async () => {
    for (const name of ['a.json', 'b.json', 'c.json', 'd.json', 'e.json'])
      await rm(join(enrolments, name), { recursive: true });
    const { json, keyId } = await newEnrolment(data, folder, 'third');
    const up = await Up.start(data);
    try {
      const path = join(enrolments, 'half.json');
      await writeFile(path, json.slice(0, 100));
      await until(async () => (await passedOver(up)).length === 1, 'half of an enrolment');
      await writeFile(path, json);
      await until(async () => (await enrolled(up)).includes(keyId), 'the whole enrolment');
      assert.deepEqual(await passedOver(up), ['half.json']);
    } finally {
      await up.service.stop();
    }
  });

  it('a statement that the ledger refuses ends it as little: one that would retire its own key', async () => {
    const keys = KeyFolder.open({ directory: join(data, 'keys'), files: nodeKeyFiles, random: systemRandom });
    const { publicKey } = await keys.signingKey('ledger');
    const up = await Up.start(data);
    try {
      const genesis = (await logOf(up)).find(({ origin }) => origin !== undefined);
      const statement = {
        ...{ format: FORMAT, logOrigin: genesis?.origin ?? '', action: KEY_ACTION.retired, role: KEY_ROLE.ledger },
        ...{ publicKey, name: 'ledger', timeUs: Date.now() * 1000 },
      };
      const signed = signKeyStatement(await keys.signingKey('root'), statement);
      const json = {
        statement: Buffer.from(signed.statement).toString('base64'),
        signature: Buffer.from(signed.signature).toString('base64'),
      };
      await writeFile(join(enrolments, 'own.json'), JSON.stringify(json));
      const refused = async (): Promise<string[]> =>
        (await logOf(up)).filter(({ file }) => file === 'own.json').map(({ msg }) => msg);
      await until(async () => (await refused()).length > 0, 'a refusal');
      assert.match((await refused()).join(), /an enrolment was refused: the ledger that runs can't retire its own key/);
      const { json: next, keyId } = await newEnrolment(data, folder, 'fifth');
      await writeFile(join(enrolments, 'x.json'), next);
      await until(async () => (await enrolled(up)).includes(keyId), 'an enrolment after that');
    } finally {
      await up.service.stop();
    }
    assert.equal(up.service.ended(), 'exit code 0');
  });

  it('what stands in the place of the folder is no end either', async () => {
    const up = await Up.start(data);
    const aside = join(folder, 'aside');
    try {
      await rename(enrolments, aside);
      await writeFile(enrolments, '');
      await until(async () => (await passedOver(up)).length === 1, 'a folder that can’t be listed');
      await rm(enrolments);
      await rename(aside, enrolments);
      const { json, keyId } = await newEnrolment(data, folder, 'fourth');
      await writeFile(join(enrolments, 'y.json'), json);
      await until(async () => (await enrolled(up)).includes(keyId), 'an enrolment after that');
      assert.equal(up.service.ended(), undefined);
    } finally {
      await up.service.stop();
    }
  });
});
