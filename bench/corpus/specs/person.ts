import { concat, marked } from '../marked.ts';
import type { Random } from '../random.ts';
import { slug } from '../values/contact.ts';
import { birthDate, cityLine, fullName, person, recentDate, street } from '../values/person.ts';
import { DATE, TIMESTAMP_S } from './look-alikes.ts';
import type { Spec, Variant } from './variant.ts';

const BIRTH: Spec = {
  entity: 'date_of_birth',
  positives: [
    {
      keys: 'date|birth date|value',
      parents: 'birth|date of birth|dob|geburt|nacimiento|naissance',
      make: birthDate,
      prose: ['Birth: {}', 'born {}', 'Patient (born {}) was discharged.'],
    },
    {
      keys: 'date of birth|dob|birth date|birthday|birthdate|born|patient dob|date birth|Geburtsdatum|geburtstag|date de naissance|fecha de nacimiento|fecha nacimiento|data di nascita|data de nascimento|geboortedatum|data urodzenia|born on',
      make: birthDate,
      prose: [
        'Date of birth: {}',
        'DOB {}',
        'The patient was born on {} in the county hospital.',
        'geboren am {}',
        'née le {}',
        'Fecha de nacimiento: {}',
        'dob={} sex=f',
        'My birthday is {}.',
        'Geburtsdatum: {}',
        'D.O.B.: {}',
      ],
    },
  ],
  negatives: [
    DATE,
    DATE,
    {
      ...DATE,
      keys: 'date|modified|published|effective date|invoice date|visit date|expires|lastLogin|timestamp|built on',
    },
    {
      ...DATE,
      make: (random) => recentDate(random),
      prose: ['The contract from {} ends next year.', 'On {} the server was replaced.'],
    },
    {
      keys: 'birth place|birth year verified|birth order',
      make: (random) => random.word('true|2|Leipzig|unknown'),
      prose: ['birth order: {}'],
    },
    { ...TIMESTAMP_S, keys: 'created|issued at|joined' },
    {
      keys: 'expiry|exp|card expiry',
      make: (random) => `${random.padded(1, 12, 2)}/${random.padded(26, 34, 2)}`,
      prose: ['card expires {}'],
    },
  ],
};

const inPerson =
  'customer|user|patient|employee|contact|applicant|traveller|passenger|beneficiary|guest|owner|person|shipping|billing contact';

const NAME: Spec = {
  entity: 'person_name',
  positives: [
    {
      keys: 'full name|customer name|patient name|cardholder name|contact name|account holder|employee name|recipient name|beneficiary name|contact person|holder name|card holder|Kontoinhaber|Ansprechpartner|nom complet|nombre completo|nome completo|passenger name|traveler name|name on card|signed by',
      make: fullName,
      prose: [
        'Patient name: {}',
        'Customer {} called about the refund.',
        'Account holder: {}',
        'Dear {},',
        'My name is {} and I need help.',
        'Kind regards, {}',
        'Sehr geehrter Herr {},',
        'Contact person: {}',
        'Attn: {}',
        'Mr. {} will attend.',
        'Mme {} a signé.',
        'Cardholder: {}',
      ],
    },
    {
      keys: 'first name|given name|firstname|fname|Vorname|prénom|primer nombre|forename|middle name|imię|voornaam',
      make: (random) => person(random).given,
      prose: ['First name: {}', 'Vorname: {}', 'Prénom : {}'],
    },
    {
      keys: 'last name|surname|family name|lastname|lname|Nachname|Familienname|nom de famille|apellido|apellidos|cognome|maiden name|mothers maiden name',
      make: (random) => person(random).sur,
      prose: ['Last name: {}', 'Nachname: {}', 'Apellidos: {}'],
    },
    {
      keys: 'name|display name',
      parents: inPerson,
      make: fullName,
      prose: ['Name of the patient: {}', 'Employee {} was promoted.', 'Guest: {}'],
    },
    {
      keys: 'nombre|nom|Name|nome|naam',
      parents: 'cliente|client|Kunde|paciente|Patient|utente|klant|titular',
      make: fullName,
      prose: ['Nombre del paciente: {}', 'Nom du client : {}', 'Kunde {} hat angerufen.'],
    },
    {
      keys: 'given|family|first|last|first name|sur name',
      parents: 'name|customer name|patient name|legal name|human name',
      make: (random) => person(random, true)[random.pick(['given', 'sur'] as const)],
      prose: ['Given name: {}', 'Family name: {}'],
    },
  ],
  negatives: [
    {
      keys: 'name',
      parents: 'product|plan|file|event|metric|queue|bucket|category|cluster|device|team|item|region|feature',
      make: (random) => productName(random),
      prose: ['The product {} is back in stock.', 'Plan: {}'],
    },
    {
      keys: 'file name|host name|product name|company name|event name|metric name|table name|column name|display name format|app name|domain name|class name|Produktname|nombre de producto|service name',
      make: (random) => random.pick([productName(random), slug(random), `${slug(random)}.csv`]),
      prose: ['The service {} restarted.', 'Event name: {}'],
    },
    {
      keys: 'brand|merchant|bank|vendor|organization|supplier',
      make: (random) =>
        random.word(
          'Northwind Traders|Acme Robotics GmbH|Blue Ridge Logistics|Globex Corporation|Stadtwerke Beispielstadt|Banco Ejemplo',
        ),
      prose: ['Supplier {} confirmed the order.', 'paid to {}'],
    },
    {
      keys: 'title|subject|status text|headline|description',
      make: (random) =>
        random.word(
          'Annual Report|Password Reset Instructions|Spring Sale|Delivery Delayed|General Terms|Nightly Build|Out Of Stock',
        ),
      prose: ['Subject: {}', 'The page is titled {}.'],
    },
    {
      keys: 'month|weekday|country|language|city name|timezone|currency name|role name',
      make: (random) =>
        random.word('April|Saturday|Jordan|Georgia|English|Florence|Europe/Berlin|Swiss Franc|Administrator|Victoria'),
      prose: ['Timezone: {}', 'Language is set to {}.'],
    },
  ],
};

function productName(random: Random): string {
  return random.word(
    'Trail Runner 3|Premium Plan|Espresso Beans Dark Roast|Orders Dashboard|checkout.completed|Blue Denim Jacket|http_requests_total|North Europe|Smart Thermostat|Team Falcon',
  );
}

function wholeAddress(random: Random) {
  return concat(
    marked('positive', 'postal_address', street(random)),
    ', ',
    marked('optional', 'postal_address', cityLine(random)),
  );
}

const IN_ADDRESS: Variant = {
  keys: 'street|line1|street address|address line 1|street1|Straße|rue|calle',
  parents: 'address|billing address|shipping address|home address|delivery address|Anschrift|adresse|dirección',
  make: street,
  prose: ['Street address: {}', 'deliver to street {}'],
};

const ADDRESS: Spec = {
  entity: 'postal_address',
  positives: [
    {
      keys: 'street|street address|address line 1|address1|addressLine1|billing street|shipping street|home address|mailing address|residential address|Straße|Strasse und Hausnummer|Anschrift|adresse postale|domicilio|dirección postal|indirizzo|endereço|delivery address line',
      make: street,
      prose: [
        'Address: {}',
        'Please ship it to {}.',
        'She lives at {}.',
        'Street: {}',
        'Anschrift: {}',
        'Lieferadresse: {}',
        'Adresse : {}',
        'Dirección: {}',
        'I moved to {} last month.',
        'delivery address={}',
      ],
    },
    IN_ADDRESS,
    {
      keys: 'address|postal address|shipping address|billing address|full address|home address|delivery address|Adresse|dirección|patient address',
      make: wholeAddress,
      prose: ['Postal address: {}', 'My address is {}.', 'Ship to: {}', 'Rechnungsadresse: {}', 'Domicilio: {}'],
    },
  ],
  negatives: [
    {
      keys: 'address type|address status|address id|address verified|address format',
      make: (random) => random.pick(['shipping', 'verified', `adr_${random.hex(8)}`, 'true', 'residential']),
      prose: ['Address check: {}'],
    },
    {
      keys: 'memory address|register|base address|bus address|contract version',
      make: (random) => `0x${random.hex(random.pick([8, 12]))}`,
      prose: ['segfault at {}', 'read of {} failed'],
    },
    {
      keys: 'description|headline|text|comment',
      make: (random) =>
        random.word(
          'Wall Street closed higher on Tuesday|Road works will last 3 weeks|The street price fell by 12 percent|Drive D: is full|Court rules in case 12|Route 66 playlist|Place the order in 2 steps|Lane 4 is closed',
        ),
      prose: ['{}.', 'News: {}'],
    },
    {
      keys: 'location|zone|region|bay|bin|rack',
      make: (random) =>
        random.pick([
          `us-east-${random.digits(1)}`,
          `aisle ${random.digits(2)} bin ${random.digits(1)}`,
          `rack ${random.digits(2)}, unit ${random.digits(2)}`,
        ]),
      prose: ['Stored in {}.', 'moved to {}'],
    },
    {
      keys: 'street view url|map url|address api|email template',
      make: (random) =>
        `https://maps.example.com/tiles/${random.number(2)}/${random.number(5)}/${random.number(5)}.png`,
      prose: ['loaded tile {}'],
    },
  ],
};

/** What says who and where a person is, by key and context. */
export const PERSON_SPECS: readonly Spec[] = [BIRTH, NAME, ADDRESS];
