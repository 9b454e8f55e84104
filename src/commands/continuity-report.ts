import type { ContinuityFinding, ContinuityKind, MissingRecords } from '../proof/index.ts';
import { formatTime } from './describe.ts';

const MAX_SHOWN = 20;
const ID_DIGITS = 16;

const WORDS: Readonly<Record<ContinuityKind, (finding: ContinuityFinding) => string>> = {
  silent: ({ leaf }) => `fell silent without "stopped" after leaf ${leaf}`,
  cloned: ({ other, leaf }) =>
    `begins where epoch ${short(other)} does: its disk was copied, or set back (leaf ${leaf})`,
  wiped: ({ other, leaf }) =>
    `knows of no epoch before, though its key had ${short(other)}: its disk was emptied (leaf ${leaf})`,
  overlapping: ({ other, leaf }) => `goes on after epoch ${short(other)} began: two have its key (leaf ${leaf})`,
};

/** What is odd about producers, a line each. */
export function formatContinuity(findings: readonly ContinuityFinding[]): string[] {
  return capped(
    findings.map((finding) => {
      const { what, keyId, epoch, timeUs } = finding;
      return `${what.padEnd(11)} ${formatTime(timeUs)}  epoch ${short(epoch)} of key ${short(keyId)} ${WORDS[what](finding)}`;
    }),
  );
}

/** Which records of producers are not there, a line for each range. */
export function formatMissing(missing: readonly MissingRecords[]): string[] {
  return capped(
    missing.map(({ keyId, epoch, firstSeq, lastSeq, fromUs, untilUs }) => {
      const written = `written between ${formatTime(fromUs)} and ${formatTime(untilUs)}`;
      return `${'missing'.padEnd(11)} records ${firstSeq} to ${lastSeq} of epoch ${short(epoch)} of key ${short(keyId)}, ${written}`;
    }),
  );
}

function capped(lines: readonly string[]): string[] {
  const more = lines.length - MAX_SHOWN;
  return more > 0 ? [...lines.slice(0, MAX_SHOWN), `… and ${more} more (--json lists them)`] : [...lines];
}

function short(id: string): string {
  return id.slice(0, ID_DIGITS);
}
