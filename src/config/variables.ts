import { settings } from './settings.ts';

const PREFIX = 'AFFIDAVIT_';

/**
 * Variables with our prefix that are no settings: the configuration file's name, and those of what stands around the
 * product in its checkout, which processes that are started from there inherit.
 */
const OTHER_VARIABLES: ReadonlySet<string> = new Set([
  'AFFIDAVIT_CONFIG',
  // scripts/envoy.ts: an Envoy of one's own
  'AFFIDAVIT_ENVOY',
  // docker-compose.yml: which Envoy configuration is mounted
  // test/reporter.ts
  'AFFIDAVIT_TEST_TOTALS',
]);

/** Kubernetes sets such variables for each service of the namespace: AFFIDAVIT_… for one called affidavit-… */
const SERVICE_LINK = /_(SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;
const MAX_NEAREST = 3;
const MAX_NAME_CHARACTERS = 80;

/**
 * What is wrong with variables that begin with `AFFIDAVIT_` and mean nothing: each by its name, with the known names that
 * are nearest. Never a value: a misspelt name may hold a secret.
 */
export function unknownVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = [...settings.map(({ variable }) => variable), 'AFFIDAVIT_CONFIG'];
  const isKnown = new Set([...known, ...OTHER_VARIABLES]);
  return Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX) && environment[name] !== undefined && !isKnown.has(name))
    .toSorted()
    .map((name) => {
      const shown = name.slice(0, MAX_NAME_CHARACTERS);
      if (SERVICE_LINK.test(name))
        return `the variable ${shown} is no setting: Kubernetes sets it for a service; set enableServiceLinks: false`;
      return `the variable ${shown} is no setting; nearest: ${nearest(shown, known).join(', ')}`;
    });
}

function nearest(name: string, known: readonly string[]): string[] {
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(name.slice(PREFIX.length), candidate.slice(PREFIX.length)) }))
    .toSorted((a, b) => a.distance - b.distance);
  const closest = ranked[0]?.distance ?? 0;
  return ranked
    .filter((other) => other.distance <= closest + 1)
    .slice(0, MAX_NEAREST)
    .map(({ candidate }) => candidate);
}

/** A name that was left unfinished, or without its section, is as near as one with a typing error. */
function distance(name: string, candidate: string): number {
  const words = (text: string): string => `_${text}_`;
  return words(candidate).includes(words(name)) ? 1 : editDistance(name, candidate);
}

/** Fewest characters to insert, leave out or replace (Levenshtein), a row of the table at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const replaced = (row[j] ?? 0) + (from[i] === to[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
