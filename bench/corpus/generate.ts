import { bareBody } from './bodies/bare.ts';
import { documentOf } from './bodies/documents.ts';
import * as forms from './bodies/forms.ts';
import * as json from './bodies/json.ts';
import type { Draft, Maker } from './bodies/maker.ts';
import * as markup from './bodies/markup.ts';
import * as prose from './bodies/prose.ts';
import * as rpc from './bodies/rpc.ts';
import type { Label, LabelledBody, Style } from './body.ts';
import { type Column, columnOf } from './fields.ts';
import { documentOf as interfaceDocument } from './interfaces/documents.ts';
import { readShapes } from './interfaces/shapes.ts';
import { type Mark, marked, type MarkKind, type Marked } from './marked.ts';
import { Random } from './random.ts';
import { CONTACT_SPECS, FURTHER_NEGATIVES } from './specs/contact.ts';
import { EUROPE_SPECS } from './specs/europe.ts';
import { NATIONAL_SPECS } from './specs/national.ts';
import { PAYMENT_SPECS } from './specs/payment.ts';
import { PERSON_SPECS } from './specs/person.ts';
import { SECRET_SPECS } from './specs/secrets.ts';
import { TOKEN_SPECS } from './specs/tokens.ts';
import { US_SPECS } from './specs/us.ts';
import type { Spec } from './specs/variant.ts';
import { WORLD_SPECS } from './specs/world.ts';

/** The seed of runs that say none. */
export const DEFAULT_SEED = 20_250_311;
/** Kept for one scoring at the end: no test and no default run may use it, so that nothing is fitted to it. */
export const HOLDOUT_SEED = 771_204_993;

/** How many times each entity occurs at least, as itself and as its look-alikes. */
export interface CorpusSize {
  readonly positives: number;
  readonly negatives: number;
  /** Documents of well-known shapes besides. */
  readonly documents: number;
  /** How often each shape of a public interface is filled in. */
  readonly rounds: number;
}

const FULL_SIZE: CorpusSize = { positives: 80, negatives: 75, documents: 135, rounds: 5 };

const SPECS: readonly Spec[] = [
  ...CONTACT_SPECS,
  ...PERSON_SPECS,
  ...PAYMENT_SPECS,
  ...US_SPECS,
  ...EUROPE_SPECS,
  ...WORLD_SPECS,
  ...NATIONAL_SPECS,
  ...SECRET_SPECS,
  ...TOKEN_SPECS,
];

const MAKERS: Readonly<Record<string, readonly [maker: Maker, weight: number]>> = {
  flatJson: [json.flatJson, 14],
  nestedJson: [json.nestedJson, 14],
  listJson: [json.listJson, 5],
  pairsJson: [json.pairsJson, 6],
  proseJson: [json.proseJson, 8],
  stringInJson: [json.stringInJson, 5],
  base64InJson: [json.base64InJson, 3],
  queryInJson: [json.queryInJson, 3],
  ndjson: [json.ndjson, 4],
  events: [json.events, 5],
  graphql: [json.graphql, 6],
  urlEncoded: [forms.urlEncoded, 9],
  jsonInForm: [forms.jsonInForm, 3],
  csv: [forms.csv, 6],
  multipart: [forms.multipart, 8],
  xml: [markup.xml, 8],
  soap: [markup.soap, 5],
  html: [markup.html, 9],
  note: [prose.note, 8],
  logLines: [prose.logLines, 8],
  mail: [prose.mail, 5],
  config: [prose.config, 7],
  filledForm: [prose.filledForm, 4],
  jsonAsText: [prose.jsonAsText, 2],
  grpc: [rpc.grpc, 8],
  unknownGrpc: [rpc.unknownGrpc, 5],
  rpcJson: [rpc.rpcJson, 2],
  webSocket: [rpc.webSocket, 4],
};

const WEIGHTED = Object.entries(MAKERS).flatMap(([format, [, weight]]) => new Array<string>(weight).fill(format));

/** Each entity as often as it has to occur, its ways of occurring in turn, in an order of no meaning. */
function deck(random: Random, size: CorpusSize): Column[] {
  const columns: Column[] = [];
  for (const { entity, positives, negatives } of SPECS) {
    for (let index = 0; index < size.positives; index++) {
      const variant = positives[index % positives.length];
      if (variant !== undefined) columns.push(columnOf(random, entity, true, variant));
    }
    const alike = [...negatives, ...negatives, random.pick(FURTHER_NEGATIVES)];
    for (let index = 0; index < size.negatives; index++) {
      const variant = alike[index % alike.length];
      if (variant !== undefined) columns.push(columnOf(random, entity, false, variant));
    }
  }
  return random.shuffle(columns);
}

/** Columns for one body: as many as fit in, none that says of an entity both that it's there and that it isn't. */
function dealt(random: Random, columns: Column[]): Column[] {
  const hand: Column[] = [];
  for (let wanted = random.int(1, 5); wanted > 0; wanted--) {
    const next = columns.at(-1);
    const clashes = hand.some(
      (one) => one.key === next?.key || (one.entity === next?.entity && one.isPositive !== next.isPositive),
    );
    if (next === undefined || (clashes && hand.length > 0)) break;
    hand.push(next);
    columns.pop();
  }
  return hand;
}

function labelsOf(content: Marked, kind: MarkKind): Label[] {
  const label = ({ entity, start, end, encoded }: Mark): Label => ({
    entity,
    start,
    end,
    value: content.text.slice(start, end),
    isEncoded: encoded,
  });
  return content.marks.filter((mark) => mark.kind === kind && mark.end > mark.start).map(label);
}

function labelled(id: number, style: Style, format: string, draft: Draft): LabelledBody {
  const { contentType, content, wire } = draft;
  return {
    id,
    style,
    format,
    contentType,
    text: content.text,
    wire,
    labels: labelsOf(content, 'positive'),
    optional: labelsOf(content, 'optional'),
    negatives: labelsOf(content, 'negative'),
  };
}

function bodyOf(seed: number, id: number, columns: readonly Column[]): LabelledBody {
  const random = new Random(seed, id + 1);
  const format = random.pick(WEIGHTED);
  const entry = MAKERS[format];
  if (entry === undefined) throw new RangeError(`no such format: ${format}`);
  return labelled(id, 'generated', format, entry[0](random, columns));
}

/** The corpus of `seed`: the same bodies, byte for byte, at each call. Some 4,000 of them in full size. */
export function generateCorpus(seed: number, size: CorpusSize = FULL_SIZE): LabelledBody[] {
  const random = new Random(seed);
  const columns = deck(random, size);
  const bodies: LabelledBody[] = [];
  while (columns.length > 0) bodies.push(bodyOf(seed, bodies.length, dealt(random, columns)));
  for (let index = 0; index < size.documents; index++) {
    const id = bodies.length;
    bodies.push(labelled(id, 'interfaces', 'document', documentOf(new Random(seed, id + 1), index)));
  }
  const shapes = readShapes();
  for (let round = 0; round < size.rounds; round++)
    for (const shape of shapes) {
      const id = bodies.length;
      bodies.push(labelled(id, 'interfaces', shape.domain, interfaceDocument(new Random(seed, id + 1), shape)));
    }
  return bodies;
}

/** Bodies with one value each and nothing that says what it is: how far an entity is known by its form alone. */
export function generateBare(seed: number, each = 40): LabelledBody[] {
  const bodies: LabelledBody[] = [];
  for (const { entity, positives } of SPECS)
    for (let index = 0; index < each; index++) {
      const id = bodies.length;
      const random = new Random(seed ^ 0x5bd1e995, id + 1);
      const made = positives[index % positives.length]?.make(random);
      if (made === undefined) continue;
      const value = typeof made === 'string' ? marked('positive', entity, made) : made;
      bodies.push(labelled(id, 'bare', 'bare', bareBody(random, value)));
    }
  return bodies;
}
