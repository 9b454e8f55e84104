import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Engine } from '../../../src/redact/engine.ts';
import type { WordsOf } from '../../../src/redact/words/mentions.ts';
import { EngineRedactor, makeEngine } from '../../../src/redact/redactor.ts';
import { TRAIT, traitsOf } from '../../../src/redact/traits/traits.ts';
import { decodePercent } from '../../../src/redact/walkers/percent.ts';
import { PLANTED, redactPieces } from '../../unit/redact/bodies.ts';
import { json, plainBody, text } from './arbitraries.ts';

const engine = makeEngine();

/** The same engine without what it remembers of names: it looks at each name and value closely. */
function closely(from: Engine): Engine {
  return { ...from, names: undefined, fieldNames: undefined };
}

const fast = new EngineRedactor(engine);
const close = new EngineRedactor(closely(engine));

const hex = fc.constantFrom(...'0123456789abcdef0123456789'.split(''));
const digits = (least: number, most: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...'0123456789'.split('')), { minLength: least, maxLength: most })
    .map((all) => all.join(''));
const some = (of: fc.Arbitrary<string>, length: number): fc.Arbitrary<string> =>
  fc.array(of, { minLength: length, maxLength: length }).map((all) => all.join(''));

/** Ids in groups of hexadecimal digits, more often than by chance of digits alone. */
const uuid = fc
  .tuple(
    ...[8, 4, 4, 4, 12].map((length) =>
      fc.oneof(some(hex, length), digits(length, length), fc.constant('0'.repeat(length))),
    ),
  )
  .map((groups) => groups.join('-'));
const iban = fc.constantFrom('de89370400440532013000', 'be68539007547034', 'ad1200012030200359100100');
const hash = fc
  .tuple(fc.array(hex, { maxLength: 40 }), fc.oneof(iban, fc.constant('')), fc.array(hex, { maxLength: 40 }))
  .map(([before, inside, after]) => [...before, inside, ...after].join(''));
const time = fc
  .tuple(
    fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
    fc.constantFrom('Z', '', '+01:00', '-07:00', ' '),
    digits(0, 12),
  )
  .map(([date, zone, fraction]) => `${date.toISOString().slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}${zone}`);

/** What has letters and digits together in it, in groups or not. */
const mixed = fc
  .array(
    fc.oneof(
      digits(1, 9),
      fc.constantFrom(...'AB,DE,GB,X,S,fr,passport,DL,MRN ,born ,d.o.b. ,mac ,cnpj ,2A,tel '.split(',')),
      fc.constantFrom('-', ' ', '.', '/', ':', '_', '(', '+', '00', '\u2011', '\u00a0', 'é'),
    ),
    { minLength: 1, maxLength: 9 },
  )
  .map((parts) => parts.join(''));

/** Words for persons, streets, codes and secrets, and what stands beside them. */
const spoken = fc
  .array(
    fc.constantFrom(
      ...'Mr. |Dear |Sehr geehrte Frau |Best regards,\n|My name is |Customer |Name: |Pr\xc3\xa9nom : |N:|c/o |Kontoinhaber '.split(
        '|',
      ),
      ...'Jane Roe|Doe|von Berg|\xc3\x89lodie Roux|. The |requests |12 |221B |7bis, |4711|Main Street|rue de Lille'.split(
        '|',
      ),
      ...'Lindenstra\xc3\x9fe 5|Am Markt 3|Calle Mayor, n\xba 4|ul. Polna 2|CVV2 |security code: |PIN|PIN is |123|4321'.split(
        '|',
      ),
      ...'password is |API key |Ab3dEf6hIj9|response="0123456789abcdef0123456789abcdef"|mac |aabbccddee1f|fe80::1| |, '.split(
        '|',
      ),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(''));

const value = fc.oneof(
  spoken,
  fc.oneof(uuid, hash, time, mixed, text),
  fc.constantFrom(...Object.values(PLANTED)),
  fc.constantFrom('password', 'Authorization', 'ssn', '2026-01-02T03:04:00.298211234', '+442079460958'),
  fc.constantFrom(
    'AB 12 34 56 C',
    'ABCPE1234F',
    'ABCPE 1234-F',
    'A91234563',
    'RSS MRA 80A01 H501U',
    '12.345.678-Z',
    'AB1234563',
    'A9 1234563',
    '1.2.3.4',
  ),
  fc.constantFrom(
    '::1234:5',
    'fe80::1:2',
    '00:1a:2b:3c:4d:5e',
    '00-1a-2b-3c-4d-5e',
    '001a.2b3c.4d5e',
    'mac 001a2b3c4d5e',
  ),
  fc.constantFrom(
    'Basic dXNlcjpwYXNz',
    'the BEARER abcdefgh12345678',
    'AKIAIOSFODNN7EXAMPLE',
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
  ),
  fc.constantFrom(
    '11.222.333/ABCD-81',
    'né le 3.4.1985',
    'born 12/04/1985',
    'eyJhbGciOi.',
    'passport AB1234567',
    'n: 12345',
  ),
);
const number = fc.oneof(
  fc.integer(),
  fc.constantFrom(4111111111111111, 378282246310005, 6304000000000, 19850412, 123456782, 1700000000000, 219456780),
  digits(1, 20).map(Number),
  fc.tuple(digits(1, 17), digits(1, 4)).map(([whole, fraction]) => Number(`${whole}.${fraction}`)),
);
const name = fc.oneof(
  fc.constantFrom(
    'id',
    'name',
    'value',
    'type',
    'birthDate',
    'dob',
    'phone',
    'mac',
    'orderNumber',
    'customer',
    'password',
  ),
  fc.constantFrom('data', 'text', 'cnpj', 'iban', 'passport', 'createdAt', 'a', 'jane@example.com', 'card', 'nom', 'é'),
  fc.string({ maxLength: 5 }),
);
const scalar = fc.oneof(value, number, fc.constantFrom(true, false, null, ''));
/** A value in front of its name. */
const pair = fc
  .tuple(
    fc.constantFrom('value', 'text', 'v'),
    scalar,
    fc.constantFrom('name', 'key', 'type'),
    fc.constantFrom('a', 'password', 'ssn'),
  )
  .map(([first, held, second, named]) => ({ [first]: held, [second]: named }));
const members = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    pair,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

async function outcomeOf(redactor: EngineRedactor, content: Buffer, contentType: string) {
  const { output, outcome } = await redactPieces([content], { contentType }, redactor);
  const { state, commitment, counts } = outcome;
  const values = outcome.state === 'kept' ? outcome.values : undefined;
  return {
    output: state === 'kept' ? output : '',
    state,
    counts,
    values,
    commitment: createHash('sha256').update(commitment).digest('hex'),
  };
}

describe('JSON that is skimmed', () => {
  async function assertSame(content: Buffer, contentType: string): Promise<void> {
    const skimmed = await outcomeOf(fast, content, contentType);
    assert.deepEqual(skimmed, await outcomeOf(close, content, contentType));
    // Its names are known now.
    assert.deepEqual(await outcomeOf(fast, content, contentType), skimmed);
  }

  it('is redacted like JSON that is looked at closely', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(members, json), fc.constantFrom(undefined, 1), async (content, indent) => {
        await assertSame(Buffer.from(JSON.stringify(content, null, indent)), 'application/json');
      }),
      { numRuns: 1500 },
    );
  });

  it('is refused like JSON that is looked at closely when it is broken', async () => {
    await fc.assert(
      fc.asyncProperty(
        members,
        fc.nat(400),
        fc.constantFrom(
          '',
          '"',
          ',',
          ':',
          '}',
          ']',
          '{',
          '[',
          '\\',
          '\t',
          '\0',
          'tru',
          '01',
          '-',
          '1.',
          '\x1e',
          ' ',
          '\xff',
        ),
        fc.nat(3),
        async (content, at, put, dropped) => {
          const whole = JSON.stringify(content);
          const place = at % (whole.length + 1);
          await assertSame(Buffer.from(whole.slice(0, place) + put + whole.slice(place + dropped)), 'application/json');
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('is redacted the same in forms whose names are known', async () => {
    const fields = fc.array(fc.tuple(fc.oneof(name, value), fc.oneof(value, scalar.map(String))), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fields, async (pairs) => {
        const form = new URLSearchParams(pairs.filter((pair) => pair.every((each) => each.isWellFormed())));
        await assertSame(Buffer.from(form.toString()), 'application/x-www-form-urlencoded');
      }),
      { numRuns: 500 },
    );
  });

  it('is redacted the same in any other body that has some in it', async () => {
    await fc.assert(
      fc.asyncProperty(plainBody, async ({ content, contentType }) => {
        await assertSame(content, contentType);
      }),
      { numRuns: 300 },
    );
  });
});

describe('percent-decoding', () => {
  it('undoes every escape, and leaves what is none', () => {
    const parts = fc.array(
      fc.constantFrom('%', '%4', '%41', '%e9', '%E9', '%%', '%zz', '%25', '41', 'é', '\u20ac', 'a'),
    );
    const decoded = fc.property(parts, (joined) => {
      const raw = joined.join('');
      const expected = raw.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
      assert.equal(decodePercent(raw), expected);
    });
    fc.assert(decoded, { numRuns: 500 });
  });
});

describe('what a detector starts from', () => {
  const OF_LETTERS = TRAIT.run | TRAIT.jwt | TRAIT.key;
  const OF_WORDS = TRAIT.scheme | TRAIT.person;
  const OF_ONE_DIGIT = TRAIT.colons | TRAIT.mac | TRAIT.coin;
  const OF_ONE_BESIDE_WORDS = TRAIT.spoken | TRAIT.street;
  /** Of fewer than four digits nothing else follows. */
  const OF_FOUR_DIGITS = TRAIT.number | TRAIT.alone | TRAIT.lettered | TRAIT.iban | TRAIT.quad;

  /** All words. */
  const MOST_WORDS: WordsOf = { has: () => true };

  /** The traits of a text's characters, and all others that they let be. */
  function most(subject: string): number {
    let traits = traitsOf(subject) | OF_LETTERS;
    const has = (trait: number): boolean => (traits & trait) !== 0;
    if (has(TRAIT.space)) traits |= OF_WORDS;
    if (has(TRAIT.digit)) traits |= OF_ONE_DIGIT;
    if (has(TRAIT.digit) && has(TRAIT.space)) traits |= OF_ONE_BESIDE_WORDS;
    if (has(TRAIT.digits)) traits |= OF_FOUR_DIGITS;
    return has(TRAIT.upper) ? traits : traits & ~(TRAIT.person | TRAIT.street);
  }

  it('is in every text in which it finds something', () => {
    const parts = fc.array(fc.oneof(value, mixed, spoken, fc.constantFrom(' ', '\n', ', ', 'a')), { maxLength: 4 });
    const found = fc.property(parts, fc.boolean(), (joined, isValue) => {
      const subject = Buffer.from(joined.join('')).toString('latin1');
      const hinted = engine.classify('birthDate')?.hints;
      for (const hints of [undefined, hinted])
        assert.deepEqual(
          engine.detect(subject, isValue, hints),
          engine.detect(subject, isValue, hints, most(subject), MOST_WORDS),
        );
    });
    fc.assert(found, { numRuns: 3000 });
  });
});
