import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { AffidavitError } from '../../../../src/record/index.ts';
import { joinDescriptors, loadDescriptors } from '../../../../src/redact/index.ts';
import { MAX_DESCRIPTOR_BYTES } from '../../../../src/redact/protobuf/descriptor-set.ts';
import { descriptorSet, type FileOf, type TypeOf, WELL_KNOWN } from './descriptors.ts';
import { message } from './wire-bytes.ts';

function errorOf(bytes: Uint8Array): string {
  try {
    loadDescriptors(bytes, 'a.binpb');
  } catch (error) {
    assert.ok(error instanceof AffidavitError && error.code === 'config.invalid');
    return error.message;
  }
  return 'none';
}

const file: FileOf = {
  name: 'a.proto',
  package: 'a.b',
  types: [
    {
      name: 'Outer',
      fields: {
        text: '1 string',
        many: '2 repeated int32',
        inner: '3 a.b.Outer.Inner',
        key: '4 string',
        value: '5 bytes',
      },
      nested: [{ name: 'Inner', fields: { on: '1 bool', big: '2 fixed64' } }],
    },
  ],
  services: { Service: { Do: ['a.b.Outer', 'a.b.Outer.Inner'], Lost: ['a.b.Outer', 'a.b.Missing'] } },
  extensions: { 'a.b.Outer.Inner': { extra: '100 sint64' } },
};

describe('a descriptor set', () => {
  it('gives types by their full names, and methods by the ends of their paths', () => {
    const set = loadDescriptors(descriptorSet(WELL_KNOWN, file));
    const outer = set.message('a.b.Outer');
    assert.deepEqual(
      [...(outer?.fields.values() ?? [])].map(({ name, kind, isRepeated, typeName }) => [
        name,
        kind,
        isRepeated,
        typeName,
      ]),
      [
        ['text', 'string', false, ''],
        ['many', 'int', true, ''],
        ['inner', 'message', false, 'a.b.Outer.Inner'],
        ['key', 'string', false, ''],
        ['value', 'bytes', false, ''],
      ],
    );
    assert.equal(outer?.nameField, 4);
    assert.deepEqual([...(set.message('a.b.Outer.Inner')?.fields.keys() ?? [])].sort(), [1, 100, 2]);
    assert.equal(set.message('a.b.Outer'), outer);
    for (const path of ['/a.b.Service/Do', '/prefix/a.b.Service/Do', 'a.b.Service/Do']) {
      assert.equal(set.method(path)?.input, outer);
      assert.equal(set.method(path)?.output?.name, 'a.b.Outer.Inner');
    }
    assert.equal(set.method('/a.b.Service/Lost')?.output, undefined);
    for (const path of ['/a.b.Service/Do/', '/Do', '', '/a.b.Service/toString', '/b.Service/Do'])
      assert.equal(set.method(path), undefined);
    for (const name of ['.a.b.Outer', 'Outer', '', '__proto__', 'constructor'])
      assert.equal(set.message(name), undefined);
    assert.equal(set.message('google.protobuf.StringValue')?.form, 'transparent');
    assert.equal(set.message('google.protobuf.Struct.FieldsEntry')?.form, 'entry');
  });

  it('can be joined with others, the first counting where names are the same', () => {
    const other = {
      ...file,
      name: 'b.proto',
      types: [
        { name: 'Outer', fields: {} },
        { name: 'More', fields: {} },
      ],
    };
    const sets = [loadDescriptors(descriptorSet(file)), loadDescriptors(descriptorSet(other))];
    const joined = joinDescriptors(sets);
    assert.equal(joined?.message('a.b.Outer')?.fields.size, 5);
    assert.equal(joined.message('a.b.More')?.fields.size, 0);
    assert.equal(joined.method('/a.b.Service/Do')?.input?.fields.size, 5);
    assert.equal(joinDescriptors([]), undefined);
  });

  it('is refused with what is wrong and what to do', () => {
    const how = /protoc --include_imports --descriptor_set_out=FILE` or `buf build -o FILE.binpb`$/;
    const cases: [Uint8Array, RegExp][] = [
      [new Uint8Array(0), /^a\.binpb has no file in it: /],
      [Buffer.from('{"file":[]}'), /^a\.binpb is JSON, not a FileDescriptorSet in binary form: /],
      [gzipSync(descriptorSet(file)), /^a\.binpb is compressed with gzip, /],
      [Buffer.from('syntax = "proto3";\n'), /^a\.binpb can't be read as a FileDescriptorSet \(.+\): /],
      [descriptorSet(file).subarray(0, -3), /^a\.binpb can't be read as a FileDescriptorSet \(.+\): /],
      [
        descriptorSet({ ...file, imports: ['google/type/date.proto'] }),
        /^a\.binpb lacks "google\/type\/date\.proto", which "a\.proto" imports: /,
      ],
      [new Uint8Array(MAX_DESCRIPTOR_BYTES + 1), /^a\.binpb has 67108865 bytes, 67108864 are the most/],
    ];
    for (const [bytes, expected] of cases) {
      assert.match(errorOf(bytes), expected);
      assert.match(errorOf(bytes), how);
    }
  });

  it('is refused when its types are nested too deep, or a field of one can’t be read', () => {
    let nested: TypeOf = { name: 'T', fields: {} };
    for (let i = 0; i < 70; i += 1) nested = { name: 'T', fields: {}, nested: [nested] };
    assert.match(errorOf(descriptorSet({ name: 'a.proto', types: [nested] })), /types nested over 64 deep/);
    const broken = message([
      [
        1,
        [
          [1, 'a.proto'],
          [
            4,
            [
              [1, 'T'],
              [2, new Uint8Array([0xff])],
            ],
          ],
        ],
      ],
    ]);
    assert.match(errorOf(broken), /can't be read/);
  });
});
