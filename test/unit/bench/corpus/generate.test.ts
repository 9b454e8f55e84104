import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { ENTITIES } from '../../../../bench/corpus/entities.ts';
import type { Label, LabelledBody } from '../../../../bench/corpus/body.ts';
import { DEFAULT_SEED, generateBare, generateCorpus } from '../../../../bench/corpus/generate.ts';
import { readShapes } from '../../../../bench/corpus/interfaces/shapes.ts';
import { ENTITIES as ENGINE_ENTITIES } from '../../../../src/redact/index.ts';
import * as checks from './checks.ts';

const CORPUS = generateCorpus(DEFAULT_SEED);

function digest(bodies: readonly LabelledBody[]): string {
  return createHash('sha256').update(JSON.stringify(bodies)).digest('hex');
}

function counts(kind: 'labels' | 'negatives'): Map<string, number> {
  const counted = new Map<string, number>(ENTITIES.map((entity) => [entity, 0]));
  for (const body of CORPUS) for (const { entity } of body[kind]) counted.set(entity, (counted.get(entity) ?? 0) + 1);
  return counted;
}

function ofFormat(...formats: readonly string[]): LabelledBody[] {
  const bodies = CORPUS.filter((body) => formats.includes(body.format));
  assert.ok(bodies.length > 0, formats.join());
  return bodies;
}

describe('the corpus', () => {
  it('has the same bytes for the same seed, and others for another', () => {
    const small = { positives: 2, negatives: 2, documents: 5, rounds: 1 };
    assert.equal(digest(generateCorpus(11, small)), digest(generateCorpus(11, small)));
    assert.notEqual(digest(generateCorpus(11, small)), digest(generateCorpus(12, small)));
  });

  it('has at least 2,500 bodies over all content types', () => {
    assert.ok(CORPUS.length >= 2500, String(CORPUS.length));
    const types = new Set(CORPUS.map(({ contentType }) => contentType.split(';')[0]));
    const wanted =
      'application/json application/x-ndjson text/event-stream application/x-www-form-urlencoded multipart/form-data application/xml text/xml text/csv text/plain text/html';
    for (const type of wanted.split(' ')) assert.ok(types.has(type), type);
  });

  it('has at least 500 bodies in the shapes of public interfaces, each shape several times', () => {
    const bodies = CORPUS.filter(({ style }) => style === 'interfaces');
    assert.ok(bodies.length >= 500, String(bodies.length));
    const domains = new Set(readShapes().map(({ domain }) => domain));
    assert.ok(domains.size >= 8);
    for (const domain of domains) assert.ok(bodies.filter(({ format }) => format === domain).length >= 40, domain);
  });

  it('has labels for each entity that the engine knows by itself', () => {
    assert.deepEqual([...ENTITIES].sort(), Object.keys(ENGINE_ENTITIES).sort());
  });

  it('has a value of each entity without context, labelled alone', () => {
    const bodies = generateBare(DEFAULT_SEED, 3);
    for (const entity of ENTITIES)
      assert.ok(bodies.filter(({ labels }) => labels.some((label) => label.entity === entity)).length >= 3, entity);
    for (const { text, labels, negatives } of bodies) {
      assert.equal(negatives.length, 0);
      for (const { start, end, value } of labels) assert.equal(text.slice(start, end), value);
    }
  });

  it('has at least 60 positives and 60 hard negatives of each entity', () => {
    for (const kind of ['labels', 'negatives'] as const)
      for (const [entity, count] of counts(kind)) assert.ok(count >= 60, `${entity}: ${String(count)} ${kind}`);
  });

  it('says with each label what stands at its offsets', () => {
    for (const body of CORPUS)
      for (const { start, end, value } of [...body.labels, ...body.negatives, ...body.optional]) {
        assert.ok(start < end && end <= body.text.length);
        assert.equal(body.text.slice(start, end), value);
      }
  });

  it('never says of a place both that it is and that it is not', () => {
    for (const { id, labels, negatives } of CORPUS)
      for (const label of labels)
        for (const other of negatives)
          if (!label.isEncoded && !other.isEncoded)
            assert.ok(
              label.end <= other.start || other.end <= label.start,
              `${String(id)}: ${label.value} ${other.value}`,
            );
  });

  it('is well-formed JSON where it says so', () => {
    for (const { contentType, text, format, wire } of CORPUS) {
      if (!contentType.includes('json') || wire !== undefined) continue;
      const isLines = format === 'ndjson' || contentType.includes('ndjson');
      for (const line of isLines ? text.trimEnd().split('\n') : [text]) JSON.parse(line);
    }
  });

  it('closes what it opens in XML and SOAP', () => {
    for (const { text } of ofFormat('xml', 'soap')) {
      const open: string[] = [];
      for (const [, slash, name = '', end] of text.matchAll(/<(\/?)([\p{L}][\p{L}\p{N}:._-]*)[^<>]*?(\/?)>/gu))
        if (slash === '/') assert.equal(open.pop(), name);
        else if (end === '') open.push(name);
      assert.deepEqual(open, []);
    }
  });

  it('ends multipart bodies with their boundary', () => {
    for (const { contentType, text } of ofFormat('multipart')) {
      const boundary = /boundary="?([^"]+)"?$/.exec(contentType)?.[1] ?? 'none';
      assert.ok(text.startsWith(`--${boundary}\r\n`) && text.endsWith(`--${boundary}--\r\n`));
    }
  });
});

/** A label's value without the escapes of its format. */
function plainValue(body: LabelledBody, { value }: Label): string {
  if (body.contentType.includes('urlencoded')) return decodeURIComponent(value.replaceAll('+', ' '));
  const plain = value.replace(/\\u([0-9A-Fa-f]{4})|&#x([0-9a-f]+);/g, (_whole, unit?: string, point?: string) =>
    String.fromCodePoint(parseInt(unit ?? point ?? '', 16)),
  );
  return plain.replaceAll('\\/', '/');
}

describe('the labels of numbers', () => {
  const valid: Readonly<Record<string, (text: string) => boolean>> = {
    card: checks.luhn,
    iban: checks.iban,
    us_routing: checks.routing,
    uk_nhs: checks.nhs,
    uk_nino: checks.nino,
    de_tax_id: checks.deTaxId,
    fr_nir: checks.nir,
    es_dni: checks.dni,
    it_codice_fiscale: checks.codiceFiscale,
    pl_pesel: checks.pesel,
    nl_bsn: checks.bsn,
    in_aadhaar: checks.aadhaar,
    in_pan: checks.indianPan,
    au_tfn: checks.taxFileNumber,
    au_medicare: checks.medicare,
    ca_sin: checks.sin,
    br_cpf: checks.cpf,
    br_cnpj: checks.cnpj,
    sg_nric: checks.nric,
    us_ssn: checks.ssn,
    us_itin: checks.itin,
    us_npi: checks.npi,
    us_dea: checks.dea,
  };

  it('pass their public check as they stand in bodies', () => {
    const bodies = ofFormat(
      'flatJson',
      'nestedJson',
      'note',
      'csv',
      'urlEncoded',
      'html',
      'config',
      'multipart',
      'document',
      'payments',
      'health',
      'work',
      'commerce',
    );
    const checked = new Map<string, number>();
    for (const body of bodies)
      for (const label of body.labels) {
        const check = valid[label.entity];
        if (check === undefined || label.isEncoded) continue;
        assert.ok(check(plainValue(body, label)), `${label.entity} ${label.value}`);
        checked.set(label.entity, (checked.get(label.entity) ?? 0) + 1);
      }
    for (const entity of Object.keys(valid)) assert.ok((checked.get(entity) ?? 0) > 10, entity);
  });

  it('are of cards that nobody issues, or fail the check, where they are look-alikes of cards', () => {
    for (const body of ofFormat('flatJson', 'note', 'csv'))
      for (const { entity, value } of body.negatives) {
        if (entity !== 'card' || !/^[\d ]{16,24}$/.test(value)) continue;
        assert.ok(!checks.luhn(value) || /^[01789]|^35\d{13}$/.test(value), value);
      }
  });
});

describe('the generator', () => {
  it('imports nothing of the engine, so that a mistake there is none here', () => {
    const folder = new URL('../../../../bench/corpus/', import.meta.url);
    const files = readdirSync(folder, { recursive: true }).map(String);
    const sources = files.filter((file) => file.endsWith('.ts') && file !== 'engine.ts');
    assert.ok(sources.length > 15);
    for (const file of sources) {
      const text = readFileSync(new URL(file, folder), 'utf8');
      assert.doesNotMatch(text, /from '[^']*src\//, file);
    }
  });
});
