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

/** Between groups: a space or dash, of Unicode too (in UTF-8, or of JSON's escapes). */
const GAP =
  '(?:[ \\xa0\\u2000-\\u200a\\u2010-\\u2015\\u202f\\u2212-]|\\xc2\\xa0|\\xe2\\x80[\\x80-\\x8a\\x90-\\x95\\xaf]|\\xe2\\x88\\x92)?';

function kind(
  rule: Rule,
  entity: EntityName,
  pattern: string,
  check: Kind['check'],
  base: number,
  grouped = base,
): Kind {
  return {
    rule,
    entity,
    pattern: new RegExp(`(?<![\\w.-])${pattern.replaceAll('_', GAP)}(?![\\w-])`, 'gi'),
    check,
    base,
    grouped,
  };
}

const KINDS: readonly Kind[] = [
  kind(RULES.nino, 'uk_nino', '[A-Z]{2}(?:_\\d\\d){3}_[A-D]', isUkNino, 0.3, 0.8),
  kind(RULES.dni, 'es_dni', '(?:\\d{8}|\\d{1,2}\\.\\d{3}\\.\\d{3}|[XYZKLM]_\\d{7})_[A-Z]', isEsDni, 0.4, 0.45),
  kind(
    RULES.codiceFiscale,
    'it_codice_fiscale',
    '[A-Z]{3} ?[A-Z]{3} ?[0-9LMNP-V]{2}[A-EHLMPR-T][0-9LMNP-V]{2} ?[A-Z][0-9LMNP-V]{3}[A-Z]',
    isItCodiceFiscale,
    0.95,
  ),
  kind(RULES.inPan, 'in_pan', '[A-Z]{5}_\\d{4}_[A-Z]', isInPan, 0.4),
  kind(RULES.nric, 'sg_nric', '[STFGM]_\\d{7}_[A-Z]', isSgNric, 0.55),
  kind(RULES.dea, 'us_dea', '[A-Z][A-Z9]_\\d{7}', isUsDea, 0.35),
];

function find({ rule, entity, pattern, check, base, grouped }: Kind, subject: Subject, found: Finding[]): void {
  const { text, around } = subject;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [start, end] = [match.index, pattern.lastIndex];
    if (!check(match[0].replace(/[^0-9A-Za-z]+/g, '').toUpperCase())) continue;
    const alone = GROUPED.test(match[0]) ? grouped : base;
    found.push({ start, end, rule, score: around.score(entity, alone, start, end) });
  }
}

/** In groups. */
const GROUPED = /[^\w-].*[^\w-]/;
/** What all of them have: a letter beside a digit, or a group between. */
const TRIGGER =
  /[A-Za-z](?:[ -]|[\x80-\uffff]{1,3})?\d[\d ./\x80-\uffff-]{0,3}\d|\d(?:[ -]|[\x80-\uffff]{1,3})?[A-Za-z](?![A-Za-z])/;

/** Numbers of persons that have letters in them, of the United Kingdom, Spain, Italy, India, Singapore and the USA. */
export function findLetteredIds(subject: Subject, found: Finding[]): void {
  if (!TRIGGER.test(subject.text)) return;
  for (const each of KINDS) find(each, subject, found);
}
