import type { Field } from '../field.ts';
import { type Column, flatKey, recordOf } from '../fields.ts';
import { anyStyle, styled } from '../keys.ts';
import { concat, join, type Marked, withReferences, xmlText } from '../marked.ts';
import { noiseSentence } from '../noise.ts';
import type { Random } from '../random.ts';
import { list, nestedTree, objectOf, toJson, toXml, xmlName } from '../tree.ts';
import type { Draft, Maker } from './maker.ts';
import { proseOf } from './prose.ts';

const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n';

function attributes(fields: readonly Field[], style: 'camel' | 'snake' | 'pascal'): Marked {
  return join(
    fields.map((field) => concat(` ${xmlName(styled(flatKey(field), style))}="`, xmlText(field.value), '"')),
    '',
  );
}

/** Whether a value can stand in an attribute, where lines would be joined. */
function fits(field: Field): boolean {
  return !field.value.text.includes('\n');
}

/** Elements, attributes, pairs of name and value, CDATA; characters by their number now and then. */
export const xml: Maker = (random, columns) => {
  const made = plainXml(random, columns);
  const isPlain = made.content.text.includes('<![CDATA[') || random.chance(0.8);
  return isPlain ? made : { ...made, content: withReferences(made.content) };
};

function plainXml(random: Random, columns: readonly Column[]): Draft {
  const fields = recordOf(random, columns);
  const root = random.word('Request|order|Customer|export|ns1:Record');
  const style = random.pick(['camel', 'snake', 'pascal', 'kebab'] as const);
  const form = random.int(0, 5);
  const contentType = random.word('application/xml|application/xml; charset=utf-8|text/xml');
  const prolog = random.pick([PROLOG, '']);
  if (form === 0 && fields.every(fits))
    return { contentType, content: concat(prolog, `<${root}><entry`, attributes(fields, 'camel'), `/></${root}>`) };
  if (form === 1) {
    const pairs = fields.map((field) =>
      concat(`<field name="${xmlText(concat(styled(flatKey(field), style))).text}">`, xmlText(field.value), '</field>'),
    );
    return { contentType, content: concat(prolog, `<${root}>`, join(pairs, '\n'), `</${root}>`) };
  }
  if (form === 2) {
    const remark = concat('<remark><![CDATA[', proseOf(random, columns, ' '), ']]></remark>');
    return { contentType, content: concat(prolog, `<${root}><id>${random.number(5)}</id>`, remark, `</${root}>`) };
  }
  if (form === 3) {
    const records = list([objectOf(fields, style), objectOf(recordOf(random, columns, 2), style)]);
    return { contentType, content: concat(prolog, `<list>`, toXml(records, 'item'), '</list>') };
  }
  const tree = nestedTree(random, fields, style);
  return {
    contentType,
    content: concat(prolog, `<${root.replace('ns1:', '')}>`, toXml(tree, 'body'), `</${root.replace('ns1:', '')}>`),
  };
}

/** SOAP 1.1 or 1.2: an envelope, a body, elements with a prefix. */
export const soap: Maker = (random, columns) => {
  const is12 = random.chance(0.4);
  const space = is12 ? 'http://www.w3.org/2003/05/soap-envelope' : 'http://schemas.xmlsoap.org/soap/envelope/';
  const tree = nestedTree(random, recordOf(random, columns), random.pick(['pascal', 'camel'] as const));
  const operation = random.word('SubmitClaim|CreateCustomer|GetQuote|UpdateAccount');
  const content = toXml(tree, `${operation}Request`, random.pick(['', 'm:', 'ns2:']));
  return {
    contentType: is12 ? 'application/soap+xml; charset=utf-8' : 'text/xml; charset=utf-8',
    content: concat(
      `${PROLOG}<soap:Envelope xmlns:soap="${space}" xmlns:m="urn:example:claims"><soap:Header/><soap:Body>`,
      content,
      '</soap:Body></soap:Envelope>',
    ),
  };
};

function tableRows(fields: readonly Field[]): Marked {
  const rows = fields.map((field) =>
    concat(`<tr><th>${styled(flatKey(field), 'human')}</th><td>`, xmlText(field.value), '</td></tr>'),
  );
  return concat('<table>', join(rows, '\n'), '</table>');
}

function tableColumns(fields: readonly Field[]): Marked {
  const heads = fields.map((field) => `<th>${styled(flatKey(field), 'human')}</th>`).join('');
  const cells = fields.map((field) => concat('<td>', xmlText(field.value), '</td>'));
  return concat(`<table><thead><tr>${heads}</tr></thead><tbody><tr>`, join(cells, ''), '</tr></tbody></table>');
}

function inputs(random: Random, fields: readonly Field[]): Marked {
  const style = random.pick(['camel', 'snake', 'kebab'] as const);
  const elements = fields.map((field) => {
    const name = styled(flatKey(field), style);
    const label = `<label for="${name}">${styled(flatKey(field), 'human')}</label>`;
    return concat(`${label}<input type="text" name="${name}" value="`, xmlText(field.value), '">');
  });
  return concat('<form method="post">', join(elements, '<br>\n'), '</form>');
}

function definitions(fields: readonly Field[]): Marked {
  const parts = fields.map((field) =>
    concat(`<dt>${styled(flatKey(field), 'human')}</dt><dd>`, xmlText(field.value), '</dd>'),
  );
  return concat('<dl>', join(parts, ''), '</dl>');
}

function labelled(fields: readonly Field[]): Marked {
  const parts = fields.map((field) =>
    concat(
      `<p><strong>${styled(flatKey(field), 'human')}:</strong> <span class="v">`,
      xmlText(field.value),
      '</span></p>',
    ),
  );
  return join(parts, '\n');
}

/** Pages: tables, lists, filled-in forms, prose, data in a script. */
export const html: Maker = (random, columns) => {
  const fields = recordOf(random, columns, 2);
  const prose = xmlText(proseOf(random, columns, '\n'));
  const data = toJson(objectOf(fields, anyStyle(random)), { indent: 0, isAscii: false, escapes: 'html' });
  const shown = random.pick([
    () => tableRows(fields),
    () => tableColumns(fields),
    () => inputs(random, fields),
    () => definitions(fields),
    () => labelled(fields),
    () => concat('<p>', prose, '</p>'),
    undefined,
  ])?.();
  const script = concat('<script type="application/json">', data, '</script>');
  const main = shown === undefined ? script : random.chance(0.8) ? shown : withReferences(shown);
  const head = `<html lang="en"><head><meta charset="utf-8"><title>Record</title><style>td{color:#333}</style></head>`;
  return {
    contentType: random.word('text/html|text/html; charset=utf-8'),
    content: concat('<!DOCTYPE html>\n', head, `<body><h1>${noiseSentence(random)}</h1>\n`, main, '\n</body></html>\n'),
  };
};
