import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT, runCommand, type CommandResult } from '../../../scripts/processes.ts';
import { affidavit, environment, removeFolders, temporaryFolder } from './support/cli.ts';

const CLI = join(ROOT, 'src', 'cli.ts');
const RULES = `
- name: employee
  entity: employee_id
  pattern: '\\bEMP-\\d{6}\\b'
  action: mask
  matches: [EMP-123456]
  ignores: [EMP-12]
`;

/** Runs a command in a shell, so that it has something before and behind it. */
function shell(script: string, args: readonly string[]): Promise<CommandResult> {
  const options = { env: environment({}), timeoutMs: 60_000 };
  return runCommand('sh', ['-c', script, 'sh', process.execPath, CLI, 'redact', ...args], options);
}

describe('affidavit redact', function () {
  this.timeout(120_000);
  let folder = '';
  const file = async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };

  before(async () => {
    folder = await temporaryFolder();
  });
  after(removeFolders);

  it('prints files as they would be recorded, byte for byte, and says what they are taken for', async () => {
    const [a, b] = [
      await file('a.json', '{"mail": "jané@example.com"}\n'),
      await file('b.txt', 'card 4111111111111111'),
    ];
    const { status, stdout, stderr } = await affidavit(['redact', a, b]);
    assert.equal(status, 0);
    assert.equal(stdout, '{"mail": "[redacted:email]"}\ncard [redacted:card:1111]');
    assert.match(
      stderr,
      /a\.json is taken for application\/json by its name; --type says otherwise\n.*b\.txt is taken for text\/plain/,
    );
  });

  it('reads standard input, as what it looks like or as what is said', async () => {
    const json = await file('in', '{"password":"hunter2"}');
    const guessed = await shell('"$@" < "$0"'.replace('$0', json), []);
    assert.deepEqual([guessed.status, guessed.stdout], [0, '{"password":"[redacted:credential]"}']);
    const said = await shell(`"$@" < "${json}"`, ['--type', 'application/octet-stream']);
    assert.deepEqual([said.status, said.stdout], [1, '']);
    assert.equal(said.stderr, 'affidavit: given up, since it could not be judged: standard input (unknown_type)\n');
    const packed = await file('packed', gzipSync('{"pin":"1234"}'));
    const unpacked = await shell(`"$@" < "${packed}"`, ['-', '--encoding', 'gzip', '--type', 'application/json']);
    assert.deepEqual([unpacked.stdout, unpacked.stderr], ['{"pin":"[redacted:pin]"}', '']);
  });

  it('--json: the findings, in UTF-16 code units of the decoded content; of several files with their names', async () => {
    const content = 'é😀 jane@example.com';
    const path = await file('c.txt.gz', gzipSync(content));
    const { status, stdout, stderr } = await affidavit(['redact', '--json', path]);
    assert.deepEqual([status, stderr], [0, '']);
    const [found] = JSON.parse(stdout) as Record<string, unknown>[];
    const [start, end] = [content.indexOf('jane'), content.length];
    const [entity, rule, action] = ['email', 'content.email', 'drop'];
    assert.deepEqual(found, { part: 'request_body', entity, start, end, score: 0.95, rule, action });
    const twice = await affidavit(['redact', '--json', '--part', 'response_body', path, path]);
    const both = JSON.parse(twice.stdout) as Record<string, unknown>[];
    assert.deepEqual(
      both.map(({ file: name, part }) => [name, part]),
      [
        [path, 'response_body'],
        [path, 'response_body'],
      ],
    );
  });

  it('--explain: where, what, by which rule and why, and never a value', async () => {
    const path = await file('d.txt', 'hello\nmail to jane@example.com\npassword=hunter2 now');
    const { status, stdout, stderr } = await affidavit(['redact', '--explain', '--type', 'text/plain', path]);
    assert.deepEqual([status, stdout.split('\n').length], [0, 3]);
    assert.match(
      stderr,
      /^place +entity +rule +score +action +why\n2:9-2:25 +email +content\.email +0\.95 +drop +its form\n3:10-3:17 +credential +name\.credential +0\.99 +drop +the name that it stands under\n$/,
    );
    assert.doesNotMatch(stderr, /jane|hunter2/);
  });

  it('--rules, --preset and the routes of the configuration hold', async () => {
    const [rules, path] = [await file('rules.yaml', RULES), await file('e.txt', 'EMP-123456 4111111111111111')];
    const first = await affidavit(['redact', '--rules', rules, '--preset', 'hipaa', path]);
    assert.equal(first.stdout, '[redacted:employee_id:3456] [redacted:card]');
    const config = await file(
      'c.yaml',
      `redact: {customRuleFiles: ['${rules}'], routes: [{route: pay*, entities: {card: {action: keep}, employee_id: {action: drop}}}]}`,
    );
    const second = await affidavit(['redact', '--config', config, '--route', 'payments', path]);
    assert.equal(second.stdout, '[redacted:employee_id] 4111111111111111');
  });

  it('content that can’t be judged is given up: nothing of it is printed, the rest is, and the exit code is 1', async () => {
    const [broken, fine] = [await file('f.json', '{"a":"jane@example.com"'), await file('g.json', '{"a":1}')];
    const { status, stdout, stderr } = await affidavit(['redact', broken, fine]);
    assert.deepEqual([status, stdout], [1, '{"a":1}']);
    assert.match(stderr, /given up, since it could not be judged: .*f\.json \(unparseable\)\n$/);
    const json = await affidavit(['redact', '--json', broken]);
    assert.deepEqual([json.status, JSON.parse(json.stdout)], [1, []]);
    assert.equal((JSON.parse(json.stderr) as { error: { code: string } }).error.code, 'given_up');
  });

  it('says what it can’t read, and what it can’t do', async () => {
    for (const [args, code, message] of [
      [[join(folder, 'none')], 3, /there is no file .*none\n$/],
      [[folder], 3, /is a folder: name the files in it\n$/],
      [['--preset', 'gdrp'], 2, /there is no preset gdrp: gdpr, hipaa, pci\n$/],
      [['--rules', join(folder, 'none.yaml')], 2, /there is no file of rules .*none\.yaml\n$/],
      [
        ['--rules', await file('bad.yaml', `${RULES}  pattern2: a\n`)],
        2,
        /bad\.yaml is not valid:\n {2}line 2: customRules\.0\.pattern2 is no setting/,
      ],
      [
        ['--rules', await file('case.yaml', RULES.replace('EMP-12]', 'EMP-123457]'))],
        2,
        /case\.yaml:2: custom rule "employee": ignores\[0\]: in "EMP-123457" is found/,
      ],
      [
        [await file('h.zst', Buffer.from('28b52ffd00', 'hex'))],
        2,
        /is compressed, and nothing tells what is in it: say so with --type/,
      ],
    ] as const) {
      const { status, stderr } = await affidavit(['redact', ...args]);
      assert.equal(status, code, stderr);
      assert.match(stderr, message);
    }
  });

  it('content of any size streams, and a reader that leaves ends it quietly', async () => {
    const line = `${randomBytes(500).toString('hex')} jane@example.com\n`;
    const path = await file('large.txt', line.repeat(20_000));
    const whole = await shell('NODE_OPTIONS=--max-old-space-size=64 "$@" | tail -n 1', [path]);
    assert.match(whole.stdout, /^[0-9a-f]{1000} \[redacted:email\]\n$/);
    const left = await shell('{ "$@"; echo "exit code $?" >&2; } | head -c 100 > /dev/null', [
      '--type',
      'text/plain',
      path,
    ]);
    assert.equal(left.stderr, 'exit code 0\n');
  });
});

describe('affidavit config check', function () {
  this.timeout(60_000);
  after(removeFolders);

  it('runs all cases of custom rules, and prints each that fails', async () => {
    const folder = await temporaryFolder();
    const rules = join(folder, 'rules.yaml');
    const settings = { AFFIDAVIT_REDACT_CUSTOM_RULE_FILES: rules };
    await writeFile(rules, RULES);
    const fine = await affidavit(['config', 'check'], settings);
    assert.deepEqual(
      [fine.status, fine.stdout],
      [0, 'The configuration is valid; custom rules: 1, cases: 2, all passed.\n'],
    );
    await writeFile(rules, RULES.replace('[EMP-123456]', '[EMP-1, EMP-123456, x]').replace('[EMP-12]', '[EMP-123456]'));
    const failed = await affidavit(['config', 'check'], settings);
    const at = `  ${rules}:2: custom rule "employee": `;
    const lines = [
      'affidavit: 3 of 4 cases of custom rules failed:',
      `${at}matches[0]: nothing is found in "EMP-1"`,
      `${at}matches[2]: nothing is found in "x"`,
      `${at}ignores[0]: in "EMP-123456" is found "EMP-123456"`,
    ];
    assert.deepEqual([failed.status, failed.stdout, failed.stderr], [2, '', `${lines.join('\n')}\n`]);
    const json = await affidavit(['config', 'check', '--json'], settings);
    const { valid, failures } = JSON.parse(json.stdout) as { valid: boolean; failures: { index: number }[] };
    assert.deepEqual([json.status, valid, failures.map(({ index }) => index)], [2, false, [0, 2, 0]]);
  });

  it('says of every rule that is refused why', async () => {
    const rules = join(await temporaryFolder(), 'rules.yaml');
    await writeFile(rules, "- {name: a, entity: a, pattern: 'a(?=b)'}\n- {name: b, entity: b, pattern: 'b+'}\n");
    const { status, stderr } = await affidavit(['config', 'check'], { AFFIDAVIT_REDACT_CUSTOM_RULE_FILES: rules });
    assert.equal(status, 2);
    assert.match(stderr, /rules\.yaml:1: custom rule "a": its pattern is refused: .*more than linear time/);
    assert.match(stderr, /rules\.yaml:2: custom rule "b": its pattern is refused: it has no longest match/);
  });

  it('knows every entity that settings are for', async () => {
    const config = join(await temporaryFolder(), 'a.yaml');
    const rule = '{name: a, entity: badge, pattern: b}';
    const entities = 'entities: {badge: {action: keep}, emial: {action: keep}}';
    await writeFile(config, `redact: {customRules: [${rule}], ${entities}, routes: [{entities: {bagde: {}}}]}`);
    const { status, stderr } = await affidavit(['config', 'check', '--config', config]);
    const lines = [
      'affidavit: redact.entities.emial is no entity, of the engine or of a custom rule; nearest: email',
      'redact.routes.0.entities.bagde is no entity, of the engine or of a custom rule; nearest: badge',
    ];
    assert.equal(status, 2);
    assert.deepEqual(
      stderr.split('\n').map((line, index) => line.slice(0, lines[index]?.length)),
      [...lines, ''],
    );
  });

  it('reads the files of protobuf descriptors', async () => {
    const { status, stderr } = await affidavit(['config', 'check'], { AFFIDAVIT_REDACT_DESCRIPTOR_SETS: '/none.bin' });
    assert.deepEqual([status, stderr], [2, 'affidavit: there is no file of protobuf descriptors /none.bin\n']);
    const path = join(await temporaryFolder(), 'a.proto');
    await writeFile(path, 'syntax = "proto3";\n');
    const proto = await affidavit(['config', 'check'], { AFFIDAVIT_REDACT_DESCRIPTOR_SETS: path });
    assert.equal(proto.status, 2);
    assert.match(proto.stderr, /a\.proto .*FileDescriptorSet/);
  });
});
