import assert from 'node:assert/strict';
import { eachDigitRun } from '../../../src/redact/detectors/digit-run.ts';
import type { Finding } from '../../../src/redact/findings.ts';
import { Quiet } from '../../../src/redact/quiet.ts';
import { EngineRedactor, makeEngine } from '../../../src/redact/redactor.ts';
import { stringRun, UnclosedString } from '../../../src/redact/walkers/json-text.ts';
import { Sightings } from '../../../src/redact/sightings.ts';
import { OpenTags } from '../../../src/redact/walkers/open-tags.ts';
import { SALT } from './bodies.ts';

/** A text that counts how many of its characters are looked at. */
class Watched {
  examined = 0;
  readonly text: string;

  constructor(text: string) {
    // A string that is an object can be watched, and has all that one has.
    const watched: unknown = new Proxy(Object(text) as object, {
      get: (of, name) => {
        const own: unknown = Reflect.get(of, name);
        if (typeof own !== 'function') return own;
        return (...given: unknown[]): unknown => {
          const result: unknown = Reflect.apply(own, of, given);
          this.examined += examinedBy(String(name), given, result, text.length);
          return result;
        };
      },
    });
    this.text = watched as string;
  }
}

function examinedBy(name: string, [, from = 0]: readonly unknown[], result: unknown, length: number): number {
  if (name === 'charCodeAt' || name === 'charAt') return 1;
  if (name === 'indexOf') return (result === -1 ? length : Number(result) + 1) - Number(from);
  return typeof result === 'string' ? result.length : length;
}

/** Characters that detectors are given of a body, for each that it has. */
function givenToDetectors(contentType: string, body: string): number {
  const engine = makeEngine();
  let given = 0;
  let last: readonly Finding[] = [];
  const counting = new EngineRedactor({
    ...engine,
    detect: (text, ...more) => {
      const found = engine.detect(text, ...more);
      // What was found in a value is remembered until it is replaced.
      if (found.length === 0 || found !== last) given += text.length;
      last = found;
      return found;
    },
  });
  redactWhole(counting, contentType, body);
  return given / body.length;
}

function redactWhole(redactor: EngineRedactor, contentType: string, content: string): void {
  const body = redactor.body({ part: 'request_body', contentType }, SALT);
  void body.write(Buffer.from(content, 'latin1'));
  void body.end();
}

const LONGER_THAN_A_VALUE = 80_000;
const filled = (unit: string, length = LONGER_THAN_A_VALUE): string =>
  unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

describe('work on inputs made to be slow', () => {
  // A window has what stands before it and behind it in view.
  const MOST_GIVEN = 1.5;
  // A plus is a space in a field, or itself.
  const MOST_GIVEN_OF_PLUS = 2 * MOST_GIVEN;
  const wraps: readonly (readonly [string, (text: string) => string])[] = [
    ['application/json', (text) => JSON.stringify({ note: text })],
    ['application/json', (text) => JSON.stringify([text])],
    ['application/x-www-form-urlencoded', (text) => `note=${text}`],
    ['text/plain', (text) => text],
  ];

  for (const [contentType, wrap] of wraps)
    for (const unit of ['4242 ', 'a1@', 'cvv: ', '+1 202 555 01', 'N;a="\n', 'insert into a\n', '&#0000'])
      for (const length of [20_000, 60_000, LONGER_THAN_A_VALUE, 200_000])
        it(`detectors see each character once: ${wrap('…')}, ${length} of ${unit}`, () => {
          const times = givenToDetectors(contentType, wrap(filled(unit, length)));
          const most = unit.includes('+') ? MOST_GIVEN_OF_PLUS : MOST_GIVEN;
          assert.ok(times < most, `${times} times`);
        });

  it('the end of a string of JSON that comes in pieces is looked for once', () => {
    const string = new UnclosedString();
    const pieces = 40;
    const piece = 1_000;
    string.waits(1);
    let examined = 0;
    for (let count = 1; count <= pieces; count += 1) {
      const watched = new Watched('"'.padEnd(count * piece, 'a'));
      assert.ok(string.isStill(watched.text, pieces * piece));
      examined += watched.examined;
    }
    assert.ok(examined <= pieces * piece, `${examined} characters`);
  });

  it('a string of JSON is walked in one go, whatever is escaped in it', () => {
    for (const unit of ['\\n', '\\"', '\\\\', '\\u0040', 'a', '\\']) {
      const watched = new Watched(filled(unit));
      stringRun(watched.text, 0);
      assert.ok(watched.examined <= 4 * LONGER_THAN_A_VALUE, `${unit}: ${watched.examined} characters`);
    }
  });

  it('runs of digits are read twice at most', () => {
    for (const unit of ['4', '4 ', '4242 ', '4-', '12/', '4242-4242 ', '+1 202 555 01', '1  -']) {
      const watched = new Watched(filled(unit));
      eachDigitRun(watched.text, () => undefined);
      assert.ok(watched.examined <= 8 * LONGER_THAN_A_VALUE, `${unit}: ${watched.examined} characters`);
    }
  });

  it('tags that are open at the end of a line are looked for once', () => {
    for (const unit of ['N;a="\n', 'insert into a\n', '\n', '<\n', '<a\n', '<a>\n', '>\n', '<a>b\n']) {
      const watched = new Watched(filled(unit));
      const tags = new OpenTags(watched.text, 0);
      for (let at = unit.length - 1; at < LONGER_THAN_A_VALUE; at += unit.length) tags.isOpen(0, at);
      assert.ok(watched.examined <= 4 * LONGER_THAN_A_VALUE, `${unit}: ${watched.examined} characters`);
    }
  });

  it('what is sought in lines is looked for once', () => {
    for (const sought of ['#', '----', 'a', '\n']) {
      const unit = 'insert into a\n';
      const watched = new Watched(filled(unit));
      const sightings = new Sightings(watched.text, sought, 0);
      for (let at = 0; at < LONGER_THAN_A_VALUE; at += unit.length) sightings.isBetween(at, at + unit.length);
      assert.ok(watched.examined <= 2 * LONGER_THAN_A_VALUE, `${sought}: ${watched.examined} characters`);
    }
  });

  it('letters around places that overlap are looked for once', () => {
    for (const unit of ['4242 ', '4242 a ']) {
      const watched = new Watched(filled(unit));
      const quiet = new Quiet(150, 30);
      for (let start = 0; start < LONGER_THAN_A_VALUE; start += 5) quiet.isAround(watched.text, start, start + 19);
      assert.ok(watched.examined <= LONGER_THAN_A_VALUE, `${unit}: ${watched.examined} characters`);
    }
  });
});

describe('where a text has no letters', () => {
  const text = `${'4242 '.repeat(60)}card 4242 ${'4242 '.repeat(60)}`;
  const card = text.indexOf('card');

  function isQuiet(start: number, end: number): boolean {
    return !/[a-z]/.test(text.slice(Math.max(0, start - 50), end + 20));
  }

  it('is known in whatever order it is asked for', () => {
    const forwards = new Quiet(50, 20);
    for (let start = 0; start < text.length; start += 3)
      assert.equal(forwards.isAround(text, start, start + 4), isQuiet(start, start + 4), `at ${start}`);
    const anywhere = new Quiet(50, 20);
    for (const start of [card + 90, card - 100, card - 10, 0, card + 45, card - 60, card + 60, card])
      assert.ok(!anywhere.isAround(text, start, start + 4) || isQuiet(start, start + 4), `at ${start}`);
  });
});
