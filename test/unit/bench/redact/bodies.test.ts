import assert from 'node:assert/strict';
import { makeSet, SETS } from '../../../../bench/redact/bodies.ts';
import { Random } from '../../../../bench/redact/random.ts';
import { PLANT_KINDS } from '../../../../bench/redact/values.ts';
import { worstCases } from '../../../../bench/redact/worst-cases.ts';

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

describe('the bodies that redaction is measured with', () => {
  for (const [name, spec] of SETS) {
    const set = makeSet(name, spec, 5);

    it(`${name} are the same for the same seed and others for another one`, () => {
      assert.deepEqual(makeSet(name, spec, 5), set);
      assert.notDeepEqual(makeSet(name, spec, 6).bodies[0]?.bytes, set.bodies[0]?.bytes);
    });

    it(`${name} have the size and the number of planted values that their name says`, () => {
      assert.ok(Math.abs(set.bytes / set.bodies.length / spec.bodyBytes - 1) < 0.06);
      assert.ok(Math.abs((set.planted / set.bytes) * 1e6 - spec.plantsPerMegabyte) < 0.04 * spec.plantsPerMegabyte + 1);
    });

    it(`${name} hold each planted value as it is written in them`, () => {
      for (const { bytes, plants } of set.bodies) {
        const text = textOf(bytes);
        for (const { value } of plants) assert.ok(text.includes(value), `${value} is missing`);
      }
    });
  }

  it('are valid in their format', () => {
    const set = makeSet('json', { format: 'json', bodyBytes: 8000, plantsPerMegabyte: 750 }, 3);
    for (const { bytes } of set.bodies) assert.doesNotThrow(() => void JSON.parse(textOf(bytes)));
    const lines = makeSet('lines', { format: 'ndjson', bodyBytes: 8000, plantsPerMegabyte: 750 }, 3);
    const [first] = lines.bodies;
    for (const line of textOf(first?.bytes ?? new Uint8Array())
      .trim()
      .split('\n'))
      assert.ok(JSON.parse(line) !== null);
    const form = makeSet('form', { format: 'form', bodyBytes: 8000, plantsPerMegabyte: 750 }, 3);
    const body = form.bodies.find(({ plants }) => plants.some(({ entity }) => entity === 'email'));
    const fields = [...new URLSearchParams(textOf(body?.bytes ?? new Uint8Array())).values()].join('\n');
    const email = body?.plants.find(({ entity }) => entity === 'email')?.value ?? '?';
    assert.ok(fields.includes(decodeURIComponent(email)));
  });
});

describe('the values that are planted', () => {
  const random = new Random(11);
  const made = (entity: string): string[] => {
    const kind = PLANT_KINDS.find((known) => known.entity === entity);
    return Array.from({ length: 200 }, () => kind?.make(random) ?? '');
  };

  it('are card numbers by the check of a table-driven Luhn', () => {
    const doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    for (const card of made('card')) {
      const digits = Array.from(card.replaceAll(' ', ''), Number).toReversed();
      const sum = digits.reduce((total, digit, i) => total + (i % 2 === 0 ? digit : (doubled[digit] ?? 0)), 0);
      assert.equal(sum % 10, 0, card);
    }
  });

  it('are account numbers that leave one of 97', () => {
    for (const iban of made('iban')) {
      const plain = iban.replaceAll(' ', '');
      const digits = Array.from(plain.slice(4) + plain.slice(0, 4), (char) => String(parseInt(char, 36))).join('');
      assert.equal(BigInt(digits) % 97n, 1n, iban);
    }
  });

  it('are tokens of three parts whose first two are objects', () => {
    for (const token of made('jwt')) {
      const [header = '', payload = '', signature = ''] = token.split('.');
      for (const part of [header, payload])
        assert.equal(typeof JSON.parse(Buffer.from(part, 'base64url').toString()), 'object');
      assert.equal(Buffer.from(signature, 'base64url').length, 256);
    }
  });
});

describe('the inputs that are made to be slow', () => {
  it('have names of their own, are the same each time and grow with their size', () => {
    const cases = worstCases();
    assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
    for (const one of cases.filter(({ name }) => !name.startsWith('bomb/'))) {
      assert.deepEqual(one.make(600), one.make(600), one.name);
      assert.ok(one.make(1200).content.length > one.make(600).content.length, one.name);
    }
  });

  it('are as long as they say where they are texts', () => {
    for (const one of worstCases().filter(({ name }) => name.startsWith('text/')))
      assert.ok(one.make(3000).content.length >= 3000, one.name);
  });
});
