import { luhnDigit, withWrongDigit } from '../check-digits.ts';
import { BASE62, DIGITS, type Random, UPPER } from '../random.ts';
import { opaque, slug } from '../values/contact.ts';
import { recentDate } from '../values/person.ts';
import type { Variant } from './variant.ts';

const REFERENCE_KEYS =
  'order number|order id|invoice number|invoice id|reference|batch id|ticket number|transaction ref|job id|record count|' +
  'Bestellnummer|Rechnungsnummer|Vorgangsnummer|numéro de commande|référence|número de pedido|factura|numero ordine|asset id|shipment no';
const REFERENCE_PROSE = [
  'Your order {} has been dispatched.',
  'Invoice no. {} is attached.',
  'batch {} finished without errors',
  'See ticket {} for the history of this change.',
  'Ihre Bestellung {} ist unterwegs.',
  'La commande {} a été expédiée.',
  'El pedido {} fue entregado.',
  'job={} state=done',
];

/** What stands under a key of no meaning in particular: an order, a batch, a ticket. */
export function reference(make: (random: Random) => string): Variant {
  return { keys: REFERENCE_KEYS, make, prose: REFERENCE_PROSE, isNumeric: true };
}

/** A bare number of `length` digits under such a key. */
export function bareNumber(length: number): Variant {
  return reference((random) => random.number(length));
}

export function uuid(random: Random): string {
  const end = random.string('89ab', 1) + random.hex(3);
  return [random.hex(8), random.hex(4), `4${random.hex(3)}`, end, random.hex(12)].join('-');
}

export const UUID: Variant = {
  keys: 'id|request id|correlation id|trace id|event id|idempotency key|tenant id|message id|device uuid',
  make: uuid,
  prose: ['request {} took 18 ms', 'Correlation id: {}', 'moved object {} to the archive', 'event {} was redelivered'],
};

export const HASH: Variant = {
  keys: 'sha256|checksum|etag|content hash|digest|md5|file hash|integrity|fingerprint',
  make: (random) =>
    random.pick([
      random.hex(64),
      random.hex(32),
      random.hex(40),
      `sha256:${random.hex(64)}`,
      `sha384-${random.bytes(48).toString('base64')}`,
      random.bytes(32).toString('base64'),
    ]),
  prose: ['checksum {} verified', 'The digest of the image is {}.', 'etag "{}" unchanged, 304'],
};

export const GIT_SHA: Variant = {
  keys: 'commit|git sha|revision|commit id|head|build sha',
  make: (random) => random.hex(random.pick([40, 40, 12])),
  prose: ['Merged in commit {} yesterday.', 'deployed revision {}', 'HEAD is now at {}'],
};

export const TIMESTAMP_S: Variant = {
  keys: 'timestamp|created at|updated at|ts|exp|iat|valid until|last seen|expires at|Zeitstempel|fecha registro',
  make: (random) => String(random.int(1_500_000_000, 1_800_000_000)),
  prose: ['ts={} level=info', 'The job was queued at {} (unix time).', '[{}] heartbeat'],
  isNumeric: true,
};

export const TIMESTAMP_MS: Variant = {
  ...TIMESTAMP_S,
  keys: 'timestamp|created at ms|updated at|event time|start millis|modified',
  make: (random) => String(random.int(1_500_000_000, 1_800_000_000)) + random.digits(3),
};

export const VERSION: Variant = {
  keys: 'version|app version|build|firmware|sdk version|os version|api version|min version|Versionsnummer',
  make: (random) =>
    random.pick([
      `${String(random.int(1, 30))}.${String(random.int(0, 20))}.${String(random.int(0, 40))}`,
      `v${String(random.int(1, 9))}.${String(random.int(0, 20))}.${String(random.int(0, 9))}-rc.${String(random.int(1, 9))}`,
      `10.0.${String(random.int(19000, 26000))}.${String(random.int(300, 5000))}`,
      `${String(random.int(1, 9))}.${String(random.int(0, 9))}.${String(random.int(0, 9))}+${random.hex(7)}`,
    ]),
  prose: ['upgraded to version {}', 'Please install release {} or later.', 'agent/{} connected'],
};

/** A number of an article by GS1: 13 digits with a right check digit, or a book's by ISBN-13. */
export const EAN: Variant = {
  keys: 'ean|gtin|barcode|upc|isbn|article number|EAN-Code|code barre',
  make: (random) => {
    const payload = random.word('978|400|590|761|871|038|501') + random.digits(9);
    const sum = Array.from(payload, Number).reduce(
      (total, digit, index) => total + digit * (index % 2 === 0 ? 1 : 3),
      0,
    );
    const number = payload + String((10 - (sum % 10)) % 10);
    return number.startsWith('978') && random.chance(0.7)
      ? `978-${number[3] ?? ''}-${number.slice(4, 6)}-${number.slice(6, 12)}-${number.slice(12)}`
      : number;
  },
  prose: ['EAN {} is out of stock', 'ISBN {} was ordered twice.', 'scanned barcode {} at gate 4'],
  isNumeric: true,
};

export const SKU: Variant = {
  keys: 'sku|part number|item no|model|product code|article|Artikelnummer|référence produit|lot',
  make: (random) =>
    random.pick([
      `${random.string(UPPER, 3)}-${random.digits(4)}-${random.string(UPPER, 2)}`,
      `${random.string(UPPER, 2)}${random.digits(6)}`,
      `${random.digits(3)}-${random.digits(4)}-${random.string(UPPER, 1)}${random.digits(1)}`,
      `P/N ${random.digits(4)}-${random.digits(5)}`,
    ]),
  prose: ['Part {} is no longer made.', 'Replace the cartridge (model {}).', 'picked SKU {} from bin 12'],
};

export const TRACKING: Variant = {
  keys: 'tracking number|tracking code|waybill|parcel id|Sendungsnummer|numéro de suivi|container',
  make: (random) =>
    random.pick([
      `1Z${random.string(DIGITS + UPPER, 6)}${random.digits(10)}`,
      `${random.string(UPPER, 2)}${random.digits(9)}US`,
      `9400${random.digits(18)}`,
      `${random.string(UPPER, 3)}U${random.digits(7)}`,
      `00${random.digits(18)}`,
    ]),
  prose: ['Track your parcel with {}.', 'The courier scanned {} this morning.', 'Sendungsnummer {} wurde zugestellt.'],
};

export const PRICE: Variant = {
  keys: 'amount|total|unit price|net|balance|fee|Betrag|montant|importe|exchange rate|weight kg|score',
  make: (random) =>
    random.pick([
      `${random.number(random.int(1, 5))}.${random.digits(2)}`,
      `0.${random.digits(random.int(6, 15))}`,
      `-${random.number(3)}.${random.digits(4)}`,
      `${random.number(1)}.${random.digits(3)}.${random.digits(3)},${random.digits(2)}`,
      `${random.number(1)},${random.digits(3)},${random.digits(3)}.${random.digits(2)}`,
    ]),
  prose: ['The total is {} EUR.', 'rate={} pair=EURUSD', 'A fee of {} was charged.'],
};

export const COORDINATES: Variant = {
  keys: 'lat|latitude|lon|longitude|geo|center|bbox|altitude',
  make: (random) => {
    const part = (): string => `${random.pick(['', '-'])}${random.number(2)}.${random.digits(random.int(4, 14))}`;
    return random.chance(0.4) ? `${part()},${part()}` : part();
  },
  prose: ['sensor at {} is offline', 'The depot lies at {}.', 'waypoint {} reached'],
};

export const DATE: Variant = {
  keys: 'created|order date|due date|valid from|expiry date|appointment|start date|hired on|Rechnungsdatum|date de livraison|fecha de entrega|released',
  make: recentDate,
  prose: [
    'The invoice is due on {}.',
    'Delivered on {}, signed at the gate.',
    'Vertragsbeginn: {}',
    'Next appointment: {}',
  ],
};

export const COLOUR: Variant = {
  keys: 'color|background|theme|accent colour|fill',
  make: (random) =>
    random.pick([
      `#${random.hex(6)}`,
      `rgb(${String(random.int(0, 255))}, ${String(random.int(0, 255))}, 0)`,
      `#${random.hex(8)}`,
    ]),
  prose: ['The button is {} now.', 'set accent {}'],
};

export const PATH: Variant = {
  keys: 'path|file|file name|source|log file|object key|location',
  make: (random) =>
    random.pick([
      `/var/lib/${slug(random)}/${random.digits(6)}/${random.hex(8)}.log`,
      `C:\\Data\\${slug(random)}\\export_${random.digits(8)}.xlsx`,
      `s3://${slug(random)}-archive/2024/11/${random.hex(12)}.parquet`,
      `uploads/IMG_${random.digits(8)}_${random.digits(6)}.jpg`,
    ]),
  prose: ['wrote {} in 3 s', 'The export lies in {}.', 'cannot open {}: no such file'],
};

export const CURSOR: Variant = {
  keys: 'page token|next page token|cursor|next cursor|continuation|sync token|after|before cursor',
  make: (random) => {
    const inner = `{"id":${random.number(6)},"dir":"next","ts":"2025-0${String(random.int(1, 9))}-11T10:00:00Z"}`;
    return random.pick([
      Buffer.from(inner).toString('base64'),
      Buffer.from(`cursor:v2:${random.number(9)}`).toString('base64'),
      Buffer.from(inner).toString('base64url'),
    ]);
  },
  prose: ['next page: cursor={}', 'resuming from cursor {}'],
};

export const OPAQUE_ID: Variant = {
  keys: 'customer ref|object id|session group|external id|node|shard|subscription|merchant id|channel',
  make: (random) =>
    random.pick([
      `${random.word('cus|ord|evt|sub|usr|itm|acct')}_${opaque(random, random.pick([14, 24]))}`,
      random.hex(24),
      random.string(DIGITS + UPPER.replace(/[ILOU]/g, ''), 26),
      random.string(BASE62, 11) + random.digits(1),
    ]),
  prose: ['object {} not found', 'created {} in 12 ms', 'Please quote {} in your reply.'],
};

/** A serial number of a phone or a chip card that passes Luhn but begins as no payment card does. */
export const DEVICE_SERIAL: Variant = {
  keys: 'imei|iccid|serial number|device id|meter id|Seriennummer|numéro de série',
  make: (random) => {
    const payload = random.chance(0.6) ? `35${random.digits(12)}` : `8949${random.digits(14)}`;
    return payload + luhnDigit(payload);
  },
  prose: ['Modem {} is back online.', 'The device with serial number {} was returned.', 'imei={} rssi=-71'],
};

/** `make`'s number with its check digit wrong, under a key of no meaning. */
export function wrong(make: (random: Random) => string): Variant {
  return reference((random) => withWrongDigit(make(random), random.int(1, 9)));
}
