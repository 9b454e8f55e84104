import { makeLog, startProducer } from '../v1/make.ts';
import type { Making } from '../v1/make.ts';
import { writeCounters } from './records.ts';

/** One epoch of the kinds that were added after the log in v1 was written. */
async function fill(making: Making): Promise<void> {
  const { keys, clock } = making;
  const [root, recorder] = [await keys.signingKey('root'), await keys.signingKey('recorder')];
  const { producer, frames } = await startProducer(recorder, await keys.ingestKeys(root.publicKey), clock, 2);
  await writeCounters(producer);
  await producer.drain();
  await producer.stop();
  await making.carry(frames);
}

/** Makes the second golden log: `node make.ts <new folder>`. Like the first it is never changed once it is released. */
export function makeSecondGolden(target: string): Promise<void> {
  return makeLog(target, fill);
}

if (process.argv[1] === import.meta.filename) {
  const [, , target] = process.argv;
  if (target === undefined) throw new Error('usage: make.ts <new folder>');
  await makeSecondGolden(target);
}
