import type { Field } from '../field.ts';
import { fieldOf, flatKey, recordOf } from '../fields.ts';
import { anyStyle, identifier, type KeyStyle, styled } from '../keys.ts';
import { base64, concat, fill, join, jsonText, type Marked, percent } from '../marked.ts';
import type { Random } from '../random.ts';
import { uuid } from '../specs/look-alikes.ts';
import {
  anyDialect,
  flatObjectOf,
  type JsonDialect,
  leaf,
  list,
  nestedTree,
  object,
  objectOf,
  raw,
  text,
  toJson,
  type Tree,
} from '../tree.ts';
import type { Draft, Maker } from './maker.ts';
import { proseOf } from './prose.ts';

function jsonType(random: Random): string {
  return random.pick([
    'application/json',
    'application/json',
    'application/json; charset=utf-8',
    'application/vnd.api+json',
    'application/problem+json',
    'application/json;charset=UTF-8',
  ]);
}

function draft(random: Random, tree: Tree, dialect: JsonDialect = anyDialect(random)): Draft {
  return { contentType: jsonType(random), content: toJson(tree, dialect) };
}

export const flatJson: Maker = (random, columns) => {
  const fields = recordOf(random, columns);
  return draft(
    random,
    random.chance(0.5) ? flatObjectOf(fields, anyStyle(random)) : objectOf(fields, anyStyle(random)),
  );
};

export const nestedJson: Maker = (random, columns) =>
  draft(random, nestedTree(random, recordOf(random, columns, random.int(3, 8)), anyStyle(random)));

/** Two to four records with the same keys, in a list or a page of one. */
export const listJson: Maker = (random, columns) => {
  const style = anyStyle(random);
  const records = Array.from({ length: random.int(2, 3) }, () => objectOf(recordOf(random, columns, 2), style));
  if (random.chance(0.4)) return draft(random, list(records));
  const page = object([
    [styled('items', style), list(records)],
    [styled('total count', style), raw(random.int(2, 900))],
    [styled('has more', style), raw(random.chance(0.5))],
  ]);
  return draft(random, page);
};

/** Objects of which one member names what the other is. */
const PAIRS: readonly (readonly [name: string, value: string])[] = [
  ['name', 'value'],
  ['key', 'value'],
  ['field', 'content'],
  ['label', 'answer'],
  ['type', 'number'],
  ['Name', 'Value'],
  ['attribute', 'data'],
  ['id', 'text'],
  ['question', 'answer'],
];

export const pairsJson: Maker = (random, columns) => {
  const style = anyStyle(random);
  const [name, value] = random.pick(PAIRS);
  const isSwapped = random.chance(0.2);
  const pairs = recordOf(random, columns).map((field) => {
    const pair: [string, Tree][] = [
      [name, text(styled(flatKey(field), style))],
      [value, leaf(field)],
    ];
    return object(isSwapped ? pair.reverse() : pair);
  });
  const outer = random.word('fields|attributes|customFields|parameters|answers|metadata|identifiers');
  return draft(
    random,
    random.chance(0.3)
      ? list(pairs)
      : object([
          ['id', text(uuid(random))],
          [outer, list(pairs)],
        ]),
  );
};

/** Prose in a member of a chat, a ticket or a log line. */
export const proseJson: Maker = (random, columns) => {
  const style = anyStyle(random);
  const name = styled(random.word('message|text|body|comment|description|note|content|msg'), style);
  const prose = text(proseOf(random, columns, random.pick([' ', '\n', '\n\n'])));
  const noise = objectOf(recordOf(random, []), style);
  const entries = noise.kind === 'object' ? noise.entries.filter(([key]) => key !== name) : [];
  const chat = list([
    object([
      ['role', text('user')],
      ['content', prose],
    ]),
  ]);
  if (random.chance(0.25))
    return draft(random, object([['model', text('chat-large')], ['messages', chat], ...entries]));
  return draft(random, object(random.shuffle([...entries, [name, prose]] as const)));
};

/** A document of JSON as the string of another. */
export const stringInJson: Maker = (random, columns) => {
  const style = anyStyle(random);
  const inner = toJson(nestedTree(random, recordOf(random, columns), style), anyDialect(random));
  const once = random.chance(0.15) ? toJson(object([['body', text(inner)]])) : inner;
  const outer = objectOf(recordOf(random, [], 3), style);
  const name = styled(random.word('payload|raw body|event data|Message|arguments|request json'), style);
  const entries = outer.kind === 'object' ? outer.entries : [];
  return draft(random, object([...entries, [name, text(once)]]));
};

/** A document in base64 within another, as queues and hooks deliver it. */
export const base64InJson: Maker = (random, columns) => {
  const style = anyStyle(random);
  const inner = random.chance(0.75)
    ? toJson(objectOf(recordOf(random, columns, 2), style))
    : proseOf(random, columns, '\n');
  const data = text(base64(inner, random.chance(0.8) ? 'base64' : 'base64url'));
  const message = object([
    ['data', data],
    ['messageId', text(random.digits(16))],
  ]);
  const name = random.word('data|payload|body|content|rawMessage');
  return draft(
    random,
    random.chance(0.5)
      ? object([['message', message]])
      : object([
          ['id', text(uuid(random))],
          [name, data],
        ]),
  );
};

function query(fields: readonly Field[], style: KeyStyle): Marked {
  return join(
    fields.map((field) => concat(encodeURIComponent(styled(flatKey(field), style)), '=', percent(field.value))),
    '&',
  );
}

/** A query or a form, percent-encoded, as the string of a document. */
export const queryInJson: Maker = (random, columns) => {
  const style = anyStyle(random);
  const inner = query(recordOf(random, columns, 2), style);
  const isUrl = random.chance(0.6);
  const value = isUrl ? concat('https://api.example.com/v2/items?', inner) : inner;
  const name = isUrl ? random.word('url|requestUri|href|referer') : random.word('body|form|postData');
  return draft(
    random,
    object([
      ['method', text('POST')],
      [name, text(value)],
      ['status', raw(200)],
    ]),
  );
};

export const ndjson: Maker = (random, columns) => {
  const style = anyStyle(random);
  const lines = Array.from({ length: random.int(2, 3) }, () =>
    toJson(
      random.chance(0.7)
        ? objectOf(recordOf(random, columns, 2), style)
        : nestedTree(random, recordOf(random, columns), style),
    ),
  );
  return {
    contentType: random.word('application/x-ndjson|application/x-ndjson|application/jsonl|application/ndjson'),
    content: concat(join(lines, '\n'), random.pick(['', '\n'])),
  };
};

/** Server-sent events (HTML standard, section 9.2): objects, pretty-printed over several lines, or prose. */
export const events: Maker = (random, columns) => {
  const style = anyStyle(random);
  const blocks = Array.from({ length: random.int(1, 3) }, (_, index) => {
    const fields = columns.map((column) => fieldOf(random, column));
    const data = random.chance(0.7)
      ? toJson(objectOf([...recordOf(random, columns, 2)], style), { ...anyDialect(random) })
      : join(
          fields.map((field) => field.sentence),
          '\n',
        );
    return concat(
      `${random.pick(['', `id: ${String(index)}\n`])}event: ${random.word('update|message|delta')}\n`,
      dataLines(data),
      '\n',
    );
  });
  return {
    contentType: random.word('text/event-stream|text/event-stream; charset=utf-8'),
    content: join(blocks, '\n'),
  };
};

function dataLines(data: Marked): Marked {
  const pieces: Marked[] = [];
  for (let at = 0; at <= data.text.length;) {
    const end = data.text.indexOf('\n', at);
    const stop = end === -1 ? data.text.length : end;
    pieces.push(concat('data: ', piece(data, at, stop)));
    at = stop + 1;
  }
  return concat(join(pieces, '\n'), '\n');
}

/** What lies between two places; a mark that reaches beyond is cut, so that each line has its part. */
function piece(source: Marked, start: number, end: number): Marked {
  const marks = source.marks
    .filter((mark) => mark.start < end && mark.end > start)
    .map((mark) => ({ ...mark, start: Math.max(mark.start, start) - start, end: Math.min(mark.end, end) - start }));
  return { text: source.text.slice(start, end), marks };
}

/** GraphQL over HTTP: values as literals of the query, or as its variables. */
export const graphql: Maker = (random, columns) => {
  const fields = recordOf(random, columns, 2);
  const isLiteral = random.chance(0.5);
  const operation = random.word('createCustomer|updateProfile|submitClaim|addPayment|search');
  const args = fields.map((field) => {
    const name = identifier(styled(flatKey(field), 'camel'));
    const value = field.isRaw ? field.value : concat('"', jsonText(field.value), '"');
    return concat(`${name}: `, value);
  });
  const literal = fill(`mutation { ${operation}(input: {{}}) { id status } }`, join(args, ', '));
  const query = isLiteral
    ? literal
    : concat(`mutation M($input: Input!) {\n  ${operation}(input: $input) {\n    id\n  }\n}`);
  const input = object(fields.map((field) => [identifier(styled(flatKey(field), 'camel')), leaf(field)]));
  const variables = isLiteral ? object([]) : object([['input', input]]);
  const members: [string, Tree][] = [
    ['query', text(query)],
    ['variables', variables],
  ];
  if (random.chance(0.5)) members.unshift(['operationName', isLiteral ? raw(null) : text('M')]);
  return { contentType: 'application/json', content: toJson(object(members)) };
};
