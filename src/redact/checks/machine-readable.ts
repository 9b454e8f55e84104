/** Weights of a check digit (ICAO Doc 9303, part 3, 4.9). */
const WEIGHTS = [7, 3, 1] as const;

/** What a character of a machine-readable zone counts: digits themselves, letters from 10 on, fillers nothing. */
function valueOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 65 && code <= 90 ? code - 55 : 0;
}

/** True when the digit at `end` is that of what stands from `start` to it. */
function hasCheckDigit(line: string, start: number, end: number): boolean {
  let sum = 0;
  for (let at = start; at < end; at += 1) sum += valueOf(line.charCodeAt(at)) * (WEIGHTS[(at - start) % 3] ?? 1);
  return valueOf(line.charCodeAt(end)) === sum % 10;
}

const [CARD_CHARS, VISA_CHARS, PASSPORT_CHARS] = [30, 36, 44] as const;
/** The upper line: the document, who issued it, and the name; of a card the name is a line of its own. */
const NAME_LINE = /^[PVIAC][A-Z<][A-Z<]{3}[A-Z][A-Z<]*<<[A-Z<]*$/;
const CARD_NAME = /^[A-Z]+(?:<[A-Z]+)*<<[A-Z<]*$/;
const CARD_NUMBER = /^[ACI][A-Z<][A-Z<]{3}[A-Z0-9<]{9}\d/;
const CARD_DATES = /^\d{7}[MFX<]\d{7}[A-Z<]{3}/;
const NUMBER_LINE = /^[A-Z0-9<]{9}\d[A-Z<]{3}\d{7}[MFX<]\d{7}/;

function isCardLine(line: string): boolean {
  if (CARD_NUMBER.test(line)) return hasCheckDigit(line, 5, 14);
  if (CARD_DATES.test(line)) return hasCheckDigit(line, 0, 6) && hasCheckDigit(line, 8, 14);
  return CARD_NAME.test(line);
}

function isLongLine(line: string): boolean {
  if (!NUMBER_LINE.test(line)) return NAME_LINE.test(line);
  return hasCheckDigit(line, 0, 9) && hasCheckDigit(line, 13, 19) && hasCheckDigit(line, 21, 27);
}

function isLine(line: string): boolean {
  return line.length === CARD_CHARS ? isCardLine(line) : isLongLine(line);
}

/** True for a line of a machine-readable zone of a passport, visa or identity card (ICAO Doc 9303), or for all of them in one piece. */
export function isMachineReadable(text: string): boolean {
  for (const chars of [CARD_CHARS, VISA_CHARS, PASSPORT_CHARS]) {
    const lines = text.length / chars;
    if (!Number.isInteger(lines) || lines > (chars === CARD_CHARS ? 3 : 2)) continue;
    if (Array.from({ length: lines }, (_, i) => text.slice(i * chars, (i + 1) * chars)).every(isLine)) return true;
  }
  return false;
}
