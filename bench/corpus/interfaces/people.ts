import { LOWER, type Random } from '../random.ts';

/** Names, streets and addresses that the corpus's other bodies don't have. */
const GIVEN =
  'Nadia|Owen|Beatrix|Tomasz|Ines|Rasmus|Yara|Gabriel|Hannelore|Piotr|Siobhan|Mateo|Ingrid|Ravi|Chloé|Désirée|Björn|Amara|Luca|Marta|' +
  'Kenji|Oluwaseun|Penelope|Stefan|Viktória|Xavier|Zeynep|Anton|Camila|Edith|Felix|Greta|Hugo|Jasmin|Kerstin|Leonardo|Mei|Noah|Paula|Quentin';
const FAMILY =
  'Abernathy|Lindqvist|Petrov|Castellanos|Hoffmann|Brennan|Delacroix|Okonkwo|Yamamoto|Kaplan|Szczepański|Rossi|Vandenberghe|Moreira|Desai|' +
  'Öztürk|Sørensen|Grünwald|Fontaine|Achterberg|Romero|McKenna|Whitaker|Ivanova|Schäfer|Tanaka|Novák|Bergström|Caruso|Mensah|Reyes|Thornton';

/** A given name. */
export function given(random: Random): string {
  return random.word(GIVEN);
}

/** A family name. */
export function family(random: Random): string {
  return random.word(FAMILY);
}

/** A full name, given name first. */
export function name(random: Random): string {
  const middle = random.pick(['', '', '', ` ${random.string('ABCDEFGHJKLMNPRST', 1)}.`]);
  return `${given(random)}${middle} ${family(random)}`;
}

/** `text` in letters of ASCII. */
export function plain(text: string): string {
  const replaced = text.replaceAll('ø', 'o').replaceAll('ł', 'l').replaceAll('ß', 'ss').normalize('NFD');
  return replaced.replace(/[^A-Za-z ]/g, '');
}

/** A name to log in with. */
export function userName(random: Random): string {
  const [first, last] = [plain(given(random)).toLowerCase(), plain(family(random)).toLowerCase()];
  return random.pick([
    `${first.slice(0, 1)}${last}`,
    `${first}.${last}`,
    `${first}${random.digits(2)}`,
    `${last}_${first.slice(0, 1)}`,
  ]);
}

const DOMAINS =
  'northwind.example|mailbox.org|posteo.de|icloud.com|hotmail.fr|libero.it|wp.pl|uol.com.br|rediffmail.com|contoso.example|city.gov.uk|' +
  'students.uni.example.edu|fastmail.com|gmx.net|company.co.in|startup.dev|ziggo.nl|globex.example.com';

/** An e-mail address. */
export function email(random: Random): string {
  const separator = random.pick(['.', '_', '-', '']);
  const local = random.pick([
    `${plain(given(random)).toLowerCase()}${separator}${plain(family(random)).toLowerCase().replaceAll(' ', '')}`,
    `${userName(random)}${random.digits(1)}`,
    `${plain(given(random))}.${plain(family(random)).replaceAll(' ', '')}`,
    `${random.string(LOWER, 2)}${random.digits(4)}`,
  ]);
  return `${local}@${random.word(DOMAINS)}`;
}

const STREETS =
  'Cedar Hollow Road|N 12th St|Harborview Dr|King George Way|Elm Street Apt 5|Bayside Blvd|Rosewood Ln|High Street|Station Road|Church Lane|' +
  'Kastanienallee|Schillerstraße|Am Bahnhof|Ringstr.|rue Victor Hugo|avenue des Ternes|Calle de Alcalá|Via Nazionale|Prinsengracht|Rua Augusta|ul. Piękna|MG Road';

/** The name of a street without a number. */
export function streetName(random: Random): string {
  return random.word(STREETS);
}

/** A street with a number where its country has it. */
export function street(random: Random): string {
  const chosen = streetName(random);
  const number = String(random.int(1, 2400));
  const house = String(random.int(1, 180)) + random.pick(['', '', 'b']);
  if (/^(?:rue|avenue)/.test(chosen)) return `${house} ${chosen}`;
  return /^(?:Kastanien|Schiller|Am |Ring|Prinsen|ul\.)/.test(chosen)
    ? `${chosen} ${house}`
    : /^(?:Calle|Via|Rua)/.test(chosen)
      ? `${chosen}, ${house}`
      : `${number} ${chosen}`;
}

/** A city. */
export function city(random: Random): string {
  return random.word(
    'Denver|Halifax|Malmö|Gdańsk|Porto|Graz|Leicester|Rouen|Zaragoza|Bologna|Pune|Curitiba|Eindhoven|Savannah',
  );
}

/** A postal code. */
export function postalCode(random: Random): string {
  return random.pick([
    random.number(5),
    `${random.number(5)}-${random.digits(4)}`,
    `${random.word('LE1|M14|EH3|NW8')} ${random.digits(1)}${random.string('ABDEFGHJLN', 2)}`,
    `${random.number(4)} ${random.string('ABCDEFGH', 2)}`,
    `${random.number(2)}-${random.digits(3)}`,
    `${random.string('KLMNV', 1)}${random.digits(1)}${random.string('ABCEGH', 1)} ${random.digits(1)}${random.string('ABCEGH', 1)}${random.digits(1)}`,
  ]);
}
