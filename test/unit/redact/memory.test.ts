import assert from 'node:assert/strict';
import { Memory } from '../../../src/redact/memory.ts';

describe('what is remembered of texts', () => {
  it('stays while it is asked for, however many others come', () => {
    const memory = new Memory<number>(10);
    memory.set('content-type', 1);
    for (let i = 0; i < 1000; i += 1) {
      memory.set(`x-${i}`, i);
      assert.equal(memory.get('content-type'), 1);
    }
  });

  it('is forgotten when others took its place', () => {
    const memory = new Memory<number>(10);
    for (let i = 0; i < 1000; i += 1) memory.set(`x-${i}`, i);
    const known = Array.from({ length: 1000 }, (_, i) => memory.get(`x-${i}`)).filter((each) => each !== undefined);
    assert.ok(known.length >= 10 && known.length <= 20, `${known.length} known`);
  });

  it('is of the text, also of one cut out of another', () => {
    const memory = new Memory<number>(10);
    const long = 'a name of a field in a body that is long';
    memory.set(long.slice(2, 30), 1);
    memory.set('имя поля, длинное', 2);
    assert.equal(memory.get('name of a field in a body th'), 1);
    assert.equal(memory.get('имя поля, длинное'), 2);
  });
});
