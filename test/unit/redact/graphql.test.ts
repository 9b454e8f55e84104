import assert from 'node:assert/strict';
import { createExplainer } from '../../../src/redact/index.ts';
import { redact, redactJsonValue } from './bodies.ts';

const CREDENTIAL = '[redacted:credential]';

async function outputOf(content: string, contentType = 'application/graphql'): Promise<string> {
  const { output, outcome } = await redact(content, contentType);
  return outcome.state === 'kept' ? Buffer.from(output, 'latin1').toString() : outcome.reason;
}

const DOCUMENT = `mutation Login($token: String! = "abc", $tags: [String!] = ["x"]) { # jane@example.com
  login(user: {email: "jane\\u0040example.com", secret: {value: "s", list: ["t", 7]}}, passwords: ["a", "b"], pin: 1234) {
    alias: name(first: 10, note: """
      for jane@example.com
    """) @include(if: true) id
  }
}`;
const REDACTED = DOCUMENT.replace('"abc"', `"${CREDENTIAL}"`)
  .replaceAll('jane@example.com', '[redacted:email]')
  .replace('jane\\u0040example.com', '[redacted:email]')
  .replace('"s", list: ["t", 7]', `"${CREDENTIAL}", list: ["${CREDENTIAL}", "${CREDENTIAL}"]`)
  .replace('"a", "b"', `"${CREDENTIAL}", "${CREDENTIAL}"`)
  .replace('1234', '"[redacted:pin]"');

describe('GraphQL', () => {
  it('loses what arguments, fields and variables are named for, and what values say', async () => {
    assert.equal(await outputOf(DOCUMENT), REDACTED);
    assert.equal(await outputOf(REDACTED), REDACTED);
  });

  it('is walked in JSON and forms, whose variables are walked too', async () => {
    assert.deepEqual(await redactJsonValue({ query: DOCUMENT, variables: { pin: 1234, note: 'a' } }), {
      ...{ query: REDACTED, variables: { pin: '[redacted:pin]', note: 'a' } },
    });
    const form = await outputOf(`query=${encodeURIComponent(DOCUMENT)}`, 'application/x-www-form-urlencoded');
    assert.equal(decodeURIComponent(form), `query=${REDACTED}`);
    assert.equal(
      await outputOf('{"query":"{ me(pins: [1234]) { id } }"}', 'application/json'),
      '{"query":"{ me(pins: [\\"[redacted:pin]\\"]) { id } }"}',
    );
  });

  it('keeps what says nothing', async () => {
    const harmless = [
      '{ me { id name } }',
      'query { orders(first: 10, after: "abc", price: -1.5e3, state: OPEN) { ...F @skip(if: $a) } }',
      'fragment F on User { id }',
      'mutation L($p: String!, $q: [ID]) { login(password: $p, pins: [$q], in: {secret: $p}) { ok } }',
      '# a comment\ntype User { "their name" name: String! password: String "another" id: ID }',
      '{ a(b: "\\u{1F600} \\" x", c: """ " \\""" x""") { id } }',
    ];
    for (const document of harmless) assert.equal(await outputOf(document), document);
  });

  it('is running text where it is none, too long, or holds values where names stand', async () => {
    const texts = [
      'query { a(b: "',
      'query { a(b: "x") ] }',
      'mutation ( user { jane@example.com }',
      `query { a(b: "${'x'.repeat(70_000)}") }`,
      `${'{ a('.repeat(600)} "x" `,
    ];
    for (const text of texts) {
      const planted = `${text} password: "hunter2" jane@example.com`;
      const expected = planted.replaceAll('jane@example.com', '[redacted:email]').replace('hunter2', CREDENTIAL);
      assert.equal(await outputOf(planted), expected);
    }
  });

  it('is running text where it only looks like a document', async () => {
    assert.equal(
      await outputOf('{password: hunter2, card: 4111 1111 1111 1111, ssn: 219-45-6780}'),
      `{password: ${CREDENTIAL}, card: [redacted:card:1111], ssn: [redacted:us_ssn]}`,
    );
  });

  it('has places where its values stand', async () => {
    const content = JSON.stringify({ query: DOCUMENT });
    const explain = createExplainer();
    const { findings } = await explain({ part: 'request_body', contentType: 'application/json' }, Buffer.from(content));
    const places = findings.map(({ start, end }) => content.slice(start, end));
    assert.deepEqual(places, [
      ...['abc', 'jane@example.com', 'jane\\\\u0040example.com', 's', 't', '7', 'a', 'b', '1234', 'jane@example.com'],
    ]);
  });

  it('give their variables away by the arguments that these stand for, whichever of both comes first', async () => {
    const query =
      'mutation L($u: String!, $p: String!, $n: Int) { login(user: $u, input: { password: $p }, first: $n) { id } }';
    const variables = { u: 'anna', p: 'hunter2x', n: 'ten' };
    const redacted = { u: 'anna', p: '[redacted:credential]', n: 'ten' };
    for (const request of [
      { query, variables },
      { operationName: 'L', variables, extensions: {}, query },
    ]) {
      assert.deepEqual(await redactJsonValue(request), { ...request, variables: redacted });
      assert.deepEqual(await redactJsonValue([request, request]), [
        { ...request, variables: redacted },
        { ...request, variables: redacted },
      ]);
    }
  });

  it('leave variables of other things', async () => {
    for (const document of [
      { variables: { p: 'hunter2x', a: { p: 'x' }, list: ['y'] }, stages: ['build'] },
      { variables: { p: 'blue' }, query: 'query Q($p: String) { colors(name: $p) { id } }' },
      { query: 'SELECT $p FROM t (password)', variables: { p: 'blue' } },
    ])
      assert.deepEqual(await redactJsonValue(document), document);
  });
});
