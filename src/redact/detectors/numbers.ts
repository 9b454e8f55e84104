import {
  isAuMedicare,
  isAuTfn,
  isBrCnpj,
  isBrCpf,
  isCaSin,
  isDeTaxId,
  isFrNir,
  isInAadhaar,
  isNlBsn,
  isPlPesel,
  isUkNhsNumber,
  isUsEin,
  isUsItin,
  isUsNpi,
  isUsRoutingNumber,
  isUsSsn,
} from '../checks/index.ts';
import { isLetterCode, numberAt } from '../checks/characters.ts';
import { CONTEXT_BONUS, type Surroundings } from '../context.ts';
import type { EntityName } from '../entities.ts';
import type { Finding } from '../findings.ts';
import { type Rule, RULES } from '../rules.ts';
import { type DigitRun, isInHexText, standsAlone } from './digit-run.ts';

/** A number that an authority gives out, made of digits. */
interface Kind {
  readonly rule: Rule;
  readonly entity: EntityName;
  /** How many digits it has. */
  readonly lengths: readonly number[];
  readonly check: (digits: string) => boolean;
  /** True when nearly every number of that length passes: then a word somewhere near is not enough. */
  readonly isUnchecked?: boolean;
  /** How sure it is by itself, without separators. */
  readonly bare: (digits: string) => number;
  /** Lengths of the groups that it is written in, their separators, and how sure it is by itself when written so. */
  readonly prints: readonly (readonly [groups: string, separators: readonly string[], score: number])[];
}

/** Digits whose check is passed by chance now and then. */
const WEAK = 0.3;
/** A number under its name that fails its check: mistyped, or made up. */
const MISTYPED = 0.55;
/** One that passes it. */
const NAMED = 0.9;
/** So much surer is one that is called by its name than one of whose kind something speaks. */
const NAMED_BONUS = 0.1;
const weak = (): number => WEAK;

/** Sex 1 or 2 and a month of birth: so few numbers of 15 digits have them, and the key, by chance. */
function nirScore(digits: string): number {
  const [sex, month] = [numberAt(digits, 0, 1), numberAt(digits, 3, 5)];
  return sex <= 2 && month <= 12 ? 0.6 : 0.4;
}

const KINDS: readonly Kind[] = [
  {
    ...{ rule: RULES.ssn, entity: 'us_ssn', lengths: [9], check: isUsSsn, isUnchecked: true, bare: weak },
    prints: [
      ['3,2,4', ['--'], 0.84],
      ['3,2,4', ['  ', '..'], WEAK],
    ],
  },
  {
    ...{ rule: RULES.itin, entity: 'us_itin', lengths: [9], check: isUsItin, isUnchecked: true, bare: weak },
    prints: [
      ['3,2,4', ['--'], 0.6],
      ['3,2,4', ['  ', '..'], WEAK],
    ],
  },
  {
    ...{ rule: RULES.ein, entity: 'us_ein', lengths: [9], check: isUsEin, isUnchecked: true, bare: weak },
    prints: [['2,7', ['-', ' '], WEAK]],
  },
  {
    ...{ rule: RULES.routing, entity: 'us_routing', lengths: [9], check: isUsRoutingNumber, bare: weak },
    prints: [['4,4,1', ['--', '  '], WEAK]],
  },
  {
    ...{ rule: RULES.bsn, entity: 'nl_bsn', lengths: [9], check: isNlBsn, bare: weak },
    prints: [
      ['3,3,3', ['  ', '--', '..'], WEAK],
      ['4,2,3', ['  ', '--', '..'], WEAK],
    ],
  },
  {
    ...{ rule: RULES.tfn, entity: 'au_tfn', lengths: [8, 9], check: isAuTfn, bare: weak },
    prints: [
      ['3,3,3', ['  ', '--'], WEAK],
      ['3,3,2', ['  ', '--'], WEAK],
      ['2,3,3', ['  ', '--'], WEAK],
    ],
  },
  {
    ...{ rule: RULES.sin, entity: 'ca_sin', lengths: [9], check: isCaSin, bare: weak },
    prints: [['3,3,3', ['  ', '--', '..'], WEAK]],
  },
  {
    ...{ rule: RULES.npi, entity: 'us_npi', lengths: [10], check: isUsNpi, bare: weak },
    prints: [['4,3,3', ['  ', '--'], WEAK]],
  },
  {
    ...{ rule: RULES.nhs, entity: 'uk_nhs', lengths: [10], check: isUkNhsNumber, bare: weak },
    prints: [['3,3,4', ['  ', '--'], WEAK]],
  },
  {
    ...{ rule: RULES.medicare, entity: 'au_medicare', lengths: [10, 11], check: isAuMedicare, bare: weak },
    prints: [
      ['4,5,1', ['  ', '--'], WEAK],
      ['4,5,1,1', ['   ', '---', '  /', '--/', '  -'], WEAK],
      ['10,1', [' ', '-', '/'], WEAK],
    ],
  },
  {
    ...{ rule: RULES.deTaxId, entity: 'de_tax_id', lengths: [11], check: isDeTaxId, bare: weak },
    prints: [
      ['2,3,3,3', ['   ', '---', '...', '///'], 0.4],
      ['3,3,3,2', ['   '], WEAK],
    ],
  },
  {
    ...{ rule: RULES.pesel, entity: 'pl_pesel', lengths: [11], check: isPlPesel, bare: weak },
    prints: [['6,5', [' ', '-'], WEAK]],
  },
  {
    ...{ rule: RULES.cpf, entity: 'br_cpf', lengths: [11], check: isBrCpf, bare: weak },
    prints: [
      ['3,3,3,2', ['..-'], 0.85],
      ['3,3,3,2', ['...', '   ', '---', '  -'], 0.4],
      ['9,2', ['-', ' '], 0.4],
    ],
  },
  {
    ...{ rule: RULES.aadhaar, entity: 'in_aadhaar', lengths: [12], check: isInAadhaar, bare: weak },
    prints: [['4,4,4', ['  ', '--', '..'], 0.4]],
  },
  {
    ...{ rule: RULES.cnpj, entity: 'br_cnpj', lengths: [14], check: isBrCnpj, bare: () => 0.4 },
    prints: [
      ['2,3,3,4,2', ['../-'], 0.9],
      ['2,3,3,4,2', ['    ', '...-', '../ ', '  /-'], 0.45],
      ['8,4,2', ['/-', '--', '  '], 0.45],
      ['12,2', ['-'], 0.4],
    ],
  },
  {
    ...{ rule: RULES.nir, entity: 'fr_nir', lengths: [15], check: isFrNir, bare: nirScore },
    prints: [
      ['1,2,2,2,3,3,2', ['      ', '------', '......', '     -', '     /'], 0.85],
      ['13,2', [' ', '-', '/'], 0.5],
    ],
  },
];

/** A letter behind a hyphen makes it a code of something. */
const LETTER_BEHIND = /^-[A-Za-z]$/;
const CODE_MALUS = 0.35;
const MAX_DIGITS = 15;

const byLength: readonly (readonly Kind[])[] = Array.from({ length: MAX_DIGITS + 1 }, (_, length) =>
  KINDS.filter(({ lengths }) => lengths.includes(length)),
);
/** A print's groups and separators → the kinds that are written so, with their scores. */
const byPrint = new Map<string, (readonly [Kind, number])[]>();
for (const kind of KINDS)
  for (const [groups, separators, score] of kind.prints)
    for (const between of separators) {
      const print = `${groups}${between}`;
      byPrint.set(print, [...(byPrint.get(print) ?? []), [kind, score]]);
    }
/** Lengths of the groups of all prints, and of their first groups, as one number each: four bits a group. */
const groupings = new Map<number, string>();
const groupingStarts = new Set<number>();
for (const kind of KINDS)
  for (const [groups] of kind.prints) {
    let packed = 0;
    for (const length of groups.split(',')) {
      packed = packed * 16 + Number(length);
      groupingStarts.add(packed);
    }
    groupings.set(packed, groups);
  }

class Candidate {
  readonly digits: string;
  readonly start: number;
  readonly end: number;
  readonly #around: Surroundings;
  readonly #found: Finding[];

  constructor(digits: string, start: number, end: number, around: Surroundings, found: Finding[]) {
    this.digits = digits;
    this.start = start;
    this.end = end;
    this.#around = around;
    this.#found = found;
  }

  /** Adds what it is, when it may be one of this kind. */
  judge(kind: Kind, base: number): void {
    const { start, end } = this;
    const { entity, rule, isUnchecked } = kind;
    const isNamed = this.#around.names(entity, start, end);
    if (!kind.check(this.digits)) {
      if (isNamed && this.#around.labels(entity, start, end)) this.#add(rule, MISTYPED);
    } else if (isUnchecked !== true) {
      const score = this.#around.score(entity, base, start, end);
      this.#add(rule, isNamed ? Math.max(NAMED, score) : score);
    } else if (isNamed || this.#around.closelySpeaksFor(entity, start, end))
      this.#add(rule, Math.min(1, base + CONTEXT_BONUS + (isNamed ? NAMED_BONUS : 0)));
    else this.#add(rule, this.#around.scoreAlone(base, start, end));
  }

  #add(rule: Rule, score: number): void {
    this.#found.push({ start: this.start, end: this.end, rule, score });
  }
}

function judgeBare(run: DigitRun, group: number, around: Surroundings, found: Finding[]): void {
  const kinds = byLength[run.length(group)];
  if (kinds === undefined || kinds.length === 0) return;
  const [start, end] = [run.start(group), run.end(group)];
  if (!standsAlone(run.text, start, end, false)) return;
  const candidate = new Candidate(run.digits(group), start, end, around, found);
  for (const kind of kinds) candidate.judge(kind, kind.bare(candidate.digits));
}

function isPartOfHex(run: DigitRun, start: number, end: number): boolean {
  const [before, after] = [run.text.charCodeAt(start - 1), run.text.charCodeAt(end)];
  return (before === 45 || after === 45) && isInHexText(run.text, start, end);
}

function judgePrint(run: DigitRun, first: number, last: number, print: string, around: Surroundings, found: Finding[]) {
  const kinds = byPrint.get(print);
  if (kinds === undefined) return;
  const [start, end] = [run.start(first), run.end(last)];
  if (!standsAlone(run.text, start, end, print.includes(' ')) || isPartOfHex(run, start, end)) return;
  let digits = '';
  for (let group = first; group <= last; group += 1) digits += run.digits(group);
  const candidate = new Candidate(digits, start, end, around, found);
  const malus = LETTER_BEHIND.test(run.text.slice(end, end + 2)) ? CODE_MALUS : 0;
  for (const [kind, score] of kinds) candidate.judge(kind, score - malus);
}

/** True for a dash unlike the one before it: nobody writes so. */
function hasOtherDash(run: DigitRun, first: number, last: number): boolean {
  return last > first + 1 && run.separator(last - 1) === '-' && run.rawSeparator(last) !== run.rawSeparator(last - 1);
}

function judgeGroups(run: DigitRun, first: number, around: Surroundings, found: Finding[]): void {
  let packed = run.length(first);
  let between = '';
  for (let last = first + 1; last < run.count; last += 1) {
    packed = packed * 16 + Math.min(15, run.length(last));
    if (!groupingStarts.has(packed)) return;
    const separator = run.separator(last);
    if (separator.length !== 1 || (separator === '-' && hasOtherDash(run, first, last))) return;
    between += separator;
    const groups = groupings.get(packed);
    if (groups !== undefined) judgePrint(run, first, last, groups + between, around, found);
  }
}

/** False for so many digits that no kind of number has. */
export function hasKindOfLength(digits: number): boolean {
  return (byLength[digits]?.length ?? 0) > 0;
}

/** Numbers of people and firms in one run of digits. */
export function findNumbers(run: DigitRun, around: Surroundings, found: Finding[]): void {
  for (let first = 0; first < run.count; first += 1) {
    const length = run.length(first);
    if (isLetterCode(run.text.charCodeAt(run.start(first) - 1))) continue;
    if (length >= 8 && length <= MAX_DIGITS) judgeBare(run, first, around, found);
    if (run.count > first + 1 && groupingStarts.has(length)) judgeGroups(run, first, around, found);
  }
}
