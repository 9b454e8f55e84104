import { makeRecord, makeText, type Node, type Planted } from './documents.ts';
import { Random } from './random.ts';
import type { Plant } from './values.ts';

/** One body: its bytes, and what was planted, as it is written in it. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly plants: readonly Plant[];
}

/** Bodies of one kind, to be redacted in turn. */
export interface BodySet {
  readonly name: string;
  readonly contentType: string;
  readonly bodies: readonly Body[];
  /** Bytes of all bodies together. */
  readonly bytes: number;
  /** Values planted into all bodies together. */
  readonly planted: number;
}

/** A format: how a record is made and written, and what stands around records and between them. */
interface Format {
  readonly contentType: string;
  make(random: Random, count: number): Planted<string>;
  readonly open: string;
  readonly between: string;
  readonly close: string;
  /** A planted value as it is written. */
  escape(value: string): string;
}

function plain(value: string): string {
  return value;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function xmlOf(name: string, node: Node): string {
  if (Array.isArray(node)) return (node as readonly Node[]).map((item) => xmlOf(name, item)).join('');
  if (typeof node !== 'object') return `<${name}>${escapeXml(String(node))}</${name}>`;
  if (node === null) return `<${name}/>`;
  const members = Object.entries(node).map(([member, value]) => xmlOf(member, value));
  return `<${name}>${members.join('')}</${name}>`;
}

function escapeForm(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+');
}

function fieldsOf(name: string, node: Node): string[] {
  if (typeof node !== 'object' || node === null) return [`${escapeForm(name)}=${escapeForm(String(node ?? ''))}`];
  return Object.entries(node).flatMap(([member, value]) => fieldsOf(`${name}[${member}]`, value));
}

function recordFormat(
  contentType: string,
  write: (record: Record<string, Node>) => string,
): Pick<Format, 'contentType' | 'make'> {
  return {
    contentType,
    make: (random, count) => {
      const { content, plants } = makeRecord(random, count);
      return { content: write(content), plants };
    },
  };
}

const FORMATS = {
  json: {
    ...recordFormat('application/json', (record) => JSON.stringify(record)),
    ...{ open: '{"data":[', between: ',', close: '],"meta":{"page":1,"hasMore":false}}', escape: plain },
  },
  ndjson: {
    ...recordFormat('application/x-ndjson', (record) => JSON.stringify(record)),
    ...{ open: '', between: '\n', close: '\n', escape: plain },
  },
  xml: {
    ...recordFormat('application/xml', (record) => xmlOf('record', record)),
    ...{ open: '<?xml version="1.0"?><response>', between: '', close: '</response>', escape: escapeXml },
  },
  form: {
    ...recordFormat('application/x-www-form-urlencoded', (record) => fieldsOf('item', record).join('&')),
    ...{ open: 'action=save&', between: '&', close: '', escape: escapeForm },
  },
  text: { contentType: 'text/plain', make: makeText, open: '', between: '\n', close: '\n', escape: plain },
} as const satisfies Record<string, Format>;

/** What to make a set of. */
export interface SetSpec {
  readonly format: keyof typeof FORMATS;
  readonly bodyBytes: number;
  readonly plantsPerMegabyte: number;
}

/** So much is made of each size, so that a run meets different bodies, and the share of planted values is right. */
const SET_BYTES = 1_000_000;
const MEGABYTE = 1_000_000;

/** Plants as many values as are due, spread evenly with a random start. */
class Planter {
  readonly #perByte: number;
  #due: number;

  constructor(random: Random, plantsPerMegabyte: number) {
    this.#perByte = plantsPerMegabyte / MEGABYTE;
    this.#due = plantsPerMegabyte === 0 ? 0 : random.next();
  }

  wrote(bytes: number): void {
    this.#due += bytes * this.#perByte;
  }

  take(): number {
    const count = Math.floor(this.#due);
    this.#due -= count;
    return count;
  }
}

function makeBody(random: Random, format: Format, bodyBytes: number, planter: Planter): Body {
  const plants: Plant[] = [];
  const records: string[] = [];
  let bytes = format.open.length + format.close.length;
  let last = 0;
  planter.wrote(bytes);
  // A record that would go beyond the size by more than half of it is left out.
  while (records.length === 0 || bytes + last / 2 < bodyBytes) {
    const record = format.make(random, planter.take());
    plants.push(...record.plants.map(({ entity, value }) => ({ entity, value: format.escape(value) })));
    records.push(record.content);
    last = Buffer.byteLength(record.content) + format.between.length;
    bytes += last;
    planter.wrote(last);
  }
  return { bytes: Buffer.from(`${format.open}${records.join(format.between)}${format.close}`), plants };
}

/** Makes bodies of a kind; the same for the same seed. */
export function makeSet(name: string, spec: SetSpec, seed: number): BodySet {
  const random = new Random(seed);
  const format: Format = FORMATS[spec.format];
  const planter = new Planter(random, spec.plantsPerMegabyte);
  const count = Math.max(1, Math.round(SET_BYTES / spec.bodyBytes));
  const bodies = Array.from({ length: count }, () => makeBody(random, format, spec.bodyBytes, planter));
  const bytes = bodies.reduce((sum, body) => sum + body.bytes.length, 0);
  const planted = bodies.reduce((sum, body) => sum + body.plants.length, 0);
  return { name, contentType: format.contentType, bodies, bytes, planted };
}

const USUAL = 100;
const DENSE = 750;

/** All sets that are measured, by name. */
export const SETS: ReadonlyMap<string, SetSpec> = new Map(
  (
    [
      ['json-1k', 'json', 1000, USUAL],
      ['json-64k', 'json', 64_000, USUAL],
      ['json-1m', 'json', 1_000_000, USUAL],
      ['json-64k-dense', 'json', 64_000, DENSE],
      ['json-64k-clean', 'json', 64_000, 0],
      ['ndjson-64k', 'ndjson', 64_000, USUAL],
      ['text-64k', 'text', 64_000, USUAL],
      ['text-64k-dense', 'text', 64_000, DENSE],
      ['text-64k-clean', 'text', 64_000, 0],
      ['form-64k', 'form', 64_000, USUAL],
      ['form-64k-dense', 'form', 64_000, DENSE],
      ['form-64k-clean', 'form', 64_000, 0],
      ['xml-64k', 'xml', 64_000, USUAL],
      ['xml-64k-dense', 'xml', 64_000, DENSE],
      ['xml-64k-clean', 'xml', 64_000, 0],
    ] as const
  ).map(([name, format, bodyBytes, plantsPerMegabyte]) => [name, { format, bodyBytes, plantsPerMegabyte }]),
);
