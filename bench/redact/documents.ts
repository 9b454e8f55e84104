import type { Random } from './random.ts';
import { pickKind, type Plant } from './values.ts';

/** What a document is made of. */
export type Node = string | number | boolean | null | readonly Node[] | { readonly [name: string]: Node };

/** A document, and what was planted into it. */
export interface Planted<T> {
  readonly content: T;
  readonly plants: readonly Plant[];
}

const WORDS = (
  'the a and of to in for with on is was are be this that it as at by from order delivery customer item box shelf ' +
  'invoice parcel warehouse service request response team report price amount stock colour size material surface ' +
  'wood steel cotton glass edge corner cover lid frame table lamp cable adapter battery charger driver update release ' +
  'change version setting option page button list filter search result export import monthly weekly daily new open ' +
  'closed late early quick slow heavy light large small left right front back inner outer first second last next ' +
  'please check send return replace repair deliver confirm cancel create remove add show hide print scan count wait ' +
  'still again already soon later always never often only also about between without within under over after before ' +
  'Größe façade café naïve señal'
).split(' ') as [string, ...string[]];

/** A sentence of so many words. */
export function sentence(random: Random, least: number, most: number): string {
  const words = Array.from({ length: random.int(least, most) }, () => random.pick(WORDS));
  if (random.chance(0.15)) words.splice(2, 0, String(random.int(2, 900)));
  if (words.length > 4 && random.chance(0.3)) words.splice(3, 1, `${words[3] ?? ''},`);
  const text = words.join(' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${random.pick(['.', '.', '.', '!', '?'])}`;
}

/** A text of several sentences; with one more that something was planted in. */
export function paragraph(random: Random, sentences: number, planted?: string): string {
  const list = Array.from({ length: sentences }, () => sentence(random, 5, 14));
  if (planted !== undefined) list.splice(random.int(0, list.length), 0, planted);
  return list.join(' ');
}

function price(random: Random): number {
  return random.int(99, 99_999) / 100;
}

function order(random: Random): Record<string, Node> {
  const lines = Array.from({ length: random.int(1, 3) }, () => ({
    sku: `${random.chars(3, 'ABCDEFGHKLM')}-${random.int(1000, 9999)}`,
    title: sentence(random, 2, 4).slice(0, -1),
    quantity: random.int(1, 9),
    unitPrice: price(random),
    discount: null,
  }));
  return {
    id: random.uuid(),
    object: 'order',
    reference: `SO-2026-${random.digits(6)}`,
    status: random.pick(['pending', 'paid', 'shipped', 'delivered', 'returned']),
    createdAt: random.timestamp(),
    updatedAt: random.timestamp(),
    currency: random.pick(['EUR', 'USD', 'GBP']),
    total: price(random),
    lines,
    gift: random.chance(0.1),
  };
}

function event(random: Random): Record<string, Node> {
  return {
    id: `evt_${random.chars(14, 'abcdefghijkmnpqrstuvwxyz23456789')}`,
    type: random.pick(['invoice.paid', 'order.created', 'shipment.updated', 'refund.failed']),
    occurred: random.int(1_767_225_600_000, 1_798_761_599_999),
    source: random.pick(['billing', 'catalog', 'shipping', 'search-indexer']),
    version: `${random.int(1, 9)}.${random.int(0, 30)}.${random.int(0, 20)}`,
    traceId: random.hex(32),
    durationMs: random.int(1, 4000),
    success: random.chance(0.95),
    message: sentence(random, 4, 10),
  };
}

function product(random: Random): Record<string, Node> {
  return {
    sku: `${random.chars(3, 'ABCDEFGHKLM')}-${random.int(1000, 9999)}`,
    title: sentence(random, 3, 6).slice(0, -1),
    description: paragraph(random, random.int(1, 3)),
    price: { amount: price(random), currency: 'EUR', includesTax: true },
    stock: random.int(0, 500),
    dimensionsMm: [random.int(5, 2000), random.int(5, 900), random.int(5, 900)],
    categories: [random.pick(WORDS), random.pick(WORDS)],
    image: `https://cdn.example.com/img/${random.hex(12)}/large.webp?w=${random.int(2, 12)}00&q=80`,
    attributes: [
      { name: 'colour', value: random.pick(['red', 'white', 'oak', 'black']) },
      { name: 'weight', value: `${random.int(1, 90)} kg` },
    ],
    rating: random.int(10, 50) / 10,
  };
}

function ticket(random: Random): Record<string, Node> {
  return {
    id: random.int(100_000, 9_999_999),
    subject: sentence(random, 3, 7),
    priority: random.pick(['low', 'normal', 'high']),
    channel: random.pick(['web', 'mail', 'chat']),
    openedAt: random.timestamp(),
    closedAt: null,
    tags: [random.pick(WORDS), random.pick(WORDS), random.pick(WORDS)],
    customFields: { region: random.pick(['eu-west-1', 'us-east-2']), contract: `C-${random.digits(5)}`, vip: false },
    body: paragraph(random, random.int(2, 4)),
  };
}

/** Objects that planted values stand in, under names of their own. */
const HOMES = ['contact', 'customer', 'payment', 'client', 'metadata'] as const;
const MAKERS = [order, order, event, event, product, ticket] as const;
/** Of the values that a sentence can give away so many stand in one. */
const TEXT_SHARE = 0.3;

function addPlant(random: Random, record: Record<string, Node>, plants: Plant[]): void {
  const kind = pickKind(random);
  const value = kind.make(random);
  plants.push({ entity: kind.entity, value });
  const [first = ''] = kind.sentences;
  if (first !== '' && random.chance(TEXT_SHARE)) {
    const planted = random.pick([first, ...kind.sentences.slice(1)]).replace('#', () => value);
    record[`note${plants.length}`] = paragraph(random, random.int(1, 2), planted);
    return;
  }
  record[`${random.pick(HOMES)}${plants.length}`] = { ref: random.hex(10), [random.pick(kind.names)]: value };
}

/** One object as APIs answer with, of 200 to 900 bytes of JSON, and `count` values planted into it. */
export function makeRecord(random: Random, count: number): Planted<Record<string, Node>> {
  const record = random.pick(MAKERS)(random);
  const plants: Plant[] = [];
  for (let i = 0; i < count; i += 1) addPlant(random, record, plants);
  return { content: record, plants };
}

function logLine(random: Random, message: string): string {
  const level = random.pick(['INFO', 'INFO', 'INFO', 'WARN', 'DEBUG']);
  const service = random.pick(['orders', 'billing', 'search', 'gateway']);
  const path = `/v2/${random.pick(['orders', 'items', 'invoices'])}/${random.int(1000, 99_999)}`;
  const call = `${random.pick(['GET', 'GET', 'POST'])} ${path} ${random.pick(['200', '201', '404'])} ${random.int(1, 900)} ms`;
  return `${random.timestamp()} ${level} [${service}-${random.int(1, 9)}] trace_id=${random.hex(16)} ${call} ${message}`;
}

function plantedSentence(random: Random, plants: Plant[]): string {
  for (;;) {
    const kind = pickKind(random);
    const [first, ...rest] = kind.sentences;
    if (first === undefined) continue;
    const value = kind.make(random);
    plants.push({ entity: kind.entity, value });
    return random.pick([first, ...rest]).replace('#', () => value);
  }
}

/** A line of a log, or a paragraph of prose, `count` values planted into it. */
export function makeText(random: Random, count: number): Planted<string> {
  const plants: Plant[] = [];
  const planted = Array.from({ length: count }, () => plantedSentence(random, plants));
  const content = random.chance(0.8)
    ? logLine(random, [sentence(random, 3, 9), ...planted].join(' '))
    : paragraph(random, random.int(3, 6), planted.length === 0 ? undefined : planted.join(' '));
  return { content, plants };
}
