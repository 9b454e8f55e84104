import assert from 'node:assert/strict';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { Admission, INLINE_ADMISSION, OBSERVE_ADMISSION } from '../../../src/capture/admission.ts';
import type { AdmissionRule } from '../../../src/capture/admission.ts';
import { Budget } from '../../../src/capture/budget.ts';
import { Entrance, ProcessStream } from '../../../src/capture/process-stream.ts';
import { WorkLoop } from '../../../src/capture/work-loop.ts';
import { parseConfig } from '../../../src/config/index.ts';
import { silentLogger } from '../../../src/runtime/index.ts';
import { headerMap, processingRequest } from './support/protos.ts';

class LaggingLoop extends WorkLoop {
  lagMs = 0;

  override get lagUs(): number {
    return this.lagMs * 1000;
  }
}

const FIRST = { request_headers: { headers: headerMap({ ':method': 'GET' }) } };
const OBSERVED = processingRequest({ ...FIRST, observability_mode: true });
const WAITED_FOR = processingRequest(FIRST);
const REST = processingRequest({ request_body: { body: Buffer.from('x'), end_of_stream: true } });

/** Streams that begin at an admission whose pressure the test sets. */
class Door {
  readonly work = new LaggingLoop({ nowUs: () => 0, monotonicUs: () => 0 });
  readonly budget = new Budget(10_000);
  backlogBytes = 0;
  openBytes = 0;
  readonly limits = { ...parseConfig('', {}).capture, maxBufferedBytes: 10_000 };
  nowUs = 0;
  readonly admission = this.#admission(OBSERVE_ADMISSION);
  readonly inline = this.#admission(INLINE_ADMISSION);
  readonly taken: string[] = [];
  readonly away: string[] = [];

  #admission(rule: AdmissionRule): Admission {
    const { work, budget, limits } = this;
    const pressure = { work, budget, limits, backlogBytes: () => this.backlogBytes, openBytes: () => this.openBytes };
    return new Admission(rule, pressure, { nowUs: () => 0, monotonicUs: () => this.nowUs }, silentLogger);
  }

  begin(name: string, first: Uint8Array): { entrance: Entrance; reading: () => boolean } {
    let reading = true;
    const call = {
      pause: () => (reading = false),
      resume: () => (reading = true),
    } as unknown as ServerDuplexStream<Uint8Array, Uint8Array>;
    const entrance = new Entrance([this.admission, this.inline], this.budget, new ProcessStream(call), {
      take: (bytes) => this.taken.push(bytes === REST ? `${name}+` : name),
      turnAway: () => this.away.push(name),
    });
    entrance.onMessage(first);
    return { entrance, reading: () => reading };
  }
}

describe('streams that begin while work is behind', () => {
  it('are not read in observe until it has caught up, and then in their order', () => {
    const door = new Door();
    door.work.lagMs = 2_400;
    door.begin('a', OBSERVED);
    door.work.lagMs = 2_600;
    const held = ['b', 'c', 'd'].map((name) => door.begin(name, OBSERVED));
    assert.deepEqual(door.taken, ['a']);
    assert(held.every(({ reading }) => !reading()));
    door.admission.release();
    assert.equal(door.admission.waiting, 3);
    door.work.lagMs = 0;
    door.begin('e', OBSERVED);
    door.admission.release();
    assert.deepEqual(door.taken, ['a', 'b', 'c', 'd', 'e']);
    assert(held.every(({ reading }) => reading()));
    assert.equal(door.admission.waiting, 0);
  });

  it('are held by memory that is full, too: what waits for work, and what waits for the disk', () => {
    const door = new Door();
    door.budget.take(10_001);
    door.begin('a', OBSERVED);
    door.budget.give(10_001);
    door.backlogBytes = 10_001;
    door.begin('b', OBSERVED);
    assert.equal(door.admission.waiting, 2);
    door.backlogBytes = 0;
    door.admission.release();
    assert.deepEqual(door.taken, ['a', 'b']);
  });

  it('are read where Envoy waits for an answer, and those that have begun are read on', () => {
    const door = new Door();
    const begun = door.begin('a', OBSERVED);
    door.work.lagMs = 60_000;
    door.begin('b', WAITED_FOR);
    begun.entrance.onMessage(REST);
    assert.deepEqual(door.taken, ['a', 'b', 'a+']);
  });

  it('are answered late in inline while the disk does not keep up, each for as long as Envoy waits', () => {
    const door = new Door();
    door.work.lagMs = 60_000;
    door.backlogBytes = 5_000;
    door.begin('a', WAITED_FOR);
    door.backlogBytes = 5_001;
    const held = ['b', 'c'].map((name) => door.begin(name, WAITED_FOR));
    door.inline.release();
    assert.deepEqual(door.taken, ['a']);
    assert(held.every(({ reading }) => !reading()));
    door.nowUs = 2_000_000;
    door.begin('d', WAITED_FOR);
    door.inline.release();
    assert.deepEqual(door.taken, ['a', 'b', 'c']);
    door.backlogBytes = 0;
    door.inline.release();
    assert.deepEqual(door.taken, ['a', 'b', 'c', 'd']);
  });

  it('are answered late in inline while the work on answered calls has piled up', () => {
    const door = new Door();
    door.budget.take(5_000);
    door.begin('a', WAITED_FOR);
    door.budget.take(1);
    const held = door.begin('b', WAITED_FOR);
    door.inline.release();
    assert.deepEqual(door.taken, ['a']);
    assert(!held.reading());
    door.budget.give(5_001);
    door.inline.release();
    assert.deepEqual(door.taken, ['a', 'b']);
  });

  it('go by in inline, whole, when there is hardly room for what has begun and they can’t wait longer', () => {
    const door = new Door();
    door.budget.take(7_400);
    for (const name of ['a', 'b', 'c']) door.begin(name, WAITED_FOR);
    door.nowUs = 1_999_999;
    door.inline.release();
    assert.deepEqual([door.taken, door.away], [[], []]);
    door.nowUs = 2_000_000;
    door.budget.take(200);
    const late = door.begin('d', WAITED_FOR);
    door.inline.release();
    assert.deepEqual([door.taken, door.away], [[], ['a', 'b', 'c']]);
    assert.equal(door.inline.waiting, 1);
    // Less is left, though not enough for who can wait.
    door.budget.give(1_000);
    door.inline.release();
    assert(!late.reading());
    door.nowUs = 4_000_000;
    door.inline.release();
    assert.deepEqual([door.taken, door.away], [['d'], ['a', 'b', 'c']]);
  });

  it('never go by in observe, where Envoy would not count them', () => {
    const door = new Door();
    door.budget.take(20_000);
    for (let stream = 0; stream < 10_002; stream++) door.begin(String(stream), OBSERVED);
    assert.equal(door.admission.waiting, 10_000);
    assert.deepEqual([door.taken, door.away], [['10000', '10001'], []]);
  });

  it('go by at once in inline when more wait than may', () => {
    const door = new Door();
    door.budget.take(7_501);
    for (let stream = 0; stream < 10_001; stream++) door.begin(String(stream), WAITED_FOR);
    assert.deepEqual([door.inline.waiting, door.taken, door.away], [10_000, [], ['10000']]);
  });

  it('don’t wait in inline for bodies that wait for their own clients', () => {
    const door = new Door();
    door.backlogBytes = 9_000;
    door.openBytes = 4_000;
    door.begin('a', WAITED_FOR);
    door.openBytes = 3_999;
    door.begin('b', WAITED_FOR);
    door.inline.release();
    assert.deepEqual(door.taken, ['a']);
  });

  it('come in before Envoy loses its patience, however far behind the work is', () => {
    const door = new Door();
    door.work.lagMs = 60_000;
    door.begin('a', OBSERVED);
    door.nowUs = 9_000_000;
    door.begin('b', OBSERVED);
    door.admission.release();
    assert.deepEqual(door.taken, []);
    door.nowUs = 10_000_000;
    door.admission.release();
    assert.deepEqual(door.taken, ['a']);
  });

  it('come in when Envoy ends them, so that what they brought is seen', () => {
    const door = new Door();
    door.work.lagMs = 60_000;
    const { entrance } = door.begin('a', OBSERVED);
    entrance.admit();
    entrance.onMessage(REST);
    door.work.lagMs = 0;
    door.admission.release();
    assert.deepEqual(door.taken, ['a', 'a+']);
  });

  it('come in a few at a time, and all at once when the recorder drains', () => {
    const door = new Door();
    door.work.lagMs = 60_000;
    for (let at = 0; at < 100; at++) door.begin(String(at), OBSERVED);
    door.work.lagMs = 0;
    door.admission.release();
    assert.equal(door.taken.length, 32);
    door.work.lagMs = 60_000;
    door.admission.release();
    assert.equal(door.taken.length, 32);
    door.admission.end();
    assert.equal(door.taken.length, 100);
    door.begin('later', OBSERVED);
    assert.equal(door.taken.length, 101);
    assert.equal(door.budget.usedBytes, 0);
  });
});
