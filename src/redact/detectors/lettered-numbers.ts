import { isBrCnpj, isFrNir } from '../checks/index.ts';
import type { Finding } from '../findings.ts';
import { RULES } from '../rules.ts';
import { VOCABULARY } from '../words/vocabulary.ts';
import { standsAlone } from './digit-run.ts';
import type { Subject } from './subject.ts';

/** A CNPJ of 2026 and later, with its punctuation or without. */
const CNPJ = /(?<![\w./-])[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}\/[0-9A-Z]{4}-\d{2}(?![\w-])/g;
const BARE_CNPJ = /(?<![\w./-])(?=[0-9]{0,11}[A-Z])[0-9A-Z]{12}\d{2}(?![\w-])/g;
/** What speaks of one. */
export const CNPJ_WORDS = VOCABULARY.family('cnpj tax cadastro documento empresa company');
/** A number of somebody born in Corsica. */
const CORSICAN_NIR = /(?<![\w./-])[1-478](?:[ -]?\d\d){2}[ -]?2[AB](?:[ -]?\d{3}){2}[ -]?\d\d(?![\w-])/g;

function add(subject: Subject, pattern: RegExp, check: (plain: string) => boolean, found: Finding[], isNir: boolean) {
  const { text, around } = subject;
  const [rule, entity] = isNir ? ([RULES.nir, 'fr_nir'] as const) : ([RULES.cnpj, 'br_cnpj'] as const);
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [start, end] = [match.index, match.index + match[0].length];
    if (!standsAlone(text, start, end, match[0].includes(' ')) || !check(match[0].replace(/[^0-9A-Z]/g, ''))) continue;
    const isBare = pattern === BARE_CNPJ;
    if (isBare && !around.speaksFor(entity, start, end)) continue;
    const base = isBare ? 0.3 : 0.85;
    found.push({ start, end, rule, score: around.score(entity, base, start, end) });
  }
}

/** Brazilian numbers of firms that have letters among their digits, as they are printed. */
export function findCnpjs(subject: Subject, found: Finding[]): void {
  add(subject, CNPJ, isBrCnpj, found, false);
}

/** The same in one piece, where something speaks of one. */
export function findBareCnpjs(subject: Subject, found: Finding[]): void {
  add(subject, BARE_CNPJ, isBrCnpj, found, false);
}

/** French numbers of persons who were born in Corsica. */
export function findCorsicanNirs(subject: Subject, found: Finding[]): void {
  const { text } = subject;
  if (text.includes('2A') || text.includes('2B')) add(subject, CORSICAN_NIR, isFrNir, found, true);
}
