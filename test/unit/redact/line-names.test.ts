import assert from 'node:assert/strict';
import { checkHoweverCut, pairOf, redact, redactJsonValue } from './bodies.ts';

const MARKER = '[redacted:credential]';

async function check(marked: string, entity?: string): Promise<void> {
  const [text, redacted] = pairOf(marked, entity);
  for (const type of ['application/yaml', 'text/plain'])
    assert.equal((await redact(text, type)).output, redacted, marked);
  // The same where all of it is one value.
  assert.deepEqual(await redactJsonValue({ config: text }), { config: redacted });
}

const BLOCK = `db:
  password: |
    «hunter two»
      «third: line»

    «- fourth»
  next: 1
  api_token: >- # folded
      «abcdef»
  note: |
    hunter two
`;
const ENV = `env:
  - name: DB_PASSWORD
    value: «hunter» # no more
  - name: LOG_LEVEL
    value: debug
  - name: "API_TOKEN"
    description: of a service
    value: '«its»'
  - name: CARD
    valueFrom: { secretKeyRef: { name: x, key: password } }
  - name: DB_PASSWORD
    value: $(OTHER)
value: 1
`;
const SECRET = `apiVersion: v1
data:
  user: «YWRtaW4=»
  level: high
kind: Secret
metadata:
  name: x
stringData:
  a.conf: |-
    «x: y»
  b: "«c d»"
type: Opaque
---
kind: Secret
data:
  c: «e»
---
apiVersion: v1
kind: ConfigMap
data:
  user: YWRtaW4=
`;

describe('names on a line before', () => {
  it('give away the lines of a block scalar of YAML', async () => {
    await check(BLOCK);
    await check('cvv: |\n  «737»\n', 'card_code');
    await check('password: |\r\n  «a b»\r\nb: |\r\n  c\r\n');
    await check('- password: |\n    «a b»\n  b: |\n    c\n');
  });

  it('give away values in lists of names and values', async () => {
    await check(ENV);
    await check('set {\n  name  = "DB_PASSWORD"\n  value = "«hunter»"\n}\n');
    await check('[\n  {\n    "name": "db_password",\n    "value": "«hunter»"\n  },\n  {\n    "value": "x"\n  }\n]');
  });

  it('give away a value in the same line', async () => {
    for (const marked of [
      'sent {"name":"DB_PASSWORD","value":"«hunter»"} {"name":"x","value":"y"}',
      '- { name: DB_PASSWORD, value: «hunter» }',
      '{\\"key\\":\\"api_token\\",\\"value\\":\\"«abc»\\"}',
    ]) {
      const [text, redacted] = pairOf(marked);
      assert.equal((await redact(text, 'text/plain')).output, redacted);
    }
  });

  it('give away all data of a Secret of Kubernetes', () => check(SECRET));

  it('say nothing of other lines', async () => {
    for (const text of [
      'description: |\n  a password\nsummary: >\n  text\n',
      'password: |\nnext: 1\n',
      'The password: |\nis told\n',
      '- name: password\n- value: hunter\n',
      '- name: password\n  type: string\n  other:\n    value: x\n',
      '- name: sessions\n  value: x\n',
      'apiVersion: v1\nkind: ConfigMap\ndata:\n  a: YWRtaW4=\n',
      'name: token\n\nvalue\n',
    ])
      assert.equal((await redact(text, 'application/yaml')).output, text);
  });

  it('come out the same however the body is cut, and leave nothing of long lines', async () => {
    const long = 'hunter two '.repeat(4000);
    const marked = `${BLOCK}${'x '.repeat(9000)}\n${ENV}password: |\n  «${long.trim()}»\n  «next»\nb: |\n  c\n${SECRET}`;
    await checkHoweverCut(marked, 'application/yaml');
    const [, redacted] = pairOf(marked);
    assert.ok(!redacted.includes('hunter two hunter') && redacted.includes(MARKER));
  });
});
