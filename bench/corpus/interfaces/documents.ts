import type { Draft } from '../bodies/maker.ts';
import { anyStyle, type KeyStyle, styled } from '../keys.ts';
import { concat, encode, join, jsonText, type Marked, oneLine, percent, xmlText } from '../marked.ts';
import type { Random } from '../random.ts';
import { uuid } from '../specs/look-alikes.ts';
import { anyDialect, list, object, raw, text, toJson, type Tree } from '../tree.ts';
import { moment } from './dates.ts';
import type { Shape } from './shapes.ts';
import { pieces } from './template.ts';

function keyOf(key: string, style: KeyStyle | undefined): string {
  if (style === undefined || !/^[A-Za-z][A-Za-z0-9_]*$/.test(key)) return key;
  return styled(key.replaceAll('_', ' '), style);
}

/** A document of JSON with its places filled in; a string that begins with `#{` becomes a number. */
function treeOf(random: Random, value: unknown, style: KeyStyle | undefined): Tree {
  if (typeof value === 'string')
    return value.startsWith('#{')
      ? { kind: 'raw', value: pieces(random, value.slice(1)) }
      : text(pieces(random, value));
  if (Array.isArray(value)) return list(value.map((item) => treeOf(random, item, style)));
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return raw(value);
  if (typeof value !== 'object') throw new TypeError('no value of JSON');
  return object(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      keyOf(pieces(random, key).text, style),
      treeOf(random, inner, style),
    ]),
  );
}

type Wrap = (random: Random, make: () => Tree, contentType: string) => Draft;

function asJson(random: Random, tree: Tree, contentType: string): Draft {
  return { contentType, content: toJson(tree, anyDialect(random)) };
}

function hook(random: Random, data: Tree): Tree {
  const id = text(uuid(random));
  return random.pick([
    () =>
      object([
        ['id', text(`evt_${random.hex(20)}`)],
        ['type', text('resource.updated')],
        ['data', object([['object', data]])],
      ]),
    () =>
      object([
        ['specversion', text('1.0')],
        ['id', id],
        ['source', text('/acme/api')],
        ['time', text(moment(random))],
        ['data', data],
      ]),
    () =>
      object([
        ['eventId', id],
        ['eventType', text('CREATED')],
        ['attempt', raw(1)],
        ['payload', data],
      ]),
  ])();
}

/** What documents of JSON come in: alone, in a hook, a page, lines, events, another document's string, a query's answer. */
const WRAPS: readonly (readonly [weight: number, Wrap])[] = [
  [9, (random, make, contentType) => asJson(random, make(), contentType)],
  [3, (random, make) => asJson(random, hook(random, make()), 'application/json')],
  [
    2,
    (random, make) =>
      asJson(
        random,
        object([
          ['data', list([make(), make()])],
          ['has_more', raw(true)],
        ]),
        'application/json',
      ),
  ],
  [
    1,
    (_random, make) => ({
      contentType: 'application/x-ndjson',
      content: concat(toJson(make()), '\n', toJson(make()), '\n'),
    }),
  ],
  [
    1,
    (_random, make) => ({
      contentType: 'text/event-stream',
      content: concat('event: change\ndata: ', toJson(make()), '\n\n'),
    }),
  ],
  [
    2,
    (random, make) =>
      asJson(
        random,
        object([
          ['MessageId', text(uuid(random))],
          ['Body', text(toJson(make()))],
        ]),
        'application/json',
      ),
  ],
  [
    1,
    (random, make) =>
      asJson(
        random,
        object([
          ['data', object([['node', make()]])],
          ['extensions', object([])],
        ]),
        'application/json',
      ),
  ],
];

const WEIGHTED = WRAPS.flatMap(([weight, wrap]) => new Array<Wrap>(weight).fill(wrap));

function jsonDocument(random: Random, { template, contentType, isFixed }: Shape): Draft {
  const style = isFixed || random.chance(0.75) ? undefined : anyStyle(random);
  const parsed: unknown = JSON.parse(template);
  const wrap = random.pick(WEIGHTED);
  return wrap(random, () => treeOf(random, parsed, style), contentType);
}

function form(random: Random, template: string): Marked {
  const pairs = template.split('&').map((pair) => {
    const at = pair.indexOf('=');
    // What is encoded in the template already stays.
    const value = pieces(random, pair.slice(at + 1), (part, isLiteral) =>
      isLiteral && part.text.includes('%') ? part : percent(part, true),
    );
    return concat(percent(pieces(random, pair.slice(0, at)), true), '=', value);
  });
  const whole = join(pairs, '&');
  return random.chance(0.5) ? encode(whole, (part) => part.replaceAll('%5B', '[').replaceAll('%5D', ']')) : whole;
}

function encodedFor(contentType: string, value: Marked): Marked {
  if (/xml|html/.test(contentType)) return xmlText(value);
  if (/ndjson|event-stream/.test(contentType)) return jsonText(value);
  if (contentType === 'text/csv') return encode(value, (part) => part.replaceAll('"', '""'));
  return contentType.endsWith('yaml') ? value : oneLine(value);
}

/** `shape` filled in. */
export function documentOf(random: Random, shape: Shape): Draft {
  const { contentType, template } = shape;
  if (/^application\/(?:\S+\+)?json$/.test(contentType)) return jsonDocument(random, shape);
  if (contentType.endsWith('urlencoded')) return { contentType, content: form(random, template) };
  const content = pieces(random, template, (part, isLiteral) => (isLiteral ? part : encodedFor(contentType, part)));
  const charset = contentType.startsWith('text/') && random.chance(0.5) ? '; charset=utf-8' : '';
  return { contentType: contentType + charset, content };
}
