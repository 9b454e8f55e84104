import type { Field } from '../field.ts';
import { type Column, fieldOf, flatKey, recordOf } from '../fields.ts';
import { anyStyle, identifier, styled } from '../keys.ts';
import { concat, join, jsonText, marked, type Marked, oneLine } from '../marked.ts';
import { noiseField, noiseSentence } from '../noise.ts';
import type { Random } from '../random.ts';
import { nestedTree, objectOf, toJson, toYaml } from '../tree.ts';
import { email } from '../values/contact.ts';
import { person } from '../values/person.ts';
import type { Maker } from './maker.ts';

/** A sentence of each column, others among them, with `separator` between. */
export function proseOf(random: Random, columns: readonly Column[], separator: string): Marked {
  const sentences = columns.map((column) => fieldOf(random, column).sentence);
  const noise = Array.from({ length: random.int(1, 3) }, () => concat(noiseSentence(random)));
  return join(random.shuffle([...sentences, ...noise]), separator);
}

function textType(random: Random): string {
  return random.word('text/plain|text/plain; charset=utf-8|text/plain;charset=UTF-8');
}

/** What an agent writes down after a call, or a customer writes into a form. */
export const note: Maker = (random, columns) => ({
  contentType: textType(random),
  content: proseOf(random, columns, random.pick([' ', ' ', '\n', '\n\n'])),
});

function logStart(random: Random): string {
  const time = `2025-0${String(random.int(1, 9))}-1${random.digits(1)}T1${random.digits(1)}:2${random.digits(1)}:33.${random.digits(3)}Z`;
  const level = random.word('INFO|WARN|ERROR|DEBUG');
  return random.pick([
    `${time} ${level} [${random.word('http-nio-1|main|worker-3')}] `,
    `Mar 1${random.digits(1)} 08:1${random.digits(1)}:02 node-3 app[${random.number(4)}]: `,
    `[${time}] ${level} `,
    `ts=${time} level=${level.toLowerCase()} `,
  ]);
}

function logText(random: Random, field: Field): Marked {
  const style = random.pick(['snake', 'camel'] as const);
  const key = styled(flatKey(field), style);
  const value = oneLine(field.value);
  const form = random.int(0, 5);
  if (form === 0) return concat('request body={"', key, '":"', jsonText(field.value), '"}');
  if (form === 1 || /[\s=&"]/.test(value.text)) return concat('update ', key, '="', value, '" ok');
  if (form === 2) return concat('validated ', key, '=', value, ' in 4ms');
  return oneLine(field.sentence);
}

/** Lines of a log: sentences, `key=value`, JSON within a line. */
export const logLines: Maker = (random, columns) => {
  const fields = [...columns.map((column) => fieldOf(random, column)), noiseField(random), noiseField(random)];
  const lines = random.shuffle(fields).map((field) => concat(logStart(random), logText(random, field)));
  return { contentType: textType(random), content: concat(join(lines, '\n'), '\n') };
};

function mailbox(random: Random): Marked {
  const address = marked('positive', 'email', email(random));
  if (random.chance(0.4)) return address;
  return concat(marked('optional', 'person_name', person(random, true).full), ' <', address, '>');
}

/** A message of RFC 5322 as mail interfaces take and give it. */
export const mail: Maker = (random, columns) => {
  const id = marked('optional', 'email', `${random.hex(12)}@mx.example.net`);
  const head = [
    concat('From: ', mailbox(random)),
    concat('To: ', mailbox(random)),
    concat('Subject: ', noiseSentence(random)),
    concat('Date: Tue, 11 Mar 2025 10:1', random.digits(1), ':00 +0100'),
    concat('Message-ID: <', id, '>'),
  ];
  const greeting = random.word('Hello,|Hi team,|Guten Tag,|Bonjour,|Hola,');
  const content = concat(join(head, '\r\n'), '\r\n\r\n', greeting, '\r\n\r\n', proseOf(random, columns, '\r\n'));
  return { contentType: random.word('text/plain|message/rfc822|text/plain; charset=utf-8'), content };
};

function envLines(random: Random, fields: readonly Field[]): Marked {
  const prefix = random.pick(['', '', 'export ']);
  return join(
    fields.map((field) => {
      const name = identifier(styled(flatKey(field), 'screaming'));
      const isPlain = /^[\w@%+:,./-]*$/.test(field.value.text);
      return concat(`${prefix}${name}=`, isPlain ? field.value : concat('"', oneLine(field.value), '"'));
    }),
    '\n',
  );
}

function iniLines(random: Random, fields: readonly Field[]): Marked {
  const style = random.pick(['snake', 'kebab', 'flat'] as const);
  const separator = random.pick([' = ', '=', ': ']);
  const lines = fields.map((field) => concat(styled(flatKey(field), style), separator, oneLine(field.value)));
  return concat(`[${random.word('default|server|profile|main')}]\n`, join(lines, '\n'));
}

function propertyLines(random: Random, fields: readonly Field[]): Marked {
  const prefix = random.word('spring.datasource.|app.|service.client.|com.example.');
  return join(
    fields.map((field) => concat(prefix, styled(flatKey(field), 'kebab'), '=', oneLine(field.value))),
    '\n',
  );
}

/** A dump of settings: environment, INI, properties, YAML. */
export const config: Maker = (random, columns) => {
  const fields = recordOf(random, columns);
  const yaml = (): Marked => {
    const lines = toYaml(nestedTree(random, fields, random.pick(['snake', 'camel', 'kebab'])));
    return concat('# settings', lines, '\n');
  };
  const form = random.int(0, 4);
  if (form === 0) return { contentType: random.word('application/yaml|text/yaml|text/plain'), content: yaml() };
  const made =
    form === 1 ? iniLines(random, fields) : form === 2 ? propertyLines(random, fields) : envLines(random, fields);
  return { contentType: textType(random), content: concat(made, '\n') };
};

/** A form that a person filled in: a label and a value a line. */
export const filledForm: Maker = (random, columns) => {
  const separator = random.pick([': ', ': ', ' : ', ' - ', '\t', ':\n  ']);
  const lines = recordOf(random, columns, 2).map((field) =>
    concat(styled(flatKey(field), 'human'), separator, oneLine(field.value)),
  );
  return { contentType: textType(random), content: concat(noiseSentence(random), '\n\n', join(lines, '\n'), '\n') };
};

/** A document of JSON that is declared as text. */
export const jsonAsText: Maker = (random, columns) => ({
  contentType: textType(random),
  content: toJson(objectOf(recordOf(random, columns), anyStyle(random))),
});
