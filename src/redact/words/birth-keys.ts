import { monthOf } from '../checks/months.ts';
import { hintsOfName } from '../context.ts';
import type { KeyRule, Shape } from './key-rule.ts';
import { joined } from './key-makers.ts';
import { RULES } from '../rules.ts';
import { withoutAccents, wordsOf } from './words.ts';

const UNIT =
  '(?:year|yr|yyyy|yy|month|mon|mm|day|dd|jahr|monat|tag|annee|mois|jour|ano|anyo|mes|dia|anno|mese|giorno|jaar|maand|dag|rok|miesiac|dzien|ar|manad|maned)';
const BIRTH =
  '(?:birth|birthdate|birthdt|birthday|dateofbirth|dob|bday|born|naissance|datenaissance|datedenaissance|nacimiento|fechanacimiento|fechadenacimiento|' +
  'nascita|datanascita|datadinascita|nascimento|datanascimento|datadenascimento|geburts?|geburtsdatum|gebdatum|geboorte|geboortedatum|urodzenia|fodsels?|fodelse)';
/** `birthYear`, `dob_mm`, `user[birthdate(1i)]`, `mes_nacimiento`: the whole of a name's words, or what ends it, in one piece. */
const PART = new RegExp(
  `(?:^|[a-z])${BIRTH}(?:part)?${UNIT}$|(?:^|[a-z])birthdate[123]i$|(?:^|[a-z])${UNIT}(?:of|de|del|du|di|da|do)?${BIRTH}$`,
);
/** A year alone tells of many: it is nobody's date unless something beside it tells of somebody. */
const YEAR_ALONE =
  /(?:birth|born|naissance|nacimiento|nascita|nascimento|urodzenia)(?:year|annee|ano|anno|rok)$|geburts?jahr$|^(?:year|annee|ano|anno)/;
/** What may be the date, and the day alone. */
const BIRTHDAY = /(?:birthday|geburtstag|geboortedag)$/;
/** What a date is called whose parts are members. */
const PART_NAME = new RegExp(`^${UNIT}$`);
/** The end of a name whose number is a moment: others are the number of a certificate, or of children. */
const MOMENT_END = new RegExp(
  `(?:${BIRTH}|date|datum|data|fecha|day|at|on)(?:utc)?(?:timestamp|ts|time|epoch|unix|ms|millis|milliseconds|seconds|secs?)?$`,
);
const MOMENT_NAME =
  /^(?:seconds|secs?|epoch|epochseconds|millis|ms|timestamp|ts|unix|time|date|value|numberlong|long)$/;

/** Seconds or milliseconds from 1970 on, or before: of fewer digits they are a count. */
const MOMENT = /^\s*-?\d{7,13}(?:\.\d{1,9})?\s*$/;
const NUMBERS = /^\s*(?:0?[1-9]|[12]\d|3[01]|(?:18|19|20)\d\d)\s*$/;
const WORD = /^\s*([A-Za-z\x80-\uffff]{3,14})\.?\s*$/;

/** A day, a month or a year, which only together are the date; each is a part of what may not be told. */
const PART_SHAPE: Shape = {
  test: (value) => NUMBERS.test(value) || monthOf(WORD.exec(value)?.[1] ?? '') > 0,
};

const part: KeyRule = { rule: RULES.birthByName, applies: PART_SHAPE, tellsOfPerson: true, members: () => part };
/** Of nothing by itself, but no rule that is sure of nothing: such a value is looked at, and waits for what tells of somebody. */
const ONLY_IN_PERSON: Shape = { test: () => false };
const yearAlone: KeyRule = { rule: RULES.birthByName, applies: ONLY_IN_PERSON, inPerson: part };
const element: KeyRule = {
  ...part,
  applies: { test: (value) => PART_SHAPE.test(value) || MOMENT.test(value) },
};
const moment: KeyRule = { rule: RULES.birthByName, applies: MOMENT, members: () => moment };

/** A birth date's name: numbers under it are moments, members its parts; a date as text is found by what it looks like. */
function dateKey(hints: KeyRule['hints'], isDay: boolean): KeyRule {
  const more = hints === undefined ? {} : { hints };
  const inside: KeyRule = {
    ...moment,
    ...more,
    // What else says what it is, is that: when it was last changed.
    isWeak: true,
    members: () => inside,
    byName: (name) => {
      const plain = joined(name);
      if (PART_NAME.test(plain)) return part;
      return MOMENT_NAME.test(plain) ? { ...moment, ...more } : undefined;
    },
  };
  return {
    ...(isDay ? element : moment),
    ...more,
    tellsOfPerson: true,
    members: () => inside,
    elements: () => ({ ...element, ...more }),
  };
}

/** What a name says about a date of birth, whole or in parts; undefined when it says nothing. */
export function birthKey(name: string): KeyRule | undefined {
  const plain = wordsOf(withoutAccents(name)).join('');
  const hints = hintsOfName(name);
  const isPart = PART.test(plain);
  if (isPart && !BIRTHDAY.test(plain))
    return { ...(YEAR_ALONE.test(plain) ? yearAlone : part), ...(hints && { hints }) };
  const isDate = hints?.named?.has('date_of_birth') === true && MOMENT_END.test(plain);
  return isDate ? dateKey(hints, isPart) : undefined;
}
