import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { Output, ReaderLeft } from '../../../src/commands/output.ts';

/** A stream that takes `room` writes and then fails. */
function failing(code: string, room: number): { output: Output; taken: string[] } {
  const taken: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      if (taken.length >= room) {
        done(Object.assign(new Error(`${code}: no`), { code }));
        return;
      }
      taken.push(text);
      done();
    },
  });
  return { output: new Output(stream), taken };
}

describe('the output of a command', () => {
  it('is flushed when all of it is written', async () => {
    const { output, taken } = failing('ENOSPC', 9);
    output.print('one');
    output.print('two');
    await output.flush();
    assert.deepEqual(taken.slice(0, 2), ['one\n', 'two\n']);
  });

  it('of which there is none needs nobody who takes it', async () => {
    const { output, taken } = failing('EIO', 0);
    await output.flush();
    assert.deepEqual(taken, []);
  });

  it('that does not fit is a failure, also when only the last line does not', async () => {
    for (const [system, code] of [
      ['ENOSPC', 'io.full'],
      ['EIO', 'io.failed'],
    ] as const) {
      const { output } = failing(system, 1);
      output.print('one');
      output.print('two');
      await assert.rejects(output.flush(), { code, message: `write to standard output: ${system}: no` });
      assert.throws(
        () => {
          output.print('three');
        },
        { code },
      );
    }
  });

  it('whose reader has left is no failure, and no reason to go on', async () => {
    const { output } = failing('EPIPE', 0);
    output.print('one');
    await assert.rejects(output.flush(), ReaderLeft);
    assert.throws(() => {
      output.print('two');
    }, ReaderLeft);
  });
});
