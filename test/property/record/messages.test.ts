import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import * as record from '../../../src/record/index.ts';
import type { MessageType } from '../../../src/record/index.ts';
import { AffidavitError } from '../../../src/record/index.ts';

const file = new URL('../../../proto/affidavit/v1/record.proto', import.meta.url);
const proto = protobuf.parse(readFileSync(file, 'utf8')).root;
proto.resolveAll();

function messageTypes(): MessageType<unknown>[] {
  return Object.values<unknown>(record).filter(
    (value): value is MessageType<unknown> => typeof value === 'object' && value !== null && 'numbers' in value,
  );
}

function scalar(type: string): fc.Arbitrary<unknown> {
  if (type === 'uint64') return fc.oneof(fc.nat(300), fc.maxSafeNat());
  if (type === 'string') return fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constant('\uFEFFmark'));
  if (type === 'bytes') return fc.uint8Array({ maxLength: 40 });
  assert.equal(type, 'bool');
  return fc.boolean();
}

function fieldArbitrary(field: protobuf.Field): fc.Arbitrary<unknown> {
  const nested = field.resolve().resolvedType;
  const one = nested === null ? scalar(field.type) : messageArbitrary(nested as protobuf.Type);
  if (field.repeated) return fc.array(one, { maxLength: 4 });
  return nested === null ? one : fc.option(one, { nil: undefined });
}

/** Any value of a message type, as the tables have it. */
function messageArbitrary(type: protobuf.Type): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(Object.fromEntries(type.fieldsArray.map((field) => [field.name, fieldArbitrary(field)])));
}

/** The same for values of the tables and of protobufjs: bytes in hexadecimal, what is absent left out. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
  return Object.fromEntries(members.map(([name, member]): [string, unknown] => [name, plain(member)]).toSorted());
}

const TO_OBJECT = { longs: Number, defaults: true, arrays: true };

describe('the codec of every message', () => {
  for (const type of messageTypes()) {
    const other = proto.lookupType(`affidavit.v1.${type.name}`);

    it(`${type.name}: protobufjs reads what we write`, () => {
      fc.assert(
        fc.property(messageArbitrary(other), (value) => {
          const read = other.toObject(other.decode(type.encode(value)), TO_OBJECT);
          assert.deepEqual(plain(read), plain(value));
        }),
        { numRuns: 50 },
      );
    });

    it(`${type.name}: we read what protobufjs writes, and what we write`, () => {
      fc.assert(
        fc.property(messageArbitrary(other), (value) => {
          assert.deepEqual(plain(type.decode(other.encode(other.create(value)).finish())), plain(value));
          const encoded = type.encode(value);
          assert.deepEqual(plain(type.decode(encoded)), plain(value));
          assert.deepEqual(type.encode(type.decode(encoded)), encoded);
        }),
        { numRuns: 50 },
      );
    });
  }

  it('answers any bytes with a value or with evidence.malformed', () => {
    const types = messageTypes();
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.uint8Array({ maxLength: 200 }), (type, bytes) => {
        decodesOrRefuses(type, bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('answers damaged messages with a value or with evidence.malformed', () => {
    const damaged = fc
      .constantFrom(...messageTypes())
      .chain((type) => fc.tuple(fc.constant(type), messageArbitrary(proto.lookupType(`affidavit.v1.${type.name}`))));
    fc.assert(
      fc.property(damaged, fc.nat(), fc.nat(255), fc.nat(3), ([type, value], at, byte, cut) => {
        const bytes = type.encode(value);
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        decodesOrRefuses(type, bytes.subarray(0, bytes.length - Math.min(cut, bytes.length)));
      }),
      { numRuns: 2000 },
    );
  });
});

function decodesOrRefuses(type: MessageType<unknown>, bytes: Uint8Array): void {
  try {
    type.decode(bytes);
  } catch (thrown) {
    assert.ok(thrown instanceof AffidavitError, String(thrown));
    assert.equal(thrown.code, 'evidence.malformed');
  }
}
