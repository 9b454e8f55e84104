/** Names and abbreviations in English, French, German and Spanish, in lower case, without accents: January's, February's … */
const NAMES =
  'january jan janvier janv januar janner jaenner enero ene,' +
  'february feb fevrier fevr fev februar feber febrero,' +
  'march mar mars marz maerz mrz marzo,' +
  'april apr avril avr abril abr,' +
  'may mai mayo,' +
  'june jun juin juni junio,' +
  'july jul juillet juil juli julio,' +
  'august aug aout agosto ago,' +
  'september sept sep septembre septiembre setiembre set,' +
  'october oct octobre oktober okt octubre,' +
  'november nov novembre noviembre,' +
  'december dec decembre dezember dez diciembre dic';

const MONTHS = new Map(
  NAMES.split(',').flatMap((names, index) => names.split(' ').map((name) => [name, index + 1] as const)),
);

/** Marks above a letter that stand behind it, as in decomposed text: acute, circumflex, diaeresis. */
const COMBINING_MARKS = '\u0301\u0302\u0308';
/** Accented letters of the names; each stands also for what UTF-8 looks like when its bytes are read as Latin-1. */
const ACCENTED: readonly (readonly [string, string])[] = [
  ['\u00e9', 'e'],
  ['\u00c9', 'e'],
  ['\u00fb', 'u'],
  ['\u00db', 'u'],
  ['\u00e4', 'a'],
  ['\u00c4', 'a'],
];
const PLAIN = new Map(ACCENTED);
/** Second bytes in UTF-8, the first being 0xc3. */
const PLAIN_SECOND_BYTES = new Map(
  ACCENTED.map(([letter, plain]) => [String.fromCharCode(letter.charCodeAt(0) - 0x40), plain]),
);

/** The text in lower case, its accents taken off; other characters stay. */
function fold(text: string): string {
  let folded = '';
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charAt(i);
    const second = char === '\u00c3' ? PLAIN_SECOND_BYTES.get(text.charAt(i + 1)) : undefined;
    if (second !== undefined) i += 1;
    if (!COMBINING_MARKS.includes(char)) folded += second ?? PLAIN.get(char) ?? char;
  }
  return folded.toLowerCase();
}

/** The month, 1 to 12, that a name or an abbreviation of English, French, German or Spanish means; 0 for another word. */
export function monthOf(word: string): number {
  return MONTHS.get(fold(word)) ?? 0;
}
