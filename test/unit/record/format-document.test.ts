import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import * as record from '../../../src/record/index.ts';

const root = new URL('../../../', import.meta.url);
const document = readFileSync(new URL('docs/record-format.md', root), 'utf8');
const proto = protobuf.parse(readFileSync(new URL('proto/affidavit/v1/record.proto', root), 'utf8'), {
  keepCase: true,
}).root;

/** Rows of all tables in the document, as their cells. */
const rows = document
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim()),
  );

function row(first: string): string[] {
  const found = rows.filter(([cell]) => cell === first);
  assert.equal(found.length, 1, `rows that begin with ${first}`);
  return found[0] ?? [];
}

function listed(registry: Readonly<Record<string, number>>): string {
  return Object.entries(registry)
    .map(([name, number]) => `${number} ${name}`)
    .join(' · ');
}

describe('docs/record-format.md', () => {
  it('lists every message with its fields', () => {
    const namespace = proto.lookup('affidavit.v1');
    assert.ok(namespace instanceof protobuf.Namespace);
    const short: Record<string, string> = { uint64: 'u', string: 's', bytes: 'b', bool: 't' };
    for (const type of namespace.nestedArray) {
      assert.ok(type instanceof protobuf.Type);
      const fields = type.fieldsArray.map(
        ({ id, name, repeated, type: of }) => `${id} ${name}${repeated ? '*' : ''} ${short[of] ?? of}`,
      );
      assert.ok(document.includes(`\n- \`${type.name}\`: \`${fields.join(' · ')}\`\n`), type.name);
    }
  });

  it('lists every kind with its number', () => {
    for (const [name, number] of Object.entries(record.KIND)) assert.equal(row(String(number))[1], `\`${name}\``);
  });

  it('lists every other registry', () => {
    const registries = {
      '`class` of parts, manifests, keys': record.PAYLOAD_CLASS,
      '`name` of parts and manifests': record.PART,
      '`Exchange.ended`': record.ENDED,
      '`Direction.body`': record.BODY,
      '`provenance`': record.PROVENANCE,
      '`ExchangeHead.profile`': record.PROFILE,
      '`ProducerStatus.event`': record.PRODUCER_EVENT,
      '`KeyStatement.action`': record.KEY_ACTION,
      '`KeyStatement.role`': record.KEY_ROLE,
      '`Certificate.state`': record.CERTIFICATE_STATE,
      '`name` of a certificate’s attachments': record.CERTIFICATE_LIST,
      '`UnknownSpan.what`': record.UNKNOWN_WHAT,
      '`CounterCheck.basis`': record.COUNTER_BASIS,
      '`Gap.reason`': record.GAP_REASON,
      '`Quarantined.reason`': record.QUARANTINE_REASON,
    };
    for (const [where, registry] of Object.entries(registries)) assert.equal(row(where)[1], listed(registry));
  });

  it('says the limits that the code has', () => {
    const numbers = [record.MAX_RECORD_BYTES, record.MAX_LEAF_BYTES, record.MAX_FRAME_BYTES, record.MAX_BATCH_RECORDS];
    for (const number of [...numbers, record.CHUNK_BYTES])
      assert.ok(document.includes(number.toLocaleString('en-US')), String(number));
  });
});
