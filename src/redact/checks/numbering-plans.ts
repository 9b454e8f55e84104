import metadata from 'libphonenumber-js/metadata.max.json';

/** Places in what version 4 of the library's metadata has of a country. */
const PLACE = { pattern: 2, lengths: 3, prefix: 5, prefixForParsing: 7, leading: 10, types: 11 } as const;
const VERSION = 4;
const MAX_CODE_DIGITS = 3;

/** Numbers of one type, for example of mobile phones. */
interface NumberType {
  readonly lengths: readonly number[];
  readonly pattern: RegExp;
}

/** The numbers of one country, without its code. */
interface Country {
  /** What they start with where several countries have one code. */
  readonly leading: RegExp | undefined;
  readonly pattern: RegExp;
  readonly types: readonly NumberType[];
}

/** What belongs to one code; the first of the countries is the main one. */
interface Plan {
  /** What is dialled before a number within the countries. */
  readonly prefix: RegExp | undefined;
  readonly countries: readonly [Country, ...Country[]];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function areNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'number');
}

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

function start(pattern: unknown): RegExp | undefined {
  return isText(pattern) ? new RegExp(`^(?:${pattern})`) : undefined;
}

/** Undefined for what isn't built as expected. */
function countryOf(fields: readonly unknown[]): Country | undefined {
  const { [PLACE.pattern]: pattern, [PLACE.lengths]: lengths, [PLACE.types]: types } = fields;
  if (!isText(pattern) || !areNumbers(lengths) || !Array.isArray(types) || types.length === 0) return undefined;
  const known: NumberType[] = [];
  for (const type of types as readonly unknown[]) {
    const [own, ownLengths] = Array.isArray(type) ? (type as readonly unknown[]) : [];
    if (isText(own)) known.push({ pattern: whole(own), lengths: areNumbers(ownLengths) ? ownLengths : lengths });
  }
  return { leading: start(fields[PLACE.leading]), pattern: whole(pattern), types: known };
}

function planOf(code: string): Plan | undefined {
  const names = metadata.country_calling_codes[code] ?? [];
  const fields = names.map((name): readonly unknown[] => metadata.countries[name] ?? []);
  const [main, ...others] = fields.map(countryOf);
  if (main === undefined || others.includes(undefined)) return undefined;
  const prefix = start(fields[0]?.[PLACE.prefixForParsing]) ?? start(fields[0]?.[PLACE.prefix]);
  return { prefix, countries: [main, ...others.filter((country) => country !== undefined)] };
}

/** By country code; null for what has to be looked up otherwise. They are few hundred. */
const plans = new Map<string, Plan | null>();

function knownPlan(code: string): Plan | null {
  const known = plans.get(code);
  if (known !== undefined) return known;
  const plan = planOf(code) ?? null;
  plans.set(code, plan);
  return plan;
}

function isOf({ pattern, types }: Country, number: string): boolean {
  if (!pattern.test(number)) return false;
  return types.some((type) => type.lengths.includes(number.length) && type.pattern.test(number));
}

/**
 * True for the digits of a number with its country code that its numbering plan has, false for one that it hasn't: as the library
 * judges, whose patterns these are, but made once. Undefined where that takes more than patterns: of numbers that belong to no
 * country, and of those that may have a prefix before them.
 */
export function isInPlan(digits: string): boolean | undefined {
  if (metadata.version !== VERSION) return undefined;
  for (let length = 1; length <= MAX_CODE_DIGITS; length += 1) {
    const code = digits.slice(0, length);
    if (metadata.nonGeographic[code] !== undefined) return undefined;
    if (metadata.country_calling_codes[code] === undefined) continue;
    const plan = knownPlan(code);
    const number = digits.slice(length);
    return plan === null || plan.prefix?.test(number) === true ? undefined : isOfPlan(plan, number);
  }
  return undefined;
}

function isOfPlan({ countries }: Plan, number: string): boolean {
  const [main] = countries;
  if (countries.length === 1) return isOf(main, number);
  for (const country of countries) {
    if (country.leading !== undefined) {
      if (country.leading.test(number)) return isOf(country, number);
    } else if (isOf(country, number)) return true;
  }
  return isOf(main, number);
}
