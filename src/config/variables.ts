import { nearest } from './nearest.ts';
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
const MAX_NAME_CHARACTERS = 80;

/**
 * What is wrong with variables that begin with `AFFIDAVIT_` and mean nothing: each by its name, with the known names that
 * are nearest. Never a value: a misspelt name may hold a secret.
 */
export function unknownVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = [...settings.map(({ variable }) => variable).filter((name) => name !== ''), 'AFFIDAVIT_CONFIG'];
  const isKnown = new Set([...known, ...OTHER_VARIABLES]);
  return Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX) && environment[name] !== undefined && !isKnown.has(name))
    .toSorted()
    .map((name) => {
      const shown = name.slice(0, MAX_NAME_CHARACTERS);
      if (SERVICE_LINK.test(name))
        return `the variable ${shown} is no setting: Kubernetes sets it for a service; set enableServiceLinks: false`;
      return `the variable ${shown} is no setting; nearest: ${nearestVariables(shown, known).join(', ')}`;
    });
}

function nearestVariables(name: string, known: readonly string[]): string[] {
  const bare = known.map((variable) => variable.slice(PREFIX.length));
  return nearest(name.slice(PREFIX.length), bare).map((candidate) => `${PREFIX}${candidate}`);
}
