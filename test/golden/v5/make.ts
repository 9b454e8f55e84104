import { makeClockGolden } from '../v4/make.ts';

/** Makes the fifth golden log, that of method 2: `node make.ts <new folder>`. */
export function makeFifthGolden(target: string): Promise<void> {
  return makeClockGolden(target, 2);
}

if (process.argv[1] === import.meta.filename) {
  const [, , target] = process.argv;
  if (target === undefined) throw new Error('usage: make.ts <new folder>');
  await makeFifthGolden(target);
}
