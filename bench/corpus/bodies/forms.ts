import type { Field } from '../field.ts';
import { type Column, fieldOf, flatKey, recordOf } from '../fields.ts';
import { anyStyle, type KeyStyle, styled } from '../keys.ts';
import { concat, encode, join, type Marked, percent } from '../marked.ts';
import type { Random } from '../random.ts';
import { objectOf, toJson } from '../tree.ts';
import type { Maker } from './maker.ts';
import { proseOf } from './prose.ts';

function formKey(random: Random, field: Field, style: KeyStyle): string {
  if (field.parent === '' || random.chance(0.3)) return styled(flatKey(field), style);
  const key = styled(field.key, style);
  return random.chance(0.7) ? `${styled(field.parent, style)}[${key}]` : `${styled(field.parent, style)}.${key}`;
}

/** As it is, or as other libraries write it: hexadecimal digits in lower case, or fewer characters encoded. */
function spelt(random: Random, form: Marked): Marked {
  const kind = random.int(0, 7);
  if (kind === 0) return encode(form, (text) => text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()));
  if (kind > 1) return form;
  return encode(form, (text) => text.replaceAll('%40', '@').replaceAll('%3A', ':').replaceAll('%2F', '/'));
}

/** A form as browsers and older interfaces send it (URL standard, section 5). */
export const urlEncoded: Maker = (random, columns) => {
  const style = anyStyle(random);
  const fields = recordOf(random, columns);
  const pairs = fields.map((field) =>
    concat(percent(concat(formKey(random, field, style)), true), '=', percent(field.value, random.chance(0.7))),
  );
  if (random.chance(0.15)) pairs.push(concat('note=', percent(proseOf(random, columns, ' '), true)));
  return {
    contentType: random.word('application/x-www-form-urlencoded|application/x-www-form-urlencoded; charset=UTF-8'),
    content: spelt(random, join(pairs, '&')),
  };
};

/** A document of JSON in a field of a form. */
export const jsonInForm: Maker = (random, columns) => {
  const inner = toJson(objectOf(recordOf(random, columns, 2), anyStyle(random)));
  const name = random.word('payload|data|json|request');
  return {
    contentType: 'application/x-www-form-urlencoded',
    content: concat('version=2&', name, '=', percent(inner, random.chance(0.6))),
  };
};

/** A value between quotes where it has to be (RFC 4180), or in quotes anyhow. */
function csvCell(value: Marked, separator: string, isQuoted: boolean): Marked {
  if (!isQuoted && !value.text.includes(separator) && !/["\r\n]/.test(value.text)) return value;
  return concat(
    '"',
    encode(value, (part) => part.replaceAll('"', '""')),
    '"',
  );
}

function csvText(random: Random, columns: readonly Column[]): Marked {
  const style = random.chance(0.5) ? 'human' : anyStyle(random);
  const separator = random.pick([',', ',', ',', ';', '\t']);
  const isQuoted = random.chance(0.25);
  const end = random.pick(['\n', '\r\n']);
  const first = recordOf(random, columns, random.int(1, 3));
  // The columns' order holds for all rows; what is new in a row are the values.
  const makers = first.map((field) => {
    const column = columns.find((one) => one.key === field.key);
    return () => (column === undefined ? field : fieldOf(random, column));
  });
  const rows = [first, ...Array.from({ length: random.int(1, 2) }, () => makers.map((make) => make()))];
  const head = join(
    first.map((field) => csvCell(concat(styled(flatKey(field), style)), separator, isQuoted)),
    separator,
  );
  const lines = rows.map((row) =>
    join(
      row.map((field) => csvCell(field.value, separator, isQuoted)),
      separator,
    ),
  );
  return concat(join([head, ...lines], end), end);
}

export const csv: Maker = (random, columns) => ({
  contentType: random.word('text/csv|text/csv; charset=utf-8|text/csv; header=present'),
  content: csvText(random, columns),
});

function part(boundary: string, disposition: string, type: string, content: Marked): Marked {
  const typeLine = type === '' ? '' : `\r\nContent-Type: ${type}`;
  return concat(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}${typeLine}\r\n\r\n`, content, '\r\n');
}

function filePart(random: Random, boundary: string, columns: readonly Column[]): Marked {
  const kind = random.int(0, 2);
  if (kind === 0) return part(boundary, 'name="file"; filename="export.csv"', 'text/csv', csvText(random, columns));
  if (kind === 1) {
    const document = toJson(objectOf(recordOf(random, columns, 2), anyStyle(random)));
    return part(boundary, 'name="metadata"; filename="data.json"', 'application/json', document);
  }
  return part(
    boundary,
    'name="upload"; filename="notes.txt"',
    'text/plain; charset=utf-8',
    proseOf(random, columns, '\n'),
  );
}

/** multipart/form-data (RFC 7578): fields, and files of text, CSV and JSON. */
export const multipart: Maker = (random, columns) => {
  const boundary = random.pick([
    `----WebKitFormBoundary${random.hex(16)}`,
    random.hex(32),
    `--------------------------${random.number(24)}`,
  ]);
  const style = anyStyle(random);
  const inFields = columns.filter(() => random.chance(0.55));
  const inFile = columns.filter((column) => !inFields.includes(column));
  const parts = recordOf(random, inFields, 1).map((field) =>
    part(boundary, `name="${styled(flatKey(field), style)}"`, random.chance(0.15) ? 'text/plain' : '', field.value),
  );
  if (inFile.length > 0) parts.push(filePart(random, boundary, inFile));
  return {
    contentType: `multipart/form-data; boundary=${random.chance(0.2) ? `"${boundary}"` : boundary}`,
    content: concat(...random.shuffle(parts), `--${boundary}--\r\n`),
  };
};
