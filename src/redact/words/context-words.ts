import type { EntityName } from '../entities.ts';
import { NUMBER_NAMES, NUMBER_WORDS } from './number-words.ts';
import { withoutAccents } from './words.ts';

/** Words, and words put together, that say what stands beside them. In lower case, without spaces. */
const WORDS: Readonly<Partial<Record<EntityName, string>>> = {
  ...NUMBER_WORDS,
  ip_address:
    'ip ips ipaddress ipv4 ipv6 clientip remoteaddr remoteip sourceip peeraddress peerip xforwardedfor forwardedfor hostip ' +
    'hostaddress adresseip direccionip ipadresse indirizzoip remoteaddress',
  mac_address:
    'hw mac macaddress hwaddr hardwareaddress bssid ether etheraddr wifimac ethernet adressemac macadresse macaddr hwaddress physicaladdress ' +
    'hardwareaddr ethaddr devicemac wlanmac bluetoothaddress direccionmac indirizzomac endpointmac',
  crypto_address:
    'btcaddress ethaddress bitcoinaddress walletaddress wallet btc bitcoin eth ethereum crypto coins coin litecoin ltc dogecoin deposit payout withdrawal wallets ether usdt toaddress fromaddress recipientaddress senderaddress payoutaddress depositaddress erc20 evm web3 polygon chainid',
  iban:
    'iban ibans ibannumber ibanno ibannummer bankaccount bankaccountnumber internationalbankaccount bankkonto kontonummer ' +
    'bankverbindung numerodecompte comptebancaire cuentabancaria numerodecuenta contobancario rekeningnummer bankrekening',
  uk_nino:
    'nino nationalinsurance nationalinsurancenumber ni ninumber nino natins natinsno nationalinsuranceno payroll',
  es_dni:
    'dni nie nif nienumber nietitular niedeltitular documentonacional documentodeidentidad identidad dninumber numerodni numerodedni numeronie cif extranjero spanishid ' +
    'documento taxid taxnumber tin spanishnationalid dnie nifnumber numeronif identidaddeextranjero numerodeidentidaddeextranjero',
  it_codice_fiscale: 'codicefiscale cf fiscale',
  aws_key: 'aws iam amazon awssecret awskey secretaccesskey secretaccess accesskeyid',
  azure_key: 'azure storageaccount storagekey accountkey blobstorage cosmosdb',
  in_pan:
    'pan panno pannumber pancard permanentaccount permanentaccountnumber incometax pancardnumber ' +
    'pancardno pannum panid',
  sg_nric: 'nric fin nricnumber nricfin singpass singapore identitycard nricno finnumber nricfinnumber uinfin',
  us_dea:
    'dea deanumber deano deareg dearegistration prescriber dearegistrationnumber dealicense deaid dearegnum deanum',
};

/** What a word speaks for; it may be the very name of some of that. */
export interface WordHints {
  readonly hints: readonly EntityName[];
  readonly names: readonly EntityName[];
}

const byWord = new Map<string, { hints: EntityName[]; names: EntityName[] }>();

function entry(word: string): { hints: EntityName[]; names: EntityName[] } {
  const known = byWord.get(word) ?? { hints: [], names: [] };
  byWord.set(word, known);
  return known;
}

/** A word of another script stands in a text as the bytes of its UTF-8, or in units of UTF-16. */
function spellings(word: string): readonly string[] {
  return /[\x80-\uffff]/.test(word) ? [word, withoutAccents(Buffer.from(word).toString('latin1'))] : [word];
}

for (const [entity, words] of Object.entries(WORDS) as [EntityName, string][])
  for (const word of words.split(' ').flatMap(spellings)) entry(word).hints.push(entity);
for (const [entity, words] of Object.entries(NUMBER_NAMES) as [EntityName, string][])
  for (const word of words.split(' ').flatMap(spellings)) {
    entry(word).hints.push(entity);
    entry(word).names.push(entity);
  }

/** Every start of a word that speaks for something. */
const starts = new Set<string>();
for (const word of byWord.keys()) for (let end = 1; end <= word.length; end += 1) starts.add(word.slice(0, end));

/** True when a word that speaks for something starts like this: most words are told apart by that. */
export function startsHint(word: string): boolean {
  return starts.has(word);
}

/** What a word, or words put together, speak for; undefined for most. */
export function wordHints(word: string): WordHints | undefined {
  return byWord.get(word);
}

/** Behind a word for one of these it names something else: `mobile app`, `call id`, `routing table`. */
const THINGS: Readonly<Partial<Record<EntityName, ReadonlySet<string>>>> = {
  phone: new Set(
    'app apps model models id ids center centre duration log logs report version browser device devices type os site url'.split(
      ' ',
    ),
  ),
  us_routing: new Set('key keys table tables slip rule rules policy prefix algorithm mode domain engine'.split(' ')),
  card: new Set('reader readers terminal slot sensor'.split(' ')),
};

/** True when a word for the entity that stands before `next` is a part of the name of something else. */
export function isPartOfThing(entity: EntityName, next: string): boolean {
  return THINGS[entity]?.has(next) === true;
}

/** Words in front of numbers of something harmless. */
const AGAINST: ReadonlySet<string> = new Set(
  (
    'order orders article articles reference referenz referencia riferimento referentie invoice tracking shipment sku ean upc isbn issn version build release revision commit port pid offset ' +
    'timestamp epoch sequence seq batch ticket case item product part serial model amount price total count page row ' +
    'bestellung bestellnummer rechnung rechnungsnummer vorgangsnummer commande facture pedido factura ordine artikel ' +
    'section chapter oid versionsnummer versionsnr versionnumber firmware artikelnummer seriennummer sendung sendungsnummer imei iccid gtin barcode waybill parcel job lot zip kvk siret siren'
  ).split(' '),
);

/** True for a word that says that a number beside it counts or names something harmless. */
export function isAgainst(word: string): boolean {
  return AGAINST.has(word);
}
