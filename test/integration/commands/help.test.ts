import assert from 'node:assert/strict';
import { affidavit } from './support/cli.ts';

const COMMANDS = [
  [],
  ['up'],
  ['recorder'],
  ['recorder', 'resend'],
  ['accesslog'],
  ['ledger'],
  ['audit'],
  ['list'],
  ['show'],
  ['prove'],
  ['disclose'],
  ['verify'],
  ['deadletter'],
  ['deadletter', 'list'],
  ['deadletter', 'show'],
  ['deadletter', 'retry'],
  ['redact'],
  ['keys'],
  ['keys', 'init'],
  ['keys', 'producer'],
  ['keys', 'enroll'],
  ['keys', 'export'],
  ['keys', 'tokens'],
  ['gaps'],
  ['deadletter'],
  ['deadletter', 'list'],
  ['deadletter', 'show'],
  ['deadletter', 'retry'],
  ['config'],
  ['config', 'check'],
  ['config', 'print'],
];

/** Names of the commands that a help lists. */
function listed(help: string): string[] {
  const [, commands = ''] = /\nCommands:\n((?: .*\n?)*)/.exec(help) ?? [];
  return [...commands.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
}

describe('affidavit --help', function () {
  this.timeout(120_000);
  const helps = new Map<string, string>();

  before(async () => {
    for (const command of COMMANDS) {
      const { status, stdout, stderr } = await affidavit([...command, '--help']);
      assert.deepEqual([status, stderr], [0, ''], command.join(' '));
      helps.set(command.join(' '), stdout);
    }
  });

  it('has an example of each command', () => {
    for (const [command, help] of helps) {
      const [, example = ''] = /\nExample:\n {2}(.+)\n/.exec(help) ?? [];
      assert.match(example, new RegExp(`\\baffidavit ${command}`), `affidavit ${command}`);
    }
  });

  it('names the exit codes', () => {
    assert.match(
      helps.get('') ?? '',
      /0 {2}fine\n {2}1 {2}the evidence is bad\n {2}2 .*usage.*\n {2}3 {2}could not run/,
    );
  });

  it('lists no command that has no help here', () => {
    for (const [command, help] of helps) {
      const names = listed(help).map((name) => `${command} ${name}`.trim());
      assert.deepEqual(
        names.filter((name) => !helps.has(name)),
        [],
      );
      if (command === '') assert.ok(names.length > 5);
    }
  });
});

describe('wrong usage', function () {
  this.timeout(120_000);

  const WRONG: [args: string[], message: RegExp][] = [
    [['bogus'], /unknown command 'bogus'/],
    [['keys', 'bogus'], /bogus/],
    [['list', '--bogus'], /unknown option '--bogus'/],
    [['show'], /missing required argument 'id'/],
    [['list', '--last', 'many'], /not a count: many/],
    [['keys', 'enroll', 'short'], /not a public key/],
    [['verify', '.', '--log-key', 'nonsense'], /not a verifier key/],
    [['verify', '.', '--root-key', 'nonsense'], /not a root key/],
    [['show', '1', '--content', '--log', '.'], /leave --log away/],
    [['show', ''], /an empty id/],
    [['prove', ''], /an empty id/],
    [['prove', '1', '--out', ''], /an empty path/],
    [['keys', 'export', '--to', ''], /an empty path/],
    [['keys', '--data', ''], /an empty path/],
  ];

  for (const [args, message] of WRONG)
    it(`${args.join(' ')}: exit code 2, said on standard error`, async () => {
      const { status, stdout, stderr } = await affidavit(args);
      assert.match(stderr, message);
      assert.deepEqual([status, stdout], [2, '']);
      assert.doesNotMatch(stderr, /^\s+at /m);
    });

  for (const [args, message] of [...WRONG, [[], /a command is missing/] as const])
    it(`${[...args, '--json'].join(' ')}: says the same, as JSON`, async () => {
      const { status, stdout, stderr } = await affidavit([...args, '--json']);
      const { error } = JSON.parse(stderr) as { error: Record<string, string> };
      assert.match(error['message'] ?? '', message);
      assert.deepEqual([status, stdout, error['code']], [2, '', 'usage']);
    });
});
