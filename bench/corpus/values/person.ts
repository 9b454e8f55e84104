import { type Random, UPPER } from '../random.ts';

/** Given names and surnames as a country has them, and the order that they're written in. */
interface Names {
  readonly given: string;
  readonly sur: string;
  readonly surFirst?: boolean;
}

const NAMES: Readonly<Record<string, Names>> = {
  en: {
    given:
      'James|Olivia|Harriet|Jack|Amelia|Marcus|Grace|Tyrone|Deborah|Liam|Sienna|Kwame|Peggy|Wesley|Rosalind|Jo|Dwight',
    sur: "Whitfield|O'Connor|Baker|Okafor|McAllister|Reed|Hawthorne|Lee|Ellsworth|Fitzgerald|Young|St. Clair|Pemberton|Ng",
  },
  de: {
    given: 'Jürgen|Anneliese|Heike|Lukas|Jana|Wolfgang|Sören|Hans-Peter|Käthe|Maximilian',
    sur: 'Müller|von der Heide|Schröder|Vogt|Weiß|Krüger|Bauer|Lehmann-Brandt|Zimmermann',
  },
  fr: {
    given: 'Élodie|Jean-Luc|Margaux|Thibault|Françoise|Léa|Aurélien|Zoé|Benoît',
    sur: "Lefèvre|Dubois|de La Tour|Moreau|Girard|N'Diaye|Chevalier|Rousseau|Blanc",
  },
  es: {
    given: 'María José|Íñigo|Lucía|Javier|Begoña|Álvaro|Nuria|Ximena|Rafael',
    sur: 'García Márquez|Núñez|Fernández Ruiz|Ibáñez|de la Cruz|Ortega|Peña Soler|Vidal',
  },
  it: {
    given: 'Giulia|Niccolò|Chiara|Lorenzo|Ilaria|Matteo',
    sur: "Ferrari|D'Angelo|Ricci|Esposito|Lo Presti|Bianchi",
  },
  pl: { given: 'Agnieszka|Łukasz|Małgorzata|Krzysztof|Zofia', sur: 'Kowalczyk|Wiśniewska|Zieliński|Dąbrowski|Żak' },
  nl: { given: 'Sanne|Daan|Femke|Joost|Marieke', sur: 'van den Berg|de Vries|Jansen|Bakker|van Dijk' },
  pt: { given: 'João|Inês|Thiago|Conceição|Luana', sur: 'da Silva|Gonçalves|Araújo|dos Santos|Ribeiro' },
  in: { given: 'Priya|Arjun|Lakshmi|Rohan|Anjali|Harpreet', sur: 'Sharma|Iyer|Patel|Singh|Nair|Mukherjee' },
  ar: { given: 'Fatima|Omar|Layla|Yusuf|Noor', sur: 'Al-Masri|Haddad|bin Khalid|El Amrani|Rahman' },
  ja: { given: '花子|健太|美咲|翔', sur: '佐藤|高橋|渡辺|伊藤', surFirst: true },
  zh: { given: '伟|秀英|小明|丽华', sur: '王|李|陈|欧阳', surFirst: true },
  ru: { given: 'Анна|Дмитрий|Ольга|Сергей', sur: 'Соколова|Кузнецов|Лебедева|Морозов' },
  ko: { given: '민준|서연|지우', sur: '김|박|최', surFirst: true },
};

const LATIN = ['en', 'en', 'en', 'en', 'de', 'de', 'fr', 'fr', 'es', 'es', 'it', 'pl', 'nl', 'pt', 'in', 'in', 'ar'];
const OTHER_SCRIPTS = ['ja', 'zh', 'ru', 'ko'];

/** A person's names, apart and together. */
export interface Person {
  readonly given: string;
  readonly sur: string;
  readonly full: string;
}

/** A person with a name in Latin script, or now and then in another unless `isLatin`. */
export function person(random: Random, isLatin = false): Person {
  const country = random.pick(isLatin || random.chance(0.92) ? LATIN : OTHER_SCRIPTS);
  const names = NAMES[country];
  if (names === undefined) throw new RangeError(`no names of ${country}`);
  const given = random.word(names.given);
  const sur = random.word(names.sur);
  if (names.surFirst === true) return { given, sur, full: sur + random.pick(['', ' ']) + given };
  return { given, sur, full: `${given} ${sur}` };
}

/** A full name as systems write it: plain, with a middle initial, surname first, in capitals. */
export function fullName(random: Random): string {
  const { given, sur, full } = person(random);
  const style = random.int(0, 11);
  if (style === 0) return `${given} ${random.string('ABCDEFGHJKLMNPRSTW', 1)}. ${sur}`;
  if (style === 1) return `${sur}, ${given}`;
  return style === 2 ? full.toUpperCase() : full;
}

const MONTHS: readonly string[] = [
  'January|February|March|April|May|June|July|August|September|October|November|December',
  'Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember',
  'janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre',
];

interface Day {
  readonly year: string;
  readonly month: number;
  readonly day: number;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function written(random: Random, { year, month, day }: Day): string {
  const [language, months] = random.pick([...MONTHS.entries()]);
  const name = months.split('|')[month - 1] ?? '';
  if (language === 0)
    return random.pick([
      `${name} ${String(day)}, ${year}`,
      `${String(day)} ${name} ${year}`,
      `${two(day)}-${name.slice(0, 3)}-${year}`,
    ]);
  return language === 1 ? `${String(day)}. ${name} ${year}` : `${String(day)} ${name} ${year}`;
}

function numeric(random: Random, { year, month, day }: Day): string {
  const forms = [
    `${year}-${two(month)}-${two(day)}`,
    `${two(day)}.${two(month)}.${year}`,
    `${two(month)}/${two(day)}/${year}`,
  ];
  const more = [
    `${two(day)}/${two(month)}/${year}`,
    `${year}/${two(month)}/${two(day)}`,
    `${two(day)}-${two(month)}-${year}`,
  ];
  return random.pick([...forms, ...forms, ...more]);
}

function dayBetween(random: Random, first: number, last: number): Day {
  return { year: String(random.int(first, last)), month: random.int(1, 12), day: random.int(1, 28) };
}

/** A date of birth in any of the usual forms. */
export function birthDate(random: Random): string {
  const day = dayBetween(random, 1930, 2015);
  const iso = `${day.year}-${two(day.month)}-${two(day.day)}`;
  const style = random.int(0, 11);
  if (style < 3) return iso;
  if (style === 3) return `${iso}T00:00:00${random.pick(['Z', '.000Z', '+01:00'])}`;
  if (style === 4) return day.year + two(day.month) + two(day.day);
  return style < 7 ? written(random, day) : numeric(random, day);
}

/** A date of our time: of an order, a visit, a contract. */
export function recentDate(random: Random): string {
  const day = dayBetween(random, 2019, 2026);
  return random.chance(0.2) ? written(random, day) : numeric(random, day);
}

const STREETS: readonly string[] = [
  'Maple|Willow Creek|Market|Lincoln|5th|Old Mill|E 42nd|Martin Hill|Sunset',
  'Lindenstraße|Am Alten Markt|Hauptstr.|Goethestrasse|Unter den Eichen|Mühlenweg|Bahnhofsplatz|Berliner Allee',
  'rue de la Paix|avenue Foch|boulevard Saint-Michel|place des Tilleuls|chemin du Moulin|impasse des Lilas',
  'Calle Mayor|Avenida de América|Plaza del Sol|Paseo de Gracia|C/ Serrano',
  'Via Garibaldi|Corso Italia|Piazza Dante|Viale dei Mille',
  'Keizersgracht|Dorpsstraat|Kerkweg|Stationsplein',
  'Rua das Flores|Avenida Paulista|Travessa do Carmo',
  'ul. Długa|ul. Mickiewicza|al. Niepodległości',
];

/** The street line of an address, as the United States or Britain write it. */
function englishStreet(random: Random): string {
  const kind = random.word(
    'Street|St|Ave|Avenue|Road|Rd|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Terrace|Close|Crescent',
  );
  const unit = random.chance(0.3)
    ? random.pick([', Apt 4B', ' Apt. 12', ', Suite 300', ' #7', ', Flat 2', ' Unit 5'])
    : '';
  return `${String(random.int(1, 9899))} ${random.word(STREETS[0] ?? '')} ${kind}${unit}`;
}

/** The street line of an address with its number. */
export function street(random: Random): string {
  if (random.chance(0.5)) return englishStreet(random);
  const index = random.int(1, STREETS.length - 1);
  const name = random.word(STREETS[index] ?? '');
  const number = `${String(random.int(1, 240))}${random.pick(['', '', '', 'a', ' bis'])}`.trim();
  if (index === 2) return `${number}${random.pick([' ', ', '])}${name}`;
  return `${name}${index === 3 || index === 4 || index === 6 ? random.pick([', ', ' ']) : ' '}${number.replace(' bis', '')}`;
}

/** A city with its postcode, as it's written in the last line of an address. */
export function cityLine(random: Random): string {
  const american = `${random.word('Springfield|Portland|Austin|Boise|Albany')}, ${random.word('IL|OR|TX|ID|NY')} ${random.number(5)}`;
  const british = `${random.word('Leeds|London|Bristol|York')} ${random.word('LS1 4DY|SW1A 2AA|BS8 1TH|YO10 5DD')}`;
  const continental = `${random.number(5)} ${random.word('Berlin|Köln|Lyon|Madrid|Torino|Nantes|Sevilla')}`;
  return random.pick([
    american,
    american,
    british,
    continental,
    `${random.number(4)} ${random.string(UPPER, 2)} Utrecht`,
  ]);
}
