/** True for the code of an ASCII digit; false for NaN, which `charCodeAt` gives outside of a text. */
export function isDigitCode(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** True for the code of `A` to `Z`. */
export function isUpperCode(code: number): boolean {
  return code >= 65 && code <= 90;
}

/** True for the code of an ASCII letter of either case. */
export function isLetterCode(code: number): boolean {
  return isUpperCode(code & ~32);
}

/** True when `text` has an ASCII digit at each index from `start` up to, without, `end`. */
export function hasDigits(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if (!isDigitCode(text.charCodeAt(i))) return false;
  return true;
}

/** True when `text` has `A` to `Z` at each index from `start` up to, without, `end`. */
export function hasUppers(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if (!isUpperCode(text.charCodeAt(i))) return false;
  return true;
}

/** True for exactly `length` ASCII digits. */
export function isDigits(text: string, length: number): boolean {
  return text.length === length && hasDigits(text, 0, length);
}

/** Value of the digit at `index`; the caller has seen that one stands there. */
export function digitAt(text: string, index: number): number {
  return text.charCodeAt(index) - 48;
}

/** Value of the decimal digits from `start` up to, without, `end`: at most 15 of them. */
export function numberAt(text: string, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i += 1) value = value * 10 + digitAt(text, i);
  return value;
}

/** True when all characters of `text` are the same one: placeholders, which some checksums let pass. */
export function isUniform(text: string): boolean {
  for (let i = 1; i < text.length; i += 1) if (text.charCodeAt(i) !== text.charCodeAt(0)) return false;
  return true;
}
