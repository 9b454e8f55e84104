import { type Hints, hintsOfName } from './context.ts';
import { type KeyRule, NEVER, type Shape } from './key-rule.ts';
import { type Rule, RULES } from './rules.ts';
import { withoutAccents, wordsOf } from './words.ts';

function names(found: KeyRule, list: string): [string, KeyRule][] {
  return list.split(' ').map((name) => [name, found]);
}

/** Letters, and not the machine's: no URL, no path, no id, no date. */
const NAME_SHAPE: Shape = {
  test: (value) =>
    value.length <= 128 &&
    /[A-Za-z\x80-\uffff]/.test(value) &&
    !/[\d@/\\<>{}_=()]|:\/\/|\b(?:Inc|Ltd|LLC|GmbH|Corp|AG|S\.A)\.?$/.test(value),
};
const ADDRESS_SHAPE: Shape = {
  test: (value) =>
    value.length <= 512 &&
    /[A-Za-z\x80-\uffff]/.test(value) &&
    /[ ,\n]|[\x80-\uffff]/.test(value) &&
    !/@|:\/\/|^0x|[{}<>=]/.test(value),
};
/** A date, which documents have too. */
const DATE = /^\s*(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4})(?!\d)/;
/** Capitals and digits as documents have them, or at least three digits. */
const NUMBER_SHAPE: Shape = {
  test: (value) =>
    /^\s*[A-Za-z0-9](?:[ ./-]{0,2}[A-Za-z0-9]){3,27}\s*$/.test(value) &&
    ((value.match(/\d/g)?.length ?? 0) >= 3 || /^\s*(?=[A-Z]{0,14}\d)[A-Z0-9]{6,15}\s*$/.test(value)) &&
    !DATE.test(value),
};

/** A rule for values with a shape, and for the same among members and elements. */
function shaped(rule: Rule, applies: Shape, members?: () => KeyRule): KeyRule {
  const key: KeyRule = { rule, applies, members: members ?? (() => key) };
  return key;
}

/** An object of which only some members say something: those in `byName`. */
function containerOf(rule: Rule, byName: ReadonlyMap<string, KeyRule>, applies: Shape = NEVER): KeyRule {
  const inside: KeyRule = { rule, applies: NEVER, byName: (name) => byName.get(joined(name)), members: () => none };
  return { rule, applies, members: () => inside };
}

const none: KeyRule = { rule: RULES.personName, applies: NEVER, members: () => none };
const namePart: KeyRule = { rule: RULES.personName, applies: NAME_SHAPE, members: () => none };
const NAME_PARTS = new Map(
  names(
    namePart,
    'first last given family middle sur text full fullname givenname familyname value prefixed legal display formatted',
  ),
);
const nameParts = containerOf(RULES.personName, NAME_PARTS);
/** In running text: words with a capital, with particles between them; or, where there are none, one word. */
const NAME_IN_TEXT = new RegExp(
  "(?:(?:de|del|della|di|da|do|dos|das|van|von|der|den|la|le|el|al|bin|ter|st\\.?) ){0,2}(?:[A-Z]|[\\xc3-\\xd1][\\x80-\\xbf])[A-Za-z'.\\x80-\\uffff-]{0,30}" +
    "(?:,? (?:(?:de|del|della|di|da|do|dos|das|van|von|der|den|la|le|el|al|bin|ter) ){0,2}(?:[A-Z]|[\\xc3-\\xd1][\\x80-\\xbf])[A-Za-z'.\\x80-\\uffff-]{0,30}){0,3}(?![\\w=:])" +
    "|[A-Za-z\\x80-\\uffff'.-]{2,40}(?![\\w=:[])",
  'y',
);
/** Up to what ends a field of running text. */
const ADDRESS_IN_TEXT = /[A-Za-z0-9\x80-\uffff][^\r\n;|"<>&=[\]]{3,120}(?![^\r\n;|"<>&=[\]])/y;
const personName: KeyRule = {
  rule: RULES.personName,
  applies: NAME_SHAPE,
  inText: NAME_IN_TEXT,
  members: () => namePartsInside,
};
const namePartsInside: KeyRule = {
  rule: RULES.personName,
  applies: NAME_SHAPE,
  byName: (name) =>
    NAME_PARTS.get(joined(name)) ??
    (/^(?:use|id|type|period|lang|prefix|suffix)$/.test(joined(name)) ? none : undefined),
  members: () => none,
};

const street: KeyRule = { ...shaped(RULES.postalAddress, ADDRESS_SHAPE), inText: ADDRESS_IN_TEXT };
const ADDRESS_PARTS = new Map(
  names(
    street,
    'street street1 street2 line line1 line2 line3 addressline1 addressline2 addressline address1 address2 streetaddress ' +
      'streetname streetline1 streetlines thoroughfare text formatted full fulladdress address rue calle strasse via rua ulica straat value',
  ),
);
const address = containerOf(RULES.postalAddress, ADDRESS_PARTS, ADDRESS_SHAPE);

function numbered(rule: Rule): KeyRule {
  const number = shaped(rule, NUMBER_SHAPE);
  const parts = new Map(names(number, 'number no num nr id value documentnumber licensenumber licencenumber number1'));
  return containerOf(rule, parts, NUMBER_SHAPE);
}

const passport = numbered(RULES.passport);
const drivingLicence = numbered(RULES.drivingLicence);
const medicalRecord = numbered(RULES.medicalRecord);

/** In an object about somebody these say who it is. */
const PERSON_PARTS = new Map<string, KeyRule>([
  ...names(personName, 'name displayname nombre nom nome naam imie namn navn fullname realname nickname alias'),
  ...names(namePart, 'first last given family middle'),
]);
const person = containerOf(RULES.personName, PERSON_PARTS);

/** In an object about a card these say more than elsewhere. */
const CARD_PARTS = new Map<string, KeyRule>(
  names(
    { rule: RULES.cardCode, applies: /^\s*\d{3,4}\s*$/ },
    'verificationcode securitycode code verification verificationvalue verificationnumber cid csc cvn',
  ),
);
const card = containerOf(RULES.cardCode, CARD_PARTS);

/** The ends of names, word by word put together, in lower case and without accents. */
const ENDS = new Map<string, KeyRule>([
  ...names(
    personName,
    'firstname givenname fname forename middlename lastname surname familyname lname maidenname fullname legalname ' +
      'patientname customername clientname cardholdername cardholder holdername accountholder accountholdername contactname ' +
      'contactperson employeename recipientname beneficiaryname payeename payername sendername passengername guestname ' +
      'ownername doctorname physicianname studentname parentname nameoncard realname preferredname personname membername ' +
      'insuredname subscribername applicantname tenantname drivername buyername sellername billingname shippingname ' +
      'debtorname creditorname signatory signername nextofkin emergencycontactname salutationname birthname gecos ' +
      'attentionto consigneename shippername travellername travelername representativename agentname witnessname',
  ),
  ...names(
    personName,
    'vorname nachname familienname geburtsname kontoinhaber ansprechpartner ansprechpartnerin karteninhaber kundenname ' +
      'patientenname empfangername prenom nomdefamille nomcomplet nomclient nomduclient nomdupatient nomtitulaire nomdetitulaire ' +
      'nombrecompleto nombrecliente nombredelcliente nombrepaciente apellido apellidos primerapellido segundoapellido ' +
      'primernombre segundonombre titular nombretitular cognome nomecompleto nomecognome sobrenome primeironome nomecliente ' +
      'voornaam achternaam tussenvoegsel volledigenaam klantnaam imie imiona nazwisko imieinazwisko fornavn etternavn ' +
      'efternavn fornamn efternamn etunimi sukunimi intestatario contatto jmeno prijmeni keresztnev vezeteknev',
  ),
  ...names(
    street,
    'street streetaddress addressline addressline1 addressline2 addressline3 address1 address2 addr1 addr2 homeaddress ' +
      'mailingaddress residentialaddress billingstreet shippingstreet street1 street2 streetline streetline1 addressstreet ' +
      'strasse strassehausnummer strasseundhausnummer hausanschrift calle callenumero nomderue rueetnumero ulica straatnaam ' +
      'housenumberandstreet deliverystreet homestreet workstreet',
  ),
  ...names(
    address,
    'address addresses postaladdress fulladdress deliveryaddress shippingaddress billingaddress patientaddress anschrift adresse ' +
      'adressepostale domicilio direccion direccionpostal indirizzo endereco adres lieferadresse rechnungsadresse postanschrift ' +
      'wohnanschrift privatadresse residence shipto billto addr adrespocztowy morada adress bostadsadress custaddress',
  ),
  ...names(
    passport,
    'passport passportnumber passportno passportnum passportid passportnr reisepass reisepassnummer reisepassnr passnummer ' +
      'traveldocument traveldocumentnumber passeport numeropasseport numerodepasseport pasaporte numeropasaporte ' +
      'numerodepasaporte passaporto numeropassaporto paspoort paspoortnummer paszport numerpaszportu passaporte passportdetails',
  ),
  ...names(
    drivingLicence,
    'drivinglicence drivinglicense driverlicense driverlicence driverslicense driverslicence driverlicensenumber ' +
      'drivinglicencenumber driverslicensenumber driverlicenseno driverlicenceno drivinglicenceno drivinglicensenumber dlnumber ' +
      'dlno dlnum licensenumberdmv dmvlicensenumber fuhrerschein fuhrerscheinnummer fuehrerscheinnummer permisdeconduire ' +
      'numeropermis numerodepermis numerodepermisdeconduire permisodeconducir carnetdeconducir licenciadeconducir ' +
      'patentediguida numeropatente rijbewijs rijbewijsnummer prawojazdy numerprawajazdy cartadeconducao driverslic driverlic',
  ),
  ...names(
    medicalRecord,
    'mrn patientmrn medicalrecord medicalrecordnumber medicalrecordno medicalrecordnum medicalrecordid healthrecordnumber ' +
      'hospitalnumber chartnumber patientchartnumber patientenaktennummer numerodedossiermedical dossiermedical ' +
      'numerodehistoriaclinica historiaclinica medrecnum medrec medrecno patientrecordnumber hospitalrecordnumber urnumber',
  ),
  ...names(
    person,
    'customer customers client clients user users patient patients employee employees contact contacts applicant applicants ' +
      'traveller travellers traveler travelers passenger passengers beneficiary beneficiaries guest guests owner owners person ' +
      'persons people shipping billing buyer seller recipient recipients sender payer payee cardholder subscriber member ' +
      'members student students teacher doctor physician practitioner driver author authors signer signers tenant insured ' +
      'policyholder debtor creditor consignee assignee reporter requester cliente clientes kunde kunden paciente pacientes ' +
      'utente klant titular empleado mitarbeiter benutzer usuario utilisateur assure salarie dipendente medewerker pacjent ' +
      'klient ansprechpartner billingdetails shippingdetails customerdetails ownerdetails contactdetails payerinfo customerinfo ' +
      'contactinfo userinfo userdetails guestdetails passengerdetails patientdetails personaldetails personaldata personalinfo ' +
      'personalinformation deliveryto recipientdetails senderdetails beneficiarydetails accountholderdetails billingcontact shippingcontact nextofkin spouse guardian parent emergencycontact individual',
  ),
  ...names(nameParts, 'humanname'),
  ...names(
    card,
    'card paymentcard creditcard debitcard bankcard tarjeta karte kreditkarte carte cartebancaire carta cartao',
  ),
]);

/** Names in other scripts. */
const WHOLE = new Map<string, KeyRule>([
  ...names(personName, '氏名 姓名 名前 お名前 名字 имя фамилия фио 이름 성명 नाम'),
  ...names(address, '住所 地址 адрес 주소'),
]);

/** Of such things it is the name, not of somebody. */
const MAX_END_WORDS = 5;

function joined(name: string): string {
  return wordsOf(name).join('');
}

/** Of `name` alone something is said only by what it holds. */
const ALONE = new Map<string, KeyRule>([['name', nameParts]]);

/** What words before `address` make of it: not where somebody lives. */
const NO_ADDRESS =
  /^(?:ip|mac|email|mail|memory|base|bus|remote|peer|host|server|listen|bind|contract|wallet|crypto|btc|eth|bitcoin|ethereum|deposit|payout|withdrawal|web|site|from|to|source|destination|physical|virtual|return|hardware|network|client|local)$/;

/** What a name says about a person's data; undefined when it says nothing. */
export function personalKey(name: string): KeyRule | undefined {
  const script = WHOLE.get(/[\x80-\xff]/.test(name) ? Buffer.from(name, 'latin1').toString() : name);
  if (script !== undefined) return script;
  const words = wordsOf(name);
  const found =
    byEnd(words) ??
    byEnd(withoutNumbering(words), DOCUMENTS) ??
    partOfName(words) ??
    (words.length === 1 ? ALONE.get(words[0] ?? '') : undefined);
  if (found === undefined) return undefined;
  const hints = hintsOfName(withoutAccents(name));
  return hints === undefined ? found : withHints(found, hints);
}

/** A rule whose name, and what stands under it, speaks for something besides. */
function withHints(found: KeyRule, hints: Hints): KeyRule {
  const inside = found.members?.();
  const members: KeyRule | undefined = inside === undefined ? undefined : { ...inside, hints };
  return { ...found, hints, ...(members === undefined ? {} : { members: () => members }) };
}

/** Words at the end of a document's name that change nothing about it. */
const NUMBERING = /^(?:number|numbers|nummer|no|nr|num|id|ids|document|details|card|code|value)$/;
const DOCUMENTS: ReadonlySet<KeyRule> = new Set([passport, drivingLicence, medicalRecord]);

function withoutNumbering(words: readonly string[]): readonly string[] {
  const last = words.findLastIndex((word) => !NUMBERING.test(word));
  return words.slice(0, last + 1);
}

/** `legal_name_last`, `passengerDisplayName`, `clientNombre`: a name by words of which none says enough. */
function partOfName(words: readonly string[]): KeyRule | undefined {
  const last = words.at(-1) ?? '';
  if (words.length > 1 && words.includes('name') && /^(?:first|last|given|family|middle)$/.test(last)) return namePart;
  const behind = words.slice(0, last === 'name' && words.at(-2) === 'display' ? -2 : -1);
  const isName = /^(?:name|nombre|nom|nome|naam|imie|namn|navn)$/.test(last);
  return isName && behind.some((word) => ENDS.get(word) === person) ? personName : undefined;
}

function byEnd(words: readonly string[], wanted?: ReadonlySet<KeyRule>): KeyRule | undefined {
  let end = '';
  let best: KeyRule | undefined;
  for (let at = words.length - 1; at >= Math.max(0, words.length - MAX_END_WORDS); at -= 1) {
    end = (words[at] ?? '') + end;
    const found = ENDS.get(end);
    if (found === undefined || wanted?.has(found) === false) continue;
    if (found === address && NO_ADDRESS.test(words[at - 1] ?? '')) return undefined;
    // Any of these may be the end of another thing's name: `productOwner` is somebody, `default client` is not.
    if (found === person && at > 0 && best === undefined && words.length > 2) continue;
    best = found;
  }
  return best;
}
