import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createExplainer } from '../../../src/redact/redactor.ts';
import { PLANTED } from '../../unit/redact/bodies.ts';
import { text } from './arbitraries.ts';

const explain = createExplainer();

/** Values that stand in every format as they are. */
const VALUES = [PLANTED.email.replace('+', '.'), PLANTED.amex, PLANTED.ssn, PLANTED.jwt] as const;

/** Words that say of a number what it is, or of anything that it is a secret. */
const NAMES = /taxId|token|password|order|BSN|NHS|SSN|\bid\b/gi;

/** What may stand around a value without being a part of it, nor its name. */
const around = fc.tuple(text, fc.boolean()).map(([value, isLong]) => {
  const words = value.toWellFormed().replaceAll(NAMES, 'word');
  return `${isLong ? 'lorem \u00e9 '.repeat(9000) : ''}\u00e9\u{1f600} ${words} `;
});

const entities = (value: string): string =>
  value.replace(/[^\x20!#-%(-;=?-\uffff]/g, (char) => `&#${char.charCodeAt(0)};`);
const cell = (value: string): string => `"${value.replaceAll('"', '""')}"`;
const form = (value: string): string => encodeURIComponent(value).replaceAll('%20', '+');

/** How a text with a value in it stands in each format. */
const FORMATS: Readonly<Record<string, (before: string, value: string) => string>> = {
  'text/plain': (before, value) => `${before}\n(${value})`,
  'application/json': (before, value) => JSON.stringify([before, { a: [`${before}\n${value} `] }]),
  'application/x-ndjson': (before, value) =>
    `${JSON.stringify(before)}\n${JSON.stringify({ a: `${before}; ${value}` })}\n`,
  'text/event-stream': (before, value) =>
    `data: ${JSON.stringify(before)}\n\ndata: {"a":\ndata:  ${JSON.stringify(`${before}\n${value}`)}}\n\n: ${value}\n`,
  'application/x-www-form-urlencoded': (before, value) => `a=${form(before)}&b=${form(before)}%0A${value}&c=d`,
  'application/xml': (before, value) => `<a b="${entities(before)}">${entities(before)}<b>${value}</b></a>`,
  'text/html': (before, value) => `<p title="${entities(before)}">${entities(before)}<b>${value}<a href='${value}'>`,
  'text/csv': (before, value) => `a,b\n${cell(before)},"""${value}"""\n`,
  'multipart/mixed; boundary=x': (before, value) =>
    `--x\r\nContent-Type: application/json\r\n\r\n${JSON.stringify([before, value])}\r\n` +
    `--x\r\nContent-Type: text/csv\r\n\r\na\n${cell(before)}\n${value}\r\n--x--\r\n`,
};

describe('places of what is found', () => {
  for (const [contentType, make] of Object.entries(FORMATS))
    it(`are where the values stand: ${contentType}`, async () => {
      await fc.assert(
        fc.asyncProperty(around, fc.constantFrom(...VALUES), async (before, value) => {
          const content = make(before.replaceAll(value, ''), value);
          const { findings, outcome } = await explain({ part: 'request_body', contentType }, Buffer.from(content));
          if (outcome.state === 'withdrawn') assert.fail(outcome.reason);
          const places = findings.map(({ rule, start, end }) => [rule, content.slice(start, end)]);
          assert.ok(
            places.some(([, found]) => found === value),
            JSON.stringify(places),
          );
          for (const { start, end } of findings) assert.ok(start >= 0 && start < end && end <= content.length);
        }),
        { numRuns: 60 },
      );
    });
});
