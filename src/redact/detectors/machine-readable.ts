import { isMachineReadable } from '../checks/machine-readable.ts';
import type { Finding } from '../findings.ts';
import { RULES } from '../rules.ts';
import { VOCABULARY } from '../words/vocabulary.ts';
import type { Subject } from './subject.ts';

/** Fillers in a row, which nearly every such line ends with. */
const FILLERS = '<<<';
/** The same, as a word. */
export const FILLER_WORDS = VOCABULARY.family('<<<<');
/** As long as one line, or all of them; within longer ones there is none. */
const LINE = /(?<![A-Za-z0-9<])[A-Z0-9<]{30,90}(?![A-Za-z0-9<])/g;

/** Lines that machines read of passports, visas and identity cards: number, name and date of birth. */
export function findMachineReadable({ text }: Subject, found: Finding[]): void {
  if (!text.includes(FILLERS)) return;
  for (const { 0: line, index } of text.matchAll(LINE))
    if (line.includes(FILLERS) && isMachineReadable(line))
      found.push({ start: index, end: index + line.length, rule: RULES.machineReadable });
}
