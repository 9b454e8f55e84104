import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResendDesk } from '../../../src/commands/resend-desk.ts';
import { requestResend, resendAnswer } from '../../../src/commands/resend-requests.ts';
import { silentLogger } from '../../../src/runtime/index.ts';

describe('a request to send frames of a spool again', () => {
  let directory = '';
  let sent: number[] = [];
  const publisher = { published: 50 };
  let desk: ResendDesk;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'affidavit-resend-'));
    sent = [];
    publisher.published = 50;
    const spool = { firstFrame: 10, nextFrame: 50, bytesFrom: (from: number) => (50 - from) * 100 };
    const keeper = {
      sendAgain: (from: number) => {
        sent.push(from);
        publisher.published = from;
        return from;
      },
    };
    desk = new ResendDesk({ directory, spool, publisher, keeper, logger: silentLogger });
  });
  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it('is taken once, and answered until Kafka has acknowledged all of it', async () => {
    await desk.look();
    assert.equal(await resendAnswer(directory, 'a'), undefined);
    await requestResend(directory, { id: 'a', from: 20, dryRun: false });
    await desk.look();
    const answer = { id: 'a', firstFrame: 20, endFrame: 50, bytes: 3000 };
    assert.deepEqual(await resendAnswer(directory, 'a'), { ...answer, published: 20 });
    publisher.published = 30;
    await desk.look();
    assert.deepEqual(await resendAnswer(directory, 'a'), { ...answer, published: 30 });
    publisher.published = 51;
    await desk.look();
    assert.deepEqual(await resendAnswer(directory, 'a'), { ...answer, published: 51 });
    await desk.look();
    assert.deepEqual(sent, [20]);
    assert.deepEqual(await readdir(directory), ['resend.answer']);
  });

  it('begins at the oldest frame that is kept, and a dry run sends nothing', async () => {
    await requestResend(directory, { id: 'b', from: 0, dryRun: true });
    await desk.look();
    const answer = await resendAnswer(directory, 'b');
    assert.deepEqual(answer, { id: 'b', firstFrame: 10, endFrame: 50, bytes: 4000, published: 50 });
    assert.deepEqual(sent, []);
    assert.equal(await resendAnswer(directory, 'another'), undefined);
  });

  it('is passed over when it is none', async () => {
    for (const text of ['', '[]', '{"id":1}', '{"id":"c","from":-1,"dryRun":false}']) {
      await writeFile(join(directory, 'resend.request'), text);
      await desk.look();
    }
    assert.deepEqual(sent, []);
  });
});
