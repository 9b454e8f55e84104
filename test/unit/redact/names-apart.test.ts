import assert from 'node:assert/strict';
import { redact, redactJsonValue } from './bodies.ts';

const SECRET = '[redacted:credential]';
const NAME = '[redacted:person_name]';

async function check(cases: readonly (readonly [document: unknown, redacted: unknown])[]): Promise<void> {
  for (const [document, redacted] of cases) assert.deepEqual(await redactJsonValue(document), redacted);
}

async function leaves(documents: readonly unknown[]): Promise<void> {
  await check(documents.map((document) => [document, document] as const));
}

describe('values whose name is another value', () => {
  it('are told by what interfaces call the two', () =>
    check([
      [
        [
          { ParameterKey: 'DBPassword', ParameterValue: 'hunter2' },
          { OptionName: 'DBPassword', Value: 'hunter2' },
          { env_name: 'DB_PASSWORD', env_value: 'hunter2' },
          { columnName: 'last_name', columnValue: 'Roe' },
          { column: 'last_name', value: 'Roe' },
          { display_name: 'Last name', value: 'Roe' },
        ],
        [
          { ParameterKey: 'DBPassword', ParameterValue: SECRET },
          { OptionName: 'DBPassword', Value: SECRET },
          { env_name: 'DB_PASSWORD', env_value: SECRET },
          { columnName: 'last_name', columnValue: NAME },
          { column: 'last_name', value: NAME },
          { display_name: 'Last name', value: NAME },
        ],
      ],
      [
        { fieldName: 'lastName', oldValue: 'Doe', newValue: 'Roe' },
        { fieldName: 'lastName', oldValue: NAME, newValue: NAME },
      ],
      [
        { field: 'last_name', from: 'Doe', to: 'Roe' },
        { field: 'last_name', from: NAME, to: NAME },
      ],
    ]));

  it('are told in XML, too', async () => {
    const { output } = await redact(
      '<r><m><ParameterKey>DBPassword</ParameterKey><ParameterValue>hunter2</ParameterValue></m></r>',
      'application/xml',
    );
    assert.equal(
      output,
      `<r><m><ParameterKey>DBPassword</ParameterKey><ParameterValue>${SECRET}</ParameterValue></m></r>`,
    );
  });

  it('are told by a headline or a question', () =>
    check([
      [
        [
          { title: 'Last name', value: 'Roe' },
          { title: 'Password', value: 'hunter2' },
          { question: 'What is your last name?', answer: 'Roe' },
          { questionText: 'Your last name', answerText: 'Roe' },
          { label: 'Wie lautet Ihr Nachname?', value: 'Roe' },
        ],
        [
          { title: 'Last name', value: NAME },
          { title: 'Password', value: SECRET },
          { question: 'What is your last name?', answer: NAME },
          { questionText: 'Your last name', answerText: NAME },
          { label: 'Wie lautet Ihr Nachname?', value: NAME },
        ],
      ],
    ]));

  it('are told by the question that an answer has the id of', () =>
    check([
      [
        {
          fields: [
            { id: 'q1', title: 'What is your last name?', type: 'short_text' },
            { id: 'q2', title: 'Favourite colour', type: 'short_text' },
            { id: 'q3', title: 'When were you born?', type: 'date' },
          ],
          answers: [
            { type: 'text', text: 'Roe', field: { id: 'q1', type: 'short_text' } },
            { type: 'text', text: 'Blue', field: { id: 'q2', type: 'short_text' } },
            { type: 'date', date: '1984-03-12', field: { id: 'q3', type: 'date' } },
          ],
        },
        {
          fields: [
            { id: 'q1', title: 'What is your last name?', type: 'short_text' },
            { id: 'q2', title: 'Favourite colour', type: 'short_text' },
            { id: 'q3', title: 'When were you born?', type: 'date' },
          ],
          answers: [
            { type: 'text', text: NAME, field: { id: 'q1', type: 'short_text' } },
            { type: 'text', text: 'Blue', field: { id: 'q2', type: 'short_text' } },
            { type: 'date', date: '[redacted:date_of_birth]', field: { id: 'q3', type: 'date' } },
          ],
        },
      ],
    ]));

  it('are none beside a headline of an article, or a name of something harmless', () =>
    leaves([
      { title: 'The password', text: 'How we lost it', value: '4' },
      { title: 'Password reset', value: 'We have sent you a link' },
      { title: 'Name', value: 'Green tea' },
      { title: 'Address', value: 'tea' },
      { fieldName: 'colour', oldValue: 'Red', newValue: 'Blue' },
      { ParameterKey: 'InstanceType', ParameterValue: 't3.micro' },
      { subject: 'last name', from: 'Green', to: 'Blue' },
    ]));
});

describe('what is done to a document', () => {
  it('has the name of its value in its path', () =>
    check([
      [
        [
          { op: 'replace', path: '/user/name', value: 'Jane Roe' },
          { op: 'add', value: 'hunter2', path: '/credentials/password' },
          { op: 'replace', path: '/people/0/dateOfBirth', value: '1984-03-12' },
          { op: 'add', path: '/user', value: { name: 'Jane Roe' } },
        ],
        [
          { op: 'replace', path: '/user/name', value: NAME },
          { op: 'add', value: SECRET, path: '/credentials/password' },
          { op: 'replace', path: '/people/0/dateOfBirth', value: '[redacted:date_of_birth]' },
          { op: 'add', path: '/user', value: { name: NAME } },
        ],
      ],
      [
        {
          Operations: [
            { op: 'Replace', path: 'name.familyName', value: 'Roe' },
            { op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:name.familyName', value: 'Roe' },
            { op: 'add', path: 'members[value eq "4"].familyName', value: 'Roe' },
          ],
        },
        {
          Operations: [
            { op: 'Replace', path: 'name.familyName', value: NAME },
            { op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:name.familyName', value: NAME },
            { op: 'add', path: 'members[value eq "4"].familyName', value: NAME },
          ],
        },
      ],
    ]));

  it('says nothing by the path of a thing, or of a file', () =>
    leaves([
      [{ op: 'replace', path: '/products/3/title', value: 'Green tea' }],
      [{ op: 'read', path: '/etc/passwd', value: 'x' }],
      [{ path: '/user/password', value: 'x' }],
    ]));
});

describe('tables in JSON', () => {
  const rows = [
    [1, 'hunter2', 'Roe', 'tea'],
    [2, 'swordfish', 'Doe', 'oats'],
  ];
  const redacted = [
    [1, SECRET, NAME, 'tea'],
    [2, SECRET, NAME, 'oats'],
  ];
  const names = ['id', 'password', 'last_name', 'product'];

  it('have the names of their columns beside the rows', () =>
    check([
      [
        { columns: names, rows },
        { columns: names, rows: redacted },
      ],
      [
        { headers: names, data: rows },
        { headers: names, data: redacted },
      ],
      [
        { columns: names.map((name) => ({ name, type: 'text' })), values: rows },
        { columns: names.map((name) => ({ name, type: 'text' })), values: redacted },
      ],
      [
        { schema: { fields: names.map((name) => ({ type: 'STRING', name })) }, rows: rows.map((f) => ({ f })) },
        { schema: { fields: names.map((name) => ({ type: 'STRING', name })) }, rows: redacted.map((f) => ({ f })) },
      ],
    ]));

  it('have them in their first row', () =>
    check([
      [{ values: [names, ...rows] }, { values: [names, ...redacted] }],
      [
        [names, ...rows],
        [names, ...redacted],
      ],
      [
        [
          ['email', 'last name'],
          ['jane@example.com', 'Roe'],
        ],
        [
          ['email', 'last name'],
          ['[redacted:email]', NAME],
        ],
      ],
    ]));

  it('have cells that are objects, but not where the first list has objects of the same kind', async () => {
    const variable = (key: string, value: string) => ({ variable_type: 'env_var', key, value, masked: 'no' });
    const page = (value: string) => [variable('DEPLOY_TOKEN', value), variable('PYPI_PASSWORD', value)];
    const left = [page(SECRET), page(SECRET)];
    const cells = (first: string, second: string) => [{ v: first }, { v: second }];
    await check([
      [[page('hunter2x'), page('hunter2x')], left],
      [
        [['user', 'password'], cells('anna', 'hunter2')],
        [['user', 'password'], cells('anna', SECRET)],
      ],
      [
        [
          [{ name: 'email' }, { name: 'password' }],
          ['x', 'hunter2'],
        ],
        [
          [{ name: 'email' }, { name: 'password' }],
          ['x', SECRET],
        ],
      ],
    ]);
  });

  it('are none where lists stand in a list for something else', () =>
    leaves([
      { columns: ['name', 'count'], rows: [['tea', 4]], notes: [['Green', 'Roe']] },
      [
        ['name', 'email'],
        ['role', 'status'],
      ],
      [
        ['content-type', 'text/html'],
        ['date', 'x'],
      ],
      { columns: ['password', 'id'], index: ['a1', 'b1'] },
      [
        [1.5, 2.5],
        [3.5, 4.5],
      ],
    ]));
});

describe('arguments of a command', () => {
  it('are named by the option before them', () =>
    check([
      [{ args: ['run', '--password', 'hunter2', '--verbose'] }, { args: ['run', '--password', SECRET, '--verbose'] }],
      [
        ['curl', '-u', 'jane:hunter2', 'https://a.example'],
        ['curl', '-u', SECRET, 'https://a.example'],
      ],
      [
        ['login', '--api-key', 'abc', '--mode', 'fast'],
        ['login', '--api-key', SECRET, '--mode', 'fast'],
      ],
    ]));

  it('are none behind an option that tells where a secret is, or of something else', () =>
    leaves([
      ['--password-file', '/run/secrets/db', '--token-ttl', '3600', '--user', '1000:1000'],
      ['--password', '--verbose'],
      { a: '--password', b: 'x' },
      ['-', '--', 'password'],
    ]));
});

describe('a Secret of Kubernetes', () => {
  it('has nothing else in it, wherever its kind stands', () =>
    check([
      [
        { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, data: { user: 'YWRtaW4=', 'tls.crt': 'Zm9v' } },
        { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, data: { user: SECRET, 'tls.crt': SECRET } },
      ],
      [
        { apiVersion: 'v1', data: { user: 'YWRtaW4=' }, kind: 'Secret', stringData: { mode: 'fast' } },
        { apiVersion: 'v1', data: { user: SECRET }, kind: 'Secret', stringData: { mode: SECRET } },
      ],
    ]));

  it('is no map of settings', () =>
    leaves([
      { apiVersion: 'v1', kind: 'ConfigMap', data: { user: 'YWRtaW4=', mode: 'fast' } },
      { apiVersion: 'v1', data: { mode: 'fast', level: 'info', a: 'true', b: '12' }, kind: 'ConfigMap' },
      { kind: 'Pod', data: { user: 'YWRtaW4=' } },
    ]));
});
