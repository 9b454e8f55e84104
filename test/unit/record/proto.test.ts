import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import * as record from '../../../src/record/index.ts';
import type { MessageType } from '../../../src/record/index.ts';

const root = new URL('../../../', import.meta.url);
const proto = protobuf.parse(readFileSync(new URL('proto/affidavit/v1/record.proto', root), 'utf8'), {
  keepCase: true,
}).root;
proto.resolveAll();

/** Fields of every table in messages.ts, read from its source: a table itself doesn't tell the types of its lists. */
function tables(): Map<string, Map<string, string>> {
  const source = ['messages', 'payload-messages', 'certificate-messages', 'producer-messages']
    .map((name) => readFileSync(new URL(`src/record/${name}.ts`, root), 'utf8'))
    .join('\n');
  const found = new Map<string, Map<string, string>>();
  const names = new Map([...source.matchAll(/export const (\w+) = message\('(\w+)'/g)].map((m) => [m[1], m[2]]));
  for (const [, name = '', body = ''] of source.matchAll(/= message\('(\w+)', \{(.*?)\}\);/gs)) {
    const fields = new Map<string, string>();
    const code = body.replaceAll(/\/\*.*?\*\//gs, '');
    for (const [, field = '', type = '', number = '', of = ''] of code.matchAll(/(\w+): (\w+)\((\d+)(?:, (\w+))?\)/g))
      fields.set(snakeCase(field), `${number} ${protoType(type, names.get(of) ?? '')}`);
    found.set(name, fields);
  }
  return found;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function protoType(type: string, of: string): string {
  const types: Record<string, string> = {
    uint: 'uint64',
    uints: 'repeated uint64',
    string: 'string',
    strings: 'repeated string',
    bytes: 'bytes',
    byteStrings: 'repeated bytes',
    bool: 'bool',
    optional: of,
    list: `repeated ${of}`,
  };
  return types[type] ?? `unknown type ${type}`;
}

function messageTypes(): MessageType<unknown>[] {
  return Object.values<unknown>(record).filter(
    (value): value is MessageType<unknown> => typeof value === 'object' && value !== null && 'numbers' in value,
  );
}

describe('proto/affidavit/v1/record.proto', () => {
  const pkg = proto.lookup('affidavit.v1');
  assert.ok(pkg instanceof protobuf.Namespace);

  it('has exactly the messages of the tables, with the same names, numbers and types', () => {
    const described = new Map(
      pkg.nestedArray.map((type) => {
        assert.ok(type instanceof protobuf.Type);
        const fields = type.fieldsArray.map((field): [string, string] => [
          field.name,
          `${field.id} ${field.repeated ? 'repeated ' : ''}${field.type}`,
        ]);
        return [type.name, new Map(fields)];
      }),
    );
    assert.deepEqual(described, tables());
  });

  it('is compared with every table that there is', () => {
    const known = tables();
    for (const type of messageTypes()) {
      const fields = known.get(type.name);
      assert.ok(fields !== undefined, `${type.name} was not found in messages.ts`);
      const numbers = Object.entries(type.numbers).map(([name, number]): [string, number] => [snakeCase(name), number]);
      assert.deepEqual(
        [...fields].map(([name, described]) => [name, parseInt(described, 10)]),
        numbers,
      );
    }
    assert.equal(known.size, messageTypes().length);
  });

  it('writes repeated integers unpacked, as the tables do', () => {
    let seen = 0;
    for (const type of pkg.nestedArray) {
      assert.ok(type instanceof protobuf.Type);
      for (const field of type.fieldsArray) {
        if (!field.repeated || field.type !== 'uint64') continue;
        assert.equal(field.packed, false, field.fullName);
        seen += 1;
      }
    }
    assert.equal(seen, 1);
  });
});
