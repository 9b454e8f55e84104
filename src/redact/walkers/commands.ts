import type { KeyRule } from '../words/key-rule.ts';
import { RULES } from '../rules.ts';

/**
 * What the arguments in a list are of, as far as a letter among them is the option for a password: of a client of `mysql`; of what
 * `signs_in`, or may do so by its next argument (`docker login`); of what `runs` another command.
 */
export type Command = 'mysql' | 'signs_in' | 'may_sign_in' | 'runs';

const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    mysql:
      'mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlcheck mysqlslap mysqlpump mysqlbinlog mysqlsh mysql_upgrade mariadb ' +
      'mariadb-dump mariadb-admin mariadb-import mariadb-show mariadb-check mariadb-binlog mariadb-backup',
    signs_in: 'sshpass mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat mongotop redis-cli',
    may_sign_in: 'docker podman helm skopeo az oc',
    runs: 'sudo env exec nohup time timeout nice kubectl docker-compose nerdctl xargs',
  } satisfies Record<Command, string>).flatMap(([command, names]) =>
    names.split(' ').map((name) => [name, command as Command] as const),
  ),
);
/** Longest argument that is looked at for the name of a command. */
export const MAX_COMMAND_CHARS = 48;
/** The first characters of those names, of a path, and of a contact. */
const FIRSTS = new Uint8Array(256);
for (const name of [...COMMANDS.keys(), '/', '\\', 'vcard']) FIRSTS[name.charCodeAt(0)] = 1;

/** True for the first character of an argument that may name a command. */
export function mayStartCommand(code = 0): boolean {
  return FIRSTS[code] === 1;
}

/** What an argument says that those behind it are of; `before` is what those before it said. */
export function commandOf(argument: string, before: Command | undefined): Command | undefined {
  if (before === 'mysql' || before === 'signs_in' || argument.length > MAX_COMMAND_CHARS) return before;
  if (argument === 'login' && before === 'may_sign_in') return 'signs_in';
  return COMMANDS.get(argument.slice(argument.lastIndexOf('/') + 1)) ?? before;
}

/** Not ports of a container, nor the one of a server. */
const NO_PASSWORD = /^(?:[\d.]{1,15}:)?\d{1,5}(?::\d{1,5})?$/;
const password: KeyRule = { rule: RULES.credential, unless: /^-|^(?:[\d.]{1,15}:)?\d{1,5}(?::\d{1,5})?$/ };
/** The letter and the password in one. */
const JOINED: KeyRule = {
  rule: RULES.credential,
  applies: { test: (value) => value.length > 4 && !NO_PASSWORD.test(value.slice(2)) },
};

/** What an option of a command is that has the password in it; undefined for others. */
export function joinedPassword(argument: string, command: Command): KeyRule | undefined {
  if (argument.startsWith('-p')) return command === 'mysql' || command === 'signs_in' ? JOINED : undefined;
  return argument.startsWith('-a') && command === 'signs_in' ? JOINED : undefined;
}

/** What stands behind an option of a command that is a letter; undefined for others. */
export function passwordBehind(option: string, command: Command): KeyRule | undefined {
  return command === 'signs_in' && (option === '-p' || option === '-a') ? password : undefined;
}
