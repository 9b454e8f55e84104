import { isDigitCode, isLetterCode } from '../checks/characters.ts';
import type { Finding, Place } from '../findings.ts';
import { RULES } from '../rules.ts';

/** What is as sure as this is a border for what stands beside it. */
const SURE = 0.5;
/** So many values in a row are found by the border of the one before. */
const MAX_ROUNDS = 8;
/** So much around borders is searched again. */
const CHARS_BEFORE_BORDER = 512;
const CHARS_BEHIND_BORDER = 2048;
/** Stands for what was found: no letter, digit, separator or blank. */
const MASK = '\0';

/** Looks at a text in which what was found is masked. */
export type SearchAgain = (masked: string) => readonly Finding[];

function isSure({ score, rule }: Finding): boolean {
  return (score ?? rule.score) >= SURE;
}

/** True for a character that makes one word or number with what is beside it. */
function joins(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return isDigitCode(code) || isLetterCode(code) || code === 95;
}

/** Tells what of a finding is a border: all of it, or what surely belongs to it. */
type Extent = (found: Finding) => Place;

const wholeOf: Extent = (found) => found;
const coreOf: Extent = (found) => found.core ?? found;

/** Signs behind a value: a plus starts a telephone number, and others would make what was found the name of what follows. */
const isSignBehind: readonly boolean[] = Array.from({ length: 128 }, (_, c) => '+=:'.includes(String.fromCharCode(c)));

/** True when a number seems to go on in a finding: its digits stand behind others and a blank. Addresses of machines stand so in logs. */
function isGroupBefore(text: string, { start, rule }: Finding): boolean {
  const blank = text.charCodeAt(start - 1);
  if ((blank !== 32 && blank !== 9 && blank !== 45) || rule.entity === RULES.ipv4.entity) return false;
  return isDigitCode(text.charCodeAt(start)) && isDigitCode(text.charCodeAt(start - 2));
}

/** True when something stands right beside a finding, or in it without belonging to it. */
function isGlued(text: string, found: Finding): boolean {
  const { start, end, core } = found;
  if (core !== undefined || joins(text, end) || joins(text, start - 1) || isGroupBefore(text, found)) return true;
  const behind = text.charCodeAt(end);
  // What is a fraction behind a number is a number behind what was found.
  return isSignBehind[behind] === true || (behind === 46 && isDigitCode(text.charCodeAt(end + 1)));
}

/** Behind what has no length of its own: the next groups of a card or an account, whose first one it seems to end with. */
const NEXT_GROUPS = /[ -](?:\d{4}|[A-Z]{4})[ -]\d{4}(?!\d)/y;
const FIRST_GROUP = /(?:\d{4}|[A-Z]{2}\d{2})$/;
const GROUP_CHARS = 4;

/** A finding without the group at its end that more of follow. */
function withoutGroup(text: string, found: Finding): Finding {
  const { start, end, core, rest } = found;
  if (rest === undefined || core !== undefined || end - start <= GROUP_CHARS) return found;
  NEXT_GROUPS.lastIndex = end;
  if (!NEXT_GROUPS.test(text) || !FIRST_GROUP.test(text.slice(end - GROUP_CHARS, end))) return found;
  return { ...found, core: { start, end: end - GROUP_CHARS } };
}

/** Places in the order of the text, those that overlap or touch as one. */
function merged(places: readonly Place[]): Place[] {
  const all: Place[] = [];
  for (const place of [...places].sort((a, b) => a.start - b.start)) {
    const last = all.at(-1);
    if (last === undefined || place.start > last.end) all.push(place);
    else if (place.end > last.end) all[all.length - 1] = { start: last.start, end: place.end };
  }
  return all;
}

/** The text from one place to another with others masked. */
function masked(text: string, from: number, to: number, masks: readonly Place[]): string {
  let put = '';
  let position = from;
  for (const { start, end } of masks) {
    if (end <= from || start >= to) continue;
    put += text.slice(position, Math.max(position, start)) + MASK.repeat(Math.min(end, to) - Math.max(start, from));
    position = Math.min(end, to);
  }
  return put + text.slice(position, to);
}

/** What is surely found beside some findings, with all that is known for borders. */
function findBeside(
  text: string,
  known: readonly Finding[],
  glued: readonly Finding[],
  extent: Extent,
  search: SearchAgain,
): Finding[] {
  if (glued.length === 0) return [];
  const from = Math.max(0, glued.reduce((least, { start }) => Math.min(least, start), Infinity) - CHARS_BEFORE_BORDER);
  const to = Math.min(text.length, glued.reduce((most, { end }) => Math.max(most, end), 0) + CHARS_BEHIND_BORDER);
  const masks = merged(known.filter(isSure).map(extent));
  let next = 0;
  return (
    search(masked(text, from, to, masks))
      .map((found) => ({ ...found, start: from + found.start, end: from + found.end, core: moved(found.core, from) }))
      .filter(isSure)
      // What starts or ends where the view was cut may only look like a finding.
      .filter(({ start, end }) => (start > from || from === 0) && (end < to || to === text.length))
      .sort((a, b) => a.start - b.start)
      .filter(({ start, end }) => {
        while ((masks[next]?.end ?? Infinity) <= start) next += 1;
        return end <= (masks[next]?.start ?? Infinity);
      })
  );
}

function moved(place: Place | undefined, by: number): Place | undefined {
  return place && { start: by + place.start, end: by + place.end };
}

/** The first of numbers that rise which is `least` or more. */
function firstFrom(numbers: readonly number[], least: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Findings without what turned out to be of their neighbours. */
function trimmed(found: readonly Finding[], neighbours: readonly Finding[]): Finding[] {
  const starts = neighbours.map(({ start }) => start).sort((a, b) => a - b);
  const ends = neighbours.map(({ end }) => end).sort((a, b) => a - b);
  return found.map((each) => {
    if (each.core === undefined) return each;
    const end = Math.min(each.end, starts[firstFrom(starts, each.core.end)] ?? Infinity);
    const start = Math.max(each.start, ends[firstFrom(ends, each.core.start + 1) - 1] ?? 0);
    return { ...each, start, end };
  });
}

/**
 * Adds values that stand right beside others: what was found is a border for what is before and behind it. Takes no longer than
 * a few searches.
 */
export function findGlued(text: string, found: readonly Finding[], search: SearchAgain): readonly Finding[] {
  let all = found.some(({ rest }) => rest !== undefined) ? found.map((each) => withoutGroup(text, each)) : found;
  let glued = all.filter((each) => isGlued(text, each) && isSure(each));
  if (glued.some(({ core }) => core !== undefined)) all = trimmed(all, all.filter(isSure));
  for (let round = 0; round < MAX_ROUNDS && glued.length > 0; round += 1) {
    const beside = findBeside(text, all, glued, coreOf, search);
    all = beside.length === 0 ? all : [...trimmed(all, beside), ...beside];
    // What it covers without having it for its own says nothing of what is around any more.
    const covering = glued.filter(({ core }) => core !== undefined);
    const behind = findBeside(text, all, covering, wholeOf, search);
    all = behind.length === 0 ? all : [...all, ...behind];
    glued = [...beside, ...behind].filter((each) => isGlued(text, each));
  }
  return all;
}
