import assert from 'node:assert/strict';
import { leaves, redactJsonValue, replaces, textOf } from './bodies.ts';

const NAME = '[redacted:person_name]';
const ADDRESS = '[redacted:postal_address]';

describe('names of persons in running text', () => {
  it('are known behind salutations and forms of address', async () => {
    await replaces(
      [
        'Dear Ms «Okonkwo», your order is on its way',
        'Dear «Priya», Hi «Sam»',
        'Hello «María José», welcome',
        'Lieber «Hans-Peter», guten Morgen',
        'Guten Tag Herr «Müller»,',
        'Cher Monsieur «Lefèvre», bonjour Mme «Dubois»',
        'Estimada Sra. «García López»,',
        'seen by Dr. «Emily Watson» today',
        'Mit freundlichen Grüßen, «Greta Vogt»',
      ],
      NAME,
    );
  });

  it('are known behind labels, whatever the language', async () => {
    await replaces(
      [
        'Name: «John Q. Public»',
        'Full Name: «Wei Zhang», Age: 44',
        'Patient: «Amelia McAllister» Room: 412',
        'Guest: «Lee, Sienna»',
        'Surname: «Okafor»',
        'Nachname: «dos Santos»',
        'Nom du client : «Rosalind Pemberton»',
        'Nombre del paciente: «Nuria Núñez»',
        'Contact: «Anna Kowalska» (sales)',
        'Legal name given - «Blanc»',
        'Legal name given\t«Blanc»',
        'update guestDisplayName="«Chiara D\'Angelo»" ok',
        'Kunde «Dubois, Jean-Luc» hat angerufen',
        'Customer:\n«Tomasz Nowak»\n',
        'patient_name=«Anna Kowalska» status=ok',
        'request body={"clientNombre":"«Rohan Mukherjee»"}',
      ],
      NAME,
    );
  });

  it('are known beside their addresses of e-mail', async () => {
    assert.equal(
      await textOf('From: Jane Roe <jane@example.com>, "Doe, Sam" <s@example.com>'),
      `From: ${NAME} <[redacted:email]>, "${NAME}" <[redacted:email]>`,
    );
  });

  it('are known behind what people do and are', async () => {
    await replaces(
      [
        'The customer «Jane Smith» called; patient «Tomasz Nowak» was seen',
        'my name is «Bond»',
        'signed by «Peter Parker»',
        'Kunde «최 민준» hat angerufen',
      ],
      NAME,
    );
  });

  it('are not seen in the names of things', async () => {
    await leaves([
      'Dear Customer, Dear Sir or Madam, Dear Hiring Manager, Hello World, Hi there, Dear Team,',
      'Name: nightly build',
      'Name: Blue Widget',
      'Project name: Apollo Next, File name: Quarterly Report Final, Host name: Web Server One',
      'User: created successfully. Client: Connection Closed. Owner: Platform Team. Author: Release Bot',
      'Client Credentials Grant. Customer Service Team. User Agent String. Patient Portal Login. Member State Law',
      'Driver Version Mismatch: Employee Benefits Guide',
      'On behalf of Acme Corp, signed by the Court',
      'Patient: Pending Review, Contact: Us Today, Member: Of Parliament, Driver: Mysql Connector',
      'Status: Active Pending. Color: Dark Red. Product: Victoria Sofa. City: San Francisco. From: Berlin To: Paris',
      'level=info msg="User Login" user=alice client=web owner=root path=/api/v1 name=checkout',
    ]);
  });
});

describe('postal addresses in running text', () => {
  it('are known by the way in which streets are written', async () => {
    await replaces(
      [
        'I live at «221B Baker Street».',
        'We moved to «48 Oak Way» in May.',
        'Ship to: «12 Example Road, Springfield, IL 62704»',
        'Ship to: «Hauptstraße 5, 10115 Berlin»',
        'Address: «1600 Pennsylvania Ave NW, Washington, DC 20500»',
        'Lieferadresse: «Am Markt 5, 99084 Erfurt»',
        'Adresse : «12 bis, rue de la République, 69001 Lyon»',
        'Dirección: «Calle Gran Vía, 28, 28013 Madrid»',
        'Indirizzo: «Via Roma 12, 00184 Roma»',
        'Adres: «Prinsengracht 263, 1016 GV Amsterdam»',
        'wohnt jetzt «Unter den Eichen 91»',
        'Street address: «Dorpsstraat 146a»',
        'write to «P.O. Box 1234»',
        'I moved to «Kastanienallee 20». Regards',
        'living at «Am Bahnhof 9». More',
      ],
      ADDRESS,
    );
  });

  it('are not seen in what is counted or dated', async () => {
    await leaves([
      'There are 3 Good Ways. 100 Day Close. In 2024 Wall Street fell. Version 2 Release Drive.',
      'Take 5 Giant Steps. The 3 Best Places Court. 15 Main Office Hours. page 4 Grand Plaza Hotel',
      'Am Montag 5 Leute, Im Januar 2024, Zum Beispiel 3. Via API 2. Via Email 3 times. Plaza Hotel 5 stars.',
      'living at Am Bahnhof 9.5 km away, Hauptstraße 1.2.3',
      'Umweg 2 km, Arbeitsplatz 2 ist frei, Speicherplatz 3',
      'Memory address: 0x7fff. Address already in use: port 8080. Address family 4 not supported',
    ]);
  });
});

describe('persons in JSON', () => {
  it('are known by the object that their name stands in', async () => {
    for (const value of [
      { customer: { name: 'acme hr desk' } },
      { billing_details: { name: 'Jenny Rosen' } },
      { card: { holder: 'JOHN A DOE' } },
      { passenger: { 'display-name': '李伟' } },
      { shipping: { address: { name: 'Bob Norman' } } },
      { name: { formatted: 'Ms. Barbara J Jensen, III' } },
      { name: 'Jane Doe', email: 'x' },
      { displayName: 'Adele Vance' },
      { name: '王伟' },
      { names: [{ familyName: 'Jensen' }] },
      { legal_name_last: 'Bauer' },
      { pacienteNome: 'Sanne van Dijk' },
      { klantnaam: 'Daan Bakker' },
    ])
      assert.match(JSON.stringify(await redactJsonValue(value)), /\[redacted:person_name\]/, JSON.stringify(value));
  });

  it('are told from things and programs', async () => {
    for (const value of [
      { name: 'nightly-build', displayName: 'Production cluster' },
      { name: 'Blue Widget', productName: 'Victoria Sofa', fileName: 'Jane Doe.pdf' },
      { account: { name: 'Edge Communications' } },
      { brand: { name: 'Ralph Lauren' }, team: { name: 'Charlotte Hornets' }, product: { name: 'Oscar Chair' } },
      { client: { name: 'mobile-app' }, driver: { name: 'postgres' }, owner: { name: 'platform-team' } },
      { shipping: { name: 'Standard Shipping' }, parent: { name: 'root folder' }, subscriber: { name: 'orders' } },
      { userName: 'bjensen', username: 'jdoe', accountName: 'Main' },
      { hostName: 'db-1', className: 'OrderService', groupName: 'Engineering', cityName: 'Paris' },
    ])
      assert.deepEqual(await redactJsonValue(value), value);
  });

  it('have addresses of which the street goes and the town stays', async () => {
    assert.deepEqual(
      await redactJsonValue({
        address: { line1: '354 Oyster Point Blvd', suite: 'Apt. 556', city: 'San Francisco', postal_code: '94080' },
        street: 'Hauptstrasse',
        ipAddress: 'unknown host',
        returnAddress: '0x00401000',
      }),
      {
        address: { line1: ADDRESS, suite: ADDRESS, city: 'San Francisco', postal_code: '94080' },
        street: ADDRESS,
        ipAddress: 'unknown host',
        returnAddress: '0x00401000',
      },
    );
  });

  it('have documents with numbers of many forms', async () => {
    for (const [value, entity] of [
      [{ passport: { number: 'CNTYR8JC4' } }, 'passport'],
      [{ travelDocumentNumber: 'D19999950' }, 'passport'],
      [{ driversLicenseDocumentNumber: 'U0703354' }, 'driving_licence'],
      [{ driverLicense: { id: '83162575' } }, 'driving_licence'],
      [{ licenseNumberDriver: 'D1234567' }, 'driving_licence'],
      [{ patientMrn: '616-13-075' }, 'medical_record'],
      [{ uspassport: '783498336' }, 'passport'],
      [{ driverlicensedocumentnumber: 'RTAMV304279U9VZ' }, 'driving_licence'],
      [{ question: 'número-de-historia-clínica', answer: '990-49-245' }, 'medical_record'],
      [{ postData: 'a=b&homeAddressLine1=1688%205th%20Street&c=d' }, 'postal_address'],
      [{ 'shipping address rue': '6808 Old Mill Close' }, 'postal_address'],
    ] as const)
      assert.match(JSON.stringify(await redactJsonValue(value)), new RegExp(`redacted:${entity}\\]`));
    const harmless = { passportCountry: 'DE', passportExpiry: '2031-08-01', licenseState: 'CA', license: 'MIT' };
    assert.deepEqual(await redactJsonValue(harmless), harmless);
  });
});

describe('documents in running text', () => {
  it('are known by the words right before them, also on the line before', async () => {
    await replaces(
      [
        'passport «C6T1CRMH4» was scanned',
        'passport: «X1234567».',
        '{"pasaporte":{"id":"«UD7062851»"}}',
        'Passport no\t«X1234567»',
        'Passport no. «533380006»',
        'Passport no:\n  «E50001014»\n',
      ],
      '[redacted:passport]',
    );
    await replaces(['medical record number «629-84-745».', 'MRN: «00123456»'], '[redacted:medical_record]');
    await replaces(["Driver's license: «D123-4567-8901»"], '[redacted:driving_licence]');
    await leaves([
      'passport control at gate 12. The passport expires 2030-01-01. passport-local 1.0.0',
      'DL 380 server, license MIT-2024',
    ]);
  });
});
