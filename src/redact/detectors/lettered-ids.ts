import { isEsDni, isInPan, isItCodiceFiscale, isSgNric, isUkNino, isUsDea } from '../checks/index.ts';
import type { EntityName } from '../entities.ts';
import type { Finding } from '../findings.ts';
import { type Rule, RULES } from '../rules.ts';
import type { Subject } from './subject.ts';

/** Numbers of persons that have letters at fixed places, and what says that one is right. */
interface Kind {
  readonly rule: Rule;
  readonly entity: EntityName;
  readonly pattern: RegExp;
  readonly check: (plain: string) => boolean;
  /** How sure one is that nothing speaks for: the check alone says little of short ones. */
  readonly base: number;
  /** The same of one that is written in groups, as it is printed. */
  readonly grouped: number;
}

function kind(
  rule: Rule,
  entity: EntityName,
  pattern: string,
  check: Kind['check'],
  base: number,
  grouped = base,
): Kind {
  return { rule, entity, pattern: new RegExp(`(?<![\\w.-])${pattern}(?![\\w-])`, 'gi'), check, base, grouped };
}

const KINDS: readonly Kind[] = [
  kind(RULES.nino, 'uk_nino', '[A-Z]{2}(?:[ -]?\\d\\d){3}[ -]?[A-D]', isUkNino, 0.3, 0.8),
  kind(RULES.dni, 'es_dni', '(?:\\d{8}|\\d{1,2}\\.\\d{3}\\.\\d{3}|[XYZKLM][ -]?\\d{7})[ -]?[A-Z]', isEsDni, 0.4, 0.45),
  kind(
    RULES.codiceFiscale,
    'it_codice_fiscale',
    '[A-Z]{3} ?[A-Z]{3} ?[0-9LMNP-V]{2}[A-EHLMPR-T][0-9LMNP-V]{2} ?[A-Z][0-9LMNP-V]{3}[A-Z]',
    isItCodiceFiscale,
    0.95,
  ),
  kind(RULES.inPan, 'in_pan', '[A-Z]{5}[ -]?\\d{4}[ -]?[A-Z]', isInPan, 0.4),
  kind(RULES.nric, 'sg_nric', '[STFGM][ -]?\\d{7}[ -]?[A-Z]', isSgNric, 0.55),
  kind(RULES.dea, 'us_dea', '[A-Z][A-Z9][ -]?\\d{7}', isUsDea, 0.35),
];

function find({ rule, entity, pattern, check, base, grouped }: Kind, subject: Subject, found: Finding[]): void {
  const { text, around } = subject;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [start, end] = [match.index, pattern.lastIndex];
    if (!check(match[0].replace(/[^0-9A-Za-z]+/g, '').toUpperCase())) continue;
    const alone = / .* /.test(match[0]) ? grouped : base;
    found.push({ start, end, rule, score: around.score(entity, alone, start, end) });
  }
}

/** What all of them have: a letter beside a digit, or a group between. */
const TRIGGER = /[A-Za-z][ -]?\d[\d ./-]{0,3}\d|\d[ -]?[A-Za-z](?![A-Za-z])/;

/** Numbers of persons that have letters in them, of the United Kingdom, Spain, Italy, India, Singapore and the USA. */
export function findLetteredIds(subject: Subject, found: Finding[]): void {
  if (!TRIGGER.test(subject.text)) return;
  for (const each of KINDS) find(each, subject, found);
}
