import assert from 'node:assert/strict';
import { runCommand } from '../../../scripts/processes.ts';
import { limitRepeats, silentLogger, systemClock } from '../../../src/runtime/index.ts';

describe('a log that somebody wants to fill', () => {
  let nowUs = 0;
  let lines: (readonly [level: string, fields: object, message: string])[] = [];
  const keep = (level: string) => (fields: object, message: string) => {
    lines.push([level, fields, message]);
  };
  const limited = () =>
    limitRepeats(
      { ...silentLogger, info: keep('info'), warn: keep('warn'), error: keep('error') },
      { ...systemClock, monotonicUs: () => nowUs },
    );

  beforeEach(() => {
    nowUs = 0;
    lines = [];
  });

  it('gets ten lines of a kind in ten seconds, and the next one says how many were left out', () => {
    const logger = limited();
    for (let at = 0; at < 1_000; at++) logger.warn({ at }, 'cannot be read');
    assert.deepEqual(
      lines.splice(0),
      Array.from({ length: 10 }, (_, at) => ['warn', { at }, 'cannot be read']),
    );
    nowUs = 10_000_000;
    for (let at = 0; at < 2; at++) logger.warn({ at }, 'cannot be read');
    assert.deepEqual(lines, [
      ['warn', { at: 0, leftOut: 990 }, 'cannot be read'],
      ['warn', { at: 1 }, 'cannot be read'],
    ]);
  });

  it('still says what is new after many kinds that all have lines left out', () => {
    const logger = limited();
    for (let kind = 0; kind < 300; kind++) for (let at = 0; at < 11; at++) logger.warn({}, `kind ${kind}`);
    nowUs = 86_400_000_000;
    for (let kind = 0; kind < 10; kind++) logger.warn({}, `other ${kind}`);
    lines = [];
    logger.error({}, 'the spool failed');
    assert.equal(lines.length, 1);
  });

  it('is the one that commands write', async () => {
    const module = new URL('../../../src/runtime/index.ts', import.meta.url).href;
    const program = `
      const { createLogger } = await import('${module}');
      const logger = createLogger('warn', 'test');
      for (let at = 0; at < 1_000; at++) logger.warn({ at }, 'cannot be read');`;
    const { status, stderr } = await runCommand(process.execPath, ['--input-type=module', '--eval', program]);
    assert.deepEqual([status, stderr.trimEnd().split('\n').length], [0, 10]);
  }).timeout(30_000);

  it('still says what else goes wrong, and what is no warning', () => {
    const logger = limited();
    for (let at = 0; at < 1_000; at++) logger.warn({}, 'cannot be read');
    lines = [];
    logger.error({}, 'the disk is full');
    for (let at = 0; at < 20; at++) logger.info({}, 'is read anew');
    assert.equal(lines.length, 21);
  });

  it('is bounded for kinds without number too, in lines and in memory, and forgets no count for them', () => {
    const logger = limited();
    for (let at = 0; at < 11; at++) logger.warn({}, 'cannot be read');
    for (let at = 0; at < 100_000; at++) logger.error({}, `kind ${at}`);
    assert.ok(lines.length < 300, String(lines.length));
    nowUs = 10_000_000;
    lines = [];
    for (let at = 0; at < 1_000; at++) logger.error({}, `later ${at}`);
    logger.warn({}, 'cannot be read');
    assert.ok(lines.length < 300, String(lines.length));
    assert.deepEqual(lines.at(-1), ['warn', { leftOut: 1 }, 'cannot be read']);
  });
});
